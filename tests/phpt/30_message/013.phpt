--TEST--
A file that changes before it is sent fails the message, and no server takes a part for the whole
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture('none');
$t = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none");
$path = sys_get_temp_dir() . '/outbox-change-' . getmypid();
$changes = [
    'shorter' => fn () => file_put_contents($path, str_repeat('x', 299999)),
    'longer' => fn () => file_put_contents($path, 'x', FILE_APPEND),
    'empty' => fn () => file_put_contents($path, ''),
    'others of the same size' => fn () => file_put_contents($path, str_repeat('y', 300000)),
];
foreach ($changes as $name => $change) {
    file_put_contents($path, str_repeat('x', 300000));
    touch($path, 1000000000);
    $m = message()->attachFromPath($path, null, 'application/pdf');
    $m->size();
    $change();
    echo $name, ': ', thrown(fn () => $m->toString()), "\n";
    echo thrown(fn () => $t->send($m)), "\n";
    echo thrown(fn () => $t->sendMany([message(), $m])), "\n";
}
file_put_contents($path, str_repeat('x', 300000));
$t->send($m = message()->attachFromPath($path)); // the connection pool is as good as before
unlink($path);
$t->send($m); // held open: the name may go
var_dump(count(glob("$c->directory/*.eml")), $c->message(1) === $c->message(2), $c->message(1) === $m->toString());
?>
--EXPECT--
shorter: ValueError: a file that it sends is no longer what it was when it was attached
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: a file that it sends is no longer what it was when it was attached
ValueError: Outbox\Transport::sendMany(): Argument #1 ($messages) is wrong: message 2 of 2: a file that it sends is no longer what it was when it was attached
longer: ValueError: a file that it sends is no longer what it was when it was attached
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: a file that it sends is no longer what it was when it was attached
ValueError: Outbox\Transport::sendMany(): Argument #1 ($messages) is wrong: message 2 of 2: a file that it sends is no longer what it was when it was attached
empty: ValueError: a file that it sends is no longer what it was when it was attached
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: a file that it sends is no longer what it was when it was attached
ValueError: Outbox\Transport::sendMany(): Argument #1 ($messages) is wrong: message 2 of 2: a file that it sends is no longer what it was when it was attached
others of the same size: ValueError: a file that it sends is no longer what it was when it was attached
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: a file that it sends is no longer what it was when it was attached
ValueError: Outbox\Transport::sendMany(): Argument #1 ($messages) is wrong: message 2 of 2: a file that it sends is no longer what it was when it was attached
int(2)
bool(true)
bool(true)
