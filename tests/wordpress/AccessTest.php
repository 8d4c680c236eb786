<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use PHPUnit\Framework\TestCase;

/** Every page, action and route of the plugin, by everybody; the administrator only with a nonce. */
final class AccessTest extends TestCase
{
    private const USERS = ['anonymous', 'subscriber', 'contributor', 'author', 'editor'];
    public const ROUTES = [
        ['POST', '/outbox/v1/test/check', []],
        ['POST', '/outbox/v1/test/ports', []],
        ['POST', '/outbox/v1/test/domain', []],
        ['POST', '/outbox/v1/test/send', ['to' => 'ann@example.org']],
        ['GET', '/outbox/v1/test/progress', ['queue_id' => '01ARZ3NDEKTSV4RRFFQ69G5FAV']],
        ['GET', '/outbox/v1/status', []],
        ['GET', '/outbox/v1/health/connection', []],
        ['GET', '/outbox/v1/health/domain', []],
        ['POST', '/outbox/v1/log/1/resend', []],
        ['POST', '/outbox/v1/log/1/retry', []],
        ['POST', '/outbox/v1/log/1/hold', []],
        ['POST', '/outbox/v1/log/1/release', []],
        ['POST', '/outbox/v1/log/1/delete', []],
    ];
    public const PAGES = ['outbox', 'outbox-test', 'outbox-log', 'outbox-log&entry=1', 'outbox-import'];
    private const FORMS = [
        ['/wp-admin/admin.php?page=outbox', ['outbox' => ['from_name' => 'Mallory']]],
        ['/wp-admin/admin.php?page=outbox-test', ['to' => 'mallory@example.org', 'outbox_do' => 'send']],
        ['/wp-admin/admin.php?page=outbox-log&action=delete&entry=1', []],
        ['/wp-admin/admin.php?page=outbox-log&action=resend&entry=1', []],
        ['/wp-admin/admin.php?page=outbox-log', ['action' => 'delete', 'entries' => ['1']]],
        ['/wp-admin/admin.php?page=outbox-import', ['source' => 'wp-mail-smtp']],
        ['/wp-admin/admin-post.php?action=outbox_export', []],
        ['/wp-admin/admin-post.php?action=outbox_accept_address', []],
    ];

    private static TestSite $site;
    /** @var array<string, Visitor> */
    private static array $visitors = [];

