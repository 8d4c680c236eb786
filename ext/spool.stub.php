<?php

/**
 * @generate-class-entries
 * @undocumentable
 */

namespace Outbox;

/**
 * The queue of one user on local disk, for whoever looks after it. Queueing is Transport::queue().
 *
 * @strict-properties
 * @not-serializable
 */
final class Spool
{
    private function __construct() {}

    /**
     * @param string|null $path null: the one of outbox.spool_root
     * @throws \ValueError outside of open_basedir
     * @throws SpoolException there is none, or it is not private
     */
    public static function open(?string $path = null): Spool {}

    /**
     * How many messages are in which state, who delivers them, and how the relays are.
     *
     * @return array{path: string, due: int, deferred: int, held: int, failed: int, quarantined: int, uncertain: int,
     *     oldest: ?float, next: ?float, bytes: int, free_bytes: int, free_inodes: ?int,
     *     runner: array{running: bool, pid: ?int, since: ?float, version: string},
     *     spawn: array{allowed: bool, rule: string, last: ?float, error: ?string},
     *     profiles: array<string, array{state: string, reason: string, since: ?float, until: ?float, queued: int}>}
     * @throws SpoolException
     */
    public function status(): array {}

    /**
     * Messages by age, oldest first. The filter has state ("due", "deferred", "held", "failed", "quarantined"), profile, tag,
     * recipient, limit (100 without it, 10000 at most), after (an id).
     *
     * @return list<array<string, mixed>> id, state, created, due, expires, priority, profile, tag, sender, recipients,
     *     tries, size, messageId, lastReply, uncertain; of a damaged one id, state and error
     * @throws \ValueError
     * @throws SpoolException
     */
    public function list(array $filter = []): array {}

    /**
     * One of these with "message", its octets as they are sent, and "history", what was tried; null where there is
     * none.
     *
     * @throws \ValueError that is no id
     * @throws SpoolException
     */
    public function get(string $id): ?array {}

    /**
     * Due now: deferred, held and failed ones. Like the next three it says how many there were; a message that is
     * just being sent stays as it is.
     *
     * @throws \ValueError
     * @throws SpoolException
     */
    public function retry(string ...$ids): int {}

    /** Not sent until it is released. */
    public function hold(string ...$ids): int {}

    public function release(string ...$ids): int {}

    /** Deleted, and not sent. */
    public function remove(string ...$ids): int {}

    /**
     * What happened, oldest first, from a cursor on: the "cursor" of the last call, or null for the oldest that is
     * kept. After a crash an event may come twice.
     *
     * @return array{cursor: ?string, events: list<array<string, mixed>>}
     * @throws \ValueError that is no cursor
     * @throws SpoolException
     */
    public function events(?string $cursor = null, int $limit = 1000): array {}

    /**
     * Delivers in this process: until ("idle": nothing is due any more; "empty": nothing is deferred either),
     * messages (tries), seconds. Does nothing while a runner is at work.
     *
     * @return array{running: bool, attempts: int, sent: int, deferred: int, failed: int, uncertain: int, remaining: int}
     * @throws \ValueError
     * @throws SpoolException
     */
    public function run(array $limits = []): array {}
}
