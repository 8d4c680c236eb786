<?php

/**
 * @generate-class-entries
 * @undocumentable
 */

namespace Outbox;

/** What became of a message for one recipient. */
enum Outcome: string
{
    /** The server has taken it on. */
    case Sent = "sent";
    /** Refused for good. */
    case Rejected = "rejected";
    /** Not sent; trying again later makes sense. */
    case Deferred = "deferred";
    /** The connection was lost after the message's end and before the answer: it may have been sent. */
    case Unknown = "unknown";
}

/** @strict-properties */
final class Result
{
    public readonly string $address;
    public readonly Outcome $outcome;
    /** The SMTP reply code; null where no reply decided. */
    public readonly ?int $code;
    /** The enhanced status code of RFC 3463, as "5.1.1". */
    public readonly ?string $enhanced;
    /** The server's words on one line, or ours where it said nothing. */
    public readonly string $text;

    private function __construct() {}
}

/** @strict-properties */
final class Receipt
{
    /** Without angle brackets. */
    public readonly string $messageId;
    /** The server's name for the message, where its reply gives one. */
    public readonly ?string $remoteId;
    /** Under which id the recipients that could not be served now are in the queue; null: none is. */
    public readonly ?string $queueId;
    /** @var array<string, Result> by address */
    public readonly array $recipients;
    /**
     * @var array<string, int|bool> milliseconds: dns, connect, tls, greeting, ehlo, auth, transaction, total; and
     *     round_trips, reused, tls_resumed
     */
    public readonly array $timings;
    /** The dialogue, credentials and message masked. */
    public readonly string $transcript;

    private function __construct() {}
}

/** @strict-properties */
final class Report
{
    /** @var list<array{name: string, ok: bool, milliseconds: int, detail: string}> as far as it came */
    public readonly array $stages;
    /** null: all is well. */
    public readonly ?Diagnosis $diagnosis;
    public readonly string $transcript;

    private function __construct() {}
}

/**
 * What failed, by facts: never by matching a server's sentence.
 *
 * @strict-properties
 */
final class Diagnosis
{
    /** dns, connect, tls, greeting, ehlo, starttls, auth, ready, mail, rcpt, data, body, dot, quit */
    public readonly string $stage;
    /** Who has to act: connect, tls, auth, message, rejected, protocol, timeout, dns ... */
    public readonly string $class;
    /** The fact behind it: "starttls_missing", "certificate", "auth_refused" ... */
    public readonly string $fact;
    public readonly ?int $code;
    public readonly ?string $enhanced;
    /** The server's or the system's words. */
    public readonly string $text;
    /** One sentence: what is wrong. */
    public readonly string $cause;
    /** @var list<string> what to do, the likeliest first */
    public readonly array $remedies;
    public readonly ?string $link;

    private function __construct() {}
}
