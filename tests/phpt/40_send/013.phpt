--TEST--
Parent and children send at the same time, each over its own connection, and no child says goodbye on its parent's
--EXTENSIONS--
outbox
--SKIPIF--
<?php if (!function_exists('pcntl_fork')) die('skip no pcntl'); ?>
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach (["implicit" => "smtps", "starttls" => "smtp"] as $mode => $scheme) {
    $c = new Capture($mode);
    $t = new Outbox\Transport($c->dsn($scheme));
    $t->send(message());
    $children = [];
    foreach (["sends", "leaves", "is killed"] as $what) {
        if (($children[] = pcntl_fork()) === 0) {
            for ($i = 0; $i < 20 && $what === "sends"; $i++) {
                $t->send(message());
            }
            $what === "is killed" ? exec("kill -9 " . getmypid()) : exit(0);
        }
    }
    for ($i = 0; $i < 20; $i++) {
        $t->send(message());
    }
    array_map(fn (int $child) => pcntl_waitpid($child, $status), $children);
    echo "parent: ", $t->send(message())->timings["reused"] ? "reused" : "new", "\n";
    // a third party has the next number: the server saw two connections and no other
    (new Outbox\Transport($c->dsn($scheme, "", "&ehlo=third.example")))->send(message());
    $of = [];
    for ($n = 1; $c->message($n) !== ""; $n++) {
        $of[$c->envelope($n)["connection"]][] = strlen($c->message($n)) > 100;
    }
    ksort($of);
    echo json_encode(array_map(count(...), $of)), in_array(false, array_merge(...$of), true) ? " cut" : " whole", "\n";
    unset($t, $c);
}
?>
--EXPECT--
parent: reused
{"1":22,"2":20,"3":1} whole
parent: reused
{"1":22,"2":20,"3":1} whole
