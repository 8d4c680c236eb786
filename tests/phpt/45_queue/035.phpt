--TEST--
outbox.mail decides: into the queue where somebody empties it and at once otherwise, only the one, or only the other
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
--FILE--
<?php
require dirname(__DIR__) . "/mail.inc";
require dirname(__DIR__) . "/capture.inc";

$c = new Capture("none");
$site = new MailSite("smtp://127.0.0.1:$c->port?tls=none");
$n = 0;
$see = function (string $what, array $settings) use ($c, $site, &$n): void {
    $said = $site->run('echo outbox_mail("b@example.org", "s", "m", "From: a@example.com") ? "true" : "false";', $settings);
    $sent = $c->message($n + 1) !== "";
    $n += (int) $sent;
    echo "$what: ", strtok(trim($said), "\n"), $sent ? ", sent" : "", ", ", @$site->spool()->status()["due"], " wait\n";
};
$see("a service delivers", []);
$see("PHP may start the runner", ["outbox.spawn" => "auto", "outbox.runner" => "/bin/true"]);
$see("there is none to start", ["outbox.spawn" => "auto", "outbox.runner" => "/nowhere/outbox"]);
$see("it may not be started", ["outbox.spawn" => "auto", "outbox.runner" => "/bin/true", "disable_functions" => "exec"]);
$see("the queue is full", ["outbox.max_queue" => "1"]);
$see("there is no queue", ["outbox.spool_root" => "/proc"]);
$see("only send", ["outbox.mail" => "send"]);
$see("only queue, which is full", ["outbox.mail" => "queue", "outbox.max_queue" => "1"]);
$see("only queue, and nobody delivers", ["outbox.mail" => "queue", "outbox.spawn" => "auto", "outbox.runner" => "/nowhere/outbox"]);
$see("a wrong word", ["outbox.mail" => "perhaps"]);

// Without outbox.dsn: the queue's own relay, whose password the site's php.ini does not hold.
$see("no relay at all", ["outbox.dsn" => "", "outbox.spool_root" => "/proc"]);
$uid = fileowner("/proc/self");
$other = new MailSite("");
Outbox\Profile::save("default", "smtp://127.0.0.1:$c->port?tls=none", "$other->root/$uid");
Outbox\Profile::save("another", "smtp://127.0.0.1:1?tls=none", "$other->root/$uid");
$see("the profile of the queue, at once", ["outbox.dsn" => "", "outbox.spool_root" => $other->root, "outbox.mail" => "send"]);
echo $other->run('var_dump(mail("b@example.org", "s", "m", "From: a@example.com"));');
echo $other->spool()->list()[0]["profile"], "\n";
?>
--EXPECTF--
a service delivers: true, 1 wait
PHP may start the runner: true, 2 wait
there is none to start: true, sent, 2 wait
it may not be started: true, sent, 2 wait
the queue is full: true, sent, 2 wait
there is no queue: true, sent, 2 wait
only send: true, sent, 2 wait
only queue, which is full: Warning: outbox_mail(): 2 messages wait in the spool, 1 are the limit, 2 wait
only queue, and nobody delivers: true, 3 wait
a wrong word: Warning: outbox.mail stays as it was: it must be auto, queue or send in Unknown on line 0, 4 wait
no relay at all: Warning: outbox_mail(): the INI setting outbox.dsn names no relay, and the queue gives none: %s, 4 wait
the profile of the queue, at once: true, sent, 4 wait
bool(true)
default
