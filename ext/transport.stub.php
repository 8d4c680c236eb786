<?php

/**
 * @generate-class-entries
 * @undocumentable
 */

namespace Outbox;

/**
 * A relay and the way to it. Connections are pooled by the process and live across requests.
 *
 * @strict-properties
 * @not-serializable
 */
final class Transport
{
    /**
     * @param string|array $dsn "smtps://user:password@host" (TLS from the first byte, port 465),
     *     "smtp://user:password@host" (STARTTLS required, port 587), with options as a query; or an array with
     *     "dsn" and options, or "scheme", "host" and options. docs/php.md names them all.
     * @throws \ValueError an option is unknown or wrong; the message names it and never shows a secret
     */
    public function __construct(#[\SensitiveParameter] string|array $dsn) {}

    /**
     * Sends one message now. A string is a complete RFC 5322 message.
     *
     * Without an envelope, or where it leaves something open, the sender is the message's Sender or From, the
     * recipients are those of To, Cc and Bcc.
     *
     * @throws Exception nobody got the message; the class tells who has to act
     */
    public function send(Message|string $message, ?Envelope $envelope = null): Receipt {}

    /**
     * Sends many messages as one stream: several are on their way at once (option "window").
     *
     * The messages are Message or string, as for send().
     * @param Envelope|null $envelope for every one of them
     * @return list<Receipt> one per message, in their order; a message that nobody got has its Receipt too
     * @throws Exception no connection could be had, and no message was sent
     */
    public function sendMany(iterable $messages, ?Envelope $envelope = null): array {}

    /** Tries DNS, connect, TLS, EHLO and AUTH on a fresh connection; sends no message, throws nothing. */
    public function check(): Report {}

    /** The relay for people: scheme, host and port, no user, no secret. */
    public function __toString(): string {}

    /** @return array{relay: string} */
    public function __debugInfo(): array {}
}
