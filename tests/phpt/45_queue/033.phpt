--TEST--
mail() starts no program and takes none of the options that one would act on; the administrator's parameters come before the site's
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
--FILE--
<?php
require dirname(__DIR__) . "/mail.inc";

$site = new MailSite("smtp://relay.example.org?tls=none");
$mark = "$site->root/started";
file_put_contents("$site->root/sendmail", "#!/bin/sh\ncat >/dev/null\ntouch $mark\n");
chmod("$site->root/sendmail", 0755);
$sendmail = ["sendmail_path" => "$site->root/sendmail"];
$attacks = ["-X/tmp/shell.php", "-OQueueDirectory=/tmp", "-C /tmp/cf", "-bs", "-be", "-f a@example.com -X/tmp/x", "-f", "-f ''", "x@example.org",
    "-- x@example.org", "-fa@example.com x@example.org", "-f\"a@example.com -X/tmp/x", "-f" . str_repeat("a", 600)];
echo $site->run('foreach (' . var_export($attacks, true) . ' as $p) { echo @mail("b@example.org", "s", "m", "From: a@example.com", $p) ? "TAKEN $p\n" : "refused "; }
    echo error_get_last()["message"], "\n";', $sendmail);
var_dump(count($site->waiting()), file_exists($mark));

$mail = 'var_dump(mail("b@example.org", "s", "m", "From: a@example.com", "-fsite@example.com"));';
echo $site->run($mail, $sendmail + ["mail.force_extra_parameters" => "-i -fforced@example.com"]);
echo $site->run($mail, $sendmail + ["mail.force_extra_parameters" => "-X/tmp/log"]);
echo $site->run('var_dump(mail("b@example.org", "s", "m", "From: a@example.com", "-f<>"));', $sendmail);
echo implode(" ", array_map(json_encode(...), array_column($site->waiting(), 0))), "\n";
var_dump(file_exists($mark));

// What it does without the setting, and that the site has no say in it.
echo $site->run('var_dump(ini_set("outbox.override_mail", "1"), mail("b@example.org", "s", "m"));', $sendmail + ["outbox.override_mail" => "0"]);
var_dump(count($site->waiting()), file_exists($mark));
?>
--EXPECTF--
refused refused refused refused refused refused refused refused refused refused refused refused refused mail(): of the additional parameters only -f, -r and -F with a value, -t, -i and their like are understood
int(0)
bool(false)
bool(true)

Warning: mail(): of the additional parameters only -f, -r and -F with a value, -t, -i and their like are understood
bool(false)
bool(true)
"forced@example.com" ""
bool(false)
bool(false)
bool(true)
int(2)
bool(true)
