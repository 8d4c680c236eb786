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
     *     "dsn" and options, or "scheme", "host" and options. docs/php.md names them all. ["profile" => NAME]
     *     alone (and "spool" => PATH) takes the relay that the spool keeps under that name.
     * @throws \ValueError an option is unknown or wrong; the message names it and never shows a secret
     */
    public function __construct(#[\SensitiveParameter] string|array $dsn) {}

    /**
     * Sends one message now. A string is a complete RFC 5322 message.
     *
     * Without an envelope, or where it leaves something open, the sender is the message's Sender or From, the
     * recipients are those of To, Cc and Bcc.
     *
     * @param array $options 'else' => 'queue': what fails now and may go well later (no connection, no login, a
     *     temporary refusal) goes into the queue instead of an exception; see Receipt::$queueId. What was
     *     refused for good, or may have arrived, never does.
     * @throws Exception nobody got the message; the class tells who has to act
     */
    public function send(Message|string $message, ?Envelope $envelope = null, array $options = []): Receipt {}

    /**
     * Puts one message into the queue on local disk and returns at once; a runner delivers it, tries again where it
     * has to, and says in the events journal what became of it. The relay is kept as a profile beside it.
     *
     * @param array $options key (string: the same key within a day queues nothing a second time and gives the first
     *     id), send_at (DateTimeInterface or seconds since 1970), expires_in (seconds, 4 days without it), priority
     *     ("urgent", "normal", "bulk"), tag (string), durability ("full": on the disk before it returns; "group";
     *     "none"), profile (a name), spool (a path), on_uncertain ("resend" or "hold"), held (true, or why: it waits until
     *     it is released), on_full ("error", or "direct": where the queue has no room the message is sent at once, to all
     *     recipients or to none; not with key, send_at and held)
     * @return string the message's id in the queue; "" where it was sent at once
     * @throws \ValueError something is wrong with message, envelope or options; nothing was queued
     * @throws SpoolException the disk is full, the spool is not private ...; nothing was queued
     * @throws Exception with on_full "direct": what send() throws; nobody got the message
     */
    public function queue(Message|string $message, ?Envelope $envelope = null, array $options = []): string {}

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
