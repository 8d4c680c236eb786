<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** What is written down, what the queue's events change, and what is cleared away. */
final class LogTest extends PluginTestCase
{
    /** Adds queued messages to the log, as the queue does: $add(queue id, recipients, subject). */
    private const ADD = "
        \$log = Outbox\\WordPress\\Plugin::log();
        \$settings = Outbox\\WordPress\\Plugin::settings();
        \$add = static function (string \$id, array \$to = ['ann@example.org'], string \$subject = 'Hello', string \$source = 'core') use (\$log) {
            \$message = new Outbox\\WordPress\\Delivery\\Outgoing('Subject: x', 'body');
            \$message->to = \$to;
            \$message->from = 'shop@example.com';
            \$message->subject = \$subject;
            \$message->source = \$source;
            \$message->message_id = \"\$id@kiln\";
            \$outcome = new Outbox\\WordPress\\Delivery\\Outcome('queued');
            \$outcome->queue_id = \$id;
            \$log->add(\$message, \$outcome);
        };
        \$sync = new Outbox\\WordPress\\Log\\Sync(\$log, \$settings);
        \$event = static fn (string \$type, string \$id, array \$more = []) => \$sync->apply(['type' => \$type, 'id' => \$id, 'time' => 1795562502.5,
            'tag' => Outbox\\WordPress\\State::site(), 'text' => \"it \$type\"] + \$more);";

    private static function log(string $code): mixed
    {
        return self::$site->evaluate(self::ADD . $code);
    }

    public function testEventsOfTheQueueTurnAQueuedMessageIntoASentOne(): void
    {
        $entry = self::log("\$add('Q1', ['ann@example.org', 'Ben@Example.org']);
            \$event('deferred', 'Q1', ['code' => 451, 'enhanced' => '4.3.0', 'try' => 1]);
            \$event('accepted', 'Q1', ['recipient' => 'ann@example.org', 'code' => 250, 'try' => 2, 'remote_id' => 'R1']);
            \$half = \$log->query()->by_queue_id('Q1')['status'];
            \$event('accepted', 'Q1', ['recipient' => 'ben@example.org', 'code' => 250, 'try' => 2, 'milliseconds' => 12, 'tls' => 'TLSv1.3']);
            return [\$half] + ['entry' => \$log->query()->by_queue_id('Q1')];");
        self::assertSame('deferred', $entry[0]);
        $entry = $entry['entry'];
        self::assertSame(['sent', 2, 'R1', 'it accepted'], [$entry['status'], $entry['tries'], $entry['remote_id'], $entry['reply']]);
        self::assertSame(['queued', 'deferred', 'accepted', 'accepted'], array_column($entry['timeline'], 'type'));
        self::assertSame(['sent', 'sent'], array_column($entry['recipients'], 'outcome'));
        self::assertSame([12, 'TLSv1.3', 1795562502.5], [$entry['timeline'][3]['milliseconds'], $entry['timeline'][3]['tls'], $entry['timeline'][3]['time']]);
    }

    public function testALaterFailureFiresWpMailFailedAndOurOwnAction(): void
    {
        [$failed, $ours, $state, $status] = self::log("\$add('Q1', ['ann@example.org'], 'Order 12');
            add_action('wp_mail_failed', static function (\$e) use (&\$failed) { \$failed[] = [\$e->get_error_message(), \$e->get_error_data()]; });
            add_action('outbox/failed', static function (\$details) use (&\$ours) { \$ours[] = \$details; });
            \$event('failed', 'Q1', ['recipient' => 'ann@example.org', 'code' => 550]);
            return [\$failed, \$ours, Outbox\\WordPress\\State::get('failure')['text'], \$log->query()->by_queue_id('Q1')['status']];");
        self::assertSame('it failed', $failed[0][0]);
        self::assertSame([['ann@example.org'], 'Order 12', 550], [$failed[0][1]['to'], $failed[0][1]['subject'], $failed[0][1]['phpmailer_exception_code']]);
        self::assertSame(['Q1', 550, 'core'], [$ours[0]['queue_id'], $ours[0]['code'], $ours[0]['source']]);
        self::assertSame(['it failed', 'failed'], [$state, $status]);
    }

    public function testWhatNeedsCareDecidesTheStatus(): void
    {
        $statuses = self::log("
            \$status = static function (string ...\$types) use (\$add, \$event, \$log) {
                static \$n = 0; \$id = 'S' . ++\$n; \$to = ['a@example.org', 'b@example.org']; \$add(\$id, \$to);
                foreach (\$types as \$i => \$type) { \$event(\$type, \$id, ['recipient' => \$to[\$i]]); }
                return \$log->query()->by_queue_id(\$id)['status'];
            };
            return [\$status('accepted', 'failed'), \$status('accepted', 'deferred'), \$status('uncertain', 'failed'), \$status('expired', 'deferred'), \$status('accepted')];");
        self::assertSame(['failed', 'deferred', 'unknown', 'failed', 'queued'], $statuses);
    }

    public function testEventsOfAnotherSiteInTheSameQueueArePassedOver(): void
    {
        self::assertSame([false, 'queued', 0], self::log("\$add('Q1');
            \$applied = \$sync->apply(['type' => 'failed', 'id' => 'Q1', 'tag' => 'wp-0000000000000000', 'text' => 'x']);
            return [\$applied, \$log->query()->by_queue_id('Q1')['status'], did_action('outbox/failed')];"));
    }

    public function testAPausedConnectionIsRememberedUntilItIsResumed(): void
    {
        $paused = self::log("
            \$profile = ['profile' => Outbox\\WordPress\\State::site() . '-primary'];
            \$event('profile_paused', '', \$profile); \$during = Outbox\\WordPress\\State::get('paused');
            \$event('profile_resumed', '', \$profile); return [\$during, Outbox\\WordPress\\State::get('paused')];");
        self::assertSame([['primary' => 'it profile_paused'], null], $paused);
    }

    public function testATimelineDoesNotGrowForEver(): void
    {
        $timeline = self::log("\$add('Q1'); for (\$i = 1; \$i <= 80; \$i++) { \$event('deferred', 'Q1', ['try' => \$i]); } return \$log->query()->by_queue_id('Q1')['timeline'];");
        self::assertCount(60, $timeline);
        self::assertSame(['queued', 80], [$timeline[0]['type'], $timeline[59]['try']]);
    }

    public function testTheLogIsSearchedByEveryFilter(): void
    {
        $found = self::log("
            \$add('Q1', ['ann@example.org'], 'Order 100%', 'plugin:shop'); \$add('Q2', ['joann@example.org'], 'Order 100 pieces'); \$add('Q3', ['cy@example.org'], 'News');
            \$query = \$log->query();
            \$ids = static fn (array \$filter) => array_column(\$query->find(\$filter), 'queue_id');
            return [\$ids(['search' => 'Order 100%']), \$ids(['recipient' => 'ann@example.org']), \$ids(['source' => 'plugin:shop']), \$ids(['search' => 'Q3']), \$ids(['status' => 'sent']),
                \$ids(['since' => time() + 100]), \$query->count(['search' => 'Order']), \$query->count_by_status(), \$query->sources(), array_column(\$query->find([], 1, 1), 'queue_id'),
                array_sum(array_map('array_sum', \$query->count_by_day(7))), count(\$query->count_by_day(7)), array_column(\$query->find([], 5, 0, 'subject', true), 'queue_id')];");
        self::assertSame([['Q1'], ['Q1'], ['Q1'], ['Q3'], [], [], 2, ['queued' => 3], ['core', 'plugin:shop'], ['Q2'], 3, 7], array_slice($found, 0, 12));
        self::assertSame('Q3', $found[12][0]);
    }

    public function testFiltersAreValuesAndNeverSql(): void
    {
        $evil = "x' OR '1'='1";
        $found = self::log("\$add('Q1'); \$query = \$log->query(); \$evil = " . var_export($evil, true) . ";
            return [\$query->count(['search' => \$evil]), \$query->count(['status' => \$evil]), \$query->count(['recipient' => \$evil]), count(\$query->find([], 10, 0, 'id; DROP TABLE wp_outbox_log'))];");
        self::assertSame([0, 0, 0, 1], $found);
    }

    public function testWhatIsTooOldOrTooMuchIsClearedAway(): void
    {
        $left = self::log("global \$wpdb;
            for (\$i = 0; \$i < 5; \$i++) { \$add(\"Q\$i\"); } \$log->flush();
            \$wpdb->query(\"UPDATE wp_outbox_log SET created = '2020-01-01 00:00:00' WHERE queue_id IN ('Q0', 'Q1')\");
            \$gone = \$log->prune(); \$by_age = \$log->query()->count();
            \$wpdb->query(\"UPDATE wp_outbox_log SET message = REPEAT('x', 900000)\");
            \$settings->save(['log_megabytes' => 1]);
            \$log->prune();
            return [\$gone, \$by_age, \$log->octets() <= 1048576];");
        self::assertSame([2, 3, true], $left);
    }

    public function testOnlyTheOldestGoUntilTheRestFits(): void
    {
        [$gone, $left, $octets] = self::log("global \$wpdb; \$settings->save(['log_megabytes' => 1]);
            for (\$i = 0; \$i < 20; \$i++) { \$add(sprintf('Q%02d', \$i)); } \$log->flush();
            \$wpdb->query(\"UPDATE wp_outbox_log SET message = REPEAT('x', 80000)\");
            return [\$log->prune(), array_column(\$log->query()->find([], 50), 'queue_id'), \$log->octets()];");
        self::assertSame([7, 'Q19', 'Q07'], [$gone, $left[0], end($left)]);
        self::assertGreaterThan(1048576 - 81000, $octets);
    }

    public function testAnEntryThatIsTooLargeForTheDatabaseTakesNoOtherWithIt(): void
    {
        [$entries, $told] = self::log("global \$wpdb; \$settings->save(['log_detail' => 'message']);
            add_action('outbox/log_failed', static function () use (&\$told) { \$told++; });
            \$add('Q1'); \$message = new Outbox\\WordPress\\Delivery\\Outgoing('Subject: x', str_repeat('x', 17000000));
            \$message->to = ['ann@example.org']; \$message->subject = 'Large';
            \$log->add(\$message, new Outbox\\WordPress\\Delivery\\Outcome('sent')); \$add('Q2');
            return [array_map(static fn (\$e) => [\$e['subject'], \$e['has_message'], \$e['size'] > 100], \$log->query()->find()), \$told];");
        self::assertSame([[['Hello', true, false], ['Large', false, true], ['Hello', true, false]], null], [$entries, $told]);
    }

    public function testAMessageThatTheLogCannotKeepIsRefusedWhereNothingElseKeepsIt(): void
    {
        [$sent, $failed] = self::evaluate(['delivery_mode' => 'log'] + self::relay(), "
            file_put_contents(\$file = get_temp_dir() . '/large.bin', str_repeat('x', 13000000));
            \$sent = [wp_mail('ann@example.org', 'Small', 'Text'), wp_mail('ann@example.org', 'Large', 'Text', '', [\$file]), wp_mail('ann@example.org', 'After', 'Text')];
            unlink(\$file); return [\$sent, \$failed];");
        self::assertSame([true, false, true], $sent);
        self::assertSame([1, 'Large'], [count($failed), $failed[0]['subject']]);
        self::assertSame([['After', 'blocked', true], ['Large', 'failed', false], ['Small', 'blocked', true]],
            array_map(static fn (array $entry): array => [$entry['subject'], $entry['status'], $entry['has_message']], self::logged()));
    }

    public function testALogThatCannotBeWrittenStopsNoMail(): void
    {
        [$sent, $told] = self::evaluate(self::relay(), "global \$wpdb; \$wpdb->query('RENAME TABLE wp_outbox_log TO wp_away');
            add_action('outbox/log_failed', static function (\$error) use (&\$told) { \$told = \$error; });
            try { \$sent = wp_mail('ann@example.org', 'Hello', 'Text'); Outbox\\WordPress\\Plugin::log()->flush(); } finally { \$wpdb->query('RENAME TABLE wp_away TO wp_outbox_log'); }
            return [\$sent, \$told];");
        self::assertTrue($sent);
        self::assertStringContainsString('outbox_log', $told);
    }

    public function testAPageWritesItsEntriesInOneQueryWhenItIsDone(): void
    {
        $queries = self::evaluate(self::relay(), "global \$wpdb;
            wp_mail('ann@example.org', 'Warm', 'Text'); Outbox\\WordPress\\Plugin::log()->flush();
            \$before = \$wpdb->num_queries;
            for (\$i = 0; \$i < 5; \$i++) { wp_mail('ann@example.org', 'Hello', 'Text'); }
            \$sending = \$wpdb->num_queries - \$before;
            Outbox\\WordPress\\Plugin::log()->flush();
            return [\$sending, \$wpdb->num_queries - \$before];");
        self::assertSame([0, 1], $queries);
        self::assertCount(6, self::logged());
    }

    public function testWhatIsNoUtf8DoesNotLoseTheEntry(): void
    {
        self::log("\$add('Q1', ['ann@example.org'], \"Gr\\xfc\\xdfe\"); return 1;");
        self::assertSame('Gr??e', self::logged()[0]['subject']);
    }

    public function testAWholeMessageIsKeptOctetByOctet(): void
    {
        $octets = self::log("\$settings->save(['log_detail' => 'message']);
            \$message = new Outbox\\WordPress\\Delivery\\Outgoing('Subject: x', implode('', array_map('chr', range(0, 255))) . 'ü€😀');
            \$message->to = ['ann@example.org']; \$message->subject = '😀 Grüße';
            \$log->add(\$message, new Outbox\\WordPress\\Delivery\\Outcome('sent'));
            \$entry = \$log->query()->find()[0];
            return [\$entry['subject'], \$log->query()->message(\$entry['id']) === \$message->octets()];");
        self::assertSame(['😀 Grüße', true], $octets);
    }
}
