--TEST--
Limits of the host are enforced before anything is sent
--EXTENSIONS--
outbox
--INI--
outbox.max_recipients=2
outbox.max_message_size=2K
outbox.allow_insecure=1
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$t = new Outbox\Transport("smtp://127.0.0.1:1?tls=none");
echo thrown(fn () => $t->send(message("a@example.org", "b@example.org", "c@example.org"))), "\n";
echo thrown(fn () => $t->send(message()->text(str_repeat("x\n", 2000)))), "\n";
echo thrown(fn () => new Outbox\Transport("smtps://h?verify=0")) === "nothing" ? "insecure\n" : "secure\n";
var_dump(outbox_status()["settings"]["max_recipients"]);
?>
--EXPECT--
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: 3 recipients, and outbox.max_recipients allows 2
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: text: the message is too large
insecure
int(2)
