--TEST--
Types come from libmagic, where nobody says one
--EXTENSIONS--
outbox
fileinfo
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

foreach (['%PDF-1.4 x' => 'application/pdf', "\x89PNG\r\n\x1a\n\0\0\0\rIHDR" => 'image/png', "plain words\n" => 'text/plain; charset=us-ascii',
    "gr\u{fc}n\n" => 'text/plain; charset=utf-8', '' => 'application/octet-stream', "\0\1\2\3" => 'application/octet-stream',
    "Received: from x\nFrom: a@b\nTo: c@d\nSubject: s\nMessage-ID: <x@y>\n\nx\n" => 'application/octet-stream'] as $body => $type) {
    $text = message()->attach((string) $body)->toString();
    preg_match_all('/^Content-Type: (.*)\r$/m', $text, $found);
    echo $found[1][2] === $type ? 'ok' : "{$found[1][2]} is not $type", "\n";
}

$path = sys_get_temp_dir() . '/outbox-type-' . getmypid();
file_put_contents($path, '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>');
$m = message()->attachFromPath($path, 'drawing');
preg_match('/image\/svg\+xml; name=drawing/', $m->toString(), $found);
echo $found[0], "\n";
unlink($path);
?>
--EXPECT--
ok
ok
ok
ok
ok
ok
ok
image/svg+xml; name=drawing
