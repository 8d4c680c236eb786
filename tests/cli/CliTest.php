<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__) . '/servers/src/autoload.php';
require_once __DIR__ . '/Program.php';

/** What people and other programs get from `outbox`: output, exit codes, and what is in the queue afterwards. */
final class CliTest extends TestCase
{
    private const SECRET = 'cAnArY-7f3e-never-shown';
    private const MESSAGE = "From: Ann <ann@example.org>\nTo: bob@example.org\nSubject: x\n\nhello\n";

    private static ServerProcess $server;
    private Program $outbox;

    public static function setUpBeforeClass(): void
    {
        self::$server = new ServerProcess('capture.php', '--auth', 'user:' . self::SECRET, '--reject', 'gone@example.org');
    }

    public static function tearDownAfterClass(): void
    {
        self::$server->stop();
    }

    protected function setUp(): void
    {
        $this->outbox = new Program();
    }

    private function dsn(string $password = self::SECRET): string
    {
        return "smtps://user:$password@127.0.0.1:" . self::$server->port() . '?ca_file=' . self::$server->ready['ca_file'];
    }

    private function saveProfile(string $password = self::SECRET, string ...$settings): void
    {
        $this->outbox->on(['profile', 'save', 'default', ...array_merge(...array_map(
            static fn (string $setting): array => ['--set', $setting], $settings))], $this->dsn($password) . "\n");
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
    }

    private function queue(string $message = self::MESSAGE, string ...$options): string
    {
        $id = $this->outbox->json(['send', '--queue', ...$options], $message)['id'];
        self::assertMatchesRegularExpression('~^[0-9A-HJKMNP-TV-Z]{26}$~', $id);
        return $id;
    }

    /** @dataProvider wrongWords */
    public function testWrongUseIsSixtyFourAndSaysWhatWouldBeRight(array $words, string $named): void
    {
        $this->outbox->run($words);
        self::assertSame(64, $this->outbox->code, $this->outbox->errors);
        self::assertStringContainsString($named, $this->outbox->errors);
    }

    public static function wrongWords(): iterable
    {
        yield 'nothing' => [[], 'a command is missing'];
        yield 'no command' => [['sned'], 'there is no command "sned"'];
        yield 'no option' => [['status', '--nope'], '--nope'];
        yield 'too much' => [['status', 'x'], '"x" is too much'];
        yield 'no id' => [['show', 'x'], 'name one message by its id'];
        yield 'nobody meant' => [['remove'], 'name messages by id'];
        yield 'both' => [['remove', '--all', '01M87ZMHQ68YB0PVR4RQHB3YX2'], 'not both'];
        yield 'no state' => [['list', '--state', 'lost'], '"lost" is no state'];
        yield 'no limit' => [['list', '--limit', '0'], '--limit'];
        yield 'no days' => [['purge', '--older-than', 'soon'], '--older-than'];
        yield 'purge of what' => [['purge', '--yes'], 'say what'];
        yield 'no priority' => [['send', '--queue', '--priority', 'high'], '--priority'];
        yield 'tag without queue' => [['send', '--tag', 'x'], '--queue'];
        yield 'priority without queue' => [['send', '--priority', 'bulk'], '--queue'];
        yield 'DSN with queue' => [['send', '--queue', '--dsn-file', 'x'], '--dsn-file'];
        yield 'held without queue' => [['send', '--hold'], '--queue'];
        yield 'no durability' => [['run', '--durability', 'some'], '--durability'];
        yield 'no name' => [['run', '--ehlo', "x\r\nQUIT", '--spool', '/nowhere'], 'ehlo'];
        yield 'profile what' => [['profile', 'edit', 'x'], 'list, show, save, delete'];
        yield 'profile name' => [['profile', 'show', '../x'], "profile's name"];
    }

    public function testEveryCommandHasAHelpThatTheManualAndTheCompletionKnow(): void
    {
        $manual = str_replace('\\-', '-', (string) file_get_contents(dirname(__DIR__, 2) . '/docs/outbox.1'));
        $completion = (string) file_get_contents(dirname(__DIR__, 2) . '/docs/outbox.bash');
        preg_match_all('~^  ([a-z]+) +\S~m', $this->outbox->run(['--help']), $commands);
        self::assertGreaterThan(15, count($commands[1]));
        foreach ($commands[1] as $command) {
            $help = $this->outbox->run([$command, '--help']);
            self::assertSame(0, $this->outbox->code);
            self::assertStringStartsWith("Usage: outbox $command", $help);
            self::assertMatchesRegularExpression("~\\b$command\\b~", $manual);
            self::assertMatchesRegularExpression("~\\b$command\\b~", $completion);
            preg_match_all('~^ +(--[a-z-]+)~m', $help, $options);
            foreach ($options[1] as $option) {
                self::assertStringContainsString($option, $manual, "$command $option in the manual");
                self::assertStringContainsString($option, $completion, "$command $option in the completion");
            }
        }
    }

