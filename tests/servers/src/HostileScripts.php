<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/**
 * The scripts by name: ACT@STAGE with an act of misbehave() and a stage of greeting, ehlo, auth, mail, rcpt, data,
 * body, dot; the others stand in play().
 */
final class HostileScripts
{
    private const GREETINGS = [
        'http' => "HTTP/1.1 400 Bad Request\r\nServer: test\r\nConnection: close\r\n\r\n",
        'ssh' => "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        'tls' => "\x15\x03\x03\x00\x02\x02\x46",
        'noise' => "\x8f\x01\xfe\xc0 hello?\r\n",
        'imap' => "* OK IMAP4rev1 ready\r\n",
    ];

    public static function play(string $name, HostileScript $peer): void
    {
        [$act, $stage] = array_pad(explode('@', $name, 2), 2, '');
        match ($act) {
            'greets' => self::greets($peer, $stage),
            'plaintext' => self::plaintext($peer),
            'no-handshake' => self::misbehave($peer, $stage),
            'old-tls' => $peer->encrypt(STREAM_CRYPTO_METHOD_TLSv1_1_SERVER),
            'inject' => self::startTls($peer, "220 2.0.0 go ahead\r\n" . ($stage === 'line' ? "250 2.0.0 injected\r\n" : '250-inj')),
            'refuse-starttls' => self::startTls($peer, "454 4.7.0 TLS not available\r\n"),
            'strip' => self::strip($peer),
            'bytewise' => self::dialogue($peer, '', static function () {}, true),
            'sink' => self::sink($peer, $stage),
            'stop-reading' => self::dialogue($peer, 'body', static fn () => $peer->sleep()),
            default => self::dialogue($peer, $stage, static fn () => self::misbehave($peer, $act)),
        };
    }

    private static function misbehave(HostileScript $peer, string $act): void
    {
        match ($act) {
            'close' => throw new HostileScriptEnd(),
            'reset' => $peer->reset(),
            'silence' => $peer->stayAway(),
            '421' => self::leave($peer, "421 4.3.2 closing down\r\n"),
            'garbage' => $peer->send("\xff\xfe\x01 what is this\r\n"),
            'nul' => $peer->send("250 2.0.0 a\0b\r\n"),
            'wrong' => $peer->send("354 go on\r\n"),
            'endless-lines' => self::forever($peer, "250-and so on\r\n"),
            'endless-line' => self::forever($peer, str_repeat('x', 512), '250 '),
            'trickle' => $peer->trickle('250-' . str_repeat('slow', 500), 100_000),
        };
        $peer->stayAway();
    }

    private static function forever(HostileScript $peer, string $piece, string $first = ''): never
    {
        $peer->send($first);
        while (true) {
            $peer->send($piece);
        }
    }

    private static function leave(HostileScript $peer, string $reply): never
    {
        $peer->send($reply);
        throw new HostileScriptEnd();
    }

    private static function greets(HostileScript $peer, string $what): never
    {
        $peer->send(self::GREETINGS[$what]);
        $peer->stayAway();
    }

    private static function plaintext(HostileScript $peer): never
    {
        $peer->send("220 plain.test ESMTP\r\n");
        $peer->stayAway();
    }

    /** The reply and what is behind it leave in one segment; then an honest handshake. */
    private static function startTls(HostileScript $peer, string $reply): void
    {
        $peer->send("220 hostile.test ESMTP\r\n");
        $peer->line();
        $peer->send("250-hostile.test\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n");
        $peer->line();
        $peer->send($reply);
        if ($reply[0] !== '2') {
            $peer->stayAway();
        }
        $peer->encrypt();
        $peer->stayAway();
    }

    private static function strip(HostileScript $peer): void
    {
        $peer->send("220 hostile.test ESMTP\r\n");
        $peer->line();
        $peer->send("250-hostile.test\r\n250 AUTH PLAIN LOGIN\r\n");
        while (true) {
            $peer->line();
            $peer->send("250 2.0.0 certainly\r\n");
        }
    }

    /** A well-behaved submission over TLS, up to the stage where the act takes over. */
    private static function dialogue(HostileScript $peer, string $stage, \Closure $act, bool $bytewise = false): void
    {
        $say = static fn (string $bytes) => $bytewise ? $peer->trickle($bytes, 500) : $peer->send($bytes);
        $peer->encrypt();
        $stage === 'greeting' ? $act() : $say("220 hostile.test ESMTP\r\n");
        while (true) {
            $verb = strtoupper(strtok($peer->line(), ' '));
            $at = ['EHLO' => 'ehlo', 'AUTH' => 'auth', 'MAIL' => 'mail', 'RCPT' => 'rcpt', 'DATA' => 'data'][$verb] ?? '';
            if ($at !== '' && $at === $stage) {
                $act();
            }
            $say(match ($verb) {
                'EHLO' => "250-hostile.test\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN\r\n",
                'AUTH' => "235 2.7.0 welcome\r\n",
                'DATA' => "354 go on\r\n",
                'QUIT' => "221 2.0.0 bye\r\n",
                default => "250 2.0.0 ok\r\n",
            });
            if ($verb === 'DATA') {
                $stage === 'body' && $act();
                $peer->until('/(?<=\r\n|^)\.\r\n/');
                $stage === 'dot' && $act();
                $say("250 2.0.0 Ok: queued as H1\r\n");
            }
        }
    }

    /** Ends the data where the most lenient of all servers would, and counts what it takes for messages. */
    private static function sink(HostileScript $peer, string $way): void
    {
        $peer->encrypt();
        $peer->send("220 sink.test ESMTP\r\n");
        while (true) {
            [$verb, $size] = array_pad(explode(' ', strtoupper($peer->line())), 2, '');
            if ($verb === 'BDAT') {
                $peer->bytes((int) $size);
            }
            $peer->send(match ($verb) {
                'EHLO' => "250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n" . ($way === 'bdat' ? "250-CHUNKING\r\n" : '') . "250 AUTH PLAIN\r\n",
                'AUTH' => "235 2.7.0 welcome\r\n",
                'DATA' => "354 go on\r\n",
                'QUIT' => "221 2.0.0 bye\r\n",
                default => "250 2.0.0 ok\r\n",
            });
            if ($verb === 'DATA') {
                $peer->until('/\n\.\r?\n|\r\.\r\n?/');
                $peer->send("250 2.0.0 Ok: queued as S1\r\n");
            }
        }
    }
}
