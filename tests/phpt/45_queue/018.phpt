--TEST--
A process that turns from one spool to another holds one of them open
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
outbox.spawn=off
--SKIPIF--
<?php if (!is_dir("/proc/self/fd")) die("skip no /proc"); ?>
--FILE--
<?php
require dirname(__DIR__) . "/capture.inc";
require dirname(__DIR__) . "/spool.inc";

$folders = [new SpoolFolder(), new SpoolFolder()];
$t = new Outbox\Transport("smtps://localhost");
$open = [];
for ($i = 0; $i < 40; $i++) {
    $t->queue(message(), null, ["spool" => $folders[$i % 2]->path]);
    $open[] = count(scandir("/proc/self/fd"));
}
var_dump(max(array_slice($open, 4)) <= max(array_slice($open, 0, 4)) + 16); // at most the 16 shards besides
echo $folders[0]->spool()->status()["due"], " ", $folders[1]->spool()->status()["due"], "\n";
?>
--EXPECT--
bool(true)
20 20
