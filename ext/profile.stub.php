<?php

/**
 * @generate-class-entries
 * @undocumentable
 */

namespace Outbox;

/**
 * A relay that a spool keeps under a name, in a file that only its user can read (0600). Messages in the queue name a
 * profile, so saving it again with a corrected password repairs the queue. The object holds no secret.
 *
 * @strict-properties
 * @not-serializable
 */
final class Profile
{
    public readonly string $name;
    private readonly array $facts;

    private function __construct() {}

    /**
     * Writes it, whole or not at all; the runner takes it up by itself.
     *
     * @param string $name 1 to 64 letters, digits, dots, hyphens and underscores
     * @param string|array $relay as for Transport; further options: connections, recipients_max, rate_second,
     *     rate_minute, rate_day, on_uncertain ("resend" or "hold")
     * @param string|null $spool path of a spool; null: the one of outbox.spool_root
     * @throws \ValueError something is wrong; the message names it and never shows a secret
     * @throws SpoolException
     */
    public static function save(string $name, #[\SensitiveParameter] string|array $relay, ?string $spool = null): Profile {}

    /**
     * Null where there is none.
     *
     * @throws SpoolException
     */
    public static function load(string $name, ?string $spool = null): ?Profile {}

    /**
     * Whether there was one. Messages that name it wait until it is there again.
     *
     * @throws SpoolException
     */
    public static function delete(string $name, ?string $spool = null): bool {}

    /**
     * @return list<Profile> by name
     * @throws SpoolException
     */
    public static function list(?string $spool = null): array {}

    /**
     * Host, port, tls, user and the other options; of password and token only whether there is one.
     *
     * @return array<string, mixed>
     */
    public function toArray(): array {}
}
