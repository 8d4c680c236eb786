--TEST--
What is wrong is refused at once and by its argument's name, and the message stays as it was
--EXTENSIONS--
outbox
--FILE--
<?php
require dirname(__DIR__) . '/capture.inc';

$m = (new Outbox\Message())->from('a@example.com')->to('b@example.org')->date(new DateTimeImmutable('@1'))->messageId('x@y')->text('t');
$before = $m->toString();
$line = ["a\r\nBcc: x@y", "a\nb", "a\rb", "a\0b", "\xff"];
$cases = [
    'subject' => $line, 'messageId' => [...$line, 'nobody', 'a b@c', '@', '<a@b'], 'text' => ["a\0b", "\xff", "\xed\xa0\x80"], 'html' => ["a\0b", "\xc0\xaf"],
    'calendar' => ['', 'BEGIN:VCARD', "BEGIN:VCALENDAR\r\nMETHOD:A;x=\"\r\n", "BEGIN:VCALENDAR\n\xff", "BEGIN:VCALENDAR\n\0"], 'priority' => [0, 6, -1],
    'from' => $line, 'to' => [...$line, 'b@', 'a b'], 'sender' => $line, 'replyTo' => $line, 'cc' => $line, 'bcc' => $line,
];
$several = [
    'header' => [["A\r\nB", 'x'], ['A B', 'x'], ['A:', 'x'], ['', 'x'], ["\u{e4}", 'x'], ['X-A', "a\r\nBcc: x"], ['X-A', "\xff"], ['bcc', 'x'], ['Content-Type', 'x'],
        ['MIME-Version', 'x'], ['Return-Path', 'x']],
    'attach' => [['x', "a\nb"], ['x', "\xff"], ['x', str_repeat('n', 256)], ['x', null, 'png'], ['x', null, "image/png\r\nX: y"], ['x', null, 'multipart/mixed'],
        ['x', null, 'message/rfc822'], ['x', null, 'a/b; name="x"'], ['x', null, 'a/b; boundary=x'], ['x', null, 'a/b; x="'], ['x', null, "a/b; x=\"\xc3\xa4\""],
        ['x', null, 'a/b;c*=d'], [$m, null, 'a/b'], [$m], [new Outbox\Message()]],
    'embed' => [['x', ''], ['x', 'a b'], ['x', '<a>'], ['x', 'a@b@c'], ['x', "a\r\nb"], ['x', '"'], ['x', 'a@'], ['x', "\u{e4}"], ['x', 'a', 'png'], ['x', 'a', null, "a\nb"]],
    'listUnsubscribe' => [[null], [''], ['http://x'], ['javascript:x'], ["https://x/\r\nBcc: y"], ['https://x/ y'], ['https://x/>'], ["https://x/\u{e4}"],
        ['https://x', 'x@y'], ['https://x', "mailto:x@y\n"], [null, 'https://x'], ['https://x/' . str_repeat('y', 900)]],
];
foreach ($cases as $method => $values) {
    $several[$method] = array_map(fn ($v) => [$v], $values);
}
$good = 0;
foreach ($several as $method => $calls) {
    foreach ($calls as $arguments) {
        $says = thrown(fn () => $m->$method(...$arguments));
        $m->toString() === $before && preg_match("/^ValueError: Outbox\\\\Message::$method\(\): Argument #\d (\(.*?\) )?(must|is wrong)/", $says) ? $good++ : print("$method: $says\n");
    }
}
echo $good, "\n";
foreach ([(new Outbox\Message())->to('b@example.org')->text('t'), (new Outbox\Message())->from('a@example.com')->to('b@example.org'),
    (new Outbox\Message())->from('a@example.com')->text('t')] as $incomplete) {
    echo thrown(fn () => (new Outbox\Transport('smtp://127.0.0.1:1?tls=none'))->send($incomplete)), "\n";
}
echo thrown(fn () => (new Outbox\Message())->from('a@b.c')->html('h')->embed('x', 'one')->embed('y', 'one')->toString()), "\n";
echo thrown(fn () => (new Outbox\Message())->from('a@b.c')->text('t')->priority(1)->header('x-priority', '3')->toString()), "\n";
?>
--EXPECT--
107
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: from: a message needs one
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: text: the message has no text, no html, no calendar and no attachment; an empty text makes an empty message
ValueError: Outbox\Transport::send(): Argument #1 ($message) is wrong: there is no recipient: not in To, Cc or Bcc, and not in an envelope
ValueError: cid: two parts have the same
ValueError: header: a field of priority() or listUnsubscribe() is given by name as well
