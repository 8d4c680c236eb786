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

    public function addFrom(string|Address ...$addresses): Message {}

    /** Sets Sender, of which there is one. */
    public function sender(string|Address $address): Message {}

    public function replyTo(string|Address ...$addresses): Message {}

    public function addReplyTo(string|Address ...$addresses): Message {}

    public function to(string|Address ...$addresses): Message {}

    public function addTo(string|Address ...$addresses): Message {}

    public function cc(string|Address ...$addresses): Message {}

    public function addCc(string|Address ...$addresses): Message {}

    /** They get the message and are named nowhere in it. */
    public function bcc(string|Address ...$addresses): Message {}

    public function addBcc(string|Address ...$addresses): Message {}

    /** @param string $subject UTF-8 */
    public function subject(string $subject): Message {}

    /**
     * @param string $text UTF-8, any line ends
     * @param bool $flowed as format=flowed (RFC 3676): readers wrap paragraphs to the width they have
     */
    public function text(string $text, bool $flowed = false): Message {}

    /** @param string $html UTF-8; "cid:NAME" in it shows what embed() gave that name */
    public function html(string $html): Message {}

    /** Adds an iCalendar object as a further form of the text; its METHOD makes it an invitation or an answer. */
    public function calendar(string $icalendar): Message {}

    /**
     * Attaches octets as they are, or another message, which cannot be changed from then on.
     *
     * @param string|null $contentType null: what libmagic says (PHP's extension fileinfo)
     */
    public function attach(Message|string $body, ?string $name = null, ?string $contentType = null): Message {}

    /**
     * Attaches a plain file. It is opened now and read while the message is sent: nothing of it is held in memory.
     * A file that changes before is noticed, and the message is not sent.
     *
     * @param string|null $name null: the file's own
     */
    public function attachFromPath(string $path, ?string $name = null, ?string $contentType = null): Message {}

    /** Adds what the HTML shows as "cid:$cid". */
    public function embed(string $body, string $cid, ?string $contentType = null, ?string $name = null): Message {}

    public function embedFromPath(string $path, string $cid, ?string $contentType = null, ?string $name = null): Message {}

    /** Adds a further header field. The fields that have a method of their own are refused. */
    public function header(string $name, string $value): Message {}

    public function date(\DateTimeInterface $date): Message {}

    /** @param string $id with or without the angle brackets */
    public function messageId(string $id): Message {}

    /** @param int $priority 1 (highest) to 5 (lowest) */
    public function priority(int $priority): Message {}

    /**
     * How to leave the list (RFC 2369), by one click on a button of the mail program where there is a URL
     * (RFC 8058: it gets a POST of "List-Unsubscribe=One-Click").
     *
     * @param string|null $url https:// (http:// only without one click)
     * @param string|null $mailto "mailto:..."
     */
    public function listUnsubscribe(?string $url, ?string $mailto = null, bool $oneClick = true): Message {}

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
