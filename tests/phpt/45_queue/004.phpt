--TEST--
A message for later waits in the deferred ones, and an urgent one goes first
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
$o = ["spool" => $folder->path];
$t->queue(message("later@example.org"), null, $o + ["send_at" => new DateTimeImmutable("+1 hour")]);
$t->queue(message("bulk@example.org"), null, $o + ["priority" => "bulk"]);
$t->queue(message("urgent@example.org"), null, $o + ["priority" => "urgent"]);
$s = $folder->spool();
$before = $s->status();
echo $before["due"], " ", $before["deferred"], " ", abs($before["next"] - time() - 3600) < 5 ? "in an hour" : $before["next"], "\n";
$s->run(["messages" => 1]);
foreach ($s->list() as $m) {
    echo key($m["recipients"]), " ", $m["state"], " ", $m["priority"], "\n";
}
?>
--EXPECT--
2 1 in an hour
later@example.org deferred normal
bulk@example.org due bulk
