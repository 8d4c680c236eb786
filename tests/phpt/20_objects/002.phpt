--TEST--
No dump, export, trace or cast of a transport shows a secret
--EXTENSIONS--
outbox
--INI--
outbox.dsn="smtps://user:cAnArY@smtp.example.com"
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$t = new Outbox\Transport("smtp://user:cAnArY@127.0.0.1:1?tls=none&timeout=1&token=cAnArYtoken");
ob_start();
var_dump($t); print_r($t); var_export($t); echo $t, json_encode($t), implode((array) $t);
debug_zval_refcount: try { $t->send(message()); } catch (Outbox\Exception $e) {
    echo $e, $e->getTranscript(), print_r($e->getTrace(), true), print_r($e, true), print_r($e->getDiagnosis(), true);
}
function f(string $dsn) { outbox_send($dsn, ["from" => "a@example.org", "to" => "b@example.org"]); }
try { outbox_send("smtp://user:cAnArY@127.0.0.1:1?tls=none&foo=1", ""); } catch (Throwable $e) { echo $e->getMessage(); if (PHP_VERSION_ID >= 80200) echo print_r($e->getTrace(), true); }
phpinfo(INFO_MODULES);
$all = ob_get_clean();
var_dump(strlen($all) > 1000, str_contains($all, "cAnArY"));
?>
--EXPECT--
bool(true)
bool(false)
