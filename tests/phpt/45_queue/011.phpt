--TEST--
A spool that others could change is refused, with a diagnosis
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

mkdir($folder->path, 0700);
chmod($folder->path, 0750);
$t = new Outbox\Transport("smtps://localhost");
try { $t->queue(message(), null, ["spool" => $folder->path]); } catch (Outbox\SpoolException $e) {
    echo get_class($e), " ", $e->getDiagnosis()->fact, " ", $e->getOutcome()->value, " ", $e instanceof Outbox\Exception ? "yes" : "no", "\n";
}
chmod($folder->path, 0700);
echo strlen($t->queue(message(), null, ["spool" => $folder->path])), "\n";
?>
--EXPECT--
Outbox\SpoolException spool_insecure deferred yes
26
