<?php

// SPDX-License-Identifier: MIT
// What PHPStan has to believe: constants of wp-config.php, and the class that CoreMailer stands for.

declare(strict_types=1);

define('ABSPATH', '/');
define('WPINC', 'wp-includes');
define('WP_CONTENT_DIR', '/wp-content');
define('WP_PLUGIN_DIR', '/wp-content/plugins');
define('WPMU_PLUGIN_DIR', '/wp-content/mu-plugins');
foreach (['ARRAY_A' => 'ARRAY_A', 'MINUTE_IN_SECONDS' => 60, 'HOUR_IN_SECONDS' => 3600, 'DAY_IN_SECONDS' => 86400, 'MB_IN_BYTES' => 1048576] as $name => $value) {
    defined($name) || define($name, $value);
}
define('DB_NAME', 'wordpress');
define('OUTBOX_PLUGIN_FILE', '/wp-content/plugins/outbox/outbox.php');
define('OUTBOX_PLUGIN_VERSION', '0');
class_alias('PHPMailer\PHPMailer\PHPMailer', 'Outbox\WordPress\CoreMailer');
