--TEST--
A file that is cut while it is being sent: no end of data, no whole count, and an outcome that says so
--EXTENSIONS--
outbox
--INI--
outbox.max_message_size=64M
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$path = sys_get_temp_dir() . '/outbox-cut-' . getmypid();
$server = <<<'SERVER'
[, $path, $chunking] = $argv;
$listening = stream_socket_server('tcp://127.0.0.1:0');
echo stream_socket_get_name($listening, false), "\n";
$peer = stream_socket_accept($listening);
fwrite($peer, "220 x\r\n");
while ($line = fgets($peer)) {
    $verb = strtoupper(strtok(trim($line), ' '));
    $count = (int) strtok(' ');
    fwrite($peer, match ($verb) {
        'EHLO' => "250-x\r\n250-PIPELINING\r\n" . ($chunking ? "250-CHUNKING\r\n" : '') . "250 8BITMIME\r\n",
        'DATA' => "354 go\r\n", 'BDAT' => '', default => "250 ok\r\n",
    });
    if ($verb === 'DATA' || $verb === 'BDAT') {
        $got = fread($peer, 100000);
        ftruncate(fopen($path, 'r+'), 1000);
        $got .= stream_get_contents($peer);
        echo $verb, ' ', str_contains($got, "\r\n.\r\n") ? 'ended' : 'not ended', ' ',
            $count && strlen($got) >= $count ? 'whole' : 'not whole', "\n";
    }
}
SERVER;
foreach ([false, true] as $chunking) {
    file_put_contents($path, str_repeat(random_bytes(65536), 400));
    $process = proc_open([PHP_BINARY, '-n', '-r', $server, $path, (string) $chunking], [1 => ['pipe', 'w']], $pipes);
    $address = trim(fgets($pipes[1]));
    try {
        (new Outbox\Transport("smtp://$address?tls=none"))->send(message()->attachFromPath($path, 'x', 'application/pdf'));
        echo "sent\n";
    } catch (Outbox\Exception $e) {
        echo get_class($e), ' ', $e->getOutcome()->value, ' ', $e->getDiagnosis()->fact, ' ', $e->getDiagnosis()->stage, "\n";
    }
    echo stream_get_contents($pipes[1]);
    proc_close($process);
}
unlink($path);
?>
--EXPECT--
Outbox\MessageException deferred body_source body
DATA not ended not whole
Outbox\MessageException deferred body_source body
BDAT not ended not whole
