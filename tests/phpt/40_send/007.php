<?php
require dirname(__DIR__) . '/capture.inc';
$c = new Capture('none');
$code = <<<'PHP'
ini_set('display_errors', '1'); ini_set('html_errors', '0');
$try = function (...$a) { ob_start(); try { $r = outbox_mail(...$a); } catch (Throwable $e) { $r = get_class($e); } $o = trim(preg_replace('/ in \S+ on line \d+/', '', ob_get_clean())); echo var_export($r, true), ' ', $o, "\n"; };
$try('b@example.org, c@example.org', "s\r\nBcc: x@example.org", "line\n.\n", "Cc: d@example.org\r\nBcc: e@example.org");
$try('b@example.org', 's', 'm', ['From' => 'f@example.com', 'X-A' => '1'], '-fbounce@example.com');
$try('b@example.org', 's', 'm', "X: 1\n\nbody");
$try('b@example.org', 's', 'm', ['X' => "1\n\n2"]);
$try('b@example.org', 's', 'm', '', '-X/tmp/log');
$try("b@example.org\0", 's', 'm');
$try('nobody at all', 's', 'm');
PHP;
$module = getenv('OUTBOX_MODULE') ?: dirname(__DIR__, 3) . '/modules/outbox.so';
passthru(escapeshellarg(PHP_BINARY) . ' -n -d extension=' . escapeshellarg($module) . ' -d outbox.default_from=shop@example.com -d ' .
    escapeshellarg("outbox.dsn=\"smtp://127.0.0.1:$c->port?tls=none\"") . ' -r ' . escapeshellarg($code));
foreach ([1, 2] as $n) {
    echo $c->envelope($n)['sender'], ' ', implode(',', $c->envelope($n)['recipients']), "\n";
}
echo preg_replace('/^(Date|Message-ID):.*\n/m', '', str_replace("\r", '', $c->message(1)));
?>
