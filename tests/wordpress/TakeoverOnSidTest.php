<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

require_once __DIR__ . '/TakeoverTest.php';

/** The same on the newest WordPress, which embeds images itself. */
final class TakeoverOnSidTest extends TakeoverTest
{
    protected const SUITE = 'sid';

    public function testAnImageEmbeddedByCoreArrives(): void
    {
        $mail = self::mail([], "
            \$file = sys_get_temp_dir() . '/outbox-logo.gif';
            file_put_contents(\$file, 'GIF89a');
            \$sent = wp_mail('ann@example.org', 'Logo', '<img src=\"cid:kiln\">', 'Content-Type: text/html', [], ['kiln' => \$file]);
            unlink(\$file);
            return \$sent;");
        self::assertStringContainsString('Content-ID: <kiln>', $mail['message']);
    }
}
