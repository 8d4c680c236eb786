--TEST--
Every option of queue() that is wrong is named, and nothing is queued
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

$t = new Outbox\Transport("smtps://localhost");
foreach ([["nope" => 1], ["key" => ""], ["send_at" => "now"], ["send_at" => -1], ["expires_in" => 0], ["expires_in" => "1h"], ["priority" => "high"],
    ["tag" => 5], ["durability" => "some"], ["profile" => "a/b"], ["on_uncertain" => "maybe"], ["on_full" => "send"], ["on_full" => "direct", "key" => "k"], ["on_full" => "direct", "send_at" => 4000000000], ["on_full" => "direct", "held" => true], ["spool" => "relative"], ["spool" => "a\0b"]] as $options) {
    $said = thrown(fn () => $t->queue(message(), null, $options + ["spool" => $folder->path]));
    echo key($options), ": ", preg_replace("/^ValueError: Outbox.Transport::queue\\(\\): /", "", $said), "\n";
}
var_dump(is_dir($folder->path) && $folder->spool()->status()["due"] > 0);
?>
--EXPECT--
nope: Argument #3 ($options) is wrong: option "nope" is unknown; queue() has key, send_at, expires_in, priority, tag, durability, profile, spool, on_uncertain, held, trace, on_full
key: Argument #3 ($options) is wrong: option "key" must be a string that is not empty
send_at: Argument #3 ($options) is wrong: option "send_at" must be a DateTimeInterface, or seconds since 1970
send_at: Argument #3 ($options) is wrong: option "send_at" must be a DateTimeInterface, or seconds since 1970
expires_in: Argument #3 ($options) is wrong: option "expires_in" must be seconds, from 1 to a year
expires_in: Argument #3 ($options) is wrong: option "expires_in" must be seconds, from 1 to a year
priority: Argument #3 ($options) is wrong: option "priority" must be "urgent", "normal" or "bulk"
tag: Argument #3 ($options) is wrong: option "tag" must be a string that is not empty
durability: Argument #3 ($options) is wrong: option "durability" must be "full", "group" or "none"
profile: Argument #3 ($options) is wrong: option "profile" must be 1 to 64 letters, digits, dots, hyphens or underscores, and begin with a letter or digit
on_uncertain: Argument #3 ($options) is wrong: option "on_uncertain" must be "resend" or "hold"
on_full: Argument #3 ($options) is wrong: option "on_full" must be "error" or "direct"
on_full: Argument #3 ($options) is wrong: option "on_full" cannot be "direct" with key, send_at or held
on_full: Argument #3 ($options) is wrong: option "on_full" cannot be "direct" with key, send_at or held
on_full: Argument #3 ($options) is wrong: option "on_full" cannot be "direct" with key, send_at or held
spool: Argument #1 ($message) is wrong: the path of a spool must be absolute, of at most 3583 octets
spool: Argument #3 ($options) is wrong: option "spool" must be a string that is not empty
bool(false)
