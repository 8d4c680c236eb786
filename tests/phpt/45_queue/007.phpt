--TEST--
Events are read once, from a cursor on
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

$c = new Capture("implicit");
$t = new Outbox\Transport($c->dsn());
$s = $folder->spool();
$first = $s->events();
var_dump($first["events"]);
$id = $t->queue(message(), null, ["spool" => $folder->path, "tag" => "t"]);
$s->run();
$read = $s->events($first["cursor"], 2);
echo implode(" ", array_column($read["events"], "type")), " ", $read["events"][1]["recipient"], " ", $read["events"][1]["remote_id"], " ", $read["events"][1]["tag"], "\n";
$rest = $s->events($read["cursor"]);
echo implode(" ", array_column($rest["events"], "type")), " ", count($s->events($rest["cursor"])["events"]), "\n";
echo thrown(fn () => $s->events("yesterday")), "\n", thrown(fn () => $s->events(null, 0)), "\n";
?>
--EXPECT--
array(0) {
}
queued accepted b@example.org C1 t
delivered 0
ValueError: Outbox\Spool::events(): Argument #1 ($cursor) is wrong: cursor: is none that was given out here
ValueError: Outbox\Spool::events(): Argument #2 ($limit) must be a number from 1 to 100000
