<?php

// SPDX-License-Identifier: MIT
// Stands for the extension's queue, where a test has to decide what the queue says: a journal that the test writes,
// messages that stay until they are removed, a disk that is full. One file of JSON; nothing is sent.

declare(strict_types=1);

namespace Outbox;

final class Double
{
    public static function read(): array
    {
        $file = getenv('OUTBOX_TEST_SITE') . '/queue.json';
        return is_file($file) ? json_decode(file_get_contents($file), true) : ['profiles' => [], 'messages' => [], 'events' => [], 'seen' => []];
    }

    public static function change(callable $change): mixed
    {
        $all = self::read();
        $result = $change($all);
        file_put_contents(getenv('OUTBOX_TEST_SITE') . '/queue.json', json_encode($all));
        return $result;
    }
}

interface Exception extends \Throwable
{
}

enum Outcome: string
{
    case Deferred = 'deferred';
}

final class SpoolFullException extends \RuntimeException implements Exception
{
    public function getDiagnosis(): mixed
    {
        return null;
    }

    public function getOutcome(): Outcome
    {
        return Outcome::Deferred;
    }

    public function getTranscript(): string
    {
        return '';
    }

    public function getResults(): array
    {
        return [];
    }
}

final class Envelope
{
    public function __construct(public ?string $sender = null, public array $recipients = [], public array $options = [])
    {
    }
}

final class Transport
{
    public function __construct(private array $relay)
    {
    }

    public function queue(string $message, ?Envelope $envelope = null, array $options = []): string
    {
        return Double::change(function (array &$all) use ($message, $envelope, $options): string {
            if (!empty($all['full'])) {
                throw new SpoolFullException('the disk of the queue is full', 452);
            }
            if (!isset($all['profiles'][$options['profile']])) {
                throw new \ValueError("there is no profile {$options['profile']}");
            }
            $id = str_pad((string) (count($all['seen']) + 1), 26, '0', STR_PAD_LEFT);
            $all['seen'][] = $all['messages'][$id] = ['id' => $id, 'state' => 'due', 'due' => time(), 'expires' => time() + $options['expires_in'],
                'priority' => $options['priority'], 'profile' => $options['profile'], 'tag' => $options['tag'], 'sender' => $envelope->sender,
                'recipients' => array_fill_keys($envelope->recipients, [null, null, null]), 'message' => $message, 'options' => $options,
                'relay' => $this->relay];
            return $id;
        });
    }
}

final class Spool
{
    public static function open(?string $path = null): self
    {
        return new self();
    }

    public function events(?string $cursor = null, int $limit = 1000): array
    {
        $events = array_slice(Double::read()['events'], (int) $cursor, $limit);
        return ['cursor' => (string) ((int) $cursor + count($events)), 'events' => $events];
    }

    public function list(array $filter = []): array
    {
        return array_values(array_filter(Double::read()['messages'], static fn (array $message): bool => array_intersect_key($message, $filter) == array_intersect_key($filter, $message)));
    }

    public function get(string $id): ?array
    {
        return Double::read()['messages'][$id] ?? null;
    }

    public function remove(string ...$ids): int
    {
        return Double::change(static function (array &$all) use ($ids): int {
            $before = count($all['messages']);
            $all['messages'] = array_diff_key($all['messages'], array_flip($ids));
            return $before - count($all['messages']);
        });
    }
}

final class Profile
{
    public function __construct(private array $relay = [], public readonly string $name = '')
    {
    }

    public static function save(string $name, array $relay, ?string $spool = null): self
    {
        Double::change(static function (array &$all) use ($name, $relay): void {
            $all['profiles'][$name] = $relay + ['saved' => ($all['profiles'][$name]['saved'] ?? 0) + 1];
            $all['profiles'][$name]['saved'] = ($all['count'] = ($all['count'] ?? 0) + 1);
        });
        return new self();
    }

    public static function load(string $name, ?string $spool = null): ?self
    {
        $relay = Double::read()['profiles'][$name] ?? null;
        return $relay === null ? null : new self($relay);
    }

    public function toArray(): array
    {
        return ['password' => isset($this->relay['password'])] + array_diff_key($this->relay, ['saved' => 1]);
    }

    public static function list(?string $spool = null): array
    {
        return array_map(static fn (string $name): self => new self([], $name), array_keys(Double::read()['profiles']));
    }

    public static function delete(string $name, ?string $spool = null): bool
    {
        return Double::change(static function (array &$all) use ($name): bool {
            $there = isset($all['profiles'][$name]);
            unset($all['profiles'][$name]);
            return $there;
        });
    }
}
