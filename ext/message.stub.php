<?php

/**
 * @generate-class-entries
 * @undocumentable
 */

namespace Outbox;

/**
 * A message being written: every setter checks its argument at once and returns $this. A Date and a Message-ID that
 * nobody set are made when it is composed and kept until the next change, so that what toString() shows is what is
 * sent.
 *
 * @strict-properties
 * @not-serializable
 */
final class Message
{
    public function __construct() {}

    /**
     * Takes a complete RFC 5322 text: order and octets are kept, line ends normalised, Date and Message-ID added where
     * missing, Bcc removed and used for the envelope.
     *
     * @throws \ValueError it is no message
     */
    public static function fromString(string $rfc5322): Message {}

    /** Sets From. Like all that take addresses: "ann@example.org", "Ann <ann@example.org>" or an Address. */
    public function from(string|Address ...$addresses): Message {}

    /** Sets Sender, of which there is one. */
    public function sender(string|Address $address): Message {}

    public function replyTo(string|Address ...$addresses): Message {}

    public function to(string|Address ...$addresses): Message {}

    public function cc(string|Address ...$addresses): Message {}

    /** They get the message and are named nowhere in it. */
    public function bcc(string|Address ...$addresses): Message {}

    /** @param string $subject UTF-8 */
    public function subject(string $subject): Message {}

    /** @param string $text UTF-8, any line ends */
    public function text(string $text): Message {}

    /** Adds a further header field. The fields that have a method of their own are refused. */
    public function header(string $name, string $value): Message {}

    public function date(\DateTimeInterface $date): Message {}

    /** @param string $id with or without the angle brackets */
    public function messageId(string $id): Message {}

    /**
     * Signs the message by DKIM whenever it is composed; each call adds a signature, up to eight. One made by
     * fromString() is signed at once.
     *
     * @param string $privateKeyPem RSA from 1024 bits (use 2048) or Ed25519, without a passphrase
     * @param array $options headers, canonicalization, expires_in, identity, algorithm
     */
    public function dkim(string $domain, string $selector, #[\SensitiveParameter] string $privateKeyPem, array $options = []): Message {}

    /** The message as it is sent: CRLF line ends, no Bcc. */
    public function toString(): string {}

    /** Octets of toString(). */
    public function size(): int {}
}
