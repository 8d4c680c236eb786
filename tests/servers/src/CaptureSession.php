<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** One connection: strict about line ends, so that what it stores is what was meant. */
final class CaptureSession
{
    private const VERSIONS = [
        '' => STREAM_CRYPTO_METHOD_TLSv1_2_SERVER | STREAM_CRYPTO_METHOD_TLSv1_3_SERVER,
        '1.1' => STREAM_CRYPTO_METHOD_TLSv1_1_SERVER,
        '1.2' => STREAM_CRYPTO_METHOD_TLSv1_2_SERVER,
    ];
    private const WRITES_IN_VAIN_MAX = 10;
    private static int $stored = 0;
    private static int $connections = 0;

    public float $lastHeard;
    private readonly int $connection;
    private string $input = '';
    private string $state = 'command';
    private bool $encrypted = false;
    private bool $closed = false;
    private bool $authenticated = false;
    private bool $greeted = false;
    private ?string $sender = null;
    private string $mailOptions = '';
    private array $recipients = [];
    private array $recipientOptions = [];
    private string $message = '';
    private int $chunkLeft = 0;
    private bool $lastChunk = false;
    private ?string $authUser = null;
    private int $messages = 0;
    private int $roundTrips = 1; // TCP's own
    private string $output = '';

    /** @param resource $stream */
    public function __construct(
        public readonly mixed $stream,
        private readonly string $directory,
        private readonly array $options,
    ) {
        $this->connection = ++self::$connections;
        $this->lastHeard = microtime(true);
    }

    public function begin(): void
    {
        if (($this->options['tls'] ?? 'implicit') === 'implicit') {
            $this->state = 'handshake';
            return;
        }
        $this->reply('220 capture.test ESMTP');
        $this->flush();
        $this->roundTrips++;
    }

    public function isClosed(): bool
    {
        return $this->closed;
    }

    public function isInMessage(): bool
    {
        return $this->state === 'data' || $this->state === 'chunk';
    }

    public function advance(): void
    {
        $this->lastHeard = microtime(true);
        if ($this->state === 'handshake') {
            $this->handshake();
            return;
        }
        $bytes = fread($this->stream, 262144);
        if ($bytes === false || ($bytes === '' && feof($this->stream))) {
            $this->closed = true;
            return;
        }
        if ($bytes === '') {
            return;
        }
        $this->input .= $bytes;
        $this->process();
        $this->flush();
    }

    private function handshake(): void
    {
        $result = @stream_socket_enable_crypto($this->stream, true, self::VERSIONS[$this->options['tls-version'] ?? '']);
        if ($result === false) {
            $this->closed = true;
            return;
        }
        if ($result === true) {
            $this->encrypted = true;
            $this->state = 'command';
            $this->roundTrips++;
            if (!$this->greeted && ($this->options['tls'] ?? 'implicit') === 'implicit') {
                $this->reply('220 capture.test ESMTP');
                $this->flush();
                $this->roundTrips++;
            }
        }
    }

    /** Everything that the input allows; a flight of commands gets its replies in one write. */
    private function process(): void
    {
        while (!$this->closed && $this->state !== 'handshake') {
            $before = strlen($this->input);
            match ($this->state) {
                'data' => $this->takeData(),
                'chunk' => $this->takeChunk(),
                default => $this->takeLine(),
            };
            if (strlen($this->input) === $before) {
                return;
            }
        }
    }

    private function reply(string $line): void
    {
        $this->output .= $line . "\r\n";
    }

    private function flush(): void
    {
        if ($this->output === '') {
            return;
        }
        if ($this->greeted) {
            $this->roundTrips++;
        }
        $output = $this->output;
        $this->output = '';
        $patience = self::WRITES_IN_VAIN_MAX;
        while ($output !== '') {
            $written = @fwrite($this->stream, $output);
            // PHP reports a full socket and, inside TLS, a client that has left alike: nothing written.
            if ($written === false || ($written === 0 && --$patience === 0)) {
                $this->closed = true;
                return;
            }
            if ($written === 0) {
                $read = $except = null;
                $write = [$this->stream];
                @stream_select($read, $write, $except, 1);
            }
            $output = substr($output, $written);
        }
    }

