--TEST--
outbox_mail() without a relay warns and sends nothing
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

var_dump(outbox_mail("b@example.org", "s", "m", "From: a@example.com"));
?>
--EXPECTF--
Warning: outbox_mail(): the INI setting outbox.dsn names no relay in %s on line %d
bool(false)
