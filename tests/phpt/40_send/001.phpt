--TEST--
A message goes over implicit TLS with AUTH in 6 round trips, the next in 1
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture("implicit", "--auth", "u:p");
$t = new Outbox\Transport($c->dsn("smtps", "u:p"));
foreach ([1, 2] as $i) {
    $r = $t->send(message());
    echo preg_match_all("/^C: (?:AUTH PLAIN \\*\\*\\*|EHLO .*)$/m", $r->transcript), " ";
    echo $r->timings["round_trips"], " ", var_export($r->timings["reused"], true), " ", $r->recipients["b@example.org"]->outcome->value,
        " ", $r->remoteId, " ", $r->recipients["b@example.org"]->code, " ", $r->recipients["b@example.org"]->enhanced, "\n";
}
echo $c->envelope(1)["round_trips"], " ", $c->envelope(2)["connection"], "\n";
?>
--EXPECT--
2 6 false sent C1 250 2.0.0
0 1 true sent C2 250 2.0.0
6 1