    public function testAMessageIsSubmittedNowWithTheRelaysAnswer(): void
    {
        $answer = json_decode($this->outbox->run(['send', '--json', '--to', 'bob@example.org', '--to', 'gone@example.org'], self::MESSAGE,
            ['OUTBOX_DSN' => $this->dsn()]), true);
        self::assertSame(69, $this->outbox->code, 'one recipient was refused');
        self::assertSame(['sent', 'rejected'], array_column($answer['recipients'], 'outcome'));
        self::assertSame(550, $answer['recipients']['gone@example.org']['code']);
        self::assertStringNotContainsString(self::SECRET, json_encode($answer) . $this->outbox->errors);
        self::$server->arrived($answer['message_id']);
    }

    public function testCheckWalksThroughTheStagesAndNamesAWrongPassword(): void
    {
        $file = $this->outbox->file('dsn', $this->dsn() . "\n");
        $report = json_decode($this->outbox->run(['check', '--json', '--dsn-file', $file]), true);
        self::assertSame(0, $this->outbox->code);
        self::assertSame(['dns', 'connect', 'tls', 'greeting', 'ehlo', 'auth'], array_column($report['stages'], 'name'));

        $file = $this->outbox->file('dsn', $this->dsn('wrong-' . self::SECRET) . "\n");
        $report = json_decode($this->outbox->run(['check', '--json', '--dsn-file', $file]), true);
        self::assertSame(77, $this->outbox->code, $this->outbox->errors);
        self::assertSame('auth_refused', $report['diagnosis']['fact']);
        self::assertStringNotContainsString(self::SECRET, json_encode($report) . $this->outbox->errors);
    }

    public function testAQueuedMessageIsDeliveredByRunAndGoneAfterwards(): void
    {
        $this->saveProfile();
        $id = $this->queue(self::MESSAGE, '--tag', 'welcome', '--priority', 'urgent');
        $shown = $this->outbox->json(['show', $id]);
        self::assertSame(['due', 'urgent', 'welcome', 0], [$shown['state'], $shown['priority'], $shown['tag'], $shown['tries']]);

        $this->outbox->on(['run', '--once']);
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        self::$server->arrived($shown['message_id']);
        self::assertSame(0, $this->outbox->json(['status'])['due']);
        $this->outbox->on(['show', $id]);
        self::assertSame(1, $this->outbox->code);
        $types = array_column(array_filter($this->outbox->lines(['events']), static fn (array $e): bool => ($e['id'] ?? '') === $id), 'type');
        self::assertSame(['queued', 'accepted', 'delivered'], $types);
    }

    public function testTheMessageThatIsShownIsTheOneThatWasQueued(): void
    {
        $this->saveProfile();
        $id = $this->queue();
        $octets = $this->outbox->on(['show', '--message', $id]);
        self::assertStringEndsWith("Subject: x\r\n\r\nhello\r\n", $octets);
        self::assertStringContainsString("Message-ID: <", $octets);
    }

    public function testARefusedRecipientFailsAndTheOthersAreServed(): void
    {
        $this->saveProfile();
        $id = $this->queue(self::MESSAGE, '--to', 'bob@example.org', '--to', 'gone@example.org');
        $this->outbox->on(['run', '--once']);
        $shown = $this->outbox->json(['show', $id]);
        self::assertSame('failed', $shown['state']);
        self::assertSame(['sent', 'rejected'], array_column($shown['recipients'], 'outcome'));
    }

    public function testAWrongPasswordPausesTheProfileAndACorrectedOneRepairsTheQueue(): void
    {
        $this->saveProfile('wrong');
        $id = $this->queue();
        $this->outbox->on(['run', '--once']);
        $status = $this->outbox->json(['status']);
        self::assertSame([1, 'paused'], [$status['due'], $status['profiles']['default']['state']]);
        self::assertSame(0, $this->outbox->json(['show', $id])['tries'], 'an account problem is no try');

        $this->saveProfile();
        $this->outbox->on(['run', '--once']);
        self::assertSame(0, $this->outbox->json(['status'])['due']);
    }

