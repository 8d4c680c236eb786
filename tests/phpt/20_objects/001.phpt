--TEST--
Transport and Message are neither cloned nor serialised
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$t = new Outbox\Transport("smtps://u:p@h");
foreach ([$t, message()] as $o) {
    echo thrown(fn () => clone $o), "\n", thrown(fn () => serialize($o)), "\n";
}
echo thrown(fn () => unserialize("O:16:\"Outbox\\Transport\":0:{}")), "\n";
echo thrown(fn () => $t->__construct("smtps://h")), "\n";
echo thrown(fn () => $t->foo = 1), "\n";
?>
--EXPECT--
Error: Trying to clone an uncloneable object of class Outbox\Transport
Exception: Serialization of 'Outbox\Transport' is not allowed
Error: Trying to clone an uncloneable object of class Outbox\Message
Exception: Serialization of 'Outbox\Message' is not allowed
Exception: Unserialization of 'Outbox\Transport' is not allowed
Error: Outbox\Transport: the constructor has run already
Error: Cannot create dynamic property Outbox\Transport::$foo
