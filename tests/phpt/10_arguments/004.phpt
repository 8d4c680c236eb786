--TEST--
An envelope checks its options and says which are right
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach ([["ret" => "half"], ["envid" => ""], ["envid" => str_repeat("x", 101)], ["notify" => "sometimes"],
    ["notify" => ["never", "delay"]], ["priority" => 10], ["priority" => "high"], ["requiretls" => 1], ["foo" => 1], [1]] as $options) {
    echo thrown(fn () => new Outbox\Envelope(null, [], $options)), "\n";
}
echo thrown(fn () => new Outbox\Envelope([])), "\n", thrown(fn () => new Outbox\Envelope(null, [7])), "\n";
$e = new Outbox\Envelope("", [new Outbox\Address("a@example.org"), "b@example.org"], ["ret" => "full", "notify" => ["delay", "failure"], "priority" => -9]);
var_dump($e->sender, $e->recipients);
?>
--EXPECT--
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "ret" must be "full" or "headers"
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "envid" must be 1 to 100 printable ASCII characters
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "envid" must be 1 to 100 printable ASCII characters
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "notify" must be "never", or some of "success", "failure" and "delay"
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "notify" must be "never" alone, or others without it
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "priority" must be an integer from -9 to 9
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "priority" must be an integer from -9 to 9
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: option "requiretls" must be true or false
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: there is no option "foo"; there are ret, envid, notify, priority, smtputf8 and requiretls
ValueError: Outbox\Envelope::__construct(): Argument #3 ($options) is wrong: there is no option ""; there are ret, envid, notify, priority, smtputf8 and requiretls
TypeError: Outbox\Envelope::__construct(): Argument #1 ($sender) must be of type Outbox\Address|string|null, array given
TypeError: Outbox\Envelope::__construct(): Argument #2 ($recipients) must contain strings and Outbox\Address objects, int given
string(0) ""
array(2) {
  [0]=>
  string(13) "a@example.org"
  [1]=>
  string(13) "b@example.org"
}
