--TEST--
A message that is queued held waits, with its reason, until it is released
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
outbox.spawn=off
--FILE--
<?php
require dirname(__DIR__) . "/capture.inc";
require dirname(__DIR__) . "/spool.inc";

$folder = new SpoolFolder();
$t = new Outbox\Transport("smtp://127.0.0.1:1?tls=none");
$o = ["spool" => $folder->path];
$a = $t->queue(message(), null, $o + ["held" => "this site is a copy", "key" => "a"]);
$b = $t->queue(message(), null, $o + ["held" => true]);
$c = $t->queue(message(), null, $o + ["held" => false]);
$spool = $folder->spool();
var_dump($a === $t->queue(message(), null, $o + ["held" => true, "key" => "a"]));
foreach ([$a, $b, $c] as $id) {
    $m = $spool->get($id);
    echo $m["state"], " ", json_encode($m["why"]), "\n";
}
echo implode(" ", array_column($spool->list(["state" => "held"]), "why")), "\n";
echo $spool->run(["until" => "idle", "seconds" => 5])["sent"], " ", $spool->status()["held"], "\n";
echo $spool->release($a, $b), " ", $spool->status()["held"], " ", $spool->get($a)["state"], "\n";
foreach ($spool->events()["events"] as $event) {
    echo $event["type"] === "held" ? "held " . json_encode($event["text"]) . "\n" : "";
}
foreach ([1, "", "a\nb", str_repeat("x", 201), []] as $held) {
    try {
        $t->queue(message(), null, $o + ["held" => $held]);
    } catch (ValueError $e) {
        echo $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
bool(true)
held "this site is a copy"
held null
due null
this site is a copy 
0 2
2 0 due
held "this site is a copy"
held null
Outbox\Transport::queue(): Argument #3 ($options) is wrong: option "held" must be a bool, or why: a line of at most 200 octets
Outbox\Transport::queue(): Argument #3 ($options) is wrong: option "held" must be a bool, or why: a line of at most 200 octets
Outbox\Transport::queue(): Argument #3 ($options) is wrong: option "held" must be a bool, or why: a line of at most 200 octets
Outbox\Transport::queue(): Argument #3 ($options) is wrong: option "held" must be a bool, or why: a line of at most 200 octets
Outbox\Transport::queue(): Argument #3 ($options) is wrong: option "held" must be a bool, or why: a line of at most 200 octets
