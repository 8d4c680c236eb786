--TEST--
Files that a DSN names must lie inside open_basedir
--EXTENSIONS--
outbox
--INI--
open_basedir={PWD}/..
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach (["ca_file", "cert", "key"] as $option) {
    echo thrown(fn () => new Outbox\Transport(["host" => "h", "cert" => __FILE__, $option => "/etc/hostname"])), "\n";
}
echo thrown(fn () => new Outbox\Transport(["host" => "h", "ca_file" => __FILE__])), "\n";
?>
--EXPECT--
ValueError: Outbox\Transport::__construct(): Argument #1 ($dsn) is wrong: ca_file: the file lies outside of open_basedir
ValueError: Outbox\Transport::__construct(): Argument #1 ($dsn) is wrong: cert: the file lies outside of open_basedir
ValueError: Outbox\Transport::__construct(): Argument #1 ($dsn) is wrong: key: the file lies outside of open_basedir
nothing
