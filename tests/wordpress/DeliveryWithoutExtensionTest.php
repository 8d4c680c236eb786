<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

require_once __DIR__ . '/DeliveryTest.php';

/** The same over PHPMailer's own SMTP. */
final class DeliveryWithoutExtensionTest extends DeliveryTest
{
    protected const OPTIONS = ['extension' => false];
}
