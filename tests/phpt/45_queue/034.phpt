--TEST--
However mail() is called it is Outbox's: compiled by opcache, as a closure, in a callback; reflected it is PHP's, and disable_functions takes it away
--EXTENSIONS--
outbox
--INI--
outbox.spool_any_parent=1
--FILE--
<?php
require dirname(__DIR__) . "/mail.inc";

$site = new MailSite("smtp://relay.example.org?tls=none");
$code = <<<'PHP'
function page(int $n): bool { return mail("b@example.org", "page $n", "m", "From: a@example.com"); }
for ($n = 0; $n < 200; $n++) { page($n) || exit("failed\n"); }
call_user_func("mail", "b@example.org", "callback", "m", "From: a@example.com");
$closure = mail(...);
$closure("b@example.org", "closure", "m", "From: a@example.com");
(new ReflectionFunction("mail"))->invoke("b@example.org", "reflection", "m", "From: a@example.com");
$f = new ReflectionFunction("mail");
echo $f->getExtensionName(), " ", $f->getNumberOfRequiredParameters(), " ", $f->getNumberOfParameters(), "\n";
PHP;
$settings = ["sendmail_path" => "/bin/false", "outbox.durability" => "none"];
$cache = glob(ini_get("extension_dir") . "/opcache.*") ? ["zend_extension" => "opcache"] : []; // PHP 8.5 has it built in
echo $site->run($code, $settings + $cache + ["opcache.enable_cli" => "1", "opcache.jit_buffer_size" => "16M", "opcache.jit" => "tracing",
    "opcache.jit_hot_loop" => "5", "opcache.jit_hot_func" => "5", "opcache.file_update_protection" => "0"]);
echo $site->spool()->status()["due"], "\n";
echo $site->run('var_dump(function_exists("mail")); mail("b@example.org", "s", "m");', $settings + ["disable_functions" => "mail"]);
echo $site->run('function mail() { return "mine"; } echo mail(), "\n";', $settings + ["disable_functions" => "mail"]);
echo $site->spool()->status()["due"], "\n";
?>
--EXPECTF--
standard 3 5
203
bool(false)
%AFatal error: Uncaught Error: Call to undefined function mail()%A
mine
203
