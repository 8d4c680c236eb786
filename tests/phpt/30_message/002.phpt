--TEST--
fromString() keeps order and octets, takes Bcc out, adds what is missing
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$m = Outbox\Message::fromString("Subject:  odd   spacing\nFrom: a@example.com\nTo: x:b@example.org,\n c@example.org;\nBCC: hidden@example.org\nMessage-ID: <k@example.com>\n\nbody\rline\n");
$lines = explode("\r\n", $m->toString());
echo preg_match("/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/", array_shift($lines)), "\n", implode("\n", $lines);
echo thrown(fn () => $m->subject("x")), "\n";
$same = "From: a@example.com\r\nTo: b@example.org\r\nDate: Tue, 24 Nov 2026 03:04:05 +0130\r\nMessage-ID: <k@example.com>\r\n\r\n.\r\n";
var_dump(Outbox\Message::fromString($same)->toString() === $same);
?>
--EXPECT--
1
Subject:  odd   spacing
From: a@example.com
To: x:b@example.org,
 c@example.org;
Message-ID: <k@example.com>

body
line
Error: Outbox\Message: one made by fromString() is complete and cannot be changed
bool(true)
