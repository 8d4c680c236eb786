--TEST--
mail() leaves no memory behind, whether it queues, refuses, throws or finds a queue that is full
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
outbox.spawn=off
outbox.spool_root={PWD}
outbox.override_mail=1
outbox.mail=queue
outbox.max_queue=3
outbox.dsn="smtp://relay.example.org?tls=none"
--FILE--
<?php
require dirname(__DIR__) . "/capture.inc";
require dirname(__DIR__) . "/spool.inc";

$folder = new SpoolFolder(__DIR__ . "/" . fileowner("/proc/self"));
mkdir($folder->path, 0700);
$from = "From: Börse <a@example.com>";
var_dump(mail("Jörg <b@example.org>", "Grüße", str_repeat("long ", 300), $from, "-f bounce@example.com"));
var_dump(mail("b@example.org", "s", "m", ["From" => "a@example.com", "X-A" => ["1", "2"]], "-F Shop -ti"));
var_dump(mail("root", "s", ""));
foreach ([["b@example.org", "s", "m", $from, "-X/tmp/log"], ["b@example.org", "s", "m", "X\n\nY"], ["a b", "s", "m", $from],
    ["b@example.org", "s", "m", $from, "-f not-an-address"], ["b@example.org", "s", "m", $from]] as $arguments) {
    echo json_encode(@mail(...$arguments)), " ", error_get_last()["message"], "\n";
}
set_error_handler(fn (int $level, string $text) => throw new ErrorException($text));
echo thrown(fn () => mail("b@example.org", "s", "m", $from, "-C/tmp/cf")), "\n";
echo thrown(fn () => mail("b@example.org", "s", "m", ["From" => 1])), "\n";
echo $folder->spool()->status()["due"], "\n";
?>
--EXPECTF--
bool(true)
bool(true)
bool(true)
false mail(): of the additional parameters only -f, -r and -F with a value, -t, -i and their like are understood
false mail(): Multiple or malformed newlines found in additional_header
false mail(): field To: %s
false mail(): %Saddress%S
false mail(): 3 messages wait in the spool, 3 are the limit
ErrorException: mail(): of the additional parameters only -f, -r and -F with a value, -t, -i and their like are understood
TypeError: Header %s must be of type %s given
3
