--TEST--
CR, LF, NUL and other control characters are refused in every field of a message
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$bad = ["a\rb", "a\nb", "a\r\nBcc: x@example.org", "a\0b", "a\x1bb", "a\x7fb"];
$calls = [
    "from" => fn (string $s) => (new Outbox\Message())->from("a@example.org$s"),
    "to" => fn (string $s) => (new Outbox\Message())->to("\"$s\" <a@example.org>"),
    "cc" => fn (string $s) => (new Outbox\Message())->cc("a@example.org", $s),
    "bcc" => fn (string $s) => (new Outbox\Message())->bcc($s),
    "replyTo" => fn (string $s) => (new Outbox\Message())->replyTo($s),
    "sender" => fn (string $s) => (new Outbox\Message())->sender($s),
    "subject" => fn (string $s) => (new Outbox\Message())->subject($s),
    "header name" => fn (string $s) => (new Outbox\Message())->header($s, "v"),
    "header value" => fn (string $s) => (new Outbox\Message())->header("X-A", $s),
    "messageId" => fn (string $s) => (new Outbox\Message())->messageId("$s@example.org"),
    "address" => fn (string $s) => new Outbox\Address("$s@example.org"),
    "name" => fn (string $s) => new Outbox\Address("a@example.org", $s),
    "envelope sender" => fn (string $s) => new Outbox\Envelope("$s@example.org"),
    "envelope recipient" => fn (string $s) => new Outbox\Envelope(null, ["$s@example.org"]),
    "envid" => fn (string $s) => new Outbox\Envelope(null, [], ["envid" => $s]),
    "dsn user" => fn (string $s) => new Outbox\Transport(["host" => "h", "user" => $s, "password" => "p"]),
    "ehlo" => fn (string $s) => new Outbox\Transport(["host" => "h", "ehlo" => $s]),
    "host" => fn (string $s) => new Outbox\Transport(["host" => $s]),
];
foreach ($calls as $name => $call) {
    foreach ($bad as $text) {
        if (!str_starts_with(thrown(fn () => $call($text)), "ValueError: ")) {
            echo "$name took ", json_encode($text), ": ", thrown(fn () => $call($text)), "\n";
        }
    }
}
echo count($calls) * count($bad), " refused\n";
echo thrown(fn () => (new Outbox\Message())->text("a\0b")), "\n";
?>
--EXPECT--
108 refused
ValueError: Outbox\Message::text(): Argument #1 ($text) must be valid UTF-8 without NUL
