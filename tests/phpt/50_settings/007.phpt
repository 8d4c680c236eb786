--TEST--
phpinfo() and outbox_status() tell what is set, and no secret
--EXTENSIONS--
outbox
--INI--
outbox.dsn="smtps://user:cAnArY@smtp.example.com"
outbox.pool_size=0
outbox.max_message_size=1M
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

ob_start();
phpinfo(INFO_MODULES);
$info = preg_replace("/^.*?\noutbox\n\n(.*?)\n\n\n?(?=\w+\n\n|\z).*$/s", "$1", ob_get_clean());
preg_match_all("/^(Outbox|Version|outbox\.(?:dsn|pool_size|max_message_size|allow_insecure)) => .*$/m", $info, $found);
echo implode("\n", $found[0]), "\n";
$status = outbox_status();
echo implode(" ", array_keys($status)), "\n", implode(" ", array_keys($status["libraries"])), "\n";
var_dump($status["version"] === phpversion("outbox"), $status["settings"]["dsn"], $status["settings"]["max_message_size"]);
var_dump(str_contains(print_r($status, true) . $info, "cAnArY"));
?>
--EXPECTF--
Outbox => enabled
Version => %s
outbox.allow_insecure => Off => Off
outbox.dsn => set => set
outbox.max_message_size => 1M => 1M
outbox.pool_size => 0 => 0
version libraries pool tls_cache spool settings
libcurl openssl libidn2 libidn
bool(true)
bool(true)
int(1048576)
bool(false)
