<?php

// SPDX-License-Identifier: MIT
// The five ways to submit. All get the same relay and a message of the same size; composing it is done before the
// clock starts, so that what is measured is the submission.

declare(strict_types=1);

namespace Outbox\Bench;

use Outbox\Envelope;
use Outbox\Transport;
use PHPMailer\PHPMailer\PHPMailer;
use Symfony\Component\Mailer\Envelope as SymfonyEnvelope;
use Symfony\Component\Mailer\Transport\Smtp\EsmtpTransport;
use Symfony\Component\Mime\Address;
use Symfony\Component\Mime\RawMessage;

interface Peer
{
    /** Lets go of the open connection. The next one is kept for further messages, or serves one message only. */
    public function start(bool $kept): void;

    /** @return \Closure(): void what submits one message, on the open connection where there is one */
    public function prepare(int $recipients): \Closure;

    /** @return list<\Closure(): void> what submits $count messages to one recipient each */
    public function prepareStream(int $count): array;
}

/** @return list<string> */
function recipients(int $count): array
{
    return array_map(static fn (int $n) => "reader$n@example.org", range(1, $count));
}

function text(): string
{
    return str_repeat("Each line of this text has seventy-two octets; the whole of it four kB.\r\n", 55);
}

function message(int $recipients): string
{
    return 'Date: ' . date(DATE_RFC2822) . "\r\nFrom: " . SENDER . "\r\nTo: " . implode(",\r\n ", recipients($recipients))
        . "\r\nMessage-ID: <" . bin2hex(random_bytes(16)) . "@example.com>\r\nSubject: A message to be measured\r\n"
        . "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" . text();
}

final class PhpMailerPeer implements Peer
{
    private PHPMailer $mailer;

    public function __construct(Relay $relay, bool $keepAlive)
    {
        $this->mailer = $relay->phpMailer($keepAlive);
        $this->mailer->Subject = 'A message to be measured';
        $this->mailer->Body = text();
    }

    public function start(bool $kept): void
    {
        $this->mailer->smtpClose();
    }

    public function prepare(int $recipients): \Closure
    {
        $this->mailer->clearAddresses();
        array_map($this->mailer->addAddress(...), recipients($recipients));
        $this->mailer->preSend();
        return function (): void {
            $this->mailer->postSend();
        };
    }

    public function prepareStream(int $count): array
    {
        return array_fill(0, $count, $this->prepare(1));
    }
}

final class SymfonyPeer implements Peer
{
    private EsmtpTransport $transport;

    public function __construct(Relay $relay)
    {
        $this->transport = $relay->symfony();
    }

    public function start(bool $kept): void
    {
        $this->transport->stop();
    }

    public function prepare(int $recipients): \Closure
    {
        $message = new RawMessage(message($recipients));
        $addresses = array_map(static fn (string $address) => new Address($address), recipients($recipients));
        $envelope = new SymfonyEnvelope(new Address(SENDER), $addresses);
        return fn () => $this->transport->send($message, $envelope);
    }

    public function prepareStream(int $count): array
    {
        return array_map(fn () => $this->prepare(1), range(1, $count));
    }
}

final class CurlPeer implements Peer
{
    private ?\CurlHandle $handle = null;

    public function __construct(private readonly Relay $relay)
    {
    }

    public function start(bool $kept): void
    {
        $this->handle = null;
    }

    private function handle(): \CurlHandle
    {
        $handle = curl_init();
        curl_setopt_array($handle, [
            CURLOPT_URL => "smtps://localhost:{$this->relay->port}/bench.example.com",
            CURLOPT_USERNAME => $this->relay->user,
            CURLOPT_PASSWORD => $this->relay->password,
            CURLOPT_CAINFO => $this->relay->caFile,
            CURLOPT_MAIL_FROM => '<' . SENDER . '>',
            CURLOPT_UPLOAD => true,
            CURLOPT_RETURNTRANSFER => true,
        ]);
        return $handle;
    }

    public function prepare(int $recipients): \Closure
    {
        $message = message($recipients);
        $addresses = array_map(static fn (string $address) => "<$address>", recipients($recipients));
        return function () use ($message, $addresses): void {
            $this->handle ??= $this->handle();
            $at = 0;
            curl_setopt_array($this->handle, [
                CURLOPT_MAIL_RCPT => $addresses,
                CURLOPT_INFILESIZE => strlen($message),
                CURLOPT_READFUNCTION => static function ($handle, $file, int $size) use ($message, &$at): string {
                    $part = substr($message, $at, $size);
                    $at += strlen($part);
                    return $part;
                },
            ]);
            if (curl_exec($this->handle) === false) {
                throw new \RuntimeException('curl: ' . curl_error($this->handle));
            }
        };
    }

    public function prepareStream(int $count): array
    {
        return array_map(fn () => $this->prepare(1), range(1, $count));
    }
}

final class OutboxPeer implements Peer
{
    private Transport $transport;

    public function __construct(private readonly Relay $relay)
    {
        $this->start(true);
    }

    public function start(bool $kept): void
    {
        $this->transport = $this->relay->outbox($kept);
    }

    public function prepare(int $recipients): \Closure
    {
        $message = message($recipients);
        $envelope = new Envelope(SENDER, recipients($recipients));
        return fn () => expect_sent($this->transport->send($message, $envelope));
    }

    public function prepareStream(int $count): array
    {
        $messages = array_map(static fn () => message(1), range(1, $count));
        return [fn () => array_map(expect_sent(...), $this->transport->sendMany($messages))];
    }
}
