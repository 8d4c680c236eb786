--TEST--
sendMany() sends a stream in order, with a receipt for each
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach ([[], ["--no-chunking"]] as $options) {
    $c = new Capture("none", "--reject", "no@example.org", ...$options);
    $t = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none&max_messages=1000&window=8");
    $receipts = $t->sendMany((function () { for ($i = 1; $i <= 30; $i++) yield message($i % 10 ? "r$i@example.org" : "no@example.org")->subject("n$i"); })());
    echo count($receipts), " ";
    $n = 0;
    foreach ($receipts as $i => $r) {
        $result = array_values($r->recipients)[0];
        $n += $result->outcome === Outbox\Outcome::Sent;
        if ($result->outcome === Outbox\Outcome::Sent && !preg_match("/^Subject: n" . ($i + 1) . "\r$/m", $c->message((int) substr($r->remoteId, 1)))) echo "wrong order ";
    }
    echo $n, " ", $receipts[0]->timings["round_trips"] < ($options ? 36 : 25) ? "few" : $receipts[0]->timings["round_trips"], " round trips\n";
}
?>
--EXPECT--
30 27 few round trips
30 27 few round trips
