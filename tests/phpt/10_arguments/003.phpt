--TEST--
Malformed and over-long addresses are refused and the text says what is wrong
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach (["", "a", "@b.example", "a@", "a b@example.org", "a@b..example", "a@-b.example", ".a@example.org", "a.@example.org",
    "a..b@example.org", "a@[300.1.1.1]", "a@[IPv6:zz]", "a@example.123", "<a@example.org", "a@example.org>", "a@b@c",
    str_repeat("a", 65) . "@example.org", "a@" . str_repeat("a", 64) . ".example", "\"a@example.org",
    "a@" . str_repeat(str_repeat("a", 60) . ".", 5) . "example", "\xff@example.org", "a@exa_mple.org"] as $address) {
    if (!str_starts_with($text = thrown(fn () => new Outbox\Address($address)), "ValueError: Outbox\\Address::__construct(): Argument #1 (\$address) is wrong:")) {
        echo json_encode($address, JSON_INVALID_UTF8_SUBSTITUTE), ": $text\n";
    }
}
foreach (["a@localhost", "\"a b\"@example.org", "a+b@example.org", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "a@bücher.example", "jö@example.org"] as $address) {
    echo new Outbox\Address($address), "\n";
}
echo new Outbox\Address("a@example.org", "Say \"hi\""), "\n";
?>
--EXPECT--
a@localhost
"a b"@example.org
a+b@example.org
a@[192.0.2.1]
a@[IPv6:2001:db8::1]
a@bücher.example
jö@example.org
"Say \"hi\"" <a@example.org>
