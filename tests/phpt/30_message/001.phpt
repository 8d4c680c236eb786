--TEST--
toString() is a whole message with CRLF line ends, and stays what it is
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$m = (new Outbox\Message())->from("Ann <ann@example.com>")->replyTo("r@example.com")->sender("s@example.com")
    ->to("b@example.org", new Outbox\Address("c@example.org", "Cé, Dé"))->cc("d@example.org")->bcc("secret@example.org")
    ->subject("Grüße")->header("X-One", "1")->date(new DateTimeImmutable("2026-11-24 03:04:05 +0130"))->messageId("<id@example.com>")
    ->text("ä\n.\nend");
echo str_replace("\r\n", "|\n", $m->toString()), "\n";
var_dump($m->size() === strlen($m->toString()), preg_match("/(?<!\r)\n/", $m->toString()));
$n = message();
var_dump($n->toString() === $n->toString(), str_contains($n->subject("other")->toString(), explode("\r\n", $n->toString())[0]));
?>
--EXPECT--
Date: Tue, 24 Nov 2026 03:04:05 +0130|
From: Ann <ann@example.com>|
Sender: s@example.com|
Reply-To: r@example.com|
To: b@example.org, =?UTF-8?B?Q8OpLCBEw6k=?= <c@example.org>|
Cc: d@example.org|
Message-ID: <id@example.com>|
Subject: =?UTF-8?B?R3LDvMOfZQ==?=|
X-One: 1|
MIME-Version: 1.0|
Content-Type: text/plain; charset=utf-8|
Content-Transfer-Encoding: quoted-printable|
|
=C3=A4|
=2E|
end|

bool(true)
int(0)
bool(true)
bool(true)
