--TEST--
A forked child opens its own connection and leaves its parent's alone
--EXTENSIONS--
outbox
--SKIPIF--
<?php if (!function_exists('pcntl_fork')) die('skip no pcntl'); ?>
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture("implicit");
$t = new Outbox\Transport($c->dsn());
$t->send(message());
$child = pcntl_fork();
if ($child === 0) {
    $receipt = $t->send(message());
    echo "child: ", $receipt->timings["reused"] ? "reused" : "new", "\n";
    exit(0);
}
pcntl_waitpid($child, $status);
echo "parent: ", $t->send(message())->timings["reused"] ? "reused" : "new", "\n";
echo $c->envelope(1)["connection"], $c->envelope(2)["connection"], $c->envelope(3)["connection"], "\n";
?>
--EXPECT--
child: new
parent: reused
121
