<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** A captured message as bin/demo shows it to a person. */
final class DemoMail
{
    private const LINES_MAX = 12;

    /** @param string $file path of the capture without .eml */
    public static function show(string $file): string
    {
        $message = file_get_contents("$file.eml");
        $envelope = json_decode(file_get_contents("$file.json"), true);
        [$header, $body] = explode("\r\n\r\n", $message, 2) + [1 => ''];
        $lines = explode("\n", trim(str_replace("\r", '', self::text($header, $body))));
        $shown = array_map(static fn (string $line): string => rtrim("    | $line") . "\n", array_slice($lines, 0, self::LINES_MAX));
        return sprintf("%s  %s arrived for %s, %d octets, %s\n    From     %s\n    Subject  %s\n%s%s", date('H:i:s'), basename($file),
            implode(', ', $envelope['recipients']), strlen($message), $envelope['tls'] ? 'over TLS' : 'in the clear',
            self::field($header, 'From'), self::field($header, 'Subject'), implode('', $shown),
            count($lines) > self::LINES_MAX ? "    | ...\n" : '');
    }

    private static function field(string $header, string $name): string
    {
        return preg_match("/^$name:((?:.*\r?\n?(?=[ \t]))*.*)/mi", $header, $match)
            ? trim(iconv_mime_decode(preg_replace('/\r\n\s*/', ' ', $match[1]), ICONV_MIME_DECODE_CONTINUE_ON_ERROR, 'UTF-8')) : '-';
    }

    /** The plain text: of the message, or of its first part that is one. */
    private static function text(string $header, string $body): string
    {
        if (preg_match('/boundary="?([^";\r\n]+)/i', $header, $match)) {
            foreach (array_slice(explode("--$match[1]", $body), 1) as $part) {
                [$inner, $content] = explode("\r\n\r\n", $part, 2) + [1 => ''];
                if (preg_match('~Content-Type:\s*(text/|multipart/)~i', $inner)) {
                    return self::text($inner, $content);
                }
            }
        }
        $plain = match (true) {
            (bool) preg_match('/Content-Transfer-Encoding:\s*base64/i', $header) => base64_decode($body),
            (bool) preg_match('/Content-Transfer-Encoding:\s*quoted-printable/i', $header) => quoted_printable_decode($body),
            default => $body,
        };
        return preg_match('~Content-Type:\s*text/html~i', $header)
            ? html_entity_decode(strip_tags(preg_replace('~<(style|head)\b.*?</\1>~is', '', $plain)), ENT_QUOTES) : $plain;
    }
}
