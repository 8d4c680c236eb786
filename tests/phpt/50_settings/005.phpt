--TEST--
A wrong setting is named, and the default stays
--EXTENSIONS--
outbox
--INI--
outbox.max_recipients=0
outbox.pool_size=many
outbox.tls_cache=relative
outbox.dsn="gopher://x"
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

print_r(array_intersect_key(outbox_status()["settings"], ["max_recipients" => 1, "pool_size" => 1, "tls_cache" => 1, "dsn" => 1]));
?>
--EXPECTF--
Warning: outbox.dsn stays as it was: %s in Unknown on line 0

Warning: outbox.tls_cache stays as it was: it must be an absolute path in Unknown on line 0

Warning: outbox.max_recipients stays as it was: it must be a number from 1 to 10000 in Unknown on line 0

Warning: outbox.pool_size stays as it was: it must be a number from 0 to 256 in Unknown on line 0
Array
(
    [dsn] => 
    [tls_cache] => 
    [max_recipients] => 1000
    [pool_size] => 16
)
