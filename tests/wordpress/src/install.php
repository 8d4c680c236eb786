<?php

// SPDX-License-Identifier: MIT
// WordPress' own installer, run without a browser: install.php CORE STEP PLACE USER PASSWORD ROLE...

declare(strict_types=1);

[, $core, $step, $place, $user, $password] = $argv;
$roles = array_slice($argv, 6);
$_SERVER += ['HTTP_HOST' => $place, 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'SERVER_NAME' => 'localhost'];
define('WP_INSTALLING', $step === 'install');
if ($step === 'network') {
    define('WP_INSTALLING_NETWORK', true);
}

/** Pluggable: nobody has to be told of a test's site. */
function wp_new_blog_notification(): void
{
}

require "$core/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

if ($step === 'install') {
    // A probe of pretty permalinks over HTTP, where no server runs yet.
    add_filter('pre_http_request', static fn () => new WP_Error('no_server', 'not now'));
    wp_install('Kiln & Clay Pottery', $user, 'owner@kilnandclay.example', false, '', $password);
    update_option('permalink_structure', '/%postname%/');
    update_option('blog_public', 0);
    update_option('show_avatars', 0); // They would be fetched from elsewhere.
    foreach ($roles as $role) {
        wp_insert_user(['user_login' => $role, 'user_pass' => $password, 'user_email' => "$role@kilnandclay.example", 'role' => $role]);
    }
} elseif ($step === 'network') {
    foreach ($GLOBALS['wpdb']->tables('ms_global') as $table => $prefixed) {
        $GLOBALS['wpdb']->$table = $prefixed;
    }
    install_network();
    $result = populate_network(1, $place, 'owner@kilnandclay.example', 'Kiln & Clay Network', '/', false);
    if (is_wp_error($result) && $result->get_error_code() !== 'no_wildcard_dns') {
        fwrite(STDERR, $result->get_error_message());
        exit(1);
    }
} else {
    grant_super_admin(1);
    add_filter('pre_wp_mail', '__return_true');
    $id = wpmu_create_blog($place, '/two/', 'Second Site', 1);
    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message());
        exit(1);
    }
    update_blog_option(2, 'show_avatars', 0);
    add_user_to_blog(2, get_user_by('login', 'editor')->ID, 'administrator');
}
