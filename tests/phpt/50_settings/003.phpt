--TEST--
Private addresses are refused after resolution where the host says so
--EXTENSIONS--
outbox
--INI--
outbox.allow_private_hosts=0
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach (["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]"] as $host) {
    try { (new Outbox\Transport("smtp://$host:25?tls=none&connect_timeout=2"))->send(message()); } catch (Outbox\Exception $e) { echo $e->getDiagnosis()->fact, "\n"; }
}
?>
--EXPECT--
address_not_allowed
address_not_allowed
address_not_allowed
address_not_allowed
address_not_allowed
address_not_allowed
