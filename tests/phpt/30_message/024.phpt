--TEST--
A message holds its files open as long as it lives, close-on-exec, up to a hundred
--EXTENSIONS--
outbox
--SKIPIF--
<?php
if (PHP_OS_FAMILY !== 'Linux') die('skip reads /proc');
?>
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$path = sys_get_temp_dir() . '/outbox-held-' . getmypid();
file_put_contents($path, 'x');
$held = fn (string $process) => count(array_filter(scandir("/proc/$process/fd"), fn ($fd) => @readlink("/proc/$process/fd/$fd") === $path));
$m = message();
for ($i = 0; $i < 100; $i++) {
    $m->attachFromPath($path, null, 'a/b');
}
echo thrown(fn () => $m->embedFromPath($path, 'x', 'a/b')), "\n", $held('self'), "\n";
$child = proc_open([PHP_BINARY, '-n', '-r', 'echo "ready\n"; fgets(STDIN);'], [['pipe', 'r'], ['pipe', 'w']], $pipes);
fgets($pipes[1]);
echo $held(proc_get_status($child)['pid']), "\n";
fclose($pipes[0]);
proc_close($child);
$other = message();
foreach ([$path . 'x', '/dev/null', $path] as $wrong) {
    thrown(fn () => $other->attachFromPath($wrong, "a\nb"));
    thrown(fn () => $other->attachFromPath($wrong, null, 'a/b', 'too many'));
}
$outer = message()->attach($m);
unset($m);
echo $held('self'), "\n";
unset($outer);
echo $held('self'), "\n";
for ($i = 0, $m = message(); $i < 1000; $i++) {
    $m->attach('x', null, 'a/b');
}
echo thrown(fn () => $m->attach('x', null, 'a/b')), ' ', strlen($m->toString()) === $m->size() ? 'whole' : '', "\n";
unlink($path);
?>
--EXPECT--
ValueError: A message has at most 1000 parts, 100 of them files
100
0
100
0
ValueError: A message has at most 1000 parts, 100 of them files whole
