--TEST--
A wrong DSN is a ValueError that names the option and shows no secret
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach (["", "nothing", "http://host", "smtps://", "smtps://u:cAnArY@host?foo=1", "smtps://u:cAnArY@host:99999",
    "smtps://u:cAnArY@host?tls=maybe", "smtps://u:cAnArY@host?window=0", "smtps://u:cAnArY@host?timeout=-1",
    "smtps://u:cAnArY@host?auth=NTLM", "smtps://u:cAnArY@host#x", "smtps://u:cAnArY@ho st", "smtps://u:cAnArY@host?verify=0",
    "smtps://u:cAnArY@host?timeout=1&timeout=2", "smtps://u:cAnArY%0d%0a@host", "smtps://u:cAnArY\0@host",
    "mx://example.com", ["host" => "h", "password" => "cAnArY"], ["host" => "h", "nonsense" => 1], ["host" => []],
    ["dsn" => 7]] as $dsn) {
    $text = thrown(fn () => new Outbox\Transport($dsn));
    echo str_starts_with($text, "ValueError: Outbox\\Transport::__construct(): Argument #1") ? "" : "UNEXPECTED $text\n";
    echo str_contains($text, "cAnArY") ? "LEAK $text\n" : "";
}
echo thrown(fn () => new Outbox\Transport("smtps://h?foo=1")) === "nothing" ? "" : "named: ";
echo str_contains(thrown(fn () => new Outbox\Transport("smtps://h?foo=1")), "\"foo\"") ? "yes\n" : "no\n";
echo thrown(fn () => new Outbox\Transport(new stdClass())), "\n";
?>
--EXPECT--
named: yes
TypeError: Outbox\Transport::__construct(): Argument #1 ($dsn) must be of type array|string, stdClass given
