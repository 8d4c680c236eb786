--TEST--
outbox_mail() encodes UTF-8 that mail() would send raw, and its warnings show no secret
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture('none', '--no-smtputf8');
$code = <<<'PHP'
var_dump(outbox_mail('Jörg <b@example.org>, c@example.org', 'Grüße', "ä\n", 'From: a@example.com'));
var_dump(outbox_mail('', 's', 'm', ['From' => 'a@example.com', 'Bcc' => 'd@example.org']));
PHP;
$run = fn (string $dsn, string $code) => passthru(escapeshellarg(PHP_BINARY) . ' -n -d display_errors=1 -d html_errors=0 -d outbox.mail=send -d extension='
    . escapeshellarg(getenv('OUTBOX_MODULE') ?: dirname(__DIR__, 3) . '/modules/outbox.so')
    . ' -d ' . escapeshellarg("outbox.dsn=\"$dsn\"") . ' -r ' . escapeshellarg($code));
$run("smtp://127.0.0.1:$c->port?tls=none", $code);
echo implode("\n", preg_grep('/^(To|Subject):/', explode("\r\n", $c->message(1)))), "\n";
echo str_contains($c->message(2), "To:") ? "named\n" : "not named\n", implode(',', $c->envelope(2)['recipients']), "\n";

$mail = 'var_dump(outbox_mail("b@example.org", "s", "m", "From: a@example.com"));';
$run('smtp://u:cAnArY@127.0.0.1:1?tls=none&timeout=1', $mail);
$run('smtps://u:cAnArY@127.0.0.1:1?verify=0', $mail);
?>
--EXPECTF--
bool(true)
bool(true)
To: =?UTF-8?B?SsO2cmc=?= <b@example.org>, c@example.org
Subject: =?UTF-8?B?R3LDvMOfZQ==?=
not named
d@example.org

Warning: outbox_mail(): cannot connect to 127.0.0.1 port 1: Connection refused (stage connect, smtp://127.0.0.1:1) in Command line code on line 1
bool(false)

Warning: outbox_mail(): outbox.dsn: verify: 0 would let anybody %s in Command line code on line 1
bool(false)
