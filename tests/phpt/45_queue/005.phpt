--TEST--
hold, release, retry and remove say how many there were
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
$a = $t->queue(message(), null, $o);
$b = $t->queue(message(), null, $o);
$s = $folder->spool();
echo $s->hold($a, $b), $s->hold($a), $s->release($b), $s->release($b), $s->retry($a), $s->remove($a, $b), $s->remove($a), $s->retry(), "\n";
echo json_encode($s->get($a)), " ", json_encode($s->list()), "\n";
echo thrown(fn () => $s->hold("nonsense")), "\n", thrown(fn () => $s->get("")), "\n";
?>
--EXPECT--
20101200
null []
ValueError: Outbox\Spool::hold(): Argument #1 must be the id of a message
ValueError: Outbox\Spool::get(): Argument #1 ($id) must be the id of a message
