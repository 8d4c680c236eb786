--TEST--
What the host does not allow is refused where it is queued or saved, as where it is sent
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
outbox.spawn=off
outbox.allowed_hosts="smtp.example.com, 127.0.0.1:2525"
outbox.allow_private_hosts=0
--FILE--
<?php
require dirname(__DIR__) . "/capture.inc";
require dirname(__DIR__) . "/spool.inc";

$folder = new SpoolFolder();
$spool = ["spool" => $folder->path];
foreach (["smtps://mail.example.org", "smtp://smtp.example.com", "smtp://127.0.0.1:2525?tls=none"] as $dsn) {
    foreach ([
        "send" => fn () => (new Outbox\Transport($dsn))->send(message(), null),
        "queue" => fn () => strlen((new Outbox\Transport($dsn))->queue(message(), null, $spool)),
        "save" => fn () => Outbox\Profile::save("it", $dsn, $folder->path)->name,
    ] as $what => $do) {
        try {
            // Whether that host answers is not of interest here.
            $answer = $what === "send" && str_contains($dsn, "smtp.example.com") ? "-" : $do();
        } catch (Outbox\Exception $e) {
            $answer = $e::class . ": " . preg_replace('~ \(stage .*~', "", $e->getMessage());
        }
        echo "$what: $answer\n";
    }
}
echo implode(" ", array_map(fn ($profile) => $profile->name, Outbox\Profile::list($folder->path))), "\n";
?>
--EXPECTF--
send: Outbox\ConnectException: connections to mail.example.org port 465 are not allowed on this server
queue: Outbox\ConnectException: connections to mail.example.org port 465 are not allowed on this server
save: Outbox\ConnectException: connections to mail.example.org port 465 are not allowed on this server
send: -
queue: 26
save: it
send: Outbox\ConnectException: 127.0.0.1 has an address that this server does not allow connections to (private or special)
queue: Outbox\ConnectException: 127.0.0.1 has an address that this server does not allow connections to (private or special)
save: Outbox\ConnectException: 127.0.0.1 has an address that this server does not allow connections to (private or special)
it smtp.example.com-%s
