--TEST--
A queued message is on the disk when queue() returns, and run() delivers it
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

$c = new Capture("implicit", "--auth", "u:p");
$t = new Outbox\Transport($c->dsn("smtps", "u:p"));
$id = $t->queue(message(), null, ["spool" => $folder->path]);
echo preg_match("/^[0-9A-HJKMNP-TV-Z]{26}$/", $id), " ", $folder->spool()->status()["due"], " ", strlen($c->message(1)), "\n";
echo json_encode(array_slice($folder->spool()->run(), 0, 3)), "\n";
echo $folder->spool()->status()["due"], " ", json_encode($c->envelope(1)["recipients"] ?? $c->envelope(1)["to"] ?? null), "\n";
?>
--EXPECT--
1 1 0
{"running":false,"attempts":1,"sent":1}
0 ["b@example.org"]
