--TEST--
attachFromPath() opens plain files only, at once, and waits for nobody
--EXTENSIONS--
outbox
posix
--SKIPIF--
<?php
if (PHP_OS_FAMILY === 'Windows') die('skip FIFOs and modes');
?>
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$d = sys_get_temp_dir() . '/outbox-files-' . getmypid();
mkdir($d);
posix_mkfifo("$d/fifo", 0600);
file_put_contents("$d/file", 'x');
symlink("$d/fifo", "$d/link");
foreach (["$d/missing", "$d/fifo", "$d/link", $d, '/dev/null', '/dev/stdin', '', "$d/fi\0le", 'http://127.0.0.1:1/x', 'data:text/plain,x',
    'php://stdin', 'phar://x.phar/y', "compress.zlib://$d/file", "glob://$d/*"] as $path) {
    foreach (['attachFromPath' => [$path], 'embedFromPath' => [$path, 'cid']] as $method => $arguments) {
        echo str_replace($d, 'D', thrown(fn () => (new Outbox\Message())->$method(...$arguments))), "\n";
    }
}
chmod("$d/file", 0);
chmod($d, 0755);
$root = posix_geteuid() === 0 && posix_seteuid(65534); // root is stopped by no mode
foreach (['attachFromPath' => ["$d/file"], 'embedFromPath' => ["$d/file", 'cid']] as $method => $arguments) {
    echo thrown(fn () => (new Outbox\Message())->$method(...$arguments)), "\n";
}
if ($root) {
    posix_seteuid(0);
}
chmod("$d/file", 0600);
chdir($d);
var_dump((new Outbox\Message())->attachFromPath('file') instanceof Outbox\Message, (new Outbox\Message())->attachFromPath("file://$d/file") instanceof Outbox\Message);
array_map(unlink(...), glob("$d/*"));
rmdir($d);
?>
--EXPECTF--
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: the file cannot be opened: No such file or directory
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) is wrong: the file cannot be opened: No such file or directory
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: it is not a regular file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) is wrong: it is not a regular file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: it is not a regular file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) is wrong: it is not a regular file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: it is not a regular file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) is wrong: it is not a regular file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: it is not a regular file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) is wrong: it is not a regular file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: %s
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) is wrong: %s
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) must not contain any null bytes
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) must not contain any null bytes
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) must be the path of a plain file
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: the file cannot be opened: Permission denied
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) is wrong: the file cannot be opened: Permission denied
bool(true)
bool(true)