    public function testARelayThatIsDownLeavesTheMessageInTheQueue(): void
    {
        $listener = stream_socket_server('tcp://127.0.0.1:0');
        $name = stream_socket_get_name($listener, false);
        fclose($listener);
        $this->outbox->on(['profile', 'save', 'down'], "smtp://$name?tls=none\n");
        $this->queue();
        $this->outbox->on(['run', '--once']);
        self::assertSame(0, $this->outbox->code);
        $status = $this->outbox->json(['status']);
        self::assertSame(1, $status['due'] + $status['deferred']);
        self::assertSame('waiting', $status['profiles']['down']['state']);
    }

    public function testHeldMessagesStayUntilTheyAreReleased(): void
    {
        $this->saveProfile();
        $id = $this->queue();
        self::assertSame(1, $this->outbox->json(['hold', $id])['changed']);
        $this->outbox->on(['run', '--once']);
        self::assertSame('held', $this->outbox->json(['show', $id])['state']);
        $this->outbox->on(['hold', $id]);
        self::assertSame(1, $this->outbox->code, 'there is nothing to do a second time');
        self::assertSame([$id], $this->outbox->json(['release', '--state', 'held'])['ids']);
        self::assertSame('due', $this->outbox->json(['show', $id])['state']);
    }

    public function testAMessageMayBeQueuedHeld(): void
    {
        $this->saveProfile();
        $id = $this->queue(self::MESSAGE, '--hold=until Monday');
        $this->queue(self::MESSAGE, '--hold');
        $this->outbox->on(['run', '--once']);
        $shown = $this->outbox->json(['show', $id]);
        self::assertSame(['held', 'until Monday'], [$shown['state'], $shown['why']]);
        self::assertStringContainsString("held: until Monday\n", $this->outbox->on(['show', $id]));
        self::assertSame(2, $this->outbox->json(['release', '--state', 'held'])['changed']);
        $this->outbox->on(['run', '--once']);
        self::assertSame([0, 0], [$this->outbox->json(['status'])['held'], $this->outbox->json(['status'])['due']]);
    }

    /** @return array{int, int} niceness and the score by which the kernel chooses whom to end */
    private static function placeOf(int $pid): array
    {
        $fields = explode(' ', preg_replace('~^.*\)~s', '', file_get_contents("/proc/$pid/stat")));
        return [(int) $fields[17], (int) file_get_contents("/proc/$pid/oom_score_adj")];
    }

    private function await(callable $holds): mixed
    {
        for ($until = microtime(true) + 15; !($seen = $holds()) && microtime(true) < $until; usleep(20000)) {
        }
        return $seen;
    }

    public function testARunnerInTheBackgroundStepsBackAndAServiceDoesNot(): void
    {
        $own = self::placeOf(getmypid());
        $this->saveProfile();
        $starter = $this->outbox->start(['run', '--detach', '--spool', $this->outbox->spool, '--any-parent'], $pipes);
        self::assertSame(0, proc_close($starter));
        $pid = $this->await(fn (): int => $this->outbox->json(['status'])['runner']['pid'] ?? 0);
        self::assertSame([max(5, $own[0]), max(200, $own[1])], self::placeOf($pid));
        posix_kill($pid, SIGTERM);
        self::assertTrue($this->await(fn (): bool => !$this->outbox->json(['status'])['runner']['running']));
        $service = $this->outbox->start(['run', '--forever', '--spool', $this->outbox->spool, '--any-parent'], $pipes);
        $pid = $this->await(fn (): int => $this->outbox->json(['status'])['runner']['pid'] ?? 0);
        self::assertSame($own, self::placeOf($pid));
        rename($this->outbox->spool, $this->outbox->spool . '.away');
        self::assertStringContainsString('was deleted or replaced', stream_get_contents($pipes[2]));
        self::assertNotSame(0, proc_close($service));
    }

    public function testAProfileThatIsNotThereIsRefusedByNameWithThoseThatAre(): void
    {
        $this->saveProfile();
        foreach ([['send', '--queue', '--profile', 'shop'], ['sendmail', '--profile', 'shop', 'bob@example.org'], ['check', '--profile', 'shop']] as $words) {
            $this->outbox->on($words, self::MESSAGE);
            self::assertSame(78, $this->outbox->code);
            self::assertStringContainsString("there is no relay profile \"shop\", only \"default\", in {$this->outbox->spool}/p", $this->outbox->errors);
            self::assertStringContainsString('outbox profile save', $this->outbox->errors);
        }
        self::assertSame(0, $this->outbox->json(['status'])['due']);
    }

