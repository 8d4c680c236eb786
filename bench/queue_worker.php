<?php

// SPDX-License-Identifier: MIT
// One way to hand over a message, in a process of its own, warm. usage: queue_worker.php ROOT PEER FACTS (JSON). A task is
// {"count":N} for N messages, with "durability" for Outbox; the answer {"ms":[N times],"end_ns":N}: what each took, and when the
// last one was over by the clock since the system's start. Removes nothing but what the peer itself would not take away.

declare(strict_types=1);

namespace Outbox\Bench;

use Outbox\{Message, Transport};

$root = $argv[1];
require "$root/.work/bench/vendor/autoload.php";
require __DIR__ . '/measure.php';
require __DIR__ . '/relay.php';

/** 4 kB of text, as `submit` sends it. */
function text(): string
{
    return "From: " . SENDER . "\r\nTo: ann@example.org\r\nSubject: A message\r\nMessage-ID: <bench@example.com>\r\n"
        . "Date: Wed, 25 Nov 2026 00:00:00 +0000\r\n\r\n" . str_repeat(str_repeat('x', 70) . "\r\n", 56);
}

/** @return \Closure(array): void hands over one message */
function peer(string $name, array $facts): \Closure
{
    switch ($name) {
        case 'outbox':
            $transport = new Transport($facts['dsn']);
            $message = Message::fromString(text());
            return static function (array $task) use ($transport, $message, $facts): void {
                $transport->queue($message, null, ['spool' => $facts['spool'], 'durability' => $task['durability'] ?? 'full']);
            };
        case 'mariadb':
            $database = new \mysqli('localhost', 'root', '', '', 0, $facts['socket']);
            $database->query('CREATE DATABASE IF NOT EXISTS bench');
            $database->select_db('bench');
            $database->query('CREATE TABLE IF NOT EXISTS queue (id BIGINT AUTO_INCREMENT PRIMARY KEY, due BIGINT, sender TEXT, '
                . 'recipients TEXT, message LONGBLOB, KEY (due)) ENGINE=InnoDB');
            $insert = $database->prepare('INSERT INTO queue (due, sender, recipients, message) VALUES (?, ?, ?, ?)');
            [$due, $sender, $recipients, $message] = [0, SENDER, 'ann@example.org', text()];
            $insert->bind_param('isss', $due, $sender, $recipients, $message);
            return static function () use ($database, $insert): void { // the connection ends with $database
                $insert->execute() || throw new \RuntimeException($insert->error);
            };
        case 'sendmail':
            return static function () use ($facts): void {
                // as PHP's mail() does it: popen(), which is a shell
                $pipe = popen($facts['command'] . ' -t -i -f ' . SENDER, 'w');
                fwrite($pipe, str_replace("\r\n", "\n", text()));
                pclose($pipe) === 0 || throw new \RuntimeException('sendmail failed');
            };
        case 'phpmailer':
            $relay = Relay::fromJson(json_encode($facts['relay']));
            return static function () use ($relay): void {
                $mailer = $relay->phpMailer(false);
                $mailer->addAddress('ann@example.org');
                $mailer->Subject = 'A message';
                $mailer->Body = str_repeat(str_repeat('x', 70) . "\r\n", 56);
                $mailer->send();
            };
    }
    throw new \LogicException($name);
}

$hand = peer($argv[2], json_decode($argv[3], true, flags: JSON_THROW_ON_ERROR));
if ($argv[2] !== 'phpmailer') {
    $hand([]);
}
echo json_encode(['ready' => true, 'octets' => strlen(text())]), "\n";
answer(static function (array $task) use ($hand): array {
    $ms = [];
    for ($i = 0; $i < $task['count']; $i++) {
        $begun = hrtime(true);
        $hand($task);
        $end = hrtime(true);
        $ms[] = ($end - $begun) / 1e6;
    }
    return ['ms' => $ms, 'end_ns' => $end];
});
