--TEST--
What is wrong on the way is told by class, stage and fact
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$implicit = new Capture("implicit");
$starttls = new Capture("starttls");
$none = new Capture("none");
$socket = stream_socket_server("tcp://127.0.0.1:0");
$free = substr(strrchr(stream_socket_get_name($socket, false), ":"), 1);
fclose($socket);
$silent = stream_socket_server("tcp://127.0.0.1:0");
$deaf = substr(strrchr(stream_socket_get_name($silent, false), ":"), 1);

foreach ([
    "nobody listens" => "smtps://127.0.0.1:$free",
    "silence" => "smtp://127.0.0.1:$deaf?timeout=0.2",
    "TLS to a plain port" => $starttls->dsn("smtps"),
    "plain to a TLS port" => $implicit->dsn("smtp", "", "&timeout=0.3"),
    "no STARTTLS" => $none->dsn("smtp"),
    "unknown authority" => "smtps://127.0.0.1:$implicit->port",
    "another key" => $implicit->dsn("smtps", "", "&pin=" . rawurlencode("sha256//" . base64_encode(str_repeat("x", 32)))),
    "no AUTH offered" => $implicit->dsn("smtps", "u:p"),
] as $what => $dsn) {
    try {
        (new Outbox\Transport($dsn))->send(message());
        echo "$what: sent\n";
    } catch (Outbox\Exception $e) {
        $d = $e->getDiagnosis();
        printf("%s: %s %s %s %s%s\n", $what, substr($e::class, 7), $d->stage, $d->fact, $e->getOutcome()->value,
            $d->cause === "" || $d->remedies === [] ? ", NO HELP" : "");
        if ($what === "plain to a TLS port") {
            echo "    ", $d->remedies[0], "\n"; // it waits for us, and says so only when asked
        }
    }
}
?>
--EXPECT--
nobody listens: ConnectException connect errno deferred
silence: TimeoutException greeting none deferred
TLS to a plain port: TlsException tls peer_speaks_plain rejected
plain to a TLS port: ProtocolException greeting peer_speaks_tls deferred
    Keep the port and write smtps:// (tls=implicit) in place of smtp://
no STARTTLS: TlsException starttls starttls_missing rejected
unknown authority: TlsException tls certificate rejected
another key: TlsException tls pin_mismatch rejected
no AUTH offered: AuthException auth auth_missing rejected
