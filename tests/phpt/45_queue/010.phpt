--TEST--
send() queues what cannot go now, and nothing that was refused or may have arrived
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

ini_set("outbox.durability", "full");
$down = new Outbox\Transport("smtp://127.0.0.1:1?tls=none&profile=down");
$spooled = new Outbox\Transport(["dsn" => "smtp://127.0.0.1:1?tls=none"]);
echo get_class((function () use ($down) { try { $down->send(message()); } catch (Throwable $e) { return $e; } })()), "\n";
echo thrown(fn () => $down->send(message(), null, ["else" => "wait"])), "\n";
$c = new Capture("implicit", "--reject", "gone@example.org");
Outbox\Profile::save("up", $c->dsn(), $folder->path);
$up = new Outbox\Transport(["profile" => "up", "spool" => $folder->path]);
$r = $up->send(message("b@example.org", "gone@example.org"), null, ["else" => "queue"]);
var_dump($r->queueId, $folder->spool()->status()["due"]);
Outbox\Profile::save("down", "smtp://127.0.0.1:1?tls=none", $folder->path);
$r = (new Outbox\Transport(["profile" => "down", "spool" => $folder->path]))->send(message(), null, ["else" => "queue"]);
$m = $folder->spool()->get($r->queueId);
echo $m["state"], " ", $m["profile"], " ", $m["messageId"] === $r->messageId ? "same id" : "other id", " ", $r->recipients["b@example.org"]->outcome->value, "\n";
?>
--EXPECT--
Outbox\ConnectException
ValueError: Outbox\Transport::send(): Argument #3 ($options) has only "else", which must be "queue"
NULL
int(0)
due down same id deferred
