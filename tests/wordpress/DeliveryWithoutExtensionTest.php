<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

require_once __DIR__ . '/DeliveryTest.php';

/** The same over PHPMailer's own SMTP. */
final class DeliveryWithoutExtensionTest extends DeliveryTest
{
    protected const OPTIONS = ['extension' => false];

    public function testTheTimeToConnectIsItsOwn(): void
    {
        // A queue of connections that is full: whoever comes gets no answer.
        $server = stream_socket_server('tcp://127.0.0.1:0', $number, $text, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, stream_context_create(['socket' => ['backlog' => 0]]));
        $name = stream_socket_get_name($server, false);
        $waiting = [];
        for ($i = 0; $i < 3; $i++) {
            $waiting[] = stream_socket_client("tcp://$name", $number, $text, 1, STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT);
        }
        $settings = ['smtp_port' => (int) substr(strrchr($name, ':'), 1), 'smtp_connect_timeout' => 1, 'smtp_timeout' => 30];
        [$sent, $seconds] = self::evaluate($settings + self::relay(), "\$since = microtime(true); return [wp_mail('ann@example.org', 'Hello', 'Text'), microtime(true) - \$since];");
        self::assertFalse($sent);
        self::assertLessThan(10, $seconds);
        self::assertGreaterThan(0.9, $seconds);
    }
}
