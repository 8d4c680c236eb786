<?php

// SPDX-License-Identifier: MIT
// What one user of a shared server does, under his own uid; the answer is JSON. For TenantsTest.php.
//
//   php tenant.php queue COUNT PAUSE_MS   queues, waits until all of it was accepted, says how long each took; one more is for later
//   php tenant.php touch SPOOL:ID...      tries to read, list, poke, fill and change those spools; says what went

declare(strict_types=1);

function message(string $subject): Outbox\Message
{
    $name = 'u' . posix_geteuid();
    return (new Outbox\Message())->from("$name@example.org")->to('b@example.org')->subject($subject)->text("of $name\n");
}

function queue(int $count, int $pause): array
{
    $transport = new Outbox\Transport(getenv('DSN'));
    $calls = $ids = $waits = [];
    for ($number = 1; $number <= $count; $number++) {
        $begun = hrtime(true);
        $ids[] = $transport->queue(message("number $number"));
        $calls[] = (hrtime(true) - $begun) / 1e6;
        usleep($pause * 1000);
    }
    $later = $transport->queue(message('later'), null, ['send_at' => time() + 3600]);
    $spool = Outbox\Spool::open();
    $mine = array_flip($ids);
    $cursor = null;
    for ($until = microtime(true) + 60; count($waits) < $count && microtime(true) < $until; usleep(20_000)) {
        do {
            ['events' => $events, 'cursor' => $cursor] = $spool->events($cursor, 500);
            foreach ($events as $event) {
                if ($event['type'] === 'accepted' && isset($mine[$event['id']])) {
                    $waits[$event['id']] = ($event['time'] - created($event['id'])) * 1000;
                }
            }
        } while ($events !== []);
    }
    return ['calls' => $calls, 'waits' => $waits, 'missing' => array_values(array_diff($ids, array_keys($waits))), 'later' => $later];
}

/** An id begins with its milliseconds since 1970, in Crockford's base 32. */
function created(string $id): float
{
    $value = 0;
    foreach (str_split(substr($id, 0, 10)) as $character) {
        $value = $value * 32 + strpos('0123456789ABCDEFGHJKMNPQRSTVWXYZ', $character);
    }
    return $value / 1000;
}

/** @return list<string> what could be done to that spool and its message */
function touchSpool(string $spool, string $id): array
{
    $message = glob("$spool/d/*/$id")[0] ?? "$spool/d/?/$id";
    $attempts = [
        'list' => static fn (): bool => @scandir($spool) !== false,
        'read a message' => static fn (): bool => @file_get_contents($message) !== false,
        'read a profile' => static fn (): bool => @file_get_contents((glob("$spool/p/*") ?: ["$spool/p/?"])[0]) !== false,
        'read the events' => static fn (): bool => @file_get_contents((glob("$spool/ev/*") ?: ["$spool/ev/?"])[0]) !== false,
        'see a name' => static fn (): bool => @lstat("$spool/VERSION") !== false,
        'poke' => static fn (): bool => @fopen("$spool/wake", 'c') !== false,
        'lock' => static fn (): bool => @fopen("$spool/run.lock", 'r') !== false,
        'fill' => static fn (): bool => @file_put_contents("$spool/tmp/fill", 'x') !== false && unlink("$spool/tmp/fill"),
        'open' => static fn (): bool => Outbox\Spool::open($spool)->status() !== [],
        'change a message' => static fn (): bool => Outbox\Spool::open($spool)->hold($id) === 1,
    ];
    return array_keys(array_filter($attempts, static function (Closure $attempt): bool {
        try {
            return $attempt();
        } catch (Outbox\SpoolException) {
            return false;
        }
    }));
}

function touchAll(array $places): array
{
    $went = [];
    foreach ($places as $place) {
        [$spool, $id] = explode(':', $place);
        $went[basename($spool)] = touchSpool($spool, $id);
    }
    return $went;
}

echo json_encode($argv[1] === 'queue' ? queue((int) $argv[2], (int) $argv[3]) : touchAll(array_slice($argv, 2)));
