<?php

// SPDX-License-Identifier: MIT
// The three ways to write a message and to send it. All write the same ones.

declare(strict_types=1);

namespace Outbox\Bench;

use Outbox\Message;
use Outbox\Transport;
use PHPMailer\PHPMailer\PHPMailer;
use Symfony\Component\Mailer\Transport\Smtp\EsmtpTransport;
use Symfony\Component\Mime\Email;

/** What a message is made of. */
final readonly class Draft
{
    public const RECIPIENT = 'reader@example.org';

    /** @param array<string, string> $images Content-ID => path */
    private function __construct(
        public string $text,
        public ?string $html,
        public array $images,
        public ?string $attachment,
    ) {
    }

    public static function of(string $name, string $work): self
    {
        $images = array_combine(array_map(static fn (int $n) => "image$n@example.com", range(1, 5)),
            array_map(static fn (int $n) => "$work/image$n.png", range(1, 5)));
        return match ($name) {
            'warm-up' => new self("Hello.\n", null, [], null),
            'small' => new self(self::text(1000), '<p>' . str_replace("\n", '<br>', self::text(990)) . '</p>', [], null),
            'page' => new self(self::text(1000), self::page(100_000, array_keys($images)), $images, null),
            'file' => new self(self::text(1000), null, [], "$work/attachment.bin"),
        };
    }

    private static function text(int $size): string
    {
        return mb_strcut(str_repeat("Thank you for your order, which is on its way to Gr\u{f6}nland by now.\n", 100), 0, $size) . "\n";
    }

    /** @param list<string> $ids */
    private static function page(int $size, array $ids): string
    {
        $html = "<html><body>\n";
        foreach ($ids as $id) {
            $html .= "<img src=\"cid:$id\" alt=\"\">\n";
        }
        for ($row = 1; strlen($html) < $size; $row++) {
            $html .= "<tr><td style=\"padding: 4px 8px\">Article $row, a l\u{f6}ffel of the best</td><td align=\"right\">" . $row * 7 . ".90 \u{20ac}</td></tr>\n";
        }
        return $html . "</body></html>\n";
    }

    /** The files that the drafts name, made once. */
    public static function makeFiles(string $work): void
    {
        for ($n = 1; $n <= 5; $n++) {
            is_file("$work/image$n.png") || file_put_contents("$work/image$n.png", "\x89PNG\r\n\x1a\n" . random_bytes(20_000));
        }
        if (!is_file("$work/attachment.bin") || filesize("$work/attachment.bin") !== 25 << 20) {
            file_put_contents("$work/attachment.bin", random_bytes(25 << 20));
        }
    }
}

interface Composer
{
    /** The whole message as a string. */
    public function compose(Draft $draft): string;

    /** Writes the message and submits it, on the open connection where there is one. */
    public function send(Draft $draft): void;
}

final class PhpMailerComposer implements Composer
{
    private PHPMailer $mailer;

    public function __construct(Relay $relay)
    {
        $this->mailer = $relay->phpMailer(keepAlive: true);
        $this->mailer->CharSet = PHPMailer::CHARSET_UTF8;
    }

    private function fill(Draft $draft): void
    {
        $this->mailer->clearAddresses();
        $this->mailer->clearAttachments();
        $this->mailer->addAddress(Draft::RECIPIENT);
        $this->mailer->Subject = 'A message to be measured';
        $this->mailer->isHTML($draft->html !== null);
        $this->mailer->Body = $draft->html ?? $draft->text;
        $this->mailer->AltBody = $draft->html === null ? '' : $draft->text;
        foreach ($draft->images as $id => $path) {
            $this->mailer->addEmbeddedImage($path, $id);
        }
        $draft->attachment === null || $this->mailer->addAttachment($draft->attachment);
    }

    public function compose(Draft $draft): string
    {
        $this->fill($draft);
        $this->mailer->preSend();
        return $this->mailer->getSentMIMEMessage();
    }

    public function send(Draft $draft): void
    {
        $this->fill($draft);
        $this->mailer->send();
    }
}

/** Both have the same words for it. */
function written(Email|Message $message, Draft $draft): Email|Message
{
    $message->from(SENDER)->to(Draft::RECIPIENT)->subject('A message to be measured')->text($draft->text);
    $draft->html === null || $message->html($draft->html);
    foreach ($draft->images as $id => $path) {
        $message->embedFromPath($path, $id, 'image/png');
    }
    $draft->attachment === null || $message->attachFromPath($draft->attachment);
    return $message;
}

final class SymfonyComposer implements Composer
{
    private EsmtpTransport $transport;

    public function __construct(Relay $relay)
    {
        $this->transport = $relay->symfony();
    }

    public function compose(Draft $draft): string
    {
        return written(new Email(), $draft)->toString();
    }

    public function send(Draft $draft): void
    {
        $this->transport->send(written(new Email(), $draft));
    }
}

final class OutboxComposer implements Composer
{
    private Transport $transport;

    public function __construct(Relay $relay)
    {
        $this->transport = $relay->outbox(kept: true);
    }

    public function compose(Draft $draft): string
    {
        return written(new Message(), $draft)->toString();
    }

    public function send(Draft $draft): void
    {
        expect_sent($this->transport->send(written(new Message(), $draft)));
    }
}
