--TEST--
A stream over an open connection has its whole window on the way, and options are not another transport's
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';
$c = new Capture('none');
foreach ([1 => [40, 40], 8 => [5, 10]] as $window => [$least, $most]) {
    $t = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none&window=$window&max_messages=1000");
    $t->send(message());
    $trips = $t->sendMany(array_map(fn (int $i) => message("r$i@example.org"), range(1, 40)))[0]->timings['round_trips'];
    echo $trips >= $least && $trips <= $most ? 'right' : "$trips round trips", "\n";
}
?>
--EXPECT--
right
right
