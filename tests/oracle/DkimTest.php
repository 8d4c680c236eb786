<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\Oracle;

use Outbox\{Message, Transport};
use Outbox\Tests\ServerProcess;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/src/autoload.php';

/** What we sign, dkimpy verifies; what is changed behind us, it does not. */
final class DkimTest extends TestCase
{
    private const DOMAIN = 'example.com';
    private const FORMS = ['relaxed/relaxed', 'relaxed/simple', 'simple/relaxed', 'simple/simple'];

    private static DkimKeys $keys;
    private static PythonProgram $verifier;

    public static function setUpBeforeClass(): void
    {
        self::$keys = new DkimKeys();
        self::$verifier = new PythonProgram('dkim_verify.py');
    }

    /** @return list<bool|string> what dkimpy thinks of each signature */
    private static function verify(string $message): array
    {
        return self::$verifier->ask(['message' => base64_encode($message), 'keys' => self::$keys->zone(self::DOMAIN)]);
    }

    private static function sign(Message $message, string $selector, array $options = []): Message
    {
        return $message->dkim(self::DOMAIN, $selector, self::$keys->pem[$selector], $options);
    }

    private static function composed(): Message
    {
        return (new Message())
            ->from('Jörg <joerg@example.com>', 'ann@example.com')
            ->sender('ann@example.com')
            ->replyTo('"Reply, please" <reply@example.com>')
            ->to(...array_map(static fn (int $n) => "\"Reader number $n\" <reader$n@example.org>", range(1, 12)))
            ->subject('Grüße an alle, die schon lange nichts mehr von uns gehört haben, und an alle anderen auch')
            ->header('X-Long', str_repeat('a line that has to be folded ', 20))
            ->text("Hello,\n\n.a dot in front\n..two\n \nblanks at the end   \n\ttabs\tand  runs\n\n\n\n");
    }

    /** Parts of every kind, one of them read from a file while it is signed, and once more while it is sent. */
    private static function rich(): Message
    {
        return self::composed()
            ->html('<p>Grüße</p><img src="cid:logo">')
            ->embed("\x89PNG\r\n\x1a\n" . random_bytes(3000), 'logo', 'image/png')
            ->attachFromPath(__FILE__, 'Prüfung.php', 'text/x-php')
            ->attach(self::complete())
            ->attach(random_bytes(100_000), 'octets.bin', 'application/octet-stream');
    }

    private static function complete(): Message
    {
        return Message::fromString("Received: from a by b;\r\n\tnow\r\nFROM:\t Ann\r\n  <ann@example.com> \r\nTo: b@example.org\r\n"
            . "Subject:    a   folded\r\n\tsubject  \r\nto: c@example.org\r\nX-Empty:\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
            . "Message-ID: <1@example.com>\r\n\r\n \t\r\nA  line \t\r\n\r\n  \r\n\r\n");
    }

    public static function forms(): iterable
    {
        foreach (['rsa', 'ed25519'] as $selector) {
            foreach (self::FORMS as $form) {
                foreach (['composed', 'complete', 'rich'] as $kind) {
                    yield "$kind, $selector, $form" => [$kind, $selector, $form];
                }
            }
        }
    }

    /** @dataProvider forms */
    public function testASignatureIsGoodAndCoversWhatReadersSee(string $kind, string $selector, string $form): void
    {
        $text = self::sign(self::$kind(), $selector, ['canonicalization' => $form, 'expires_in' => 3600,
            'identity' => 'a;b@mail.example.com'])->toString();
        self::assertSame([true], self::verify($text));
        [$header, $body] = explode("\r\n\r\n", $text, 2);
        $changed = [
            'a body' => "$header\r\n\r\nx$body",
            'more body' => "$text\r\nmore\r\n",
            'a subject' => preg_replace('/^(Subject:\s*\S)/mi', '$1x', $text),
            'a second From' => "From: mallory@example.net\r\n$text",
            'a second Subject' => preg_replace('/^Subject:/mi', "Subject: another\r\nSubject:", $text, 1),
            'a Reply-To' => "Reply-To: mallory@example.net\r\n$text",
            'a Content-Type' => "Content-Type: text/html\r\n$text",
            'the expiry' => preg_replace('/(?<=[ \t])x=/', 'x=9', $text),
        ];
        foreach ($changed as $what => $other) {
            self::assertNotSame($text, $other, $what);
            self::assertNotSame([true], self::verify($other), "changed: $what");
        }
    }

