<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** A PHP-FPM whose site queues mail, the program that its workers start, and a capture server as relay. */
final class QueueSite
{
    public readonly FpmPool $pool;
    public readonly ServerProcess $capture;
    public readonly string $runner;
    public readonly string $spool;
    /** While this file is there, the relay reads no message to its end. */
    public readonly string $hold;
    public readonly string $dsn;
    /** @var list<string> ids of all that was queued */
    public array $queued = [];

    /** $settings: lines of the pool's configuration besides. */
    public function __construct(int $workers, string ...$settings)
    {
        $folder = sys_get_temp_dir() . '/outbox-queue-' . bin2hex(random_bytes(6));
        mkdir($folder, 0711);
        chmod($folder, 0711);
        $this->capture = new ServerProcess('capture.php', '--tls', 'implicit', '--hold', $this->hold = "$folder/hold");
        $this->runner = "$folder/outbox";
        copy(dirname(__DIR__, 3) . '/modules/outbox', $this->runner);
        chmod($this->runner, 0755);
        copy($this->capture->ready['ca_file'], "$folder/ca.pem");
        chmod("$folder/ca.pem", 0644);
        $user = posix_geteuid() === 0 ? posix_getpwnam('nobody') : posix_getpwuid(posix_geteuid());
        $this->spool = "$folder/{$user['uid']}";
        mkdir($this->spool, 0700);
        posix_geteuid() === 0 && chown($this->spool, $user['uid']);
        $this->dsn = "smtps://127.0.0.1:{$this->capture->port()}?ca_file=" . rawurlencode("$folder/ca.pem");
        $this->pool = new FpmPool($workers, 0, "php_admin_value[outbox.spool_root]=$folder", "php_admin_value[outbox.runner]=$this->runner",
            "php_admin_value[outbox.dsn]=\"$this->dsn\"", 'php_admin_flag[outbox.spool_any_parent]=on', ...$settings);
    }

    public function begin(int $count, array $more = [])
    {
        return $this->pool->begin($this->dsn, ['SCRIPT_FILENAME' => "{$this->pool->directory}/queue.php", 'COUNT' => $count] + $more);
    }

    /** @param resource $request @return list<string> the ids that the site was told; none where the request was cut off */
    public function finish($request): array
    {
        $answer = $this->pool->finish($request);
        $ids = json_decode($answer === '' ? '[]' : $answer, true);
        if (!is_array($ids) || !array_is_list($ids)) {
            throw new \RuntimeException("the site says: $answer");
        }
        $this->queued = [...$this->queued, ...$ids];
        return $ids;
    }

    public function queue(int $count = 1, array $more = []): array
    {
        return $this->finish($this->begin($count, $more));
    }

    /** What mail() returned to the site, and the warning. */
    public function mail(string $subject): array
    {
        return json_decode($this->pool->finish($this->pool->begin($this->dsn, ['SCRIPT_FILENAME' => "{$this->pool->directory}/mail.php",
            'SUBJECT' => $subject])), true, flags: JSON_THROW_ON_ERROR);
    }

    /** @return array{spool: array, outbox: array} */
    public function status(): array
    {
        return json_decode($this->pool->finish($this->begin(0)), true, flags: JSON_THROW_ON_ERROR);
    }

    /** The runner's process, or 0. */
    public function runnerPid(): int
    {
        foreach (glob('/proc/[0-9]*', GLOB_ONLYDIR) as $process) {
            $words = explode("\0", (string) @file_get_contents("$process/cmdline"));
            if (in_array($this->spool, $words, true) && ($words[1] ?? '') === 'run') {
                return (int) basename($process);
            }
        }
        return 0;
    }

    /** Ends the runner as a service manager does, and returns when it is gone. */
    public function stopRunner(int $signal = SIGTERM): void
    {
        $pid = $this->runnerPid();
        if ($pid > 0) {
            posix_kill($pid, $signal);
            self::await(static fn (): bool => !is_dir("/proc/$pid"), 'the runner ends');
        }
    }

    /** So that a runner may be started at once: once in five seconds is the rule. */
    public function forgetSpawn(): void
    {
        @unlink("$this->spool/run.spawn");
    }

    public function awaitArrival(int $count): void
    {
        self::await(fn (): bool => count(glob("{$this->capture->directory}/*.json")) >= $count, "$count messages arrive");
    }

    public static function await(\Closure $condition, string $what): void
    {
        for ($until = microtime(true) + 20; !$condition(); usleep(5_000)) {
            if (microtime(true) > $until) {
                throw new \RuntimeException("in vain: $what");
            }
            clearstatcache();
        }
    }

    /** @return list<string> what the process has open */
    public static function openFiles(int $pid): array
    {
        return array_values(array_filter(array_map(static fn (string $link) => @readlink($link), glob("/proc/$pid/fd/*"))));
    }

    public function end(): void
    {
        $this->pool->end();
        $this->stopRunner(SIGKILL);
        ServerProcess::removeDirectory(dirname($this->spool));
    }
}
