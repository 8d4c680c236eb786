--TEST--
outbox_mail() without a relay warns and sends nothing
--EXTENSIONS--
outbox
--INI--
outbox.spool_root=/proc
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

var_dump(outbox_mail("b@example.org", "s", "m", "From: a@example.com"));
?>
--EXPECTF--
Warning: outbox_mail(): the INI setting outbox.dsn names no relay, and the queue gives none: %s in %s on line %d
bool(false)
