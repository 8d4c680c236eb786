--TEST--
get() shows the octets that are sent, and what was tried
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

$c = new Capture("implicit", "--reject", "gone@example.org");
$t = new Outbox\Transport($c->dsn());
$id = $t->queue(message("b@example.org", "gone@example.org"), null, ["spool" => $folder->path, "tag" => "t"]);
$s = $folder->spool();
$octets = $s->get($id)["message"];
$s->run();
$m = $s->get($id);
var_dump($octets === $m["message"], str_contains($octets, "Subject: x\r\n"));
echo $m["state"], " ", $m["tag"], " ", $m["tries"], " ", $m["recipients"]["b@example.org"]["outcome"], " ", $m["recipients"]["gone@example.org"]["code"], "\n";
echo implode(" ", array_column($m["history"], "type")), "\n";
?>
--EXPECT--
bool(true)
bool(true)
failed t 1 sent 550
intent result result end
