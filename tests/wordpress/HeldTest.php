<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** Mail that waits for its owner's word in the extension's own queue: of a site that may be a copy, and where the password cannot be read. */
final class HeldTest extends PluginTestCase
{
    private const ELSEWHERE = 'http://staging.example.com';
    private const QUEUE = 'Outbox\WordPress\Extension::spool(Outbox\WordPress\Plugin::settings())';

    private string $address;
    private string $key;

    protected function setUp(): void
    {
        $this->address = self::$site->url;
        $this->key = self::$site->evaluate('return AUTH_KEY;');
        parent::setUp();
    }

    protected function tearDown(): void
    {
        self::$site->define('WP_HOME', $this->address);
        self::$site->define('AUTH_KEY', $this->key);
    }

    private static function queue(array $more = []): array
    {
        return $more + ['delivery_mode' => 'queue'] + self::relay();
    }

    /** What the queue holds for the site as it sees itself now: subject of the log by why. */
    private static function held(): array
    {
        return self::$site->evaluate('Outbox\WordPress\Plugin::sync(); return array_map(static fn ($m) => [$m["why"], Outbox\WordPress\Plugin::log()->query()->by_queue_id($m["id"])["subject"] ?? null],
            ' . self::QUEUE . '->list(["tag" => Outbox\WordPress\State::site(), "state" => "held"]));');
    }

    /** Messages as they have arrived by now, by subject; waits for so many. */
    private static function arrived(int $since, int $count): array
    {
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        for ($until = microtime(true) + 20; count($server->captured()) < $since + $count && microtime(true) < $until; usleep(50_000));
        return array_map(static fn (array $mail): string => self::headers($mail['message'])['subject'], array_slice($server->captured(), $since));
    }

    private static function before(): int
    {
        return count(self::$site->capture('--tls', 'starttls', '--auth', 'me:secret')->captured());
    }

    /** A site that is set up, has sent a message, and then has another address; two messages are sent there. */
    private static function paused(): void
    {
        self::evaluate(self::queue(), 'return 1;');
        self::$site->define('WP_HOME', self::ELSEWHERE);
        self::assertSame([true, true], self::$site->evaluate("return [wp_mail('ann@example.org', 'First', 'Text'), wp_mail('ben@example.org', 'Second', 'Text', 'X-Outbox-Mode: direct')];"));
    }

    public function testAnAddressThatVariesWithTheRequestIsNoOtherSite(): void
    {
        $paused = "return Outbox\\WordPress\\CloneGuard::is_paused(Outbox\\WordPress\\Plugin::settings());";
        self::$site->evaluate("Outbox\\WordPress\\State::set('home', null); Outbox\\WordPress\\CloneGuard::remember(); return 1;");
        self::assertFalse(self::$site->evaluate("add_filter('option_home', static fn (\$home) => \$home . '/de'); $paused"));
        $file = self::$site->directory . '/wp-config.php';
        $before = file_get_contents($file);
        file_put_contents($file, preg_replace("/^define\('WP_HOME', .*$/m", "define('WP_HOME', 'http://' . (\$_SERVER['HTTP_HOST'] ?? 'cli'));", $before));
        try {
            self::$site->evaluate("Outbox\\WordPress\\State::set('home', null); Outbox\\WordPress\\CloneGuard::remember(); return 1;");
            self::assertSame('shop.example.net no', self::$site->php("echo \$_SERVER['HTTP_HOST'], Outbox\WordPress\CloneGuard::is_paused(Outbox\WordPress\Plugin::settings()) ? ' yes' : ' no';", ['HTTP_HOST' => 'shop.example.net']));
            self::assertTrue(self::$site->evaluate("global \$wpdb; \$wpdb->update('wp_options', ['option_value' => 'https://staging.example.net'], ['option_name' => 'home']); wp_cache_flush(); try { $paused } finally { \$wpdb->update('wp_options', ['option_value' => '" . self::$site->url . "'], ['option_name' => 'home']); }"));
        } finally {
            file_put_contents($file, $before);
        }
    }

    public function testASiteWhoseAddressHasChangedKeepsItsMailUnderAnotherName(): void
    {
        $before = self::before();
        $name = self::$site->evaluate('return Outbox\WordPress\State::site();');
        self::paused();
        $why = 'the address of the site has changed';
        self::assertSame([[$why, 'First'], [$why, 'Second']], self::held());
        self::assertNotSame($name, self::$site->evaluate('return Outbox\WordPress\State::site();'));
        self::assertSame([], self::arrived($before, 0));
        [$second, $first] = self::logged();
        self::assertSame(['queued', 'queued'], [$first['status'], $second['status']]);
        self::assertStringContainsString('address of the site has changed', $first['reply']);
        self::assertTrue(self::$site->evaluate('return Outbox\WordPress\Log\Actions::is_held(Outbox\WordPress\Plugin::log()->query()->find()[0]);'));
    }

