<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

require_once __DIR__ . '/TakeoverTest.php';

/** The same on a server without the extension, over PHPMailer's own SMTP. */
final class TakeoverWithoutExtensionTest extends TakeoverTest
{
    protected const OPTIONS = ['extension' => false];

    public function testTheExtensionIsNotThere(): void
    {
        self::assertFalse(self::$site->evaluate("return class_exists('Outbox\\\\Transport');"));
    }
}
