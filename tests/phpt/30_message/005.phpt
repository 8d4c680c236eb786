--TEST--
dkim() names what is wrong at once, and shows no key
--EXTENSIONS--
outbox
openssl
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

openssl_pkey_export(openssl_pkey_new(["private_key_bits" => 1024]), $rsa);
openssl_pkey_export(openssl_pkey_new(["private_key_bits" => 512]), $short);
openssl_pkey_export(openssl_pkey_new(["private_key_bits" => 1024]), $encrypted, "secret");
$m = message();
foreach ([["exam ple.com", "s", $rsa], ["example.com\r\nX: y", "s", $rsa], ["example.com", "a;b", $rsa],
    ["example.com", "s", "no key"], ["example.com", "s", $short], ["example.com", "s", $encrypted],
    ["example.com", "s", $rsa, ["algorithm" => "ed25519-sha256"]], ["example.com", "s", $rsa, ["l" => 5]],
    ["example.com", "s", $rsa, ["headers" => ["To"]]], ["example.com", "s", $rsa, ["headers" => "From"]],
    ["example.com", "s", $rsa, ["canonicalization" => "relaxed"]], ["example.com", "s", $rsa, ["expires_in" => 0]],
    ["example.com", "s", $rsa, ["identity" => "@example.org"]]] as $arguments) {
    echo thrown(fn () => $m->dkim(...$arguments)), "\n";
}
var_dump(str_contains($m->toString(), "DKIM-Signature"));
try {
    $m->dkim("example.com", "s", "-----BEGIN " . "hidden");
} catch (ValueError $e) {
    var_dump(PHP_VERSION_ID < 80200 || !str_contains(print_r($e->getTrace(), true), "hidden"));
}
try {
    outbox_send("smtp://127.0.0.1:1?tls=none&timeout=1", ["from" => "a@example.com", "to" => "b@example.org", "text" => "x",
        "dkim" => ["domain" => "example.com", "selector" => "s", "private_key" => $rsa]]);
} catch (Outbox\ConnectException $e) {
    var_dump(PHP_VERSION_ID < 80200 || !str_contains(print_r($e->getTrace(), true), substr($rsa, 40, 40)));
}
$m->dkim("example.com", "s", $rsa);
ob_start();
var_dump($m);
print_r($m);
var_export($m);
var_dump(str_contains(ob_get_clean(), substr($rsa, 40, 40)));
echo thrown(fn () => Outbox\Message::fromString("To: a@example.org\r\n\r\nhi\r\n")->dkim("example.com", "s", $rsa)), "\n";
for ($i = 1; $i < 8; $i++) {
    $m->dkim("example.com", "s$i", $rsa);
}
echo thrown(fn () => $m->dkim("example.com", "s", $rsa)), "\n", substr_count($m->toString(), "DKIM-Signature: "), "\n";
?>
--EXPECT--
ValueError: Outbox\Message::dkim(): Argument #1 ($domain) is wrong: it is no host name
ValueError: Outbox\Message::dkim(): Argument #1 ($domain) is wrong: it is no host name
ValueError: Outbox\Message::dkim(): Argument #2 ($selector) is wrong: a selector is made of letters, digits and hyphens, in labels parted by dots
ValueError: Outbox\Message::dkim(): Argument #3 ($privateKeyPem) is wrong: this is no private key in PEM (-----BEGIN PRIVATE KEY-----)
ValueError: Outbox\Message::dkim(): Argument #3 ($privateKeyPem) is wrong: an RSA key has at least 1024 bits; use 2048
ValueError: Outbox\Message::dkim(): Argument #3 ($privateKeyPem) is wrong: the private key is encrypted; give it without a passphrase
ValueError: Outbox\Message::dkim(): Argument #4 ($options) is wrong: algorithm: the private key is one of RSA
ValueError: Outbox\Message::dkim(): Argument #4 ($options) has no use for the key "l"; there are headers, canonicalization, expires_in, identity and algorithm
ValueError: Outbox\Message::dkim(): Argument #4 ($options) is wrong: headers: From must be signed (RFC 6376 5.4)
ValueError: Outbox\Message::dkim(): Argument #4 ($options) is wrong: headers: a list of field names, at most 64
ValueError: Outbox\Message::dkim(): Argument #4 ($options) is wrong: canonicalization: "relaxed/relaxed", "relaxed/simple", "simple/relaxed" or "simple/simple"
ValueError: Outbox\Message::dkim(): Argument #4 ($options) is wrong: expires_in: seconds, more than 0
ValueError: Outbox\Message::dkim(): Argument #4 ($options) is wrong: identity: its domain is neither the one that signs nor below it
bool(false)
bool(true)
bool(true)
bool(false)
ValueError: dkim: a message without From cannot be signed
Error: Outbox\Message: it has 8 signatures, and can have no more
8
