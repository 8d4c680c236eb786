--TEST--
Every example of docs/php.md runs
--EXTENSIONS--
outbox
openssl
--INI--
outbox.spool_any_parent=1
outbox.spool_root={PWD}/spools
outbox.spawn=off
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture("implicit", "--auth", "u:p");
$dsn = $c->dsn("smtps", "u:p");
preg_match_all("/^```php\n(.*?)^```/ms", file_get_contents(dirname(__DIR__, 3) . "/docs/php.md"), $found);
$uses = [];
foreach ($found[1] as $example) {
    preg_match_all("/^use .*;$/m", $example, $m);
    $uses = array_merge($uses, $m[0]);
}
$code = implode("\n", array_unique($uses)) . "\n" . implode("\n", preg_replace("/^use .*;$/m", "", $found[1]));
echo count($found[1]) > 6 ? "" : "too few examples\n";
eval($code);
?>
--CLEAN--
<?php exec("rm -rf " . escapeshellarg(__DIR__ . "/spools")); ?>
--EXPECTF--
sent
2
dns: ok
connect: ok
tls: ok
greeting: ok
ehlo: ok
auth: ok
all is well
composed
DKIM-Signature
Outbox\ConnectException deferred
Check host and port
26
queued
2
it waits
1
delivered
smtp.example.com
Array
(
    [idle] => 1
    [opened] => %d
    [reused] => %d
    [expired] => 0
    [stale] => 0
    [closed] => %d
)
