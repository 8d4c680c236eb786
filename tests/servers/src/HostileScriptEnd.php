<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** The connection is over for the script. */
final class HostileScriptEnd extends \Exception {}
