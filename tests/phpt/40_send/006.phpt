--TEST--
outbox_mail() follows the rules of mail()
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture("none");
ini_set("display_errors", "0");
function warned(...$a): string { error_clear_last(); $r = outbox_mail(...$a); return var_export($r, true) . " " . preg_replace("/^outbox_mail\(\): /", "", error_get_last()["message"] ?? ""); }
$dsn = getenv("X");
echo warned("b@example.org", "s", "m"), "\n";
?>
--EXPECT--
false the INI setting outbox.dsn names no relay
