<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** From wp_mail() through the extension's own queue to the message that arrives, and back into the log. */
final class DeliveryByQueueTest extends PluginTestCase
{
    /** Reads the journal until what PHP says is true: the runner works in a process of its own, started on demand. */
    private const AWAIT = "\$await = static function (callable \$done) {
            for (\$until = microtime(true) + 20; microtime(true) < \$until; usleep(50000)) {
                Outbox\\WordPress\\Plugin::sync();
                \$entries = Outbox\\WordPress\\Plugin::log()->query()->find();
                if (\$done(\$entries, Outbox\\WordPress\\State::get('paused') ?? [])) { return true; }
            }
            return [array_column(\$entries, 'status'), Outbox\\WordPress\\State::get('paused'), Outbox\\WordPress\\Extension::spool(Outbox\\WordPress\\Plugin::settings())->status()];
        };";

    protected function setUp(): void
    {
        parent::setUp();
        if (!self::$site->evaluate('return Outbox\WordPress\Extension::can_queue();')) {
            self::markTestSkipped('this build of the extension has no queue');
        }
    }

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
        $told = self::evaluate([], "add_action('outbox/delivered', static function (\$m) use (&\$told) { \$told[] = \$m['recipients'][0]; });
            " . self::AWAIT . " return [\$await(static fn (\$log) => 'sent' === \$log[0]['status']), \$told];");
        self::assertTrue($told[0], json_encode($told[0]));
        self::assertEqualsCanonicalizing(['ann@example.org', 'ben@example.org'], $told[1]);
        [$mail] = array_slice($server->captured(), $before);
        self::assertSame(['ann@example.org', 'ben@example.org'], $mail['recipients']);
        self::assertSame($entry['message_id'], trim(self::headers($mail['message'])['message-id'], '<>'));
        [$entry] = self::logged();
        self::assertSame(['sent', ['sent', 'sent'], 1], [$entry['status'], array_column($entry['recipients'], 'outcome'), $entry['tries']]);
        self::assertContains('accepted', array_column($entry['timeline'], 'type'));
    }

    public function testARefusalByTheRelayIsToldAfterwards(): void
    {
        [$sent, $ended, $failed] = self::evaluate(self::queue('--reject', 'gone@example.org'), self::AWAIT . "\$sent = wp_mail('gone@example.org', 'Hello', 'Text');
            return [\$sent, \$await(static fn (\$log) => 'failed' === \$log[0]['status']), \$failed];");
        self::assertTrue($sent);
        self::assertTrue($ended, json_encode($ended));
        self::assertSame([['gone@example.org'], 550, 'Hello'], [$failed[0]['to'], $failed[0]['phpmailer_exception_code'], $failed[0]['subject']]);
        self::assertSame('failed', self::logged()[0]['status']);
    }

    public function testAWrongPasswordKeepsTheMessageAndTheRightOneSendsIt(): void
    {
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        $before = count($server->captured());
        $paused = self::evaluate(['smtp_pass' => 'wrong'] + self::queue(), self::AWAIT . "wp_mail('ann@example.org', 'Kept', 'Text');
            return \$await(static fn (\$log, \$paused) => isset(\$paused['primary']));");
        self::assertTrue($paused, json_encode($paused));
        self::assertCount($before, $server->captured());
        self::assertContains(self::logged()[0]['status'], ['queued', 'deferred']);
        $sent = self::evaluate(['smtp_pass' => 'secret'], self::AWAIT . "wp_mail('ann@example.org', 'Next', 'Text');
            return \$await(static fn (\$log, \$paused) => ['sent', 'sent'] === array_column(\$log, 'status') && [] === \$paused);");
        self::assertTrue($sent, json_encode($sent));
        self::assertCount($before + 2, $server->captured());
    }

    public function testACorrectedPasswordSendsWhatWaitsWithoutAnotherMessage(): void
    {
        $paused = self::evaluate(['smtp_pass' => 'wrong'] + self::queue(), self::AWAIT . "wp_mail('ann@example.org', 'Kept', 'Text');
            return \$await(static fn (\$log, \$paused) => isset(\$paused['primary']));");
        self::assertTrue($paused, json_encode($paused));
        $sent = self::evaluate(['smtp_pass' => 'secret'], self::AWAIT . "Outbox\\WordPress\\Extension::spool(Outbox\\WordPress\\Plugin::settings())->retry(
            Outbox\\WordPress\\Plugin::log()->query()->find()[0]['queue_id']); return \$await(static fn (\$log) => 'sent' === \$log[0]['status']);");
        self::assertTrue($sent, json_encode($sent));
    }

    public function testWhatCannotBeSentDirectlyNowWaitsInTheQueue(): void
    {
        $relay = ['delivery_mode' => 'direct', 'direct_else_queue' => true] + self::relay();
        [$sent, $failed] = self::evaluate(['smtp_port' => 9] + $relay, "return [wp_mail('ann@example.org', 'Nobody answers', 'Text'), \$failed];");
        self::assertSame([true, []], [$sent, $failed]);
        self::assertMatchesRegularExpression('/^[0-9A-Z]{26}$/', self::logged()[0]['queue_id']);
        $sent = self::evaluate($relay, self::AWAIT . "Outbox\\WordPress\\Extension::spool(Outbox\\WordPress\\Plugin::settings())->retry(
            Outbox\\WordPress\\Plugin::log()->query()->find()[0]['queue_id']); return \$await(static fn (\$log) => 'sent' === \$log[0]['status']);");
        self::assertTrue($sent, json_encode($sent));
    }

    public function testWhatIsRefusedForGoodDirectlyIsNotQueued(): void
    {
        $relay = ['delivery_mode' => 'direct', 'direct_else_queue' => true] + self::relay('--reject', 'gone@example.org');
        [$sent, $failed] = self::evaluate($relay, "return [wp_mail('gone@example.org', 'Hello', 'Text'), \$failed];");
        self::assertFalse($sent);
        self::assertSame(550, $failed[0]['phpmailer_exception_code']);
        self::assertSame('', self::logged()[0]['queue_id']);
    }

    public function testWhatWaitsForABrokenConnectionGoesOverTheBackup(): void
    {
        $two = self::$site->capture('--tls', 'starttls', '--auth', 'two:second');
        $before = count($two->captured());
        $second = ['provider' => 'other', 'host' => '127.0.0.1', 'port' => $two->port(), 'encryption' => 'tls', 'user' => 'two', 'pass' => 'second', 'ca_file' => $two->ready['ca_file']];
        self::evaluate(['smtp_pass' => 'wrong', 'backup' => 'second', 'connections' => ['second' => $second]] + self::queue(), self::AWAIT . "wp_mail('ann@example.org', 'Kept', 'Text');
            return \$await(static fn (\$log) => 'sent' === \$log[0]['status']);");
        self::assertCount($before + 1, $two->captured());
        self::assertSame(['sent', 'second'], [self::logged()[0]['status'], self::logged()[0]['connection']]);
    }

    public function testWhatCannotBeSentAtOnceIsQueuedUnderTheSameProfile(): void
    {
        $probe = stream_socket_server('tcp://127.0.0.1:0');
        $closed = (int) substr(strrchr(stream_socket_get_name($probe, false), ':'), 1);
        fclose($probe);
        $direct = ['delivery_mode' => 'direct', 'direct_else_queue' => true];
        [$sent, $failed] = self::evaluate($direct + ['smtp_port' => $closed, 'smtp_connect_timeout' => 2] + self::relay(), "return [wp_mail('ann@example.org', 'Later', 'Text'), \$failed];");
        self::assertSame([true, []], [$sent, $failed]);
        self::assertSame('queued', self::logged()[0]['status']);
        $sent = self::evaluate(self::relay(), self::AWAIT . "wp_mail('ann@example.org', 'Now', 'Text');
            Outbox\\WordPress\\Extension::spool(Outbox\\WordPress\\Plugin::settings())->retry(\$queued = Outbox\\WordPress\\Plugin::log()->query()->find(['search' => 'Later'])[0]['queue_id']);
            (new Outbox\\WordPress\\Delivery\\Relay(Outbox\\WordPress\\Plugin::settings()))->profile(Outbox\\WordPress\\Plugin::connections()->primary());
            return \$await(static fn (\$log) => ['sent', 'sent'] === array_column(\$log, 'status'));");
        self::assertTrue($sent, json_encode($sent));
    }

    public function testThoseWhomTheServerPutsOffAreQueuedAndTheOthersHaveTheirMessage(): void
    {
        $direct = ['delivery_mode' => 'direct', 'direct_else_queue' => true];
        [$sent, $failed, $told, $waiting] = self::evaluate($direct + self::relay('--defer', 'ben@example.org'), "
            add_action('outbox/delivered', static function (\$m) use (&\$told) { \$told[] = \$m['recipients']; });
            \$sent = wp_mail('ann@example.org', 'Two', 'Text', 'Bcc: ben@example.org');
            return [\$sent, \$failed, \$told, array_map(static fn (\$m) => array_keys(\$m['recipients']), Outbox\\WordPress\\Extension::spool(Outbox\\WordPress\\Plugin::settings())->list(['tag' => Outbox\\WordPress\\State::site()]))];");
        self::assertSame([true, [], [['ann@example.org']], [['ben@example.org']]], [$sent, $failed, $told, $waiting]);
        [$entry] = self::logged();
        self::assertSame(['deferred', ['sent', 'deferred'], 26], [$entry['status'], array_column($entry['recipients'], 'outcome'), strlen($entry['queue_id'])]);
    }

    public function testJunkWhereReadingStoppedIsSurvived(): void
    {
        $sent = self::evaluate(self::queue(), self::AWAIT . "update_option('outbox_cursor', 'junk'); wp_mail('ann@example.org', 'Junk', 'Text');
            return \$await(static fn (\$log) => 'sent' === \$log[0]['status']);");
        self::assertTrue($sent, json_encode($sent));
    }

    public function testTheQueueMayHaveAFolderOfItsOwn(): void
    {
        $folder = self::$site->directory . '/own-queue';
        mkdir($folder, 0700);
        $sent = self::evaluate(['spool_path' => $folder] + self::queue(), self::AWAIT . "wp_mail('ann@example.org', 'Own', 'Text');
            return \$await(static fn (\$log) => 'sent' === \$log[0]['status']);");
        self::assertTrue($sent, json_encode($sent));
        self::assertFileExists("$folder/VERSION");
    }

    public function testARefusalForGoodIsNeverQueued(): void
    {
        $direct = ['delivery_mode' => 'direct', 'direct_else_queue' => true];
        [$sent, $failed] = self::evaluate($direct + self::relay('--reject', 'gone@example.org'), "return [wp_mail('gone@example.org', 'Hello', 'Text'), \$failed];");
        self::assertSame([false, 550, ''], [$sent, $failed[0]['phpmailer_exception_code'], self::logged()[0]['queue_id']]);
    }

    public function testASpoolThatCannotBeOpenedIsAFailure(): void
    {
        [$sent, $failed] = self::evaluate(['spool_path' => '/proc/nowhere/spool'] + self::queue(), "return [wp_mail('ann@example.org', 'Hello', 'Text'), \$failed];");
        self::assertFalse($sent);
        self::assertCount(1, $failed);
    }
}
