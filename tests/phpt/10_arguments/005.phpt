--TEST--
What send() cannot send is refused before anything is dialled
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$t = new Outbox\Transport("smtp://127.0.0.1:1?tls=none");
foreach ([[], [1], new stdClass(), "", "no header", "From a@example.org Mon\nSubject: x\n\nb", "Subject: x\n\nb", "A: b\nfoo\n\nb",
    "From: a@example.org\n\nb", "From: a@example.org\nTo: b\0@example.org\n\nb", "From: a@example.org\nTo: b@example.org\nX: " . str_repeat("x", 1200) . "\n\nb",
    new Outbox\Message(), (new Outbox\Message())->from("a@example.org"), (new Outbox\Message())->to("a@example.org")] as $message) {
    echo preg_replace("/ \\(.*/", "", strtok(thrown(fn () => $t->send($message)), ":")), "\n";
}
var_dump($t->sendMany([]));
echo strtok(thrown(fn () => $t->sendMany([message(), []])), ":"), "\n";
echo thrown(fn () => (function () use ($t) { $t->sendMany((function () { yield message(); throw new LogicException("mine"); })()); })()), "\n";
?>
--EXPECT--
TypeError
TypeError
TypeError
ValueError
ValueError
ValueError
ValueError
ValueError
ValueError
ValueError
ValueError
ValueError
ValueError
ValueError
array(0) {
}
TypeError
LogicException: mine
