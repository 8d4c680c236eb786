--TEST--
Calendars, priority, unsubscribing, and flowed text are written as their RFCs have them
--EXTENSIONS--
outbox
--FILE--
<?php
function lines(Outbox\Message $m, string $pattern): string
{
    return implode("\n", preg_grep($pattern, explode("\r\n", $m->toString()))) . "\n";
}
function m(): Outbox\Message
{
    return (new Outbox\Message())->from('a@example.com');
}
foreach (["METHOD:REQUEST\r\n", "METHOD:cancel\n", '', "BEGIN:VEVENT\nMETHOD:X\n"] as $method) {
    echo lines(m()->calendar("BEGIN:VCALENDAR\n{$method}END:VCALENDAR\n"), '/^Content-Type/');
}
foreach (range(1, 5) as $priority) {
    echo lines(m()->text('')->priority($priority), '/^(X-Priority|Importance)/');
}
$list = '/^(List-| <)/';
echo lines(m()->text('')->listUnsubscribe('https://example.com/u'), $list), lines(m()->text('')->listUnsubscribe('http://example.com/u', null, false), $list),
    lines(m()->text('')->listUnsubscribe(null, 'mailto:u@example.com?subject=stop'), $list),
    lines(m()->text('')->listUnsubscribe('https://example.com/' . str_repeat('u', 60), 'mailto:u@example.com'), $list);
$text = str_repeat('word ', 30) . "\n> quoted " . str_repeat('word ', 20) . "\n From here\nFrom there\n-- \nSignature  \n" . str_repeat('x', 90);
echo lines(m()->text($text, true), '/^Content-T/'), str_replace("\r\n", "|\n", strstr(m()->text($text, true)->toString(), "\r\n\r\n")), "\n";
?>
--EXPECT--
Content-Type: text/calendar; charset=utf-8; method=REQUEST
Content-Type: text/calendar; charset=utf-8; method=cancel
Content-Type: text/calendar; charset=utf-8
Content-Type: text/calendar; charset=utf-8
X-Priority: 1 (Highest)
Importance: high
X-Priority: 2 (High)
Importance: high
X-Priority: 3 (Normal)
Importance: normal
X-Priority: 4 (Low)
Importance: low
X-Priority: 5 (Lowest)
Importance: low
List-Unsubscribe: <https://example.com/u>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
List-Unsubscribe: <http://example.com/u>
List-Unsubscribe: <mailto:u@example.com?subject=stop>
List-Unsubscribe:
 <https://example.com/uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu>,
 <mailto:u@example.com>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Transfer-Encoding: 7bit
|
|
word word word word word word word word word word word word word word |
word word word word word word word word word word word word word word |
word word|
> quoted word word word word word word word word word word word word word word word word word word word word|
  From here|
 From there|
-- |
Signature|
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|
