--TEST--
What protects the host from its sites cannot be changed by a site
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach (["allowed_hosts", "allow_private_hosts", "allow_insecure", "ca_file", "tls_cache", "ehlo", "max_message_size", "max_recipients", "pool_size", "dsn", "default_from"] as $name) {
    echo $name, " ", var_export(ini_set("outbox.$name", "1"), true), "\n";
}
?>
--EXPECT--
allowed_hosts false
allow_private_hosts false
allow_insecure false
ca_file false
tls_cache false
ehlo false
max_message_size false
max_recipients false
pool_size false
dsn false
default_from false
