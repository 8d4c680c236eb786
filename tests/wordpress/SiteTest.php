<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use PHPUnit\Framework\TestCase;

/** The sites that the other tests stand on. */
final class SiteTest extends TestCase
{
    public static function suites(): array
    {
        return array_combine(Release::SUITES, array_map(static fn (string $suite): array => [$suite], Release::SUITES));
    }

    /** @dataProvider suites */
    public function testASiteOfEachReleaseServesItsPagesAndLetsTheAdministratorIn(string $suite): void
    {
        $site = new TestSite($suite, ['plugin' => false]);
        try {
            $visitor = $site->visitor('admin');
            self::assertStringContainsString('Kiln', $visitor->get('/'));
            self::assertSame(200, $visitor->status);
            self::assertStringContainsString('wpadminbar', $visitor->get('/wp-admin/'));
            foreach (['/wp-includes/js/jquery/jquery.min.js', '/wp-includes/js/underscore.min.js', '/wp-admin/css/common.min.css'] as $asset) {
                self::assertGreaterThan(1000, strlen($visitor->get($asset)), $asset);
                self::assertSame(200, $visitor->status, $asset);
            }
            self::assertSame('admin', $visitor->rest('GET', '/wp/v2/users/me', ['context' => 'edit'], $visitor->restNonce())['username']);
            self::assertTrue($site->evaluate("return extension_loaded('outbox');"));
        } finally {
            $site->stop();
        }
        self::assertDirectoryDoesNotExist($site->directory);
    }

    public function testANetworkHasASecondSiteWithPagesOfItsOwn(): void
    {
        $site = new TestSite('trixie', ['plugin' => false, 'multisite' => true]);
        try {
            $visitor = $site->visitor('admin');
            self::assertStringContainsString('Second Site', $visitor->get('/two/'));
            self::assertStringContainsString('wpadminbar', $visitor->get('/two/wp-admin/'));
            self::assertStringContainsString('wpadminbar', $visitor->get('/wp-admin/network/'));
            self::assertSame("$site->url/two", $site->evaluate("return get_home_url(2);"));
        } finally {
            $site->stop();
        }
    }

    public function testAConstantSetLaterIsSeenByTheNextRequest(): void
    {
        $site = new TestSite('bookworm', ['plugin' => false]);
        try {
            self::assertFalse($site->evaluate("return defined('OUTBOX_HOST');"));
            $site->define('OUTBOX_HOST', 'mail.example.org');
            self::assertSame('mail.example.org', $site->evaluate('return OUTBOX_HOST;'));
            $site->define('OUTBOX_HOST', null);
            self::assertFalse($site->evaluate("return defined('OUTBOX_HOST');"));
        } finally {
            $site->stop();
        }
    }
}
