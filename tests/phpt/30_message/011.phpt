--TEST--
Attachments: names, types, and every octet
--EXTENSIONS--
outbox
--FILE--
<?php
$path = sys_get_temp_dir() . '/outbox-' . getmypid() . '-ü "x".bin';
$octets = '';
for ($i = 0; $i < 100000; $i++) {
    $octets .= chr($i * 7 & 255 ^ $i >> 8 & 255);
}
file_put_contents($path, $octets);
$m = (new Outbox\Message())->from('a@example.com')->to('b@example.org')
    ->attachFromPath($path, null, 'application/x-thing; version="1 0"')
    ->attach('', 'empty.txt', 'text/plain')
    ->attach("a\nb\rc\r\n\0", 'résumé.txt', 'text/plain; charset=utf-8')
    ->attach('x', str_repeat('long ', 20) . '.tar.gz', 'application/gzip');
unlink($path); // it is open
$text = $m->toString();
var_dump(strlen($text) === $m->size(), max(array_map(strlen(...), explode("\r\n", $text))) <= 78);
preg_match_all('/^Content-Type: (?!multipart)(.*?)\r\n\r\n(.*?)(?:\r\n)?--=_/ms', $text, $parts, PREG_SET_ORDER);
foreach ($parts as $part) {
    echo str_replace([getmypid(), "\r\n"], ['PID', "|\n"], $part[1]), "|\n";
}
var_dump(base64_decode($parts[0][2], true) === $octets, $parts[1][2], base64_decode($parts[2][2], true) === "a\nb\rc\r\n\0");
?>
--EXPECTF--
bool(true)
bool(true)
application/x-thing; version="1 0";%Aname="outbox-%s-_ _x_.bin"|
Content-Transfer-Encoding: base64|
Content-Disposition: attachment;|
 filename*=UTF-8''outbox-%s-%C3%BC%20%22x%22.bin|
text/plain; name=empty.txt|
Content-Transfer-Encoding: base64|
Content-Disposition: attachment; filename=empty.txt|
text/plain; charset=utf-8; name=r_sum_.txt|
Content-Transfer-Encoding: base64|
Content-Disposition: attachment;|
 filename*=UTF-8''r%C3%A9sum%C3%A9.txt|
application/gzip;|
 name="long long long long long long long long long long long lo.gz"|
Content-Transfer-Encoding: base64|
Content-Disposition: attachment;|
 filename*0*=UTF-8''long%20long%20long%20long%20long%20long%20long%20long;|
 filename*1*=%20long%20long%20long%20long%20long%20long%20long%20lo;|
 filename*2*=ng%20long%20long%20long%20long%20.tar.gz|
bool(true)
string(0) ""
bool(true)
