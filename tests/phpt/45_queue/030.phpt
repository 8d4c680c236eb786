--TEST--
A traced message that is refused has the dialogue in its event, without the password; others have none
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
$c = new Capture("implicit", "--auth", "me:right-password", "--reject", "nobody@example.org", "--defer", "later@example.org");
$t = new Outbox\Transport($c->dsn("smtps", "me:right-password"));
$s = $folder->spool();
foreach ([true, false] as $trace) {
    $t->queue(message("b@example.org", "nobody@example.org", "later@example.org"), null, ["spool" => $folder->path, "trace" => $trace]);
    $s->run();
}
foreach ($s->events()["events"] as $event) {
    echo $event["type"], ": ", isset($event["transcript"]) ? preg_replace('~^(?!S: 550).*\n~m', "", $event["transcript"]) : "nothing\n";
    if (isset($event["transcript"])) {
        echo preg_match_all('~^C: (EHLO|AUTH|MAIL|RCPT|QUIT)~m', $event["transcript"]), " commands, ",
            str_contains($event["transcript"], base64_encode("\0me\0right-password")) ? "the secret\n" : "no secret\n";
    }
}
echo thrown(fn () => $t->queue(message(), null, ["trace" => 1])), "\n";
?>
--EXPECT--
queued: nothing
accepted: nothing
failed: S: 550 5.1.1 no such user here
6 commands, no secret
deferred: nothing
queued: nothing
accepted: nothing
failed: nothing
deferred: nothing
ValueError: Outbox\Transport::queue(): Argument #3 ($options) is wrong: option "trace" must be a bool
