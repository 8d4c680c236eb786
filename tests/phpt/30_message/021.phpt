--TEST--
25 MB attached cost next to no memory, and every octet arrives
--EXTENSIONS--
outbox
--SKIPIF--
<?php
if (PHP_OS_FAMILY !== 'Linux') die('skip reads /proc');
if (getenv('SKIP_ASAN') || getenv('USE_ZEND_ALLOC') === '0') die('skip counts memory, of which sanitizers and valgrind take their own');
?>
--INI--
outbox.max_message_size=64M
memory_limit=16M
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

function peak(): int
{
    preg_match('/VmHWM:\s+(\d+)/', file_get_contents('/proc/self/status'), $found);
    return (int) $found[1];
}
$path = sys_get_temp_dir() . '/outbox-large-' . getmypid();
for ($i = 0, $f = fopen($path, 'w'); $i < 400; $i++) {
    fwrite($f, random_bytes(65536));
}
fclose($f);
$c = new Capture();
$t = new Outbox\Transport($c->dsn());
$t->send(message());
$before = peak();
$m = message()->attachFromPath($path, 'large.bin', 'application/octet-stream');
$t->send($m);
$t->send($m);
echo peak() - $before < 4096 ? 'ok' : 'KiB more: ' . peak() - $before, "\n";
var_dump(filesize("$c->directory/2.eml") === $m->size(), sha1_file("$c->directory/2.eml") === sha1_file("$c->directory/3.eml"));
unset($m);
$hash = hash_init('sha1');
for ($f = fopen("$c->directory/2.eml", 'r'); !str_starts_with($line = fgets($f), 'Content-Disposition'););
for (fgets($f); !str_starts_with($line = fgets($f), '--');) {
    hash_update($hash, base64_decode($line, true));
}
var_dump(hash_final($hash) === sha1_file($path));
unlink($path);
?>
--EXPECT--
ok
bool(true)
bool(true)
bool(true)
