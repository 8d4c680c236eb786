--TEST--
The tree of parts is only as deep as it has to be, and every part comes back whole
--EXTENSIONS--
outbox
--FILE--
<?php
function tree(Outbox\Message $m): string
{
    preg_match_all('/^(?:Content-Type: ([a-z0-9]+\/[a-z0-9-]+)|--=_[0-9a-f]{24}(\d)(--)?\r)/m', $m->toString(), $found, PREG_SET_ORDER);
    return implode(' ', array_map(fn ($f) => isset($f[2]) ? (isset($f[3]) ? ')' : '-') : $f[1] . (str_starts_with($f[1], 'multipart') ? ' (' : ''), $found));
}
function m(): Outbox\Message
{
    return (new Outbox\Message())->from('a@example.com')->to('b@example.org');
}
$ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
echo tree(m()->text('t')), "\n";
echo tree(m()->html('<b>h</b>')), "\n";
echo tree(m()->text('t')->html('<b>h</b>')), "\n";
echo tree(m()->html('<img src="cid:a">')->embed('x', 'a', 'image/png')), "\n";
echo tree(m()->attach('x', null, 'image/png')), "\n";
echo tree(m()->text('t')->embed('x', 'a', 'image/png')), "\n";
echo tree(m()->calendar($ics)), "\n";
echo tree(m()->text('t')->html('h')->calendar($ics)->attach('x', 'x', 'image/png')->embed('y', 'a', 'image/gif')->attach(m()->text('inner'))), "\n";
?>
--EXPECT--
text/plain
text/html
multipart/alternative ( - text/plain - text/html )
multipart/related ( - text/html - image/png )
multipart/mixed ( - image/png )
multipart/mixed ( - text/plain - image/png )
text/calendar
multipart/mixed ( - multipart/alternative ( - text/plain - multipart/related ( - text/html - image/gif ) - text/calendar ) - image/png - message/rfc822 text/plain )
