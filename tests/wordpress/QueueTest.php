<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** What the plugin says to the queue, and what it makes of what the queue says. */
final class QueueTest extends PluginTestCase
{
    protected const OPTIONS = ['extension' => false];

    private const RELAY = ['provider' => 'other', 'smtp_host' => 'smtp.example.com', 'smtp_user' => 'me', 'smtp_pass' => 'canary-secret'];
    private const SECOND = ['backup' => 'second', 'connections' => ['second' => ['host' => 'two.example.com', 'user' => 'two', 'pass' => 'second-secret']]];
    private const SEND = "\$sent = wp_mail('ann@example.org', 'Hello', 'Text', ['From: shop@example.com', 'Bcc: ben@example.org']);";

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        file_put_contents(self::$site->directory . '/www/wp-content/mu-plugins/queue.php', '<?php require ' . var_export(__DIR__ . '/src/queue_double.php', true) . ';');
    }

    protected function setUp(): void
    {
        parent::setUp();
        @unlink(self::$site->directory . '/queue.json');
    }

    private static function queue(): array
    {
        return json_decode(file_get_contents(self::$site->directory . '/queue.json'), true);
    }

    /** Writes into the queue's journal: type by recipient or type alone, of the message number N. */
    private static function happened(array ...$events): void
    {
        $all = self::queue();
        foreach ($events as $event) {
            $all['events'][] = $event + ['seq' => count($all['events']) + 1, 'time' => microtime(true), 'id' => $all['seen'][0]['id'] ?? '',
                'tag' => $all['seen'][0]['tag'] ?? '', 'profile' => $all['seen'][0]['profile'] ?? '', 'text' => "the relay says {$event['type']}", 'try' => 1];
        }
        file_put_contents(self::$site->directory . '/queue.json', json_encode($all));
    }

    public function testAMessageIsQueuedUnderAProfileAndThePageNeedsNoPassword(): void
    {
        self::assertSame([true, []], self::evaluate(self::RELAY, self::SEND . 'return [$sent, $failed];'));
        ['messages' => $messages, 'profiles' => $profiles] = self::queue();
        [$message] = array_values($messages);
        self::assertSame(['owner@kilnandclay.example', ['ann@example.org', 'ben@example.org'], 'normal', 120 * 3600, 'resend'],
            [$message['sender'], array_keys($message['recipients']), $message['priority'], $message['options']['expires_in'], $message['options']['on_uncertain']]);
        self::assertMatchesRegularExpression('/^wp-[0-9a-f]{16}$/', $message['tag']);
        self::assertSame($message['tag'] . '-primary', $message['profile']);
        self::assertSame(['profile' => $message['profile']], $message['relay']);
        self::assertStringNotContainsStringIgnoringCase('bcc', $message['message']);
        self::assertStringEndsWith("Text\r\n", $message['message']);
        $profile = $profiles[$message['profile']];
        self::assertSame(['smtp.example.com', 465, 'implicit', 'me', 'canary-secret'], [$profile['host'], $profile['port'], $profile['tls'], $profile['user'], $profile['password']]);
        [$entry] = self::logged();
        self::assertSame(['queued', $message['id'], 0], [$entry['status'], $entry['queue_id'], $entry['tries']]);
    }

    public function testAProfileIsWrittenAgainOnlyWhenSomethingOfItHasChanged(): void
    {
        $saved = static fn (): int => array_values(self::queue()['profiles'])[0]['saved'];
        self::evaluate(self::RELAY, self::SEND . self::SEND . 'return 1;');
        self::evaluate([], self::SEND . 'return 1;');
        self::assertSame(1, $saved());
        self::evaluate(['smtp_pass' => 'another secret'], self::SEND . 'return 1;');
        self::assertSame(2, $saved());
        self::evaluate(['rate_minute' => 30], self::SEND . 'return 1;');
        self::assertSame(3, $saved());
        self::assertSame(['another secret', 30], [array_values(self::queue()['profiles'])[0]['password'], array_values(self::queue()['profiles'])[0]['rate_minute']]);
    }

    public function testAProfileThatSomebodyElseHasChangedIsWrittenAgain(): void
    {
        self::evaluate(self::RELAY, self::SEND . 'return 1;');
        $all = self::queue();
        $name = array_key_first($all['profiles']);
        $all['profiles'][$name]['host'] = 'sandbox.example.net'; // A copy of the site under the same user of the system.
        file_put_contents(self::$site->directory . '/queue.json', json_encode($all));
        self::evaluate([], self::SEND . 'return 1;');
        self::assertSame('smtp.example.com', self::queue()['profiles'][$name]['host']);
    }

    public function testACorrectedPasswordEndsThePauseThoughNoRunnerIsThereToSaySo(): void
    {
        self::evaluate(self::RELAY + self::SECOND, self::SEND . 'return 1;');
        self::happened(['type' => 'profile_paused', 'id' => '', 'tag' => '']);
        self::evaluate([], 'Outbox\WordPress\Plugin::sync();' . self::SEND . 'return 1;');
        self::assertSame('second', self::logged()[0]['connection']);
        self::evaluate(['smtp_pass' => 'the right one'], self::SEND . 'return 1;');
        self::assertSame(['primary', null], [self::logged()[0]['connection'], self::$site->evaluate("return Outbox\WordPress\State::get('paused');")]);
    }

    public function testAfterAChangeOfKeysTheQueueGoesOnWithItsOwnProfile(): void
    {
        self::evaluate(self::RELAY, self::SEND . 'return 1;');
        $key = self::$site->evaluate('return AUTH_KEY;');
        self::$site->define('AUTH_KEY', str_repeat('another key ', 6));
        try {
            self::assertTrue(self::$site->evaluate(self::SEND . 'return $sent;'));
            self::assertCount(2, self::queue()['messages']);
        } finally {
            self::$site->define('AUTH_KEY', $key);
        }
    }

    public function testAFullQueueIsAFailureAndNothingIsPromised(): void
    {
        file_put_contents(self::$site->directory . '/queue.json', json_encode(['full' => true, 'profiles' => [], 'messages' => [], 'events' => [], 'seen' => []]));
        [$sent, $failed] = self::evaluate(self::RELAY, self::SEND . 'return [$sent, $failed];');
        self::assertFalse($sent);
        self::assertSame(['the disk of the queue is full', 452], [$failed[0]['text'], $failed[0]['phpmailer_exception_code']]);
        self::assertSame('failed', self::logged()[0]['status']);
    }

    public function testUrgentMailOvertakesAndIsNotSentTooLate(): void
    {
        self::evaluate(self::RELAY, "add_filter('wp_mail_from', static fn () => 'shop@example.com', 5); retrieve_password('admin'); return 1;");
        [$message] = array_values(self::queue()['messages']);
        self::assertSame(['urgent', 86400], [$message['priority'], $message['options']['expires_in']]);
        // A code is of no use tomorrow, and what is sent again is in a hurry and keeps its time.
        self::evaluate([], "final class Two_Factor_Email { public static function send() { wp_mail('ann@example.org', 'Code', '123456'); } } Two_Factor_Email::send(); return 1;");
        self::evaluate([], "Outbox\\WordPress\\Log\\Actions::run('resend', " . self::logged()[0]['id'] . '); return 1;');
        self::assertSame([['urgent', 3600], ['urgent', 120 * 3600]], array_map(static fn (array $m): array => [$m['priority'], $m['options']['expires_in']], array_slice(array_values(self::queue()['messages']), 1)));
    }

    public function testWhatTheQueueDoesComesIntoTheLogOnceAndIsTold(): void
    {
        self::evaluate(self::RELAY, self::SEND . 'return 1;');
        self::happened(['type' => 'queued'], ['type' => 'deferred', 'recipient' => 'ben@example.org', 'code' => 451],
            ['type' => 'accepted', 'recipient' => 'ann@example.org', 'code' => 250]);
        $read = "add_action('outbox/delivered', static function (\$m) use (&\$told) { \$told[] = \$m['recipients']; });
            add_action('outbox/failed', static function (\$m) use (&\$told) { \$told[] = 'failed ' . \$m['recipients'][0]; });
            \$told = []; Outbox\\WordPress\\Plugin::sync(); Outbox\\WordPress\\Plugin::sync(); return [\$told, \$failed];";
        self::assertSame([[['ann@example.org']], []], self::evaluate([], $read));
        $entry = self::logged()[0];
        self::assertSame('deferred', $entry['status']);
        self::happened(['type' => 'expired', 'recipient' => 'ben@example.org', 'code' => 451]);
        [$told, $failed] = self::evaluate([], $read);
        self::assertSame([['failed ben@example.org'], 'the relay says expired', ['ben@example.org'], 'Hello'], [$told, $failed[0]['text'], $failed[0]['to'], $failed[0]['subject']]);
        self::assertSame('failed', self::logged()[0]['status']);
    }

    public function testAnEventThatIsReadTwiceCountsOnce(): void
    {
        self::evaluate(self::RELAY, self::SEND . 'return 1;');
        self::happened(['type' => 'failed', 'recipient' => 'ben@example.org', 'code' => 550]);
        $failed = self::evaluate([], "Outbox\\WordPress\\Plugin::sync(); delete_option('outbox_cursor'); Outbox\\WordPress\\Plugin::sync(); return \$failed;");
        self::assertCount(1, $failed);
        self::assertSame(['queued', 'failed'], array_column(self::logged()[0]['timeline'], 'type'));
    }

    public function testAQueueThatIsQuickerThanThePageLosesNothing(): void
    {
        self::evaluate(self::RELAY, self::SEND . 'return 1;');
        $row = self::$site->query('SELECT * FROM wp_outbox_log')[0];
        self::$site->query('DELETE FROM wp_outbox_log'); // The page is not done yet.
        self::happened(['type' => 'profile_paused', 'id' => '', 'tag' => ''], ['type' => 'accepted', 'recipient' => 'ann@example.org', 'code' => 250],
            ['type' => 'accepted', 'recipient' => 'ben@example.org', 'code' => 250]);
        self::$site->evaluate('Outbox\WordPress\Plugin::sync(); return 1;');
        self::assertSame('1', self::$site->evaluate("return get_option('outbox_cursor');"));
        $columns = array_filter($row, static fn (?string $value): bool => $value !== null);
        self::$site->query('INSERT INTO wp_outbox_log (' . implode(', ', array_keys($columns)) . ') VALUES (' . implode(', ', array_map(static fn (string $value): string => "'" . addslashes($value) . "'", $columns)) . ')');
        self::$site->evaluate('Outbox\WordPress\Plugin::sync(); return 1;');
        self::assertSame(['sent', ['queued', 'accepted', 'accepted']], [self::logged()[0]['status'], array_column(self::logged()[0]['timeline'], 'type')]);
    }

    public function testAnEventOfAMessageThatNeverComesIntoTheLogHoldsUpNothingForLong(): void
    {
        self::evaluate(self::RELAY, self::SEND . 'return 1;');
        self::$site->query('DELETE FROM wp_outbox_log');
        self::happened(['type' => 'failed', 'recipient' => 'ann@example.org', 'time' => microtime(true) - 200]);
        self::assertSame(['1', 1], self::evaluate([], "Outbox\\WordPress\\Plugin::sync(); return [get_option('outbox_cursor'), count(\$failed)];"));
    }

    public function testTheTimeOfTheNextTryIsTheQueues(): void
    {
        self::evaluate(self::RELAY, self::SEND . 'return 1;');
        $all = self::queue();
        $id = $all['seen'][0]['id'];
        $due = time() + 900;
        $all['messages'][$id] = ['state' => 'deferred', 'due' => $due] + $all['messages'][$id];
        file_put_contents(self::$site->directory . '/queue.json', json_encode($all));
        self::happened(['type' => 'deferred', 'recipient' => 'ann@example.org', 'code' => 451]);
        self::$site->evaluate('Outbox\WordPress\Plugin::sync(); return 1;');
        self::assertSame($due, self::logged()[0]['next_try']);
    }

    public function testWhatWaitsForAPausedConnectionGoesOverTheBackupOnce(): void
    {
        self::evaluate(self::RELAY + self::SECOND, self::SEND . 'return 1;');
        $first = self::queue()['seen'][0]['id'];
        self::happened(['type' => 'accepted', 'recipient' => 'ben@example.org', 'code' => 250], ['type' => 'profile_paused', 'id' => '', 'tag' => '']);
        $all = self::queue();
        $all['messages'][$first]['recipients']['ben@example.org'] = ['sent', 250, ''];
        file_put_contents(self::$site->directory . '/queue.json', json_encode($all));
        self::$site->evaluate('Outbox\WordPress\Plugin::sync(); return 1;');
        $messages = array_values(self::queue()['messages']);
        self::assertCount(1, $messages);
        self::assertSame([['ann@example.org'], "outbox-backup-$first"], [array_keys($messages[0]['recipients']), $messages[0]['options']['key']]);
        self::assertStringEndsWith('-second', $messages[0]['profile']);
        [$entry] = self::logged();
        self::assertSame([$messages[0]['id'], 'second', 'moved'], [$entry['queue_id'], $entry['connection'], end($entry['timeline'])['type']]);
        // New mail goes there too, until the first one works again.
        self::evaluate([], self::SEND . 'return 1;');
        self::assertSame('second', self::logged()[0]['connection']);
        self::happened(['type' => 'profile_resumed', 'id' => '', 'tag' => '']);
        self::evaluate([], 'Outbox\WordPress\Plugin::sync();' . self::SEND . 'return 1;');
        self::assertSame('primary', self::logged()[0]['connection']);
    }

    public function testAConnectionCanBeGivenToTheQueueForGood(): void
    {
        $errors = self::evaluate(self::RELAY, "return (new Outbox\\WordPress\\Delivery\\Relay(Outbox\\WordPress\\Plugin::settings()))
            ->hand_over(Outbox\\WordPress\\Plugin::connections()->primary(), 'kiln');");
        self::assertSame([], $errors);
        self::assertSame('canary-secret', self::queue()['profiles']['kiln']['password']);
        self::assertSame([false, true], self::evaluate([], "return [Outbox\\WordPress\\Plugin::settings()->has_secret('smtp_pass'), Outbox\\WordPress\\Plugin::connections()->primary()->is_complete()];"));
        self::assertTrue(self::evaluate([], self::SEND . 'return $sent;'));
        self::assertSame(['profile' => 'kiln'], array_values(self::queue()['messages'])[0]['relay']);
        // What the form says afterwards counts, and does not fade behind the profile.
        self::assertSame([[], ''], self::evaluate([], "\$settings = Outbox\\WordPress\\Plugin::settings();
            return [\$settings->save(['provider' => 'fastmail', 'smtp_user' => 'owner@fastmail.example', 'smtp_profile' => 'kiln', 'smtp_pass' => 'new']), \$settings->get('smtp_profile')];"));
    }

    public function testWhatIsLeftAtAPausedConnectionFollowsLater(): void
    {
        self::evaluate(self::RELAY + self::SECOND, self::SEND . 'return 1;');
        self::happened(['type' => 'profile_paused', 'id' => '', 'tag' => '']);
        self::$site->evaluate('Outbox\WordPress\Plugin::sync(); return 1;');
        $all = self::queue();
        $rest = ['id' => str_repeat('9', 26), 'profile' => $all['seen'][0]['profile']] + $all['seen'][0]; // More than one reading moves.
        $all['messages'][$rest['id']] = $rest;
        file_put_contents(self::$site->directory . '/queue.json', json_encode($all));
        self::$site->evaluate('Outbox\WordPress\Plugin::sync(); return 1;');
        self::assertSame([], array_filter(self::queue()['messages'], static fn (array $m): bool => str_ends_with($m['profile'], '-primary')));
    }

    public function testAConnectionThatIsGoneLeavesNoProfileOnceNothingWaitsForIt(): void
    {
        self::evaluate(self::RELAY + self::SECOND, self::SEND . self::SEND . 'return 1;');
        self::evaluate([], "(new Outbox\\WordPress\\Delivery\\Relay(Outbox\\WordPress\\Plugin::settings()))->profile(Outbox\\WordPress\\Plugin::connections()->by_id('second')); return 1;");
        $names = static fn (): array => array_map(static fn (string $name): string => substr($name, 20), array_keys(self::queue()['profiles']));
        self::assertSame(['primary', 'second'], $names());
        self::evaluate(['backup' => '', 'connections' => [], 'smtp_pass' => null], 'return 1;');
        self::assertSame(['primary'], $names(), 'two messages wait for it');
        file_put_contents(self::$site->directory . '/queue.json', json_encode(['messages' => []] + self::queue()));
        self::$site->evaluate("do_action('outbox_prune'); return 1;");
        self::assertSame([], $names());
    }

    public function testAMessageThatIsHeldForSomebodyToDecideIsTold(): void
    {
        self::evaluate(['queue_uncertain' => 'hold'] + self::RELAY, self::SEND . 'return 1;');
        self::happened(['type' => 'uncertain', 'recipient' => 'ann@example.org']);
        $told = self::evaluate([], "add_action('outbox/failed', static function (\$m) use (&\$told) { \$told[] = \$m['status']; });
            Outbox\\WordPress\\Plugin::sync(); return [\$told, Outbox\\WordPress\\State::get('failure')['class'] ?? null, \$failed];");
        self::assertSame([['uncertain'], 'uncertain', []], $told); // It may have arrived: not wp_mail_failed.
    }

    public function testReadingTheJournalCostsFewQueries(): void
    {
        self::evaluate(self::RELAY, "for (\$i = 0; \$i < 20; \$i++) { wp_mail('ann@example.org', \"Number \$i\", 'Text'); } return 1;");
        $events = [];
        foreach (self::queue()['seen'] as ['id' => $id]) {
            array_push($events, ['type' => 'queued', 'id' => $id], ['type' => 'deferred', 'id' => $id, 'recipient' => 'ann@example.org', 'code' => 451], ['type' => 'accepted', 'id' => $id, 'recipient' => 'ann@example.org', 'code' => 250]);
        }
        self::happened(...$events);
        [$queries, $told] = self::evaluate([], "global \$wpdb; add_action('outbox/delivered', static function () use (&\$told) { \$told++; });
            \$before = \$wpdb->num_queries; Outbox\\WordPress\\Plugin::sync(); return [\$wpdb->num_queries - \$before, \$told];");
        self::assertSame(20, $told);
        self::assertLessThan(20 + 12, $queries);
        self::assertSame(['sent'], array_values(array_unique(array_column(self::logged(), 'status'))));
        self::assertSame(['queued', 'deferred', 'accepted'], array_column(self::logged()[0]['timeline'], 'type'));
    }

    public function testWhoReadsTheLogReadsNoMessageThatTheLogDoesNotKeep(): void
    {
        self::evaluate(self::RELAY, self::SEND . 'return 1;');
        $shown = "\$shown = static fn (string \$user) => [wp_set_current_user(get_user_by('login', \$user)->ID), Outbox\\WordPress\\Log\\Actions::shown(Outbox\\WordPress\\Plugin::log()->query()->find()[0])][1];
            return [is_string(\$shown('admin')), \$shown('editor')];";
        self::assertSame([true, null], self::evaluate([], $shown));
        self::assertIsString(self::evaluate(['log_detail' => 'message'], $shown)[1]);
    }

    public function testUninstallingLeavesNoPasswordInTheQueuesFolder(): void
    {
        self::evaluate(['uninstall_data' => true] + self::RELAY, self::SEND . '(new Outbox\WordPress\Delivery\Relay(Outbox\WordPress\Plugin::settings()))->hand_over(Outbox\WordPress\Plugin::connections()->primary(), Outbox\WordPress\State::site() . "-kept");
            Outbox\WordPress\Lifecycle::uninstall(); return 1;');
        self::assertSame([], self::queue()['profiles']);
    }
}
