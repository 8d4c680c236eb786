--TEST--
to() sets the list, addTo() goes behind it, and a wrong address changes nothing
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$m = (new Outbox\Message())->text('t');
foreach (['from', 'replyTo', 'to', 'cc', 'bcc'] as $method) {
    $add = 'add' . ucfirst($method);
    $m->$method('gone@example.org')->$method("one-$method@example.org")->$add("two-$method@example.org", new Outbox\Address("three-$method@example.org"))->$add();
    foreach ([["x-$method@example.org", 'wrong'], ["x-$method@example.org", 7], ["x-$method@example.org", "a@b\n"]] as $wrong) {
        echo preg_match('/^(Value|Type)Error: .*Argument #2/', thrown(fn () => $m->$add(...$wrong))), preg_match('/^(Value|Type)Error: /', thrown(fn () => $m->$method(...$wrong)));
    }
}
echo "\n", implode("\n", preg_grep('/^(From|Reply-To|To|Cc|Bcc|Sender):/', explode("\r\n", str_replace("\r\n ", ' ', $m->toString())))), "\n";
$c = new Capture('none');
(new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none"))->send($m);
echo implode(' ', $c->envelope(1)['recipients']), "\n";
?>
--EXPECT--
111111111111111111111111111111
From: one-from@example.org, two-from@example.org, three-from@example.org
Sender: one-from@example.org
Reply-To: one-replyTo@example.org, two-replyTo@example.org, three-replyTo@example.org
To: one-to@example.org, two-to@example.org, three-to@example.org
Cc: one-cc@example.org, two-cc@example.org, three-cc@example.org
one-to@example.org two-to@example.org three-to@example.org one-cc@example.org two-cc@example.org three-cc@example.org one-bcc@example.org two-bcc@example.org three-bcc@example.org
