--TEST--
Value objects are read-only and made by the extension alone
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach (["Result", "Receipt", "Report", "Diagnosis"] as $c) {
    echo strtok(thrown(fn () => new ("Outbox\\$c")()), ":"), " ", (new ReflectionClass("Outbox\\$c"))->isFinal() ? "final" : "", "\n";
}
$a = new Outbox\Address("a@example.org");
echo thrown(fn () => $a->address = "b"), "\n";
echo implode(",", array_map(fn ($c) => "$c->name=$c->value", Outbox\Outcome::cases())), "\n";
foreach (["Message", "Connect", "Tls", "Auth", "Rejected", "Timeout", "Protocol"] as $c) {
    $r = new ReflectionClass("Outbox\\{$c}Exception");
    echo $c, " ", $r->isFinal() && $r->implementsInterface("Outbox\\Exception") && $r->isSubclassOf(RuntimeException::class) ? "ok" : "no", "\n";
}
?>
--EXPECT--
Error final
Error final
Error final
Error final
Error: Cannot modify readonly property Outbox\Address::$address
Sent=sent,Rejected=rejected,Deferred=deferred,Unknown=unknown
Message ok
Connect ok
Tls ok
Auth ok
Rejected ok
Timeout ok
Protocol ok
