<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

require_once __DIR__ . '/TakeoverTest.php';

/** The same on WordPress 6.8, whose mailer is a class of core's own. */
final class TakeoverOnTrixieTest extends TakeoverTest
{
    protected const SUITE = 'trixie';
}
