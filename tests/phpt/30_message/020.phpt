--TEST--
The array form takes all that a Message has
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$path = sys_get_temp_dir() . '/outbox-array-' . getmypid() . '.bin';
file_put_contents($path, 'octets');
$c = new Capture('none');
$dsn = "smtp://127.0.0.1:$c->port?tls=none";
outbox_send($dsn, ['from' => 'a@example.com', 'to' => 'b@example.org', 'subject' => 's', 'text' => ['t', true], 'html' => '<img src="cid:pic@x"><img src="cid:p2@x">',
    'calendar' => "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR\n", 'priority' => 2,
    'attachments' => [$path, 'named.bin' => $path, ['path' => $path, 'name' => 'n.x', 'type' => 'a/b'], ['body' => 'x', 'type' => 'c/d'], message()],
    'embeds' => ['pic@x' => $path, ['body' => 'y', 'cid' => 'p2@x', 'type' => 'image/png', 'name' => 'y.png']],
    'list_unsubscribe' => ['url' => 'https://example.com/u', 'mailto' => 'mailto:u@example.com', 'one_click' => false]]);
outbox_send($dsn, ['from' => 'a@example.com', 'to' => 'b@example.org', 'text' => 't', 'list_unsubscribe' => 'https://example.com/u']);
echo implode("\n", preg_grep('/^(Content-(Type|ID)|X-Prio|List)/', explode("\r\n", str_replace([getmypid(), "\r\n "], ['PID', ' '], $c->message(1) . $c->message(2))))), "\n";
foreach ([['attachments' => 'x'], ['attachments' => [1]], ['attachments' => [['name' => 'x']]], ['attachments' => [['path' => $path, 'nam' => 'x']]], ['embeds' => [$path]],
    ['embeds' => [['body' => 'x']]], ['list_unsubscribe' => ['uri' => 'x']], ['dkim' => 'x'], ['dkim' => ['domain' => 'x']], ['attachments' => [$path . 'x']],
    ['priority' => 9], ['html' => "\xff"]] as $wrong) {
    echo thrown(fn () => outbox_send($dsn, $wrong)), "\n";
}
unlink($path);
?>
--EXPECTF--
X-Priority: 2 (High)
List-Unsubscribe: <https://example.com/u>, <mailto:u@example.com>
Content-Type: multipart/mixed; boundary="=_%s"
Content-Type: multipart/alternative; boundary="=_%s"
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Type: multipart/related; type="text/html"; boundary="=_%s"
Content-Type: text/html; charset=utf-8
Content-Type: %s; name=outbox-array-PID.bin
Content-ID: <pic@x>
Content-Type: image/png; name=y.png
Content-ID: <p2@x>
Content-Type: text/calendar; charset=utf-8; method=REQUEST
Content-Type: %s; name=outbox-array-PID.bin
Content-Type: %s; name=named.bin
Content-Type: a/b; name=n.x
Content-Type: c/d
Content-Type: message/rfc822
Content-Type: text/plain; charset=utf-8
List-Unsubscribe: <https://example.com/u>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
Content-Type: text/plain; charset=utf-8
ValueError: outbox_send(): Argument #2 ($message) has something else in "attachments" than it takes: path, name, type
ValueError: outbox_send(): Argument #2 ($message) has something else in "attachments" than it takes: path, name, type
ValueError: outbox_send(): Argument #2 ($message) has something else in "attachments" than it takes: path, name, type
ValueError: outbox_send(): Argument #2 ($message) has something else in "attachments" than it takes: path, name, type
ValueError: outbox_send(): Argument #2 ($message) has something else in "embeds" than it takes: path, cid, type, name
ValueError: outbox_send(): Argument #2 ($message) has something else in "embeds" than it takes: body, cid, type, name
ValueError: outbox_send(): Argument #2 ($message) has something else in "list_unsubscribe" than it takes: url, mailto, one_click
ValueError: outbox_send(): Argument #2 ($message) has something else in "dkim" than it takes: domain, selector, private_key, options
ValueError: outbox_send(): Argument #2 ($message) has something else in "dkim" than it takes: domain, selector, private_key, options
ValueError: Outbox\Message::attachFromPath(): Argument #1 ($path) is wrong: the file cannot be opened: No such file or directory
ValueError: Outbox\Message::priority(): Argument #1 ($priority) must be between 1 (highest) and 5 (lowest)
ValueError: Outbox\Message::html(): Argument #1 ($html) must be valid UTF-8 without NUL
