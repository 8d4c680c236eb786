--TEST--
A message goes over STARTTLS with AUTH in 8 round trips, without CHUNKING in 9
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach ([[], ["--no-chunking"]] as $options) {
    $c = new Capture("starttls", "--auth", "u:p", ...$options);
    $t = new Outbox\Transport($c->dsn("smtp", "u:p"));
    echo $t->send(message())->timings["round_trips"], " ", $t->send(message("a@example.org", "b@example.org"))->timings["round_trips"], "\n";
    echo $c->message(1) === $c->message(2) ? "" : "two messages\n";
}
?>
--EXPECT--
8 1
two messages
9 2
two messages
