--TEST--
outbox_mail() sends with mail()'s arguments and refuses what mail() refuses
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';
$c = new Capture('none');
$code = <<<'PHP'
ini_set('display_errors', '1'); ini_set('html_errors', '0');
$try = function (...$a) { ob_start(); try { $r = outbox_mail(...$a); } catch (Throwable $e) { $r = get_class($e); } $o = trim(preg_replace('/^(.*) in .+? on line \d+$/m', '$1', ob_get_clean())); echo var_export($r, true), ' ', $o, "\n"; };
$try('b@example.org, c@example.org', "s\r\nBcc: x@example.org", "line\n.\n", "Cc: d@example.org\r\nBcc: e@example.org");
$try('b@example.org', 's', 'm', ['From' => 'f@example.com', 'X-A' => '1'], '-fbounce@example.com');
$try('b@example.org', 's', 'm', "X: 1\n\nbody");
$try('b@example.org', 's', 'm', ['X' => "1\n\n2"]);
$try('b@example.org', 's', 'm', '', '-X/tmp/log');
$try("b@example.org\0", 's', 'm');
$try('nobody at all', 's', 'm');
PHP;
$module = getenv('OUTBOX_MODULE') ?: dirname(__DIR__, 3) . '/modules/outbox.so';
passthru(escapeshellarg(PHP_BINARY) . ' -n -d extension=' . escapeshellarg($module) . ' -d outbox.mail=send -d outbox.default_from=shop@example.com -d ' .
    escapeshellarg("outbox.dsn=\"smtp://127.0.0.1:$c->port?tls=none\"") . ' -r ' . escapeshellarg($code));
foreach ([1, 2] as $n) {
    echo $c->envelope($n)['sender'], ' ', implode(',', $c->envelope($n)['recipients']), "\n";
}
echo preg_replace('/^(Date|Message-ID):.*\n/m', '', str_replace("\r", '', $c->message(1)));
?>
--EXPECTF--
true 
true 
false Warning: outbox_mail(): Multiple or malformed newlines found in additional_header
'ValueError' 
false Warning: outbox_mail(): of the additional parameters only -f, -r and -F with a value, -t, -i and their like are understood
'ValueError' 
false Warning: outbox_mail(): %s
shop@example.com b@example.org,c@example.org,d@example.org,e@example.org
bounce@example.com b@example.org
To: b@example.org, c@example.org
Subject: s  Bcc: x@example.org
From: shop@example.com
Cc: d@example.org

line
.
