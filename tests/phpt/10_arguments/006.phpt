--TEST--
What an envelope asks for goes over the wire, for each recipient as it was asked
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

use Outbox\Envelope;

$c = new Capture("none");
$t = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none");
$show = fn (Outbox\Receipt $r) => print(implode("\n", preg_grep("/^C: (MAIL|RCPT)/", explode("\n", $r->transcript))) . "\n");

$show($t->send(message(), new Envelope("s@example.com", ["A@Bücher.example", "c@example.org"], ["ret" => "full",
    "envid" => "a+b=c", "notify" => ["A@bücher.example" => ["success", "delay"], "c@example.org" => "never"]])));
$show($t->send(message("b@example.org", "c@example.org"), new Envelope("", [], ["notify" => ["failure"]])));
$show($t->send(message(), new Envelope(options: ["smtputf8" => true])));
$show($t->send(message("jö@example.org")));
echo thrown(fn () => $t->send(message("jö@example.org"), new Envelope(options: ["smtputf8" => false]))), "\n";
echo thrown(fn () => $t->send(message(), new Envelope(options: ["notify" => ["d@example.org" => "never"]]))), "\n";
echo thrown(fn () => new Envelope(null, ["a@example.org"], ["notify" => ["d@example.org" => "never"]])), "\n";
echo thrown(fn () => new Envelope(options: ["notify" => ["d@example.org" => "sometimes"]])), "\n";
echo strtok(thrown(fn () => $t->send(message(), new Envelope(options: ["requiretls" => true]))), ":"), "\n";
?>
--EXPECTF--
C: MAIL FROM:<s@example.com> SIZE=%d RET=FULL ENVID=a+2Bb+3Dc
C: RCPT TO:<A@xn--bcher-kva.example> NOTIFY=SUCCESS,DELAY
C: RCPT TO:<c@example.org> NOTIFY=NEVER
C: MAIL FROM:<> SIZE=%d
C: RCPT TO:<b@example.org> NOTIFY=FAILURE
C: RCPT TO:<c@example.org> NOTIFY=FAILURE
C: MAIL FROM:<a@example.com> SIZE=%d SMTPUTF8
C: RCPT TO:<b@example.org>
C: MAIL FROM:<a@example.com> SIZE=%d BODY=8BITMIME SMTPUTF8
C: RCPT TO:<jö@example.org>
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: an address or a header field is in UTF-8, and the envelope's option "smtputf8" is false
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: option "notify" names d@example.org, who is no recipient
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "notify" names d@example.org, who is no recipient
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "notify" must be "never", or some of "success", "failure" and "delay"
Outbox\MessageException
