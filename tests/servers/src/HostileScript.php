<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** What a script can do to a connection. */
final class HostileScript
{
    private const PATIENCE = 20;
    private string $input = '';

    /**
     * @param resource $stream
     * @param resource $record
     */
    public function __construct(private $stream, private $record)
    {
        stream_set_timeout($stream, self::PATIENCE);
        stream_set_read_buffer($stream, 0);
    }

    public function encrypt(int $method = STREAM_CRYPTO_METHOD_TLSv1_2_SERVER | STREAM_CRYPTO_METHOD_TLSv1_3_SERVER): void
    {
        if (@stream_socket_enable_crypto($this->stream, true, $method) !== true) {
            throw new HostileScriptEnd();
        }
    }

    public function send(string $bytes): void
    {
        while ($bytes !== '') {
            $written = @fwrite($this->stream, $bytes);
            if ($written === false || $written === 0) {
                throw new HostileScriptEnd();
            }
            $bytes = substr($bytes, $written);
        }
    }

    public function trickle(string $bytes, int $microseconds): void
    {
        foreach (str_split($bytes) as $byte) {
            $this->send($byte);
            usleep($microseconds);
        }
    }

    /** One line without its end. */
    public function line(): string
    {
        while (($end = strpos($this->input, "\n")) === false) {
            $this->fill();
        }
        $line = substr($this->input, 0, $end + 1);
        $this->input = substr($this->input, $end + 1);
        return rtrim($line, "\r\n");
    }

    public function bytes(int $count): string
    {
        while (strlen($this->input) < $count) {
            $this->fill();
        }
        $bytes = substr($this->input, 0, $count);
        $this->input = substr($this->input, $count);
        return $bytes;
    }

    /** The input up to the first match, which is taken away with it. */
    public function until(string $pattern): string
    {
        while (preg_match($pattern, $this->input, $found, PREG_OFFSET_CAPTURE) !== 1) {
            $this->fill();
        }
        $text = substr($this->input, 0, $found[0][1]);
        $this->input = substr($this->input, $found[0][1] + strlen($found[0][0]));
        return $text;
    }

    /** Says nothing until the client leaves. */
    public function stayAway(): never
    {
        while (true) {
            $this->fill();
        }
    }

    /** Reads nothing either: the client's writes run into a full window. */
    public function sleep(): never
    {
        sleep(self::PATIENCE);
        throw new HostileScriptEnd();
    }

    public function reset(): never
    {
        socket_set_option(socket_import_stream($this->stream), SOL_SOCKET, SO_LINGER, ['l_onoff' => 1, 'l_linger' => 0]);
        fclose($this->stream);
        throw new HostileScriptEnd();
    }

    public function close(): void
    {
        if (is_resource($this->stream)) {
            fclose($this->stream);
        }
    }

    private function fill(): void
    {
        $bytes = @fread($this->stream, 65536);
        if ($bytes === false || $bytes === '') {
            throw new HostileScriptEnd();
        }
        fwrite($this->record, $bytes);
        fflush($this->record);
        $this->input .= $bytes;
    }
}