    public function testEventsNameNobodyWhereThatIsWished(): void
    {
        $this->saveProfile();
        $message = str_replace('bob@', 'gone@', self::MESSAGE);
        $recipients = function (string $word) use ($message): array {
            self::assertSame($word, $this->outbox->json(['setup', '--events-addresses', $word])['events_addresses']);
            $id = $this->queue($message);
            $this->outbox->on(['run', '--once']);
            $events = array_filter($this->outbox->lines(['events']), static fn (array $e): bool => ($e['id'] ?? '') === $id);
            return array_column($events, $word === 'plain' ? 'recipient' : 'type', 'type') + ['all' => json_encode($events)];
        };
        self::assertSame('gone@example.org', $recipients('plain')['failed']);
        foreach (['hash', 'none'] as $word) {
            $seen = $recipients($word);
            self::assertArrayHasKey('failed', $seen);
            self::assertStringNotContainsString('gone@', $seen['all']);
        }
        $this->outbox->on(['setup', '--events-addresses', 'some']);
        self::assertSame(64, $this->outbox->code);
        $this->outbox->on(['setup', '--events-addresses', 'hash', '--root', '/nowhere']);
        self::assertSame(64, $this->outbox->code);
    }

    public function testFlushTriesDeferredMessagesNow(): void
    {
        $this->saveProfile();
        $id = $this->queue();
        $at = time() + 3600;
        $this->outbox->on(['run', '--once']);
        $later = $this->outbox->json(['send', '--queue', '--at', (string) $at], self::MESSAGE)['id'];
        self::assertSame('deferred', $this->outbox->json(['show', $later])['state']);
        self::assertNotSame($id, $later);
        $said = $this->outbox->on(['flush']);
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        self::assertStringContainsString('1 sent', $said);
        self::assertSame(0, $this->outbox->json(['status'])['deferred']);
        $this->outbox->on(['flush']);
        self::assertSame(1, $this->outbox->code, 'nothing is deferred any more');
    }

    public function testPurgeShowsFirstAndDeletesOnlyWithYes(): void
    {
        $this->saveProfile();
        $this->queue(self::MESSAGE, '--to', 'ann@example.com');
        $this->queue(self::MESSAGE, '--to', 'ben@example.com');
        self::assertSame(['found' => 1, 'removed' => 0], $this->outbox->json(['purge', '--recipient', 'ANN@example.com']));
        self::assertSame(2, $this->outbox->json(['status'])['due']);
        self::assertSame(['found' => 1, 'removed' => 1], $this->outbox->json(['purge', '--recipient', 'ANN@example.com', '--yes']));
        self::assertSame(['ben@example.com'], array_keys($this->outbox->lines(['list'])[0]['recipients']));
    }

    public function testTheSameKeyQueuesOneMessage(): void
    {
        $this->saveProfile();
        $first = $this->queue(self::MESSAGE, '--key', 'order-42');
        $again = $this->outbox->json(['send', '--queue', '--key', 'order-42'], self::MESSAGE);
        self::assertSame(['id' => $first, 'duplicate' => true], $again);
        self::assertCount(1, $this->outbox->lines(['list']));
    }

    public function testEventsGoOnBehindTheCursor(): void
    {
        $this->saveProfile();
        $this->queue();
        $this->outbox->on(['run', '--once']);
        $events = $this->outbox->lines(['events', '--limit', '2']);
        self::assertCount(2, $events);
        $rest = $this->outbox->lines(['events', '--cursor', $events[1]['cursor']]);
        self::assertSame(['delivered'], array_column($rest, 'type'));
        $this->outbox->on(['events', '--cursor', 'yesterday']);
        self::assertSame(64, $this->outbox->code);
    }

    public function testNoCommandShowsASecretOfAProfile(): void
    {
        $this->saveProfile();
        foreach ([['profile', 'list'], ['profile', 'show', 'default'], ['profile', 'list', '--json'], ['status', '--json']] as $words) {
            $shown = $this->outbox->on($words) . $this->outbox->errors;
            self::assertStringNotContainsString(self::SECRET, $shown);
        }
        self::assertTrue($this->outbox->json(['profile', 'show', 'default'])['password']);
        $this->outbox->on(['profile', 'save', 'default', '--set', 'password=' . self::SECRET], $this->dsn() . "\n");
        self::assertSame(64, $this->outbox->code, 'a secret does not belong in a command line');
        self::assertSame(0600, fileperms($this->outbox->spool . '/p/default') & 0777);
    }

    public function testADeletedProfileLetsItsMessagesWait(): void
    {
        $this->saveProfile();
        $this->queue();
        $this->outbox->on(['profile', 'delete', 'default']);
        self::assertSame(0, $this->outbox->code);
        $this->outbox->on(['run', '--once']);
        $status = $this->outbox->json(['status']);
        self::assertSame([1, 'missing'], [$status['due'], $status['profiles']['default']['state']]);
    }

