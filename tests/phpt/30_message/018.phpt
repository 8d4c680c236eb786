--TEST--
Embedded parts are what the HTML refers to; an identifier is completed in both places
--EXTENSIONS--
outbox
--FILE--
<?php
$m = (new Outbox\Message())->from('a@example.com')->messageId('me@example.com')
    ->html('<img src="cid:logo"><img src=CID:logo><a style="background:url(cid:logo)"><img src="cid:logo2"><img src="cid:whole@example.net">cid: acid:x ccid:logo')
    ->embed('x', 'logo', 'image/png')->embed('y', 'whole@example.net', 'image/png', 'y.png');
preg_match('/<img.*?\r\n--/s', $m->toString(), $found);
echo str_replace(["=\r\n", '=3D'], ['', '='], $found[0]), "\n";
preg_match_all('/^Content-(ID|Disposition): (.*)\r$/m', $m->toString(), $found);
echo implode("\n", $found[2]), "\n";
?>
--EXPECT--
<img src="cid:logo@example.com"><img src=CID:logo@example.com><a style="background:url(cid:logo@example.com)"><img src="cid:logo2"><img src="cid:whole@example.net">cid: acid:x ccid:logo
--
inline
<logo@example.com>
inline; filename=y.png
<whole@example.net>
