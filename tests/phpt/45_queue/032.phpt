--TEST--
With outbox.override_mail PHP's own mail() goes into the queue, with its arguments, its rules and its warnings
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
--FILE--
<?php
require dirname(__DIR__) . "/mail.inc";

$site = new MailSite("smtp://relay.example.org?tls=none");
$calls = <<<'PHP'
$try = function (...$a) { try { $r = mail(...$a); } catch (Throwable $e) { $r = get_class($e) . ": " . $e->getMessage(); } echo var_export($r, true), "\n"; };
$try("b@example.org, c@example.org", "s\r\nBcc: x@example.org", "line\n.\n", "From: f@example.com\nCc: d@example.org\nBcc: e@example.org\n");
$try("b@example.org", "s", "m", ["From" => "f@example.com", "X-A" => "1"], "-fbounce@example.com");
$try(to: "b@example.org", subject: "s", message: "m", additional_params: "-oi -F 'The Shop' -r shop@example.com");
$try("root, Jörg <b@example.org>", "Grüße", str_repeat("long ", 300), "From: Börse <f@example.com>\nX-Names: é");
$try("b@example.org", "s", "m", "X: 1\n\nbody");
$try("b@example.org", "s", "m", "From: a@example.com\nX: 1\0");
$try("b@example.org", "s", "m", ["From" => ["a@example.com"]]);
$try("b@example.org\0", "s", "m");
$try("nobody at all", "s", "m", "From: a@example.com");
$try("b@example.org");
PHP;
echo $site->run($calls, ["mail.add_x_header" => "1"]);
$waiting = $site->waiting();
sort($waiting); // those of one millisecond come in no order
foreach ($waiting as [$sender, $recipients, $text]) {
    echo "-- $sender to ", preg_replace(["/root@[^,\s]+/", "/(?:(?:long )*long ?=\n)+=20/"], ["root@HOST", "long ..."], "$recipients\n$text");
}
?>
--EXPECT--
true
true
true
true

Warning: mail(): Multiple or malformed newlines found in additional_header
false
'ValueError: mail(): Argument #4 ($additional_headers) must not contain any null bytes'
'TypeError: Header "from" must be of type string, array given'
'ValueError: mail(): Argument #1 ($to) must not contain any null bytes'

Warning: mail(): field To: the address "nobody at all" has a malformed local part
false
'ArgumentCountError: mail() expects at least 3 arguments, 1 given'
-- bounce@example.com to b@example.org
To: b@example.org
Subject: s
From: f@example.com
X-A: 1

m
-- f@example.com to b@example.org,c@example.org,d@example.org,e@example.org
To: b@example.org, c@example.org
Subject: s  Bcc: x@example.org
From: f@example.com
Cc: d@example.org

line
.
-- f@example.com to root@HOST,b@example.org
To: root@HOST, =?UTF-8?B?SsO2cmc=?= <b@example.org>
Subject: =?UTF-8?B?R3LDvMOfZQ==?=
From: =?UTF-8?B?QsO2cnNl?= <f@example.com>
X-Names: =?UTF-8?B?w6k=?=
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

long ...
-- shop@example.com to b@example.org
To: b@example.org
Subject: s
From: The Shop <shop@example.com>

m
