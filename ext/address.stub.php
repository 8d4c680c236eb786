<?php

/**
 * @generate-class-entries
 * @undocumentable
 */

namespace Outbox;

/**
 * A mailbox.
 *
 * @strict-properties
 */
final class Address
{
    /** local@domain, checked. */
    public readonly string $address;
    /** The display name in UTF-8, "" for none. */
    public readonly string $name;

    /** @throws \ValueError the address is malformed, or the name has control characters or is no UTF-8 */
    public function __construct(string $address, string $name = "") {}

    /** "Name <local@domain>", or the address alone. */
    public function __toString(): string {}
}
