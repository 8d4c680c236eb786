--TEST--
Each recipient has a result; nobody accepted is an exception
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture("none", "--reject", "no@example.org", "--reject", "never@example.org");
$t = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none");
foreach ($t->send(message("yes@example.org", "no@example.org"))->recipients as $r) {
    echo "$r->address {$r->outcome->value} $r->code $r->enhanced $r->text\n";
}
try { $t->send(message("no@example.org", "never@example.org")); } catch (Outbox\RejectedException $e) {
    echo $e->getCode(), " ", $e->getOutcome()->value, " ", count($e->getResults()), " ", $e->getDiagnosis()->stage, " ", $e->getDiagnosis()->enhanced, "\n";
}
echo count($t->send(message("yes@example.org"))->recipients), " on connection ", $c->envelope(2)["connection"], "\n";
$all = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none&recipients=all");
try { $all->send(message("yes@example.org", "no@example.org")); } catch (Outbox\RejectedException $e) {
    foreach ($e->getResults() as $r) echo "$r->address {$r->outcome->value} ", $r->code ?? "-", "\n";
}
var_dump($c->message(3) === "");
?>
--EXPECT--
yes@example.org sent 250 2.0.0 Ok: queued as C1
no@example.org rejected 550 5.1.1 no such user here
550 rejected 2 rcpt 5.1.1
1 on connection 1
yes@example.org rejected -
no@example.org rejected 550
bool(true)
