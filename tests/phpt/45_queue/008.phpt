--TEST--
A profile is kept without showing its secret, and messages can name it
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
outbox.spawn=off
--FILE--
<?php
require dirname(__DIR__) . "/capture.inc";
require dirname(__DIR__) . "/spool.inc";

$folder = new SpoolFolder();

$c = new Capture("implicit", "--auth", "u:cAnArY");
$p = Outbox\Profile::save("shop", ["dsn" => $c->dsn("smtps", "u:cAnArY"), "connections" => 2], $folder->path);
ob_start();
var_dump($p, $p->toArray(), Outbox\Profile::list($folder->path), Outbox\Profile::load("shop", $folder->path));
var_dump(str_contains(ob_get_clean(), "cAnArY"), $p->toArray()["password"], $p->toArray()["connections"], $p->name);
$t = new Outbox\Transport(["profile" => "shop", "spool" => $folder->path]);
$t->queue(message());
echo $folder->spool()->run()["sent"], " ", $t->send(message())->recipients["b@example.org"]->outcome->value, "\n";
var_dump(Outbox\Profile::load("other", $folder->path), Outbox\Profile::delete("shop", $folder->path), Outbox\Profile::delete("shop", $folder->path));
echo thrown(fn () => Outbox\Profile::save("../x", "smtps://localhost", $folder->path)), "\n";
$named = fn (string $text): string => str_replace($folder->path, "SPOOL", $text);
echo $named(thrown(fn () => new Outbox\Transport(["profile" => "shop", "spool" => $folder->path]))), "\n";
foreach (["b", "a", "news"] as $name) {
    Outbox\Profile::save($name, "smtps://localhost", $folder->path);
}
$t = new Outbox\Transport(["profile" => "news", "spool" => $folder->path]);
echo $named(thrown(fn () => $t->queue(message(), null, ["profile" => "nwes"]))), "\n";
foreach (range(1, 4) as $n) {
    Outbox\Profile::save("more$n", "smtps://localhost", $folder->path);
}
try {
    $t->queue(message(), null, ["profile" => "nwes"]);
} catch (Outbox\SpoolException $e) {
    echo $named($e->getMessage()), "\n", $e->getDiagnosis()->remedies[0], "\n";
}
echo $folder->spool()->status()["due"], "\n";
echo thrown(fn () => serialize($p)), "\n";
?>
--EXPECT--
bool(false)
bool(true)
string(1) "2"
string(4) "shop"
1 sent
NULL
bool(true)
bool(false)
ValueError: Outbox\Profile::save(): Argument #1 ($name) is wrong: the name must be 1 to 64 letters, digits, dots, hyphens or underscores, and begin with a letter or digit
Outbox\SpoolException: there is no relay profile "shop", nor any other, in SPOOL/p
Outbox\SpoolException: there is no relay profile "nwes", only "a", "b", "news", in SPOOL/p
there is no relay profile "nwes", only "a", "b", "more1", "more2", "more3" and 2 more, in SPOOL/p
Save it: outbox profile save NAME, or Outbox\Profile::save()
0
Exception: Serialization of 'Outbox\Profile' is not allowed
