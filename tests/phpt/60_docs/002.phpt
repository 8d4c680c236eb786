--TEST--
Every recipe of docs/recipes.md sends a message
--EXTENSIONS--
outbox
openssl
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$c = new Capture("implicit", "--auth", "u:p");
$dsn = $c->dsn("smtps", "u:p");
foreach (["pdf" => "%PDF-1.7\n" . str_repeat("x", 1000), "logo" => "\x89PNG\r\n\x1a\n"] as $name => $octets) {
    $$name = "$c->directory/$name";
    file_put_contents($$name, $octets);
}
$key = "$c->directory/key";
openssl_pkey_export_to_file(openssl_pkey_new(["private_key_bits" => 2048]), $key);
preg_match_all("/^```php\n(.*?)^```/ms", file_get_contents(dirname(__DIR__, 3) . "/docs/recipes.md"), $found);
$use = preg_match("/^use .*;$/m", $found[1][0], $m) ? $m[0] : "";
foreach ($found[1] as $number => $recipe) {
    $before = count(glob("$c->directory/*.eml"));
    eval($use . preg_replace("/^use .*;$/m", "", $recipe));
    echo $number, ": ", count(glob("$c->directory/*.eml")) - $before, " messages\n";
}
?>
--EXPECT--
0: 0 messages
sent
1: 1 messages
with the invoice
2: 1 messages
1
3: 1 messages
invited
4: 1 messages
2 sent
5: 2 messages
sent, bounces apart
6: 2 messages
1 signature
7: 1 messages
forwarded
8: 1 messages
flowed
9: 1 messages
answered
10: 1 messages
sent to both
11: 2 messages
ann@example.org archive@example.com
12: 1 messages
the same
13: 0 messages
sent from an array
14: 1 messages
Outbox\Message::subject():
Outbox\Message::to():
Outbox\Message::attachFromPath():
Outbox\Message::header():
15: 0 messages
