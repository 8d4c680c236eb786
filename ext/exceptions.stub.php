<?php

/**
 * @generate-class-entries
 * @undocumentable
 */

namespace Outbox;

interface Exception extends \Throwable
{
    public function getDiagnosis(): ?Diagnosis;

    /** What became of the message: Rejected, Deferred or Unknown. */
    public function getOutcome(): Outcome;

    /** The dialogue, credentials and message masked. */
    public function getTranscript(): string;

    /** @return array<string, Result> by address; empty where it did not come to that */
    public function getResults(): array;
}

/** What all of them share; getCode() is the SMTP reply code, 0 for none. */
abstract class TransportException extends \RuntimeException implements Exception
{
    private ?Diagnosis $diagnosis = null;
    private ?Outcome $outcome = null;
    private string $transcript = "";
    private array $results = [];

    public function getDiagnosis(): ?Diagnosis {}

    public function getOutcome(): Outcome {}

    public function getTranscript(): string {}

    public function getResults(): array {}
}

/** The server cannot take this message as it is: size, SMTPUTF8, 8BITMIME, REQUIRETLS. */
final class MessageException extends TransportException {}

/** No connection, or it was lost. */
final class ConnectException extends TransportException {}

final class TlsException extends TransportException {}

/** The account: credentials, mechanism, permission. */
final class AuthException extends TransportException {}

/** The server refused the message. */
final class RejectedException extends TransportException {}

final class TimeoutException extends TransportException {}

/** The queue could not take the message, or could not be read: nothing was sent, and nothing was queued. */
class SpoolException extends TransportException {}

/** Room, inodes, a quota, or the number of messages allowed are used up. */
final class SpoolFullException extends SpoolException {}

/** The peer speaks something else than SMTP, or breaks its rules. */
final class ProtocolException extends TransportException {}