    public function testTheSameSiteSendsWhatWasKeptOnceAndUnderItsOwnName(): void
    {
        $before = self::before();
        $name = self::$site->evaluate('return Outbox\WordPress\State::site();');
        self::paused();
        $copy = self::$site->evaluate('return Outbox\WordPress\State::site();');
        $page = self::$site->visitor('admin');
        self::assertStringContainsString('Mail is paused: the address of this site has changed.', $page->get('/wp-admin/plugins.php'));
        self::assertStringContainsString('2 messages are kept in the queue', $page->get('/wp-admin/admin.php?page=outbox'));
        $page->post('/wp-admin/admin-post.php', ['outbox_site' => 'same'] + $page->form('outbox_site'));
        self::assertStringContainsString('What was kept is sent now.', $page->get('/wp-admin/admin.php?page=outbox&answered=same'));
        self::assertEqualsCanonicalizing(['First', 'Second'], self::arrived($before, 2));
        self::assertSame([$name, null, []], self::$site->evaluate('Outbox\WordPress\Plugin::sync();
            return [Outbox\WordPress\State::site(), Outbox\WordPress\State::get("moving"), array_filter(array_column(Outbox\Profile::list(), "name"), static fn ($name) => str_starts_with($name, "' . $copy . '"))];'));
        for ($until = microtime(true) + 20; ($status = array_column(self::logged(), 'status')) !== ['sent', 'sent'] && microtime(true) < $until; usleep(50_000)) {
            self::$site->php('Outbox\WordPress\Plugin::sync();');
        }
        self::assertSame(['sent', 'sent'], $status);
        self::assertSame(['First', 'Second', 'Third'], (static function () use ($before): array {
            self::$site->php("wp_mail('ann@example.org', 'Third', 'Text');");
            $all = self::arrived($before, 3);
            sort($all);
            return $all;
        })());
    }

    public function testACopyRemovesWhatWaitedAndWritesToNobody(): void
    {
        $before = self::before();
        // The site that it was copied from has a message in the same queue.
        $original = self::evaluate(self::queue(), "wp_mail('ann@example.org', 'Of the original', 'Text'); Outbox\\WordPress\\Plugin::log()->flush();
            return Outbox\\WordPress\\Plugin::log()->query()->find()[0];");
        self::assertSame(['Of the original'], self::arrived($before, 1));
        $kept = self::$site->evaluate('$spool = ' . self::QUEUE . "; \$id = (new Outbox\\WordPress\\Delivery\\Relay(Outbox\\WordPress\\Plugin::settings()))->of_profile(Outbox\\WordPress\\State::site() . '-primary')
            ->queue(\"Subject: Of the original\\r\\n\\r\\n\", new Outbox\\Envelope('a@example.org', ['b@example.org']), ['tag' => Outbox\\WordPress\\State::site(), 'held' => true]);
            Outbox\\WordPress\\Plugin::log()->update({$original['id']}, ['queue_id' => \$id, 'status' => 'queued']); return \$id;");
        self::paused();
        $page = self::$site->visitor('admin');
        $page->get('/wp-admin/admin.php?page=outbox');
        $page->post('/wp-admin/admin-post.php', ['outbox_site' => 'copy-remove'] + $page->form('outbox_site'));
        self::assertStringContainsString('goes its own way', $page->get('/wp-admin/admin.php?page=outbox&answered=copy-remove'));
        self::assertSame([], self::held());
        self::assertTrue(self::$site->evaluate("return wp_mail('ann@example.org', 'Of the copy', 'Text');"));
        self::assertSame(['Of the copy', 'blocked'], [self::logged()[0]['subject'], self::logged()[0]['status']]);
        self::assertSame(['Of the original'], self::arrived($before, 1));
        // Neither its log nor its removal touch the other's message, nor its password.
        [$done, $state, $profile] = self::$site->evaluate("\$done = [Outbox\\WordPress\\Log\\Actions::run('release', {$original['id']})['done'], Outbox\\WordPress\\Log\\Actions::run('delete', {$original['id']})['done']];
            \$profiles = array_column(Outbox\\Profile::list(), 'name'); return [\$done, " . self::QUEUE . "->get('$kept')['state'] ?? null, Outbox\\WordPress\\State::get('profiles')];");
        self::assertSame([[0, 1], 'held', []], [$done, $state, array_filter(array_keys((array) $profile), static fn (string $name): bool => !str_starts_with($name, self::$site->evaluate('return Outbox\WordPress\State::site();')))]);
    }

    public function testACopyMayKeepWhatWaitsAndLetItGoOneByOne(): void
    {
        $before = self::before();
        self::paused();
        self::assertSame(0, self::$site->cli('outbox', 'address', 'copy')[0]);
        self::assertCount(2, self::held());
        self::assertSame(1, self::$site->cli('outbox', 'address', 'copy')[0]);
        $first = self::$site->evaluate('return ' . self::QUEUE . '->list(["tag" => Outbox\WordPress\State::site(), "state" => "held"])[0]["id"];');
        self::assertSame(0, self::$site->cli('outbox', 'queue', 'release', $first)[0]);
        self::assertSame(['First'], self::arrived($before, 1));
        self::assertCount(1, self::held());
    }

    public function testAPasswordThatCannotBeReadKeepsTheMailUntilItIsTypedAgain(): void
    {
        $before = self::before();
        self::evaluate(self::queue(), 'return 1;');
        self::$site->define('AUTH_KEY', str_repeat('another key ', 4));
        self::assertSame([true, true], self::$site->evaluate("return [wp_mail('ann@example.org', 'First', 'Text'), wp_mail('ann@example.org', 'Second', 'Text')];"));
        self::assertSame(['First', 'Second'], array_column(self::held(), 1));
        self::assertStringContainsString('password', self::logged()[0]['reply']);
        $page = self::$site->visitor('admin')->get('/wp-admin/admin.php?page=outbox');
        self::assertStringContainsString('Please type it again.', $page);
        self::assertStringContainsString('2 messages are kept in the queue until then.', $page);
        // Another setting does not let it go, the password does.
        self::$site->configure(['rate_day' => 900]);
        self::assertCount(2, self::held());
        self::$site->configure(['smtp_pass' => 'secret']);
        self::assertEqualsCanonicalizing(['First', 'Second'], self::arrived($before, 2));
        self::assertSame([[], null], [self::held(), self::$site->evaluate("return Outbox\\WordPress\\State::get('keyless');")]);
        self::assertStringNotContainsString('Please type it again.', self::$site->visitor('admin')->get('/wp-admin/admin.php?page=outbox'));
    }

    public function testKeysThatComeBackLetTheMailGoWithoutAWord(): void
    {
        $before = self::before();
        self::evaluate(self::queue(), 'return 1;');
        self::$site->define('AUTH_KEY', str_repeat('another key ', 4));
        self::$site->php("wp_mail('ann@example.org', 'Kept', 'Text');");
        self::assertCount(1, self::held());
        self::$site->define('AUTH_KEY', $this->key);
        self::$site->visitor()->get('/wp-cron.php?doing_wp_cron');
        self::$site->php("do_action('outbox_sync');");
        self::assertSame(['Kept'], self::arrived($before, 1));
    }

    public function testAChangeOfKeysGoesOnWithTheProfileThatTheQueueHas(): void
    {
        $before = self::before();
        self::evaluate(self::queue(), "wp_mail('ann@example.org', 'Before', 'Text');");
        self::$site->define('AUTH_KEY', str_repeat('another key ', 4));
        self::$site->php("wp_mail('ann@example.org', 'After', 'Text');");
        self::assertEqualsCanonicalizing(['Before', 'After'], self::arrived($before, 2));
    }

    public function testASiteThatHasMovedWithoutItsKeysAsksForBoth(): void
    {
        $before = self::before();
        self::evaluate(self::queue(), 'return 1;');
        self::$site->define('WP_HOME', self::ELSEWHERE);
        self::$site->define('AUTH_KEY', str_repeat('another key ', 4));
        self::$site->php("wp_mail('ann@example.org', 'Kept', 'Text');");
        self::assertSame(0, self::$site->cli('outbox', 'address', 'same')[0]);
        self::assertSame([['the password of the connection cannot be read', 'Kept']], self::held());
        self::$site->configure(['smtp_pass' => 'secret']);
        self::assertSame(['Kept'], self::arrived($before, 1));
    }

    public function testWhereTheOwnerWantsNoQueueAPasswordThatCannotBeReadIsAFailure(): void
    {
        self::evaluate(self::relay(), 'return 1;');
        self::$site->define('AUTH_KEY', str_repeat('another key ', 4));
        self::assertFalse(self::$site->evaluate("return wp_mail('ann@example.org', 'Refused', 'Text');"));
        self::assertSame([], self::held());
    }
}
