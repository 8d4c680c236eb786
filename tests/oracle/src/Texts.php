<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\Oracle;

/** Words, lines, names and addresses as people have them, and as they should not. */
final class Texts
{
    private const WORDS = [
        'Hello', 'order', 'confirmed', 'the', 'a', 'of', 'invoice-2026', 'e.g.', 'https://example.com/?a=b&c=%20',
        'Grüße', 'naïve', 'Ærøskøbing', 'Łódź', 'İstanbul', 'Ελληνικά', 'Привет', 'мир', 'שלום', 'עולם', 'مرحبا', 'العالم',
        'नमस्ते', 'สวัสดี', '日本語', '漢字', '한국어', '中文字符', "e\u{301}", '🎉', '👩‍👩‍👧‍👦', '🏳️‍🌈', "\u{202e}abc", "\u{200f}", "\u{a0}", "\u{2028}",
        "\u{feff}", "\u{10ffff}", '=?UTF-8?B?w6Q=?=', '=?', '?=', '=20', '=', '"', '\\', '(', ')', '<b>', '&amp;', ',', ';', ':', '@', '[x]', '%', "'",
        '*', '--', '_', '.', '..',
    ];
    private const PIECES = ["\u{c}", "\e[1m", '.', '..', '.a', 'From me', '>From', '--', '--=_', '-- ', '=', '==', "\t", ' ', '  ', "a\tb", ' x ', "=\u{a0}"];

    public function __construct(private readonly Dice $dice)
    {
    }

    /** One line for a header: no control characters. */
    public function line(int $words): string
    {
        $line = '';
        for ($n = 0; $n < $words; $n++) {
            $line .= ($n > 0 ? str_repeat(' ', $this->dice->once(12) ? $this->dice->number(2, 5) : 1) : '') . $this->dice->one(self::WORDS);
        }
        return match ($this->dice->number(1, 40)) {
            1 => " $line",
            2 => "$line ",
            3 => str_repeat('x', 1100) . $line,
            4 => str_repeat('ä', 300) . $line,
            default => $line,
        };
    }

    /** Plain letters and blanks, long enough to be folded. */
    public function ascii(int $words): string
    {
        return implode(' ', $this->dice->several($words, $words, fn () => $this->dice->one(['word', 'longer-word', 'x', 'Outbox', '(comment)', '<tag>'])));
    }

    /** A text of many lines with every line end. */
    public function text(): string
    {
        if ($this->dice->once(25)) {
            return '';
        }
        $end = $this->dice->one(["\n", "\r\n", "\r", null]);
        $text = '';
        for ($lines = $this->dice->number(1, 12); $lines > 0; $lines--) {
            $text .= match ($this->dice->number(1, 12)) {
                1 => '',
                2, 3 => $this->dice->one(self::PIECES),
                4 => $this->line(3) . $this->dice->one(self::PIECES),
                5 => str_repeat($this->dice->one(['long ', 'Длинная ', '=', "\u{1f600}", '.']), $this->dice->number(100, 400)),
                6, 7, 8 => $this->ascii($this->dice->number(1, 20)),
                default => $this->line($this->dice->number(1, 12)),
            };
            $text .= $lines > 1 || !$this->dice->once(3) ? $end ?? $this->dice->one(["\n", "\r\n", "\r"]) : '';
        }
        return $text;
    }

    /** Lines as they are sent. */
    public static function normalised(string $text): string
    {
        return preg_replace('/\r\n|\r|\n/', "\r\n", $text);
    }

    public function fileName(): string
    {
        $ending = $this->dice->one(['.pdf', '.txt', '', '.tar.gz', '.JPEG', '.ελ']);
        return mb_strcut(match ($this->dice->number(1, 8)) {
            1 => 'plain',
            2 => str_repeat($this->dice->one(['long name ', 'дл', '長', '🎉']), 20),
            3 => $this->dice->one(['a/b', '..', '.htaccess', 'C:\\x', 'a"b', "it's", '100%', 'a*b', 'a;b=c', "a'en'b", 'x=y', '=?UTF-8?Q?a?=']),
            default => $this->line($this->dice->number(1, 5)),
        }, 0, 240) . $ending;
    }

    /** @return array{string, string} the address as it is given, and as it stands in the header */
    public function address(): array
    {
        return $this->dice->one([
            ['ann@example.com', 'ann@example.com'], ['ben.o\'neill+tag@mail.example.org', 'ben.o\'neill+tag@mail.example.org'],
            ['x@example.co.uk', 'x@example.co.uk'], ['info@büro.example', 'info@xn--bro-hoa.example'], ['post@日本語.example', 'post@xn--wgv71a119e.example'],
            ['"two words"@example.com', '"two words"@example.com'], ['"a@b"@example.com', '"a@b"@example.com'],
            [str_repeat('l', 64) . '@example.net', str_repeat('l', 64) . '@example.net'], ['!#$%&\'*+-/=?^_`{|}~@example.org', '!#$%&\'*+-/=?^_`{|}~@example.org'],
        ]);
    }

    public function displayName(): string
    {
        return match ($this->dice->number(1, 6)) {
            1 => '',
            2 => $this->dice->one(['Doe, John', 'a "quoted" one', 'back\\slash', 'a@b.example', '(no comment)', "O'Neill", 'Dr. A; B: C']),
            3 => trim(mb_strcut(str_repeat($this->dice->one(['Very Long ', 'Очень ', '長い', '🎉']), 30), 0, 230)),
            default => trim(mb_strcut($this->line($this->dice->number(1, 4)), 0, 250)),
        };
    }
}