    public function testASpoolThatOthersCouldChangeIsRefused(): void
    {
        mkdir($this->outbox->spool, 0700);
        chmod($this->outbox->spool, 0770);
        $this->outbox->on(['status']);
        self::assertSame(77, $this->outbox->code, $this->outbox->errors);
    }

    public function testARunnerThatIsStoppedEndsWithSuccess(): void
    {
        $this->saveProfile();
        $process = $this->startRunner($pipes);
        $this->outbox->on(['run', '--once']);
        self::assertSame(0, $this->outbox->code, 'a second runner leaves it to the first');
        $id = $this->queue();
        for ($until = microtime(true) + 10; $this->outbox->lines(['list', $id]) !== [] && microtime(true) < $until; usleep(20_000)) {
        }
        self::assertSame(1, $this->outbox->code, 'the runner was woken and has sent it');
        proc_terminate($process, SIGTERM);
        array_map('fclose', $pipes);
        self::assertSame(0, proc_close($process));
    }

    public function testDrainBesideARunnerWaitsUntilThatOneIsDone(): void
    {
        $this->saveProfile();
        $process = $this->startRunner($pipes);
        $this->queue();
        $this->outbox->on(['drain', '--timeout', '20']);
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        self::assertSame(['due' => 0, 'deferred' => 0], array_intersect_key($this->outbox->json(['status']), ['due' => 0, 'deferred' => 0]));
        self::assertTrue($this->outbox->json(['run', '--once'])['running']);
        proc_terminate($process, SIGTERM);
        array_map('fclose', $pipes);
        proc_close($process);
    }

    public function testDrainGoesOnWhereTheOtherRunnerLeaves(): void
    {
        $this->saveProfile('wrong');
        $process = $this->startRunner($pipes);
        $this->queue();
        $drain = $this->outbox->start(['drain', '--timeout', '30', '--spool', $this->outbox->spool, '--any-parent'], $ends);
        proc_terminate($process, SIGTERM);
        array_map('fclose', $pipes);
        proc_close($process);
        self::assertStringContainsString('outbox status says why', stream_get_contents($ends[1]));
        array_map('fclose', $ends);
        self::assertSame(75, proc_close($drain), 'mail is left');
    }

    public function testJsonIsPrintedWhetherOrNotThereIsATerminal(): void
    {
        $this->saveProfile();
        $this->queue();
        self::assertSame(1, $this->outbox->json(['run', '--once'])['sent']);
    }

    /** Whoever starts it through ssh or a pipe waits for the end of these. */
    public function testADetachedRunnerKeepsNothingOfWhoStartedIt(): void
    {
        $this->saveProfile();
        $this->outbox->on(['run', '--detach', '--timeout', '20']);
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        for ($until = microtime(true) + 10; !($runner = $this->outbox->json(['status'])['runner'])['running'] && microtime(true) < $until; usleep(20_000)) {
        }
        self::assertTrue($runner['running']);
        foreach ([0, 1, 2] as $descriptor) {
            self::assertSame('/dev/null', readlink("/proc/{$runner['pid']}/fd/$descriptor"));
        }
        posix_kill($runner['pid'], SIGTERM);
    }

    public function testNoNumberOfDaysReachesBehindTheBeginningOfTime(): void
    {
        $this->saveProfile();
        $this->queue();
        self::assertSame(['found' => 0, 'removed' => 0], $this->outbox->json(['purge', '--older-than', '30000', '--yes']));
    }

    /** @return resource */
    private function startRunner(?array &$pipes)
    {
        $process = $this->outbox->start(['run', '--forever', '--spool', $this->outbox->spool, '--any-parent'], $pipes);
        for ($until = microtime(true) + 10; !$this->outbox->json(['status'])['runner']['running'] && microtime(true) < $until; usleep(20_000)) {
        }
        return $process;
    }

    public function testSetupMakesASpoolOnceAndSaysSo(): void
    {
        $root = dirname($this->outbox->spool) . '/root';
        $made = json_decode($this->outbox->run(['setup', '--json', '--root', $root, '--user', (string) posix_geteuid()]), true);
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        self::assertSame("$root/" . posix_geteuid(), $made[0]['path']);
        self::assertSame(0700, fileperms($made[0]['path']) & 07777);
        $this->outbox->run(['setup', '--root', $root, '--user', 'no such user']);
        self::assertSame(67, $this->outbox->code);
    }
}
