--TEST--
Where no process may be started the message is safe, and status says what happened; phpinfo() and outbox_status() too
--EXTENSIONS--
outbox
posix
--INI--
outbox.spool_any_parent=1
outbox.runner=/bin/true
--SKIPIF--
<?php
if (!is_executable("/usr/bin/prlimit")) die("skip no prlimit");
if (posix_geteuid() === 0 && !is_executable("/usr/bin/setpriv")) die("skip root is not limited, and there is no setpriv");
?>
--FILE--
<?php
require dirname(__DIR__) . "/capture.inc";
require dirname(__DIR__) . "/spool.inc";

$root = new SpoolFolder();
$uid = posix_geteuid() ?: 65534;
mkdir("$root->path/$uid", 0700, true);
chmod($root->path, 0711);
chown("$root->path/$uid", $uid);
$module = "$root->path/outbox.so"; // where that user can read it
copy(getenv("OUTBOX_MODULE"), $module);
chmod($module, 0755);
file_put_contents("$root->path/site.php", '<?php
    $t = new Outbox\Transport("smtps://u:canary@localhost");
    $t->queue((new Outbox\Message())->from("a@example.com")->to("b@example.org")->text("hi"));
    $s = Outbox\Spool::open()->status();
    $o = outbox_status()["spool"];
    echo $s["due"], " ", $s["spawn"]["rule"], " ", $s["spawn"]["error"], "\n";
    var_dump($o["path"] === $s["path"], $o["spawn_error"] === $s["spawn"]["error"], $o["error"], $o["running"]);
    ob_start();
    phpinfo(INFO_MODULES);
    $info = ob_get_clean();
    preg_match_all("/^(Queue|Runner|Starting the runner|Its last start) => .*/m", $info, $found);
    echo str_replace($s["path"], "PATH", implode("\n", $found[0])), "\n", str_contains($info, "canary") ? "a secret\n" : "";
');
foreach (["outbox.runner=/bin/true", "outbox.runner=", "outbox.spawn=off"] as $setting) {
    $drop = posix_geteuid() === 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : "";
    passthru("cd / && prlimit --nproc=1 {$drop}" . PHP_BINARY . " -n -d extension=$module -d outbox.spool_any_parent=1 -d outbox.spool_root=$root->path "
        . "-d outbox.runner=/bin/true -d $setting $root->path/site.php");
}
?>
--EXPECT--
1 auto Resource temporarily unavailable
bool(true)
bool(true)
NULL
bool(false)
Queue => PATH
Runner => not running
Starting the runner => auto
Its last start => Resource temporarily unavailable
2 off: outbox.runner names no program Resource temporarily unavailable
bool(true)
bool(true)
NULL
bool(false)
Queue => PATH
Runner => not running
Starting the runner => off: outbox.runner names no program
Its last start => Resource temporarily unavailable
3 off: outbox.spawn Resource temporarily unavailable
bool(true)
bool(true)
NULL
bool(false)
Queue => PATH
Runner => not running
Starting the runner => off: outbox.spawn
Its last start => Resource temporarily unavailable
