--TEST--
sendMany() sends nothing where one message is wrong, and says which
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture("none");
$t = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none");
echo thrown(fn () => $t->sendMany([message(), message(), "no message"])), "\n";
echo thrown(fn () => $t->sendMany(new ArrayIterator([message(), new stdClass()]))), "\n";
echo strtok(thrown(fn () => $t->sendMany(message())), ","), "\n";

// The generator's code may use the transport that waits for it.
$receipts = $t->sendMany((function () use ($t) {
    yield message()->subject("second");
    $t->send(message()->subject("first"));
    yield message()->subject("third");
})());
foreach ([1, 2, 3] as $n) {
    preg_match("/^Subject: (.*)\r$/m", $c->message($n), $match);
    echo $match[1], " ";
}
echo count($receipts), "\n";

// It may also end the script: nothing was sent, nothing is left behind.
register_shutdown_function(function () use ($c, $t) {
    var_dump($c->message(4) === "", count($t->sendMany([message(), message()])));
});
$t->sendMany((function () {
    yield message();
    exit;
})());
?>
--EXPECTF--
ValueError: Outbox\Transport::sendMany(): Argument #1 ($messages) is wrong: message 3 of 3: a line of the header is neither "Name: value" nor a continuation; between header and body stands an empty line
TypeError: Outbox\Transport::sendMany(): Argument #1 ($messages) must contain only Outbox\Message and string, stdClass given
TypeError: Outbox\Transport::sendMany(): Argument #1 ($messages) must be of type %s
first second third 2
bool(true)
int(2)
