--TEST--
on_full=direct sends at once what a full queue does not take: to everybody, or to nobody and with an exception
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
outbox.spawn=off
outbox.max_queue=1
--FILE--
<?php
require dirname(__DIR__) . "/capture.inc";
require dirname(__DIR__) . "/spool.inc";

$folder = new SpoolFolder();
$c = new Capture("none", "--reject", "gone@example.org");
$t = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none");
$direct = ["spool" => $folder->path, "on_full" => "direct"];
echo strlen($t->queue(message(), null, $direct)), " ", $c->message(1) === "" ? "queued" : "sent", "\n";
echo strtok(thrown(fn () => $t->queue(message(), null, ["spool" => $folder->path, "on_full" => "error"])), ":"), "\n";
var_dump($t->queue(message()->subject("second"), null, $direct));
echo preg_match('/^Subject: second\r$/m', $c->message(1)), "\n";

// Who gets an id or "" back has nobody's results to look at: so nobody is left out in silence.
echo strtok(thrown(fn () => $t->queue(message("b@example.org", "gone@example.org"), null, $direct)), ":"), "\n";
echo strtok(thrown(fn () => (new Outbox\Transport("smtp://127.0.0.1:1?tls=none"))->queue(message(), null, $direct)), ":"), "\n";
echo strtok(thrown(fn () => $t->queue("no message", null, $direct)), ":"), "\n";
var_dump($c->message(2) === "", $folder->spool()->status()["due"]);
?>
--EXPECT--
26 queued
Outbox\SpoolFullException
string(0) ""
1
Outbox\RejectedException
Outbox\ConnectException
ValueError
bool(true)
int(1)
