--TEST--
A message in a message goes out as it is, and neither can be changed under the other
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$inner = message()->subject('inner')->html("<p>\u{fc}</p>")->attach('octets', 'x.bin', 'application/octet-stream')->bcc('hidden@example.org');
$text = $inner->toString();
$outer = message()->attach($inner, 'inner.eml')->attach(Outbox\Message::fromString("From: x@y.z\nSubject: raw\n\nbody \u{fc}\n"));
$whole = $outer->toString();
var_dump(str_contains($whole, "Content-Type: message/rfc822; name=inner.eml\r\nContent-Transfer-Encoding: 7bit\r\n"
    . "Content-Disposition: attachment; filename=inner.eml\r\n\r\n$text\r\n--="), str_contains($whole, "Content-Transfer-Encoding: 8bit\r\n"));
echo thrown(fn () => $inner->subject('other')), "\n", thrown(fn () => $inner->dkim('x', 'y', 'z')), "\n";
unset($inner);
var_dump($outer->toString() === $whole);
$c = new Capture('none');
$t = new Outbox\Transport("smtp://127.0.0.1:$c->port?tls=none");
$t->send($outer);
var_dump($c->message(1) === $whole);
for ($m = message(), $i = 0; $i < 19; $i++) {
    $m = message()->attach($m);
}
var_dump(strlen($m->toString()) === $m->size());
$m = message()->attach($m);
echo thrown(fn () => $m->toString()), "\n";
unset($m);
?>
--EXPECT--
bool(true)
bool(true)
Error: Outbox\Message: one that is attached to another cannot be changed
Error: Outbox\Message: one that is attached to another cannot be changed
bool(true)
bool(true)
bool(true)
ValueError: attach: there are messages in messages, over 20 deep
