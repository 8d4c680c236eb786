<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/**
 * A root directory of its own for one mail server, under .work: Debian's package and its libraries unpacked, and the
 * few files of /etc that it asks for. The server runs in there by chroot. So it finds the paths that were compiled
 * into it and the users it insists on, and nothing of these is on the machine.
 */
final class PrivateRoot
{
    /** Ids that no package and no administrator hands out. */
    private const FIRST_ID = 62100;

    public readonly string $path;
    private readonly string $directory;
    private array $ids = [];
    /** @var resource */
    private $process;

    /** Why there can be none here; null: there can. */
    public static function obstacle(): ?string
    {
        return match (true) {
            posix_geteuid() !== 0 => 'the mail servers change to users of their own and live in a chroot, which takes root: run the tests as root',
            !is_executable('/usr/bin/apt-get') || !is_executable('/usr/bin/dpkg-deb') => 'the mail servers are unpacked from Debian packages, and this is no Debian',
            default => null,
        };
    }

    /**
     * @param list<string> $packages all their libraries come with them
     * @param list<string> $users each with a group of its name; what is named with a "+" in front is a group alone
     * @param ?string $suite of Debian that the packages are of; null: this machine's
     */
    public function __construct(array $packages, array $users, ?string $suite = null)
    {
        $template = DebianPackages::forItsOwnRoot($suite, ...$packages);
        $this->directory = ServerProcess::newDirectory();
        $this->path = "$this->directory/root";
        exec('cp -al ' . escapeshellarg($template) . ' ' . escapeshellarg($this->path) . ' 2>&1', $lines, $code);
        if ($code !== 0) {
            throw new \RuntimeException("cannot copy $template: " . implode("\n", $lines));
        }
        $this->furnish($users);
    }

    private function furnish(array $users): void
    {
        foreach (['lib', 'lib64'] as $merged) { // later releases leave these links to a package of their own
            is_dir("$this->path/$merged") || symlink("usr/$merged", "$this->path/$merged");
        }
        $passwd = "root:x:0:0:::\n";
        $group = "root:x:0:\n";
        foreach ([...$users, 'nobody', '+nogroup'] as $number => $user) {
            $name = ltrim($user, '+');
            $id = $this->ids[$name] = self::FIRST_ID + $number;
            $passwd .= $name === $user ? "$name:x:$id:$id::/nonexistent:/bin/false\n" : '';
            $group .= "$name:x:$id:\n";
        }
        $this->write('etc/passwd', $passwd);
        $this->write('etc/group', $group);
        $this->write('etc/hosts', "127.0.0.1 localhost\n");
        $this->write('etc/nsswitch.conf', "passwd: files\ngroup: files\nhosts: files\nservices: files\n");
        $this->folder('tmp', mode: 01777);
        $this->folder('run');
        $this->folder('var/log', mode: 01777);
        $this->folder('dev');
        foreach (['null' => 3, 'zero' => 5, 'urandom' => 9] as $name => $minor) {
            posix_mknod("$this->path/dev/$name", POSIX_S_IFCHR, 1, $minor) || throw new \RuntimeException("mknod /dev/$name is not allowed here");
            chmod("$this->path/dev/$name", 0666);
        }
    }

    /** A file of the instance. What lies there already is the package's and shared: it is replaced, not changed. */
    public function write(string $file, string $content, string $owner = 'root', int $mode = 0644): void
    {
        $path = "$this->path/$file";
        @mkdir(dirname($path), 0755, true);
        @unlink($path);
        file_put_contents($path, $content);
        chmod($path, $mode);
        $this->own($path, $owner);
    }

    public function folder(string $folder, string $owner = 'root', int $mode = 0755, ?string $group = null): void
    {
        $path = "$this->path/$folder";
        @mkdir($path, 0755, true);
        chmod($path, $mode);
        $this->own($path, $owner, $group);
    }

    private function own(string $path, string $user, ?string $group = null): void
    {
        if ($user !== 'root') {
            chown($path, $this->ids[$user]);
            chgrp($path, $this->ids[$group ?? $user]);
        }
    }

    public function read(string $file): string
    {
        return (string) @file_get_contents("$this->path/$file");
    }

    /** Starts the server, which must stay in the foreground, and returns when it listens on all these ports. */
    public function start(array $command, array $environment, int ...$ports): void
    {
        $this->process = proc_open([HelperProgram::built('tests/servers/keeper.c'), 'chroot', $this->path, ...$command],
            [['file', '/dev/null', 'r'], ['file', "$this->path/output", 'w'], ['file', "$this->path/output", 'a']], $pipes,
            $this->path, $environment + ['PATH' => '/usr/sbin:/usr/bin:/sbin:/bin']);
        foreach ($ports as $port) {
            if (!Loopback::awaitPort($port, fn () => proc_get_status($this->process)['running'])) {
                $logs = implode('', array_map(file_get_contents(...), array_filter(glob("$this->path/var/log/{*,*/*}", GLOB_BRACE), is_file(...))));
                $this->stop();
                throw new \RuntimeException("$command[0] did not start: " . $this->read('output') . $logs);
            }
        }
    }

    public function stop(): void
    {
        if (is_resource($this->process)) {
            proc_terminate($this->process);
            proc_close($this->process); // the keeper's: it waits for all that the server started
        }
    }

    public function __destruct()
    {
        $this->stop();
        if (is_dir($this->directory)) {
            ServerProcess::removeDirectory($this->directory);
        }
    }
}