    public static function setUpBeforeClass(): void
    {
        self::$site = new TestSite('trixie');
        $capture = self::$site->capture('--tls', 'implicit');
        self::$site->configure(['provider' => 'other', 'smtp_host' => 'localhost', 'smtp_encryption' => 'ssl', 'smtp_port' => $capture->port(),
            'smtp_auth' => false, 'smtp_ca_file' => $capture->ready['ca_file'], 'delivery_mode' => 'direct', 'from_name' => 'Kiln & Clay']);
        self::$site->evaluate("return wp_mail('ann@example.org', 'A secret subject', 'text');");
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

    public static function strangers(): array
    {
        return array_combine(self::USERS, array_map(static fn (string $user): array => [$user], self::USERS));
    }

    private function assertNothingHappened(int $captured): void
    {
        self::assertCount($captured, self::$site->capture('--tls', 'implicit')->captured());
        self::assertSame('Kiln & Clay', self::$site->evaluate("return (new \\Outbox\\WordPress\\Settings())->get('from_name');"));
        self::assertCount(1, self::$site->query("SELECT id FROM wp_outbox_log WHERE subject = 'A secret subject'"));
    }

    /** @dataProvider strangers */
    public function testARouteRefusesWhoeverMayNotSeeToMail(string $user): void
    {
        $before = count(self::$site->capture('--tls', 'implicit')->captured());
        $visitor = self::visitor($user);
        $nonce = $user === 'anonymous' ? null : $visitor->restNonce();
        foreach (self::ROUTES as [$method, $route, $body]) {
            $answer = $visitor->rest($method, $route, $body, $nonce);
            self::assertContains($visitor->status, [401, 403], "$method $route as $user");
            self::assertSame('rest_forbidden', $answer['code'], "$method $route as $user");
        }
        $this->assertNothingHappened($before);
    }

    /** @dataProvider strangers */
    public function testAPageAndAFormRefuseWhoeverMayNotSeeToMail(string $user): void
    {
        $before = count(self::$site->capture('--tls', 'implicit')->captured());
        $visitor = self::visitor($user);
        foreach (self::PAGES as $page) {
            $visitor->get("/wp-admin/admin.php?page=$page");
            self::assertContains($visitor->status, $user === 'anonymous' ? [302] : [403], "$page as $user");
            self::assertStringNotContainsString('A secret subject', $visitor->body);
        }
        foreach (self::FORMS as [$path, $fields]) {
            $visitor->post($path, $fields);
            self::assertStringNotContainsString('A secret subject', $visitor->body);
            self::assertNotSame('302 /wp-admin/admin.php?page=outbox&saved=1', "$visitor->status $visitor->location");
        }
        $this->assertNothingHappened($before);
    }

    /** @dataProvider strangers */
    public function testNobodyElseSeesMenuWidgetOrBadge(string $user): void
    {
        if ($user === 'anonymous') {
            self::assertStringNotContainsString('outbox', self::visitor($user)->get('/'));
            return;
        }
        self::$site->php("\\Outbox\\WordPress\\State::set('failure', ['time' => time(), 'text' => 'a failure', 'class' => '']);");
        $page = self::visitor($user)->get('/wp-admin/');
        self::assertStringNotContainsString('page=outbox', $page);
        self::assertStringNotContainsString('outbox_widget', $page);
        self::assertStringNotContainsString('wp-admin-bar-outbox', $page);
        self::assertStringContainsString('wp-admin-bar-outbox', self::visitor('admin')->get('/wp-admin/'));
    }

    public function testTheAdministratorIsServedByEveryPageAndRoute(): void
    {
        $visitor = self::visitor('admin');
        foreach (self::PAGES as $page) {
            $visitor->get("/wp-admin/admin.php?page=$page");
            self::assertSame(200, $visitor->status, $page);
            self::assertStringContainsString('class="wrap outbox', $visitor->body, $page);
        }
        $nonce = $visitor->restNonce();
        foreach (array_slice(self::ROUTES, 0, 6) as [$method, $route, $body]) {
            $visitor->rest($method, $route, $body, $nonce);
            self::assertSame(200, $visitor->status, "$method $route: $visitor->body");
        }
        self::assertSame([], self::$site->complaints());
    }

    public function testWithoutItsNonceNothingIsDoneForTheAdministratorEither(): void
    {
        $before = count(self::$site->capture('--tls', 'implicit')->captured());
        $visitor = self::visitor('admin');
        foreach (self::FORMS as [$path, $fields]) {
            foreach ([[], ['_wpnonce' => 'deadbeef01']] as $nonce) {
                $visitor->post($path, $fields + $nonce);
                self::assertSame(403, $visitor->status, $path);
            }
        }
        foreach (self::ROUTES as [$method, $route, $body]) {
            foreach ([null, 'deadbeef01'] as $nonce) {
                $visitor->rest($method, $route, $body, $nonce);
                self::assertContains($visitor->status, [401, 403], "$method $route");
            }
        }
        $this->assertNothingHappened($before);
    }

    public function testWhoMayReadTheLogMayNotActForThat(): void
    {
        $file = self::$site->directory . '/www/wp-content/mu-plugins/readers.php';
        file_put_contents($file, "<?php add_filter('outbox/log_capability', static fn () => 'edit_pages');");
        try {
            $visitor = self::visitor('editor');
            $page = $visitor->get('/wp-admin/admin.php?page=outbox-log');
            self::assertSame(200, $visitor->status);
            self::assertStringContainsString('A secret subject', $page);
            self::assertStringNotContainsString('action=delete', $page);
            $visitor->rest('POST', '/outbox/v1/log/1/delete', [], $visitor->restNonce());
            self::assertSame(403, $visitor->status);
            $visitor->get('/wp-admin/admin.php?page=outbox-log&action=delete&entry=1');
            self::assertSame(403, $visitor->status);
            self::assertCount(1, self::$site->query("SELECT id FROM wp_outbox_log WHERE subject = 'A secret subject'"));
        } finally {
            unlink($file);
        }
    }

    public function testANonceOfOneMessageIsNoneForAnother(): void
    {
        $visitor = self::visitor('admin');
        $page = $visitor->get('/wp-admin/admin.php?page=outbox-log');
        self::assertMatchesRegularExpression('~action=delete&#038;entry=1&#038;_wpnonce=(\w+)~', $page);
        preg_match('~action=delete&#038;entry=1&#038;_wpnonce=(\w+)~', $page, $match);
        $visitor->get("/wp-admin/admin.php?page=outbox-log&action=delete&entry=2&_wpnonce=$match[1]");
        self::assertSame(403, $visitor->status);
    }

    /** A route that is new here has its row above. */
    public function testEveryRouteOfTheNamespaceIsInThisMatrix(): void
    {
        $routes = self::$site->evaluate("return array_keys(rest_get_server()->get_routes('outbox/v1'));");
        $known = array_map(static fn (array $row): string => $row[1], self::ROUTES);
        foreach (array_diff($routes, ['/outbox/v1']) as $route) {
            self::assertNotSame([], preg_grep('~^' . $route . '$~', $known), "$route is in no row of ROUTES");
        }
    }
}