    private function takeLine(): void
    {
        $end = strpos($this->input, "\n");
        if ($end === false) {
            $this->closed = strlen($this->input) > 70000;
            return;
        }
        $line = substr($this->input, 0, $end + 1);
        $this->input = substr($this->input, $end + 1);
        if (!str_ends_with($line, "\r\n") || preg_match('/[\r\n\0]/', substr($line, 0, -2))) {
            $this->reply('500 5.5.2 bare CR, LF or NUL in a command');
            $this->closed = true;
            return;
        }
        $this->greeted = true;
        $line = substr($line, 0, -2);
        if ($this->state === 'auth') {
            $this->takeAuthLine($line);
            return;
        }
        [$verb, $rest] = array_pad(explode(' ', $line, 2), 2, '');
        $this->command(strtoupper($verb), $rest);
    }

    private function command(string $verb, string $rest): void
    {
        match ($verb) {
            'EHLO' => $this->ehlo(),
            'HELO' => $this->reply('250 capture.test'),
            'STARTTLS' => $this->startTls(),
            'AUTH' => $this->auth($rest),
            'MAIL' => $this->mail($rest),
            'RCPT' => $this->rcpt($rest),
            'DATA' => $this->data(),
            'BDAT' => $this->bdat($rest),
            'RSET' => $this->reset('250 2.0.0 forgotten'),
            'NOOP' => $this->reply('250 2.0.0 nothing done'),
            'QUIT' => $this->quit(),
            default => $this->reply('500 5.5.1 unknown command'),
        };
    }

    private function ehlo(): void
    {
        $lines = ['capture.test', 'SIZE 52428800', 'ENHANCEDSTATUSCODES', 'DSN'];
        foreach (['8bitmime' => '8BITMIME', 'smtputf8' => 'SMTPUTF8', 'pipelining' => 'PIPELINING',
            'chunking' => 'CHUNKING'] as $option => $keyword) {
            if (!isset($this->options["no-$option"])) {
                $lines[] = $keyword;
            }
        }
        if (($this->options['tls'] ?? 'implicit') === 'starttls' && !$this->encrypted) {
            $lines[] = 'STARTTLS';
        } elseif (isset($this->options['auth'])) {
            $lines[] = 'AUTH PLAIN LOGIN';
        }
        $last = array_pop($lines);
        foreach ($lines as $line) {
            $this->reply("250-$line");
        }
        $this->reply("250 $last");
    }

    private function startTls(): void
    {
        if ($this->encrypted || ($this->options['tls'] ?? 'implicit') !== 'starttls') {
            $this->reply('503 5.5.1 not now');
            return;
        }
        $this->reply('220 2.0.0 go ahead');
        $this->flush();
        if ($this->input !== '') {
            $this->closed = true; // commands behind STARTTLS: RFC 3207 4.2
            return;
        }
        $this->state = 'handshake';
    }

    private function auth(string $rest): void
    {
        [$mechanism, $initial] = array_pad(explode(' ', $rest, 2), 2, null);
        $this->state = 'auth';
        $this->authUser = null;
        if (strtoupper($mechanism) === 'PLAIN') {
            $initial === null ? $this->reply('334 ') : $this->takeAuthLine($initial);
        } elseif (strtoupper($mechanism) === 'LOGIN') {
            $this->authUser = '';
            $initial === null ? $this->reply('334 VXNlcm5hbWU6') : $this->takeAuthLine($initial);
        } else {
            $this->state = 'command';
            $this->reply('504 5.5.4 unknown mechanism');
        }
    }

    private function takeAuthLine(string $line): void
    {
        $text = (string) base64_decode($line, true);
        if ($this->authUser === '') {
            $this->authUser = $text;
            $this->reply('334 UGFzc3dvcmQ6');
            return;
        }
        $given = $this->authUser === null ? implode(':', array_slice(explode("\0", $text), 1)) : $this->authUser . ':' . $text;
        $this->authenticated = hash_equals($this->options['auth'] ?? '', $given);
        $this->state = 'command';
        $this->reply($this->authenticated ? '235 2.7.0 welcome' : '535 5.7.8 wrong user or password');
    }

    private function mail(string $rest): void
    {
        if ($this->sender !== null) {
            $this->reply('503 5.5.1 nested MAIL command');
        } elseif (isset($this->options['auth']) && !$this->authenticated) {
            $this->reply('530 5.7.0 authentication required');
        } elseif (preg_match('/^FROM:<([^>]*)>(.*)$/i', $rest, $found)) {
            $this->sender = $found[1];
            $this->mailOptions = trim($found[2]);
            $this->reply('250 2.1.0 sender ok');
        } else {
            $this->reply('501 5.5.4 syntax');
        }
    }

