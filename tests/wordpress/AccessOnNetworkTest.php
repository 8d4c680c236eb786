<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use PHPUnit\Framework\TestCase;

/** A network: its settings are its administrator's, a site's mail is the site's administrator's, and nobody's else. */
final class AccessOnNetworkTest extends TestCase
{
    private const NETWORK_PAGE = '/wp-admin/network/admin.php?page=outbox';

    private static TestSite $site;
    /** @var array<string, Visitor> */
    private static array $visitors = [];

    public static function setUpBeforeClass(): void
    {
        self::$site = new TestSite('trixie', ['multisite' => true]);
        self::$site->configure(['provider' => 'other', 'smtp_host' => 'localhost', 'smtp_auth' => false, 'delivery_mode' => 'log', 'from_name' => 'Kiln & Clay']);
    }

    public static function tearDownAfterClass(): void
    {
        self::$visitors = [];
        self::$site->stop();
    }

    private static function visitor(string $user): Visitor
    {
        return self::$visitors[$user] ??= self::$site->visitor($user === 'anonymous' ? null : $user);
    }

    private static function networkName(): mixed
    {
        return self::$site->evaluate("return (new Outbox\\WordPress\\Settings(true))->stored(true)['from_name'] ?? null;");
    }

    private static function lock(): mixed
    {
        return self::$site->evaluate("return (new Outbox\\WordPress\\Settings(true))->stored(true)['_lock'] ?? null;");
    }

    /** editor is an editor of the first site and the administrator of the second. */
    public static function strangers(): array
    {
        return ['anonymous' => ['anonymous'], 'subscriber' => ['subscriber'], 'administrator of another site' => ['editor']];
    }

    /** @dataProvider strangers */
    public function testTheNetworksSettingsRefuseWhoeverDoesNotRunTheNetwork(string $user): void
    {
        $visitor = self::visitor($user);
        $visitor->get(self::NETWORK_PAGE);
        self::assertContains($visitor->status, $user === 'anonymous' ? [302] : [403, 302]);
        self::assertStringNotContainsString('outbox-save', $visitor->body);
        $visitor->post(self::NETWORK_PAGE, ['outbox' => ['from_name' => 'Mallory'], 'outbox_lock' => '1', 'outbox_locks' => ['from_name']]);
        self::assertContains($visitor->status, [302, 403]);
        self::assertNull(self::networkName());
        self::assertNull(self::lock());
    }

    /** @dataProvider strangers */
    public function testASitesPagesAndRoutesRefuseWhoeverDoesNotRunThatSite(string $user): void
    {
        $visitor = self::visitor($user);
        foreach (AccessTest::PAGES as $page) {
            $visitor->get("/wp-admin/admin.php?page=$page");
            self::assertContains($visitor->status, $user === 'anonymous' ? [302] : [403], "$page as $user");
        }
        $nonce = $user === 'anonymous' ? null : $visitor->restNonce();
        foreach (AccessTest::ROUTES as [$method, $route, $body]) {
            $visitor->rest($method, $route, $body, $nonce);
            self::assertContains($visitor->status, [401, 403], "$method $route as $user");
        }
    }

    public function testTheAdministratorOfASiteIsServedThere(): void
    {
        $visitor = self::visitor('editor');
        foreach (['outbox', 'outbox-test', 'outbox-log', 'outbox-import'] as $page) {
            $visitor->get("/two/wp-admin/admin.php?page=$page");
            self::assertSame(200, $visitor->status, $page);
            self::assertStringContainsString('class="wrap outbox', $visitor->body, $page);
        }
    }

    public function testTheNetworksAdministratorIsServedByItsPageAndByEverySites(): void
    {
        $visitor = self::visitor('admin');
        foreach ([self::NETWORK_PAGE, ...array_map(static fn (string $page): string => "/wp-admin/admin.php?page=$page", AccessTest::PAGES),
            '/two/wp-admin/admin.php?page=outbox'] as $path) {
            $visitor->get($path);
            self::assertNotContains($visitor->status, [302, 401, 403], $path);
        }
        $visitor->get(self::NETWORK_PAGE);
        self::assertStringContainsString('outbox-save', $visitor->body);
        $nonce = $visitor->restNonce();
        foreach (AccessTest::ROUTES as [$method, $route, $body]) {
            if (str_contains($route, '/test/') || str_contains($route, '/health/')) {
                continue; // these reach out to a server, which this network has none of
            }
            $visitor->rest($method, $route, $body, $nonce);
            self::assertNotContains($visitor->status, [401, 403], "$method $route: $visitor->body");
        }
    }

    public function testWithoutItsNonceTheNetworksAdministratorChangesNothingEither(): void
    {
        $visitor = self::visitor('admin');
        foreach ([[], ['_wpnonce' => 'deadbeef01']] as $nonce) {
            $visitor->post(self::NETWORK_PAGE, ['outbox' => ['from_name' => 'Mallory'], 'outbox_locks' => ['from_name']] + $nonce);
            self::assertSame(403, $visitor->status);
        }
        self::assertNull(self::networkName());
    }

    public function testSingleSettingsAreLockedByTheNetworksFormAndHoldAgainstASitesAdministrator(): void
    {
        $admin = self::visitor('admin');
        $save = static function (array $more) use ($admin): void {
            $admin->get(self::NETWORK_PAGE);
            $admin->post(self::NETWORK_PAGE, $more + array_diff_key($admin->form('outbox[from_name]'), ['outbox_lock' => 1, 'outbox_locks' => 1]));
            self::assertSame(302, $admin->status);
        };
        $save(['outbox_locks' => ['log_days', 'dkim_domain', 'no_such_setting', ['log_enabled']]]);
        self::assertSame(['dkim_domain', 'dkim_selector', 'dkim_key', 'log_days'], self::lock());
        $owner = self::visitor('editor');
        $owner->get('/two/wp-admin/admin.php?page=outbox');
        $form = $owner->form('outbox[from_name]');
        self::assertArrayNotHasKey('log_days', $form['outbox']);
        $owner->post('/two/wp-admin/admin.php?page=outbox', array_replace_recursive($form, ['outbox' => ['log_days' => '9', 'log_megabytes' => '9'], 'outbox_locks' => []]));
        self::assertSame([30, 9], self::$site->evaluate("switch_to_blog(2); \$s = new Outbox\\WordPress\\Settings(); return [\$s->get('log_days'), \$s->get('log_megabytes')];"));
        $save(['outbox_lock' => '1', 'outbox_locks' => ['log_days']]);
        self::assertTrue(self::lock());
        $save([]);
        self::assertSame([], self::lock());
    }
}
