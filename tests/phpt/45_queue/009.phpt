--TEST--
A corrected password repairs what waits
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

$c = new Capture("implicit", "--auth", "u:right");
$bad = new Outbox\Transport($c->dsn("smtps", "u:wrong") . "&profile=gmail");
$id = $bad->queue(message(), null, ["spool" => $folder->path]);
$s = $folder->spool();
echo $s->run()["sent"], " ", $s->status()["profiles"]["gmail"]["state"], " ", $s->get($id)["tries"], "\n";
Outbox\Profile::save("gmail", $c->dsn("smtps", "u:right"), $folder->path);
echo $s->run()["sent"], " ", $s->status()["profiles"]["gmail"]["state"], "\n";
?>
--EXPECT--
0 paused 0
1 ok
