<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\Oracle;

/**
 * Takes messages apart with PHP's mailparse, and says what is in them in the form that Draft expects. Addresses are
 * read by c-client (PHP's imap), because mailparse's own reader stumbles over quoted pairs and quoted local parts.
 */
final class MailparseReader
{
    private const ADDRESSES = ['from', 'sender', 'reply-to', 'to', 'cc'];
    private const STRUCTURE = ['mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition', 'content-id'];

    /** @return array{fields: array<string, mixed>, tree: string, parts: list<array>} */
    public static function read(string $message): array
    {
        $mail = mailparse_msg_create();
        mailparse_msg_parse($mail, $message);
        $nodes = [];
        foreach (mailparse_msg_get_structure($mail) as $id) {
            $part = mailparse_msg_get_part($mail, $id);
            $nodes[$id] = mailparse_msg_get_part_data($part) + ['text' => $message, 'octets' => self::octets($part, $message)];
            unset($part);
        }
        [$tree, $parts] = self::tree($nodes, '1');
        $found = ['fields' => self::fields($nodes['1']['headers']), 'tree' => $tree, 'parts' => $parts];
        mailparse_msg_free($mail);
        return $found;
    }

    /** @param resource $part */
    private static function octets($part, string $message): string
    {
        $octets = '';
        mailparse_msg_extract_part($part, $message, static function (string $piece) use (&$octets): void {
            $octets .= $piece;
        });
        // The CRLF in front of a delimiter is the delimiter's (RFC 2046 5.1.1), which mailparse forgets behind a message.
        $inner = mailparse_msg_get_part_data($part)['content-type'] === 'message/rfc822';
        return $inner ? preg_replace('/\r\n$/D', '', $octets) : $octets;
    }

    private static function words(string $value): string
    {
        return str_contains($value, '=?') ? iconv_mime_decode($value, 0, 'UTF-8') : $value;
    }

    /** mailparse makes RFC 2231 into words of RFC 2047, and leaves an underscore in them that would be a blank there. */
    private static function fileName(string $value): string
    {
        return str_contains($value, '=?') ? self::words(strtr($value, ['_' => '=5F'])) : $value;
    }

    private static function fields(array $headers): array
    {
        $found = [];
        foreach (array_diff_key($headers, array_flip(self::STRUCTURE)) as $name => $value) {
            if (is_array($value)) {
                throw new \UnexpectedValueException("$name is there twice");
            }
            $found[$name] = match (true) {
                in_array($name, self::ADDRESSES, true) => self::addresses($value),
                $name === 'date' => self::date($value),
                default => self::words($value),
            };
        }
        return array_filter($found, static fn (mixed $value) => $value !== []);
    }

    /** @return list<array{string, string}> */
    private static function addresses(string $value): array
    {
        $found = [];
        foreach (imap_rfc822_parse_adrlist($value, '') as $one) {
            if (isset($one->host)) { // not the begin or end of a group
                $local = preg_match('/^[\w!#$%&\'*+\/=?^`{|}~.-]+$/', $one->mailbox) ? $one->mailbox : "\"$one->mailbox\"";
                $found[] = [self::words($one->personal ?? ''), "$local@$one->host"];
            }
        }
        return $found;
    }

    /** @return array{int, int} */
    private static function date(string $value): array
    {
        $date = \DateTimeImmutable::createFromFormat(DATE_RFC2822, $value);
        return [$date->getTimestamp(), $date->getOffset()];
    }

    /** @return array{string, list<array>} */
    private static function tree(array $nodes, string $id): array
    {
        $node = $nodes[$id];
        if (!str_starts_with($node['content-type'], 'multipart/')) {
            return [$node['content-type'], [self::leaf($node)]];
        }
        $below = preg_grep('/^' . preg_quote($id) . '\.\d+$/', array_map(strval(...), array_keys($nodes)));
        $trees = array_map(static fn (string $one) => self::tree($nodes, $one), array_values($below));
        return [substr($node['content-type'], 10) . '(' . implode(',', array_column($trees, 0)) . ')', array_merge(...array_column($trees, 1))];
    }

    private static function leaf(array $node): array
    {
        $found = [
            'type' => $node['content-type'],
            'charset' => str_starts_with($node['content-type'], 'text/') ? $node['content-charset'] ?? null : null,
            'disposition' => $node['content-disposition'] ?? null,
            'name' => isset($node['disposition-filename']) ? self::fileName($node['disposition-filename']) : null,
            'id' => isset($node['content-id']) ? "<{$node['content-id']}>" : null,
            'method' => $node['content-method'] ?? null,
            'octets' => base64_encode($node['octets']),
        ];
        return $node['content-type'] === 'message/rfc822' ? $found + ['message' => self::read($node['octets'])] : $found;
    }
}
