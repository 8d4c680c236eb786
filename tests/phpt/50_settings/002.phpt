--TEST--
A host that is not allowed is refused before it is looked up
--EXTENSIONS--
outbox
--INI--
outbox.allowed_hosts="smtp.gmail.com, *.example.com:587"
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach (["smtps://smtp.gmail.com.evil.test", "smtps://127.0.0.1:1"] as $dsn) {
    try { (new Outbox\Transport($dsn))->send(message()); } catch (Outbox\Exception $e) { echo get_class($e), " ", $e->getDiagnosis()->fact, "\n"; }
}
?>
--EXPECT--
Outbox\ConnectException host_not_allowed
Outbox\ConnectException host_not_allowed
