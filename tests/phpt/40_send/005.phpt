--TEST--
A wrong password is tried once, is an AuthException, and shows nowhere
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture("implicit", "--auth", "u:right");
try { (new Outbox\Transport($c->dsn("smtps", "u:cAnArY")))->send(message()); } catch (Outbox\AuthException $e) {
    echo $e->getCode(), " ", $e->getOutcome()->value, " ", $e->getDiagnosis()->stage, " ", $e->getDiagnosis()->fact, " ", count($e->getDiagnosis()->remedies) > 0 ? "remedies" : "", "\n";
    echo substr_count($e->getTranscript(), "C: AUTH"), " ", var_export(str_contains(print_r($e, true) . $e, "cAnArY") || str_contains($e->getTranscript(), base64_encode("\0u\0cAnArY")), true), "\n";
}
$report = (new Outbox\Transport($c->dsn("smtps", "u:right")))->check();
echo implode(" ", array_map(fn ($s) => $s["name"] . "=" . var_export($s["ok"], true), $report->stages)), "\n";
var_dump($report->diagnosis, $c->message(1));
$report = (new Outbox\Transport($c->dsn("smtps", "u:wrong")))->check();
$stages = $report->stages;
echo end($stages)["name"], " ", $report->diagnosis->fact, "\n";
?>
--EXPECT--
535 rejected auth auth_refused remedies
1 false
dns=true connect=true tls=true greeting=true ehlo=true auth=true
NULL
string(0) ""
auth auth_refused
