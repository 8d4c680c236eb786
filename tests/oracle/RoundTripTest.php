<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\Oracle;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/src/autoload.php';

/** What is written into a message is what others read in it: 2,100 messages by chance, the same ones in every run. */
final class RoundTripTest extends TestCase
{
    private const BATCHES = 21;
    private const BATCH = 100;
    private const SEED = 20_260_000;

    private static string $directory;
    private static PythonProgram $python;

    public static function setUpBeforeClass(): void
    {
        self::$directory = dirname(__DIR__, 2) . '/.work/oracle';
        is_dir(self::$directory) || mkdir(self::$directory, 0700, true);
        self::$python = new PythonProgram('read.py');
    }

    public static function batches(): iterable
    {
        for ($batch = 0; $batch < self::BATCHES; $batch++) {
            yield "messages from $batch" . '00' => [$batch * self::BATCH];
        }
    }

    /** @dataProvider batches */
    public function testEveryFieldPartAndOctetComesBack(int $first): void
    {
        for ($n = $first; $n < $first + self::BATCH; $n++) {
            $draft = new Draft(self::SEED + $n, self::$directory);
            $octets = $draft->message->toString();
            file_put_contents(self::$directory . '/last.eml', $octets); // to look at, where it fails
            $lines = explode("\r\n", $octets);
            self::assertDoesNotMatchRegularExpression('/[\r\n\0\x80-\xff]/', implode('', $lines), "message $n");
            self::assertLessThanOrEqual(998, max(array_map(strlen(...), $lines)), "message $n");
            $expected = $draft->expected();
            self::assertReads($expected, self::$python->ask(['message' => base64_encode($octets)]), "message $n, read by Python");
            self::assertReads($expected, MailparseReader::read($octets), "message $n, read by mailparse");
        }
    }

    private static function assertReads(array $expected, array $found, string $what): void
    {
        self::assertSame([], $found['defects'] ?? [], "$what: defects"); // only the outermost has some
        ksort($expected['fields']);
        ksort($found['fields']);
        self::assertSame($expected['fields'], $found['fields'], "$what: fields");
        self::assertSame($expected['tree'], $found['tree'], "$what: tree");
        self::assertCount(count($expected['parts']), $found['parts'], "$what: parts");
        foreach ($expected['parts'] as $at => $part) {
            $read = $found['parts'][$at];
            if (isset($part['message'])) {
                self::assertReads($part['message'], $read['message'], "$what, in part $at");
            }
            unset($part['message'], $read['message']);
            $read['octets'] ??= $part['octets']; // Python keeps a message in a message as what it found there
            ksort($part);
            ksort($read);
            self::assertSame(self::ended($part, $expected['tree']), self::ended($read, $expected['tree']), "$what: part $at");
        }
    }

    /** The text of a message without further parts ends with a line, whether it was given one or not. */
    private static function ended(array $part, string $tree): array
    {
        $text = base64_decode($part['octets']);
        $alone = $tree === $part['type'] && str_starts_with($tree, 'text/');
        $part['octets'] = $alone && !str_ends_with($text, "\r\n") ? $text . "\r\n" : $text;
        return $part;
    }
}
