--TEST--
A message with files is queued as toString() shows it, needs them no more, and goes out the same
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
$path = sys_get_temp_dir() . "/outbox-queued-" . getmypid();
file_put_contents($path, random_bytes(200000));

$c = new Capture("implicit", "--auth", "u:p");
$t = new Outbox\Transport($c->dsn("smtps", "u:p"));
$m = message()->html('<img src="cid:a">')->embed("picture", "a", "image/png")->attachFromPath($path, "x", "application/pdf")
    ->attach(message("c@example.org")->attachFromPath($path, "y", "application/pdf"));
$shown = $m->toString();
$id = $t->queue($m, null, ["spool" => $folder->path]);
var_dump($folder->spool()->get($id)["message"] === $shown);
file_put_contents($path, "another");
echo thrown(fn () => $t->queue($m, null, ["spool" => $folder->path])), "\n", $folder->spool()->status()["due"], "\n";
unlink($path);
unset($m);
$folder->spool()->run();
var_dump($c->message(1) === $shown);
?>
--EXPECT--
bool(true)
ValueError: Outbox\Transport::queue(): Argument #1 ($message) is wrong: a file that it sends is no longer what it was when it was attached
1
bool(true)
