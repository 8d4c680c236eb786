--TEST--
The same key gives the first id, another key another one
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
outbox.spawn=off
--FILE--
<?php
require dirname(__DIR__) . "/capture.inc";
require dirname(__DIR__) . "/spool.inc";

$folder = new SpoolFolder();

$t = new Outbox\Transport("smtps://localhost");
$o = ["spool" => $folder->path];
$a = $t->queue(message(), null, $o + ["key" => "order-1"]);
var_dump($a === $t->queue(message(), null, $o + ["key" => "order-1"]), $a === $t->queue(message(), null, $o + ["key" => "order-2"]));
echo $folder->spool()->status()["due"], "\n";
?>
--EXPECT--
bool(true)
bool(false)
2