    public function testSeveralSignaturesStandSideBySide(): void
    {
        foreach ([self::composed(), self::complete(), self::rich()] as $message) {
            foreach (self::FORMS as $at => $form) {
                self::sign($message, $at % 2 === 0 ? 'rsa' : 'ed25519', ['canonicalization' => $form]);
            }
            self::assertSame([true, true, true, true], self::verify($message->toString()));
        }
    }

    public function testAnOlderSignatureStaysGoodBelowOurs(): void
    {
        $first = self::sign(self::composed(), 'rsa', ['canonicalization' => 'simple/simple'])->toString();
        self::assertSame([true, true], self::verify(self::sign(Message::fromString($first), 'ed25519')->toString()));
    }

    public function testOnlyTheNamedFieldsAreCovered(): void
    {
        $text = self::sign(self::composed(), 'ed25519', ['headers' => ['from', 'X-Long']])->toString();
        self::assertSame([true], self::verify(preg_replace('/^Message-ID: .*$/m', "Message-ID: <another@example.com>\r", $text)));
        self::assertNotSame([true], self::verify("X-Long: another\r\n$text"));
    }

    public function testAnotherKeyVerifiesNothing(): void
    {
        $text = self::sign(self::composed(), 'ed25519')->toString();
        $other = (new DkimKeys())->zone(self::DOMAIN);
        self::assertNotSame([true], self::$verifier->ask(['message' => base64_encode($text), 'keys' => $other]));
    }

    public function testSigningAFileOf25MebibytesHoldsNothingOfIt(): void
    {
        $path = tempnam(sys_get_temp_dir(), 'outbox');
        try {
            file_put_contents($path, str_repeat(random_bytes(1 << 20), 25));
            $message = self::composed()->attachFromPath($path, 'file', 'application/octet-stream');
            self::sign($message, 'rsa');
            self::sign($message, 'ed25519', ['canonicalization' => 'simple/simple']);
            file_put_contents('/proc/self/clear_refs', '5'); // VmHWM begins anew
            $before = self::peakKib();
            self::assertGreaterThan(35_000_000, $message->size());
            self::assertLessThan(4096, self::peakKib() - $before);
            self::assertSame([true, true], self::verify($message->toString()));
        } finally {
            unlink($path);
        }
    }

    private static function peakKib(): int
    {
        return preg_match('/^VmHWM:\s*(\d+) kB$/m', file_get_contents('/proc/self/status'), $found) ? (int) $found[1] : 0;
    }

    /** Bodies of blanks, line ends and a letter, which is where canonical forms differ. */
    public function testBodiesOfEveryShapeVerify(): void
    {
        $dice = new Dice(6376);
        $pieces = ["\r\n", "\r\n", ' ', "\t", '  ', 'a', '.', "\r\n.\r\n", "\n", '='];
        for ($n = 0; $n < 300; $n++) {
            $body = implode('', $dice->several(0, 12, static fn () => $dice->one($pieces)));
            $message = Message::fromString("From: ann@example.com\r\nSubject: $n\r\n\r\n$body");
            self::sign($message, 'ed25519', ['canonicalization' => self::FORMS[$n % 4]]);
            self::assertSame([true], self::verify($message->toString()), json_encode($body));
        }
    }

    public static function ways(): array
    {
        return ['by BDAT' => [[]], 'by DATA' => [['--no-chunking']], 'without 8BITMIME' => [['--no-8bitmime']]];
    }

    /** @dataProvider ways */
    public function testASignatureArrivesWhole(array $options): void
    {
        $server = new ServerProcess('capture.php', ...$options);
        $transport = new Transport("smtps://127.0.0.1:{$server->port()}?ca_file=" . rawurlencode($server->ready['ca_file']));
        foreach (self::FORMS as $at => $form) {
            foreach ([self::composed(), self::complete(), self::rich()] as $message) {
                self::sign($message, $at % 2 === 0 ? 'rsa' : 'ed25519', ['canonicalization' => $form]);
                $transport->send($message);
                $arrived = $server->captured();
                self::assertSame($message->toString(), end($arrived)['message']);
                self::assertSame([true], self::verify(end($arrived)['message']));
            }
        }
    }
}
