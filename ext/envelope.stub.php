<?php

/**
 * @generate-class-entries
 * @undocumentable
 */

namespace Outbox;

/**
 * Who sends and who receives, where that differs from the message's own fields.
 *
 * @strict-properties
 */
final class Envelope
{
    /** null: the message's Sender or From. "": the null sender of a bounce. */
    public readonly ?string $sender;
    /** @var list<string> empty: the message's To, Cc and Bcc */
    public readonly array $recipients;
    /** @var array<string, mixed> */
    public readonly array $options;

    /**
     * @param array $recipients of string or Address
     * @param array $options ret ("full"|"headers"), envid, notify ("never", or a list of "success", "failure" and
     *     "delay"; or an array of these by recipient), priority (-9 to 9), smtputf8 (bool; as needed if not given),
     *     requiretls (bool)
     * @throws \ValueError
     */
    public function __construct(string|Address|null $sender = null, array $recipients = [], array $options = []) {}
}
