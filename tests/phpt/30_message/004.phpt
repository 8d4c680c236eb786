--TEST--
One message keeps its Message-ID however often it goes out; a changed one is another message
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture("none");
$t = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none");
$m = message();
$shown = $m->toString();
$ids = [$t->send($m)->messageId, $t->send($m)->messageId, $t->send($m->to("c@example.org"))->messageId];
var_dump($c->message(1) === $shown, $ids[0] === $ids[1], $ids[1] === $ids[2]);
var_dump($t->send($m->messageId("mine@example.com")->subject("again"))->messageId);

// What a subclass of a date does to the message in between is not lost and not sent as something else.
class Meddling extends DateTimeImmutable
{
    public ?Outbox\Message $message = null;

    public function getTimestamp(): int
    {
        $this->message->subject("meddled")->toString();
        return 86400;
    }
}
$date = new Meddling();
$date->message = $m;
echo implode("\n", preg_grep("/^(Date|Subject):/", explode("\r\n", $m->date($date)->toString()))), "\n";
echo thrown(fn () => $m->date(new DateTimeImmutable("@999999999999"))), "\n";
?>
--EXPECT--
bool(true)
bool(true)
bool(false)
string(16) "mine@example.com"
Date: Fri, 02 Jan 1970 00:00:00 +0000
Subject: meddled
ValueError: Outbox\Message::date(): Argument #1 ($date) must lie between the years 1900 and 9999
