--TEST--
Addresses and envelopes that were made past their constructor do no harm
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

use Outbox\{Address, Envelope, Message};

$hollow = fn (string $class) => (new ReflectionClass($class))->newInstanceWithoutConstructor();
$forged = fn (string $class, array $properties) => unserialize(str_replace('O:8:"stdClass"',
    sprintf('O:%d:"%s"', strlen($class), $class), serialize((object) $properties)));
$t = new Outbox\Transport("smtp://127.0.0.1:1?tls=none&timeout=1");

echo strtok(thrown(fn () => $t->send(message(), $hollow(Envelope::class))), ":"), "\n";
echo thrown(fn () => (new Message())->to($hollow(Address::class))), "\n";
echo thrown(fn () => new Envelope(null, [$hollow(Address::class)])) === "nothing" ? "taken\n" : "refused\n";
var_dump((string) $hollow(Address::class));
foreach ([["sender" => "a@b.example>\r\nRSET"], ["recipients" => [5]], ["recipients" => ["x\r\ny@b.example"]],
    ["options" => ["ret" => []]], ["options" => ["envid" => "\r\n"]]] as $properties) {
    $envelope = $forged(Envelope::class, $properties + ["sender" => null, "recipients" => [], "options" => []]);
    echo thrown(fn () => $t->send(message(), $envelope)), "\n";
}
foreach ([["a@b.example\r\nx", ""], ["a@b.example", "x\r\ny"]] as [$address, $name]) {
    echo thrown(fn () => (new Message())->to($forged(Address::class, ["address" => $address, "name" => $name]))), "\n";
}
echo thrown(fn () => (new Address("a@b.example"))->__construct("c@d.example")), "\n";
echo thrown(fn () => (new Envelope())->__construct("c@d.example")), "\n";
echo unserialize(serialize(new Address("a@b.example", "Ann"))), "\n";
?>
--EXPECT--
Outbox\ConnectException
ValueError: Outbox\Message::to(): Argument #1 is wrong: an Address was made without its constructor
refused
string(0) ""
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: the address "a@b.example>??RSET" has control characters or is not valid UTF-8
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: a recipient must be a string
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: the address "x??y@b.example" has control characters or is not valid UTF-8
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: option "ret" must be "full" or "headers"
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: option "envid" must be 1 to 100 printable ASCII characters
ValueError: Outbox\Message::to(): Argument #1 is wrong: the address "a@b.example??x" has control characters or is not valid UTF-8
ValueError: Outbox\Message::to(): Argument #1 is wrong: a display name is too long, has control characters or is not valid UTF-8
Error: Cannot modify readonly property Outbox\Address::$address
Error: Cannot modify readonly property Outbox\Envelope::$sender
"Ann" <a@b.example>
