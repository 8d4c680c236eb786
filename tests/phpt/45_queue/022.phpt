--TEST--
What does not fit into outbox.max_queue_bytes is refused, and nothing of it is queued
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
outbox.spawn=off
outbox.max_queue_bytes=20K
--FILE--
<?php
require dirname(__DIR__) . "/capture.inc";
require dirname(__DIR__) . "/spool.inc";

$folder = new SpoolFolder();
$t = new Outbox\Transport("smtp://127.0.0.1:1?tls=none");
$o = ["spool" => $folder->path];
$large = message()->text(str_repeat("a line of text that takes its place\r\n", 300));
$t->queue($large, null, $o);
try {
    $t->queue($large, null, $o + ["key" => "again"]);
} catch (Outbox\SpoolFullException $e) {
    echo get_class($e), ": ", preg_replace("~\\d+~", "N", $e->getMessage()), "\n";
    echo $e->getDiagnosis()->cause, "\n";
}
$t->queue(message(), null, $o + ["key" => "again"]);
echo $folder->spool()->status()["due"], " ", outbox_status()["settings"]["max_queue_bytes"], "\n";
?>
--EXPECT--
Outbox\SpoolFullException: N octets wait in the spool, and with N more they are past the limit of N
As much mail is waiting as the limits allow.
2 20480
