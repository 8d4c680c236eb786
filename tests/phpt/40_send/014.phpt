--TEST--
check() walks the stages in the relay's order and ends with the one that fails
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$implicit = new Capture("implicit", "--auth", "u:right");
$starttls = new Capture("starttls", "--auth", "u:right");
$none = new Capture("none");
$socket = stream_socket_server("tcp://127.0.0.1:0");
$free = substr(strrchr(stream_socket_get_name($socket, false), ":"), 1);
fclose($socket);

foreach ([
    "implicit TLS" => $implicit->dsn("smtps", "u:right"),
    "STARTTLS" => $starttls->dsn("smtp", "u:right"),
    "no TLS" => "smtp://127.0.0.1:$none->port?tls=none",
    "nobody listens" => "smtps://127.0.0.1:$free",
    "unknown authority" => "smtps://127.0.0.1:$implicit->port",
    "plain to a TLS port" => $implicit->dsn("smtp", "", "&timeout=0.2"),
    "TLS to a plain port" => $starttls->dsn("smtps"),
    "no STARTTLS" => $none->dsn("smtp"),
    "wrong password" => $starttls->dsn("smtp", "u:wrong"),
] as $what => $dsn) {
    $report = (new Outbox\Transport($dsn))->check();
    $line = array_map(fn ($s) => $s["name"] . ($s["ok"] ? "" : "!"), $report->stages);
    $last = $report->stages[array_key_last($report->stages)];
    echo "$what: ", implode(" ", $line), " | ", $report->diagnosis?->fact ?? "fine";
    echo !$last["ok"] && ($last["detail"] === "" || $report->diagnosis->stage !== $last["name"] || $report->diagnosis->remedies === []) ? " NO HELP" : "", "\n";
    foreach ($report->stages as $stage) {
        if (!is_float($stage["milliseconds"]) && !is_int($stage["milliseconds"])) {
            echo "no time for $stage[name]\n";
        }
    }
}
var_dump($implicit->message(1) . $starttls->message(1) . $none->message(1));
?>
--EXPECT--
implicit TLS: dns connect tls greeting ehlo auth | fine
STARTTLS: dns connect greeting ehlo starttls tls auth | fine
no TLS: dns connect greeting ehlo auth | fine
nobody listens: dns connect! | errno
unknown authority: dns connect tls! | certificate
plain to a TLS port: dns connect greeting! | peer_speaks_tls
TLS to a plain port: dns connect tls! | peer_speaks_plain
no STARTTLS: dns connect greeting ehlo starttls! | starttls_missing
wrong password: dns connect greeting ehlo starttls tls auth! | auth_refused
string(0) ""
