--TEST--
Attached files lie inside open_basedir, judged by the file that is open
--EXTENSIONS--
outbox
--SKIPIF--
<?php
if (PHP_OS_FAMILY === 'Windows') die('skip symbolic links');
?>
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$base = sys_get_temp_dir() . '/outbox-basedir-' . getmypid();
mkdir("$base/in", 0700, true);
file_put_contents("$base/out", 'secret');
file_put_contents("$base/in/file", 'x');
symlink("$base/out", "$base/in/link");
symlink("$base/in/file", "$base/in/fine");
ini_set('open_basedir', "$base/in");
foreach (["$base/out", "$base/in/link", "$base/in/../out", "$base/missing", '/etc/passwd', "$base/in/file", "$base/in/fine"] as $path) {
    echo str_replace($base, '', thrown(fn () => (new Outbox\Message())->attachFromPath($path))), "\n";
}
echo thrown(fn () => (new Outbox\Message())->embedFromPath("$base/in/link", 'x')), "\n";
?>
--CLEAN--
<?php
foreach (glob(sys_get_temp_dir() . '/outbox-basedir-*') as $base) {
    array_map(unlink(...), array_filter(glob("$base/{in/*,out}", GLOB_BRACE)));
    rmdir("$base/in");
    rmdir($base);
}
?>
--EXPECT--
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: the file lies outside of open_basedir
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: the file lies outside of open_basedir
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: the file lies outside of open_basedir
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: the file lies outside of open_basedir
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: the file lies outside of open_basedir
nothing
nothing
ValueError: Outbox\Message::embedFromPath(): Argument #1 ($path) is wrong: the file lies outside of open_basedir
