--TEST--
On a disk that is full to the last octet, or without an inode, mail goes out at once where it may; a profile that finds no room says "full", too
--EXTENSIONS--
outbox
--SKIPIF--
<?php
if (fileowner("/proc/self") !== 0 || !is_executable("/usr/bin/unshare")) die("skip mounting takes root");
exec("unshare --mount mount -t tmpfs none /mnt 2>&1", $said, $status);
if ($status !== 0) die("skip nothing can be mounted here");
?>
--FILE--
<?php
require dirname(__DIR__) . "/mail.inc";
require dirname(__DIR__) . "/capture.inc";

$c = new Capture("none");
foreach (["size=600k", "nr_inodes=120"] as $limit) {
    $site = new MailSite("smtp://127.0.0.1:$c->port?tls=none");
    $module = getenv("OUTBOX_MODULE") ?: dirname(__DIR__, 3) . "/modules/outbox.so";
    file_put_contents("$site->root/full.php", '<?php
        $dsn = "smtp://127.0.0.1:' . $c->port . '?tls=none";
        $t = new Outbox\Transport($dsn);
        $m = (new Outbox\Message())->from("a@example.com")->to("b@example.org")->text("hi");
        $say = function (callable $call) { try { return json_encode($call()); } catch (Throwable $e) { return get_class($e); } };
        @$t->queue($m, null, ["on_full" => "direct"]); // makes the queue and keeps the relay
        if ("' . $limit . '"[0] === "s") {
            $f = fopen("/mnt/filler", "w");
            while (@fwrite($f, str_repeat("x", 1000)));
            while (@fwrite($f, "x"));
        } else {
            for ($i = 0; @touch("/mnt/filler$i"); $i++);
        }
        echo $say(fn () => $t->queue($m)), " ", $say(fn () => $t->queue($m, null, ["on_full" => "direct"])), " ",
            $say(fn () => Outbox\Profile::save("new", $dsn)), " ", $say(fn () => mail("b@example.org", "s", "m", "From: a@example.com")), "\n";
    ');
    passthru("unshare --mount sh -c 'mount -t tmpfs -o mode=755,$limit none /mnt && mkdir -m 700 /mnt/0 && exec " . PHP_BINARY . " -n -d extension=$module"
        . " -d outbox.spool_any_parent=1 -d outbox.spawn=off -d outbox.override_mail=1 -d outbox.spool_root=/mnt"
        . " -d \"outbox.dsn=\\\"$site->dsn\\\"\" $site->root/full.php'");
}
echo count(glob("$c->directory/*.eml")), "\n";
?>
--EXPECT--
Outbox\SpoolFullException "" Outbox\SpoolFullException true
Outbox\SpoolFullException "" Outbox\SpoolFullException true
6
