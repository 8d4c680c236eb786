<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** From wp_mail() through the extension's own queue to the message that arrives, and back into the log. */
final class DeliveryByQueueTest extends PluginTestCase
{
    private const DRAIN = "Outbox\\WordPress\\Extension::spool(Outbox\\WordPress\\Plugin::settings())->run(['until' => 'empty', 'seconds' => 20]);
        Outbox\\WordPress\\Plugin::sync();";

    protected function setUp(): void
    {
        parent::setUp();
        if (!self::$site->evaluate('return Outbox\WordPress\Extension::can_queue();')) {
            self::markTestSkipped('this build of the extension has no queue');
        }
    }

    /** @return array settings for the queue, with the runner started by nobody but the test */
    private static function queue(string ...$more): array
    {
        return ['delivery_mode' => 'queue'] + self::relay(...$more);
    }

    public function testAMessageGoesThroughTheQueueToTheRelayAndTheLogFollows(): void
    {
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        $before = count($server->captured());
        [$sent, $failed] = self::evaluate(self::queue(), "return [wp_mail('ann@example.org', 'By the queue', 'Text', 'Bcc: ben@example.org'), \$failed];");
        self::assertSame([true, []], [$sent, $failed]);
        [$entry] = self::logged();
        self::assertMatchesRegularExpression('/^[0-9A-Z]{26}$/', $entry['queue_id']);
        $told = self::evaluate([], "add_action('outbox/delivered', static function (\$m) use (&\$told) { \$told[] = \$m['recipients'][0]; }); " . self::DRAIN . ' return $told;');
        self::assertEqualsCanonicalizing(['ann@example.org', 'ben@example.org'], $told);
        [$mail] = array_slice($server->captured(), $before);
        self::assertSame(['ann@example.org', 'ben@example.org'], $mail['recipients']);
        self::assertSame($entry['message_id'], trim(self::headers($mail['message'])['message-id'], '<>'));
        [$entry] = self::logged();
        self::assertSame(['sent', ['sent', 'sent'], 1], [$entry['status'], array_column($entry['recipients'], 'outcome'), $entry['tries']]);
        self::assertContains('accepted', array_column($entry['timeline'], 'type'));
    }

    public function testARefusalByTheRelayIsToldAfterwards(): void
    {
        [$sent, $failed] = self::evaluate(self::queue('--reject', 'gone@example.org'), "\$sent = wp_mail('gone@example.org', 'Hello', 'Text'); " . self::DRAIN . ' return [$sent, $failed];');
        self::assertTrue($sent);
        self::assertSame([['gone@example.org'], 550, 'Hello'], [$failed[0]['to'], $failed[0]['phpmailer_exception_code'], $failed[0]['subject']]);
        self::assertSame('failed', self::logged()[0]['status']);
    }

    public function testAWrongPasswordKeepsTheMessageAndTheRightOneSendsIt(): void
    {
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        $before = count($server->captured());
        self::evaluate(['smtp_pass' => 'wrong'] + self::queue(), "wp_mail('ann@example.org', 'Kept', 'Text');
            Outbox\\WordPress\\Extension::spool(Outbox\\WordPress\\Plugin::settings())->run(['until' => 'idle', 'seconds' => 10]); Outbox\\WordPress\\Plugin::sync(); return 1;");
        self::assertCount($before, $server->captured());
        self::assertContains(self::logged()[0]['status'], ['queued', 'deferred']);
        self::assertArrayHasKey('primary', self::$site->evaluate("return Outbox\\WordPress\\State::get('paused');"));
        self::evaluate(['smtp_pass' => 'secret'], "wp_mail('ann@example.org', 'Next', 'Text'); " . self::DRAIN . ' return 1;');
        self::assertCount($before + 2, $server->captured());
        self::assertSame(['sent', 'sent'], array_column(self::logged(), 'status'));
        self::assertNull(self::$site->evaluate("return Outbox\\WordPress\\State::get('paused');"));
    }

    public function testWhatWaitsForABrokenConnectionGoesOverTheBackup(): void
    {
        $two = self::$site->capture('--tls', 'starttls', '--auth', 'two:second');
        $before = count($two->captured());
        $second = ['provider' => 'other', 'host' => '127.0.0.1', 'port' => $two->port(), 'encryption' => 'tls', 'user' => 'two', 'pass' => 'second', 'ca_file' => $two->ready['ca_file']];
        self::evaluate(['smtp_pass' => 'wrong', 'backup' => 'second', 'connections' => ['second' => $second]] + self::queue(), "wp_mail('ann@example.org', 'Kept', 'Text');
            Outbox\\WordPress\\Extension::spool(Outbox\\WordPress\\Plugin::settings())->run(['until' => 'idle', 'seconds' => 10]);
            Outbox\\WordPress\\Plugin::sync(); " . self::DRAIN . ' return 1;');
        self::assertCount($before + 1, $two->captured());
        self::assertSame(['sent', 'second'], [self::logged()[0]['status'], self::logged()[0]['connection']]);
    }

    public function testASpoolThatCannotBeOpenedIsAFailure(): void
    {
        [$sent, $failed] = self::evaluate(['spool_path' => '/proc/nowhere/spool'] + self::queue(), "return [wp_mail('ann@example.org', 'Hello', 'Text'), \$failed];");
        self::assertFalse($sent);
        self::assertCount(1, $failed);
    }
}
