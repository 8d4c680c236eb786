--TEST--
The array form of outbox_send() knows its keys and checks like the setters
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach ([["frm" => "x"], ["subject" => "a\nb"], ["headers" => "x"], ["headers" => ["Bcc" => "x"]], ["headers" => ["A B" => "x"]], ["to" => "nobody"]] as $a) {
    echo preg_replace("/^([^:]+):.*/s", "$1", thrown(fn () => outbox_send("smtp://127.0.0.1:1?tls=none", $a))), "\n";
}
$c = new Capture("none");
$r = outbox_send("smtp://127.0.0.1:$c->port?tls=none", ["from" => "a@example.com", "to" => ["b@example.org", "c@example.org"],
    "bcc" => "d@example.org", "reply_to" => "r@example.com", "subject" => "s", "text" => "t", "headers" => ["X-A" => "1"]]);
echo implode(",", array_keys($r->recipients)), "\n", implode(",", $c->envelope(1)["recipients"]), "\n";
var_dump(str_contains($c->message(1), "Reply-To: r@example.com\r\n"), str_contains($c->message(1), "d@example.org"));
?>
--EXPECT--
ValueError
ValueError
ValueError
ValueError
ValueError
ValueError
b@example.org,c@example.org,d@example.org
b@example.org,c@example.org,d@example.org
bool(true)
bool(false)