    private function rcpt(string $rest): void
    {
        if ($this->sender === null) {
            $this->reply('503 5.5.1 MAIL first');
        } elseif (!preg_match('/^TO:<("(?:[^"\\\\]|\\\\.)*"@[^>]+|[^>]+)>(.*)$/i', $rest, $found)) {
            $this->reply('501 5.5.4 syntax');
        } elseif (in_array($found[1], (array) ($this->options['defer'] ?? []), true)) {
            $this->reply('451 4.2.1 mailbox is being moved');
        } elseif (in_array($found[1], (array) ($this->options['reject'] ?? []), true)) {
            $this->reply('550 5.1.1 no such user here');
        } else {
            $this->recipients[] = $found[1];
            $this->recipientOptions[] = trim($found[2]);
            $this->reply('250 2.1.5 recipient ok');
        }
    }

    private function data(): void
    {
        if ($this->recipients === []) {
            $this->reply('554 5.5.1 no valid recipients');
            return;
        }
        $this->state = 'data';
        $this->reply('354 end with a dot');
    }

    private function takeData(): void
    {
        $this->message .= $this->input;
        $this->input = '';
        $end = str_starts_with($this->message, ".\r\n") ? -2 : strpos($this->message, "\r\n.\r\n");
        if ($end === false) {
            return;
        }
        $this->input = substr($this->message, $end + 5);
        $body = $end < 0 ? '' : substr($this->message, 0, $end + 2);
        $this->state = 'command';
        if (preg_match('/(?<!\r)\n|\r(?!\n)/', $body)) {
            $this->reset('550 5.6.0 bare CR or LF in the message');
            return;
        }
        $this->store(preg_replace('/^\./m', '', $body));
    }

    private function bdat(string $rest): void
    {
        if (!preg_match('/^(\d+)( LAST)?$/i', $rest, $found)) {
            $this->reply('501 5.5.4 syntax');
            return;
        }
        $this->chunkLeft = (int) $found[1];
        $this->lastChunk = isset($found[2]);
        $this->state = 'chunk';
        if ($this->chunkLeft === 0) {
            $this->endChunk();
        }
    }

    private function takeChunk(): void
    {
        $part = substr($this->input, 0, $this->chunkLeft);
        $this->input = substr($this->input, strlen($part));
        $this->message .= $part;
        $this->chunkLeft -= strlen($part);
        if ($this->chunkLeft === 0) {
            $this->endChunk();
        }
    }

    private function endChunk(): void
    {
        $this->state = 'command';
        if ($this->recipients === []) {
            $this->reset($this->sender === null ? '503 5.5.1 MAIL first' : '554 5.5.1 no valid recipients');
        } elseif ($this->lastChunk) {
            $this->store($this->message);
        } else {
            $this->reply('250 2.0.0 chunk taken');
        }
    }

    private function store(string $message): void
    {
        if (array_intersect($this->recipients, (array) ($this->options['refuse'] ?? [])) !== []) {
            $this->reset('554 5.7.1 this message is not wanted here');
            return;
        }
        $number = ++self::$stored;
        $this->messages++;
        file_put_contents(sprintf('%s/%d.json', $this->directory, $number), json_encode([
            'connection' => $this->connection, 'sender' => $this->sender, 'recipients' => $this->recipients,
            'mail_options' => $this->mailOptions, 'recipient_options' => $this->recipientOptions, 'tls' => $this->encrypted,
            'client' => $this->client(),
            // the answer that is about to go out ends one more
            'round_trips' => $this->roundTrips + 1,
        ], JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE));
        file_put_contents(sprintf('%s/%d.part', $this->directory, $number), $message);
        rename(sprintf('%s/%d.part', $this->directory, $number), sprintf('%s/%d.eml', $this->directory, $number));
        $this->reset("250 2.0.0 Ok: queued as C$number");
        if ($this->messages >= (int) ($this->options['max-messages'] ?? PHP_INT_MAX)) {
            $this->closed = true;
        }
    }

    /** The name in the client's certificate, where one was asked for. */
    private function client(): ?string
    {
        $certificate = stream_context_get_options($this->stream)['ssl']['peer_certificate'] ?? null;
        return $certificate === null ? null : openssl_x509_parse($certificate)['subject']['CN'];
    }

    private function reset(string $reply): void
    {
        $this->sender = null;
        $this->recipients = [];
        $this->recipientOptions = [];
        $this->message = '';
        $this->mailOptions = '';
        $this->reply($reply);
    }

    private function quit(): void
    {
        $this->reply('221 2.0.0 bye');
        $this->closed = true;
    }
}
