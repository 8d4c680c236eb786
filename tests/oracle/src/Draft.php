<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\Oracle;

use Outbox\{Address, Message};

/** A message by chance: what is given to Outbox, and what a reader has to find in it. */
final class Draft
{
    private readonly Dice $dice;
    private readonly Texts $texts;
    public readonly Message $message;
    private array $fields = [];
    private ?array $text = null;
    private ?array $html = null;
    private ?array $calendar = null;
    private array $shown = [];
    private array $attached = [];
    /** @var list<string> */
    private array $files = [];

    public function __construct(int $seed, private readonly string $directory, ?Dice $dice = null, private readonly int $depth = 1)
    {
        $this->dice = $dice ?? new Dice($seed);
        $this->texts = new Texts($this->dice);
        $this->message = new Message();
        $this->writeAddresses();
        $this->writeFields();
        $this->writeTexts();
        $this->writeParts();
    }

    public function __destruct()
    {
        array_map(unlink(...), $this->files);
    }

    /** @return array{fields: array<string, mixed>, tree: string, parts: list<array>} */
    public function expected(): array
    {
        $alternatives = array_values(array_filter([$this->text, $this->relatedHtml(), $this->calendar]));
        $says = match (count($alternatives)) {
            0 => null,
            1 => $alternatives[0],
            default => self::multipart('alternative', $alternatives),
        };
        $attached = $this->html === null ? [...$this->inOrder()] : $this->attached;
        $root = $attached === [] ? $says : self::multipart('mixed', array_filter([$says, ...$attached]));
        return ['fields' => $this->fields, 'tree' => $root['tree'], 'parts' => $root['parts']];
    }

    private function relatedHtml(): ?array
    {
        return $this->html === null || $this->shown === [] ? $this->html : self::multipart('related', [$this->html, ...$this->shown]);
    }

    /** Without HTML nothing shows a part. @return list<array> */
    private function inOrder(): array
    {
        $parts = $this->shown + $this->attached;
        ksort($parts);
        return array_values($parts);
    }

    private static function multipart(string $kind, array $nodes): array
    {
        return ['tree' => "$kind(" . implode(',', array_column($nodes, 'tree')) . ')', 'parts' => array_merge(...array_column($nodes, 'parts'))];
    }

    private static function leaf(string $type, string $octets, array $facts = []): array
    {
        return ['tree' => $type, 'parts' => [$facts + ['type' => $type, 'charset' => null, 'disposition' => null, 'name' => null,
            'id' => null, 'method' => null, 'octets' => base64_encode($octets)]]];
    }

    /** @return list<array{string, string}> */
    private function addresses(string $method, int $least, int $most): array
    {
        $found = $given = [];
        foreach ($this->dice->several($least, $most, fn () => [$this->texts->displayName(), ...$this->texts->address()]) as [$name, $address, $written]) {
            $given[] = $name === '' && $this->dice->once(2) ? $address : new Address($address, $name);
            $found[] = [$name, $written];
        }
        $found === [] || $this->message->$method(...$given);
        return $found;
    }

    private function writeAddresses(): void
    {
        $from = $this->addresses('from', 1, $this->dice->once(5) ? 3 : 1);
        $sender = $this->addresses('sender', 0, $this->dice->once(5) ? 1 : 0);
        $this->fields += array_filter([
            'from' => $from,
            'sender' => $sender ?: (count($from) > 1 ? [$from[0]] : []),
            'reply-to' => $this->addresses('replyTo', 0, $this->dice->once(3) ? 2 : 0),
            'to' => $this->addresses('to', $this->dice->once(10) ? 0 : 1, $this->dice->one([1, 1, 3, 12])),
            'cc' => $this->addresses('cc', 0, $this->dice->once(3) ? 3 : 0),
        ]);
        $this->addresses('bcc', 0, 1);
    }

    private function writeFields(): void
    {
        $this->fields['subject'] = $this->texts->line($this->dice->one([0, 1, 3, 10, 40]));
        $this->message->subject($this->fields['subject']);
        $zone = sprintf('%s%02d:%02d', $this->dice->one(['+', '-']), $this->dice->number(0, 12), $this->dice->one([0, 0, 30, 45]));
        $date = (new \DateTimeImmutable('@' . $this->dice->number(0, 4_000_000_000)))->setTimezone(new \DateTimeZone($zone));
        $this->fields['date'] = [$date->getTimestamp(), $date->getOffset()];
        $id = bin2hex($this->dice->octets(8)) . '.' . $this->dice->one(['a', "x'y", 'long' . str_repeat('y', 60)]) . '@mail.example.com';
        $this->fields['message-id'] = "<$id>";
        $this->message->date($date)->messageId($id);
        for ($n = $this->dice->one([0, 0, 1, 4]); $n > 0; $n--) {
            $name = "X-Field-$n" . $this->dice->one(['', '-' . str_repeat('n', 50)]);
            $value = $this->dice->once(3) ? $this->texts->ascii($this->dice->number(1, 60)) : $this->texts->line($this->dice->number(0, 20));
            $this->message->header($name, $value);
            $this->fields[strtolower($name)] = $value;
        }
        if ($this->dice->once(6)) {
            $this->message->priority(2);
            $this->fields += ['x-priority' => '2 (High)', 'importance' => 'high'];
        }
        if ($this->dice->once(6)) {
            $url = 'https://example.com/leave/' . bin2hex($this->dice->octets(20));
            $this->message->listUnsubscribe($url, 'mailto:leave@example.com');
            $this->fields += ['list-unsubscribe' => "<$url>, <mailto:leave@example.com>", 'list-unsubscribe-post' => 'List-Unsubscribe=One-Click'];
        }
    }

    private function writeTexts(): void
    {
        $kinds = $this->dice->one([['text'], ['text'], ['html'], ['text', 'html'], ['text', 'html'], ['text', 'html', 'calendar'], ['calendar'], ['text', 'calendar']]);
        if (in_array('text', $kinds, true)) {
            $text = $this->texts->text();
            $this->message->text($text);
            $this->text = self::leaf('text/plain', Texts::normalised($text), ['charset' => 'utf-8']);
        }
        if (in_array('html', $kinds, true)) {
            $this->writeHtml();
        }
        if (in_array('calendar', $kinds, true)) {
            $method = $this->dice->one(['REQUEST', 'REPLY', null]);
            $calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" . ($method === null ? '' : "METHOD:$method\r\n")
                . 'SUMMARY:' . $this->texts->line(4) . "\r\nEND:VCALENDAR\r\n";
            $this->message->calendar($calendar);
            $this->calendar = self::leaf('text/calendar', $calendar, ['charset' => 'utf-8', 'method' => $method]);
        }
    }

    private function writeHtml(): void
    {
        $html = '<p>' . $this->texts->text() . "</p>\n";
        $found = Texts::normalised($html);
        for ($n = $this->dice->one([0, 0, 1, 3]); $n > 0; $n--) {
            $id = $this->dice->one(["image$n", "logo.$n@cid.example.org"]);
            $reference = "<img src=\"cid:$id\">\n";
            $html .= $reference;
            $id .= str_contains($id, '@') ? '' : '@mail.example.com'; // the Message-ID's domain
            $found .= "<img src=\"cid:$id\">\r\n";
            $this->writeShown(substr(strstr(rtrim($reference, "\">\n"), ':'), 1), $id);
        }
        $this->message->html($html);
        $this->html = self::leaf('text/html', $found, ['charset' => 'utf-8']);
    }

    private function writeShown(string $id, string $written): void
    {
        $octets = "\x89PNG\r\n\x1a\n" . $this->dice->octets($this->dice->number(0, 400));
        $name = $this->dice->once(2) ? $this->texts->fileName() : '';
        $this->message->embed($octets, $id, 'image/png', $name === '' ? null : $name);
        $this->shown[] = self::leaf('image/png', $octets, ['disposition' => 'inline', 'id' => "<$written>", 'name' => $name ?: null]);
    }

    private function writeParts(): void
    {
        for ($n = $this->dice->one([0, 0, 1, 2, 5]); $n > 0; $n--) {
            $this->attached[] = $this->depth < 4 && $this->dice->once(4) ? $this->writeNested() : $this->writeAttached();
        }
    }

    private function writeAttached(): array
    {
        $octets = $this->dice->one([fn () => '', fn () => $this->dice->octets($this->dice->number(1, 3000)), fn () => "a\r\nb\nc\rd\0e",
            fn () => $this->texts->text(), fn () => str_repeat("\0", 57 * 3), fn () => $this->dice->octets(57 * 40)])();
        $type = $this->dice->one(['application/pdf', 'application/octet-stream', 'text/csv', 'image/jpeg', 'application/vnd.oasis.opendocument.text']);
        $name = $this->dice->once(8) ? '' : $this->texts->fileName();
        if ($this->dice->once(3)) {
            $this->files[] = $path = $this->directory . '/' . getmypid() . '-' . bin2hex(random_bytes(6));
            file_put_contents($path, $octets);
            $this->message->attachFromPath($path, $name === '' ? null : $name, $type);
            $name = $name === '' ? basename($path) : $name;
        } else {
            $this->message->attach($octets, $name === '' ? null : $name, $type);
        }
        return self::leaf($type, $octets, ['disposition' => 'attachment', 'name' => $name ?: null]);
    }

    private function writeNested(): array
    {
        $nested = new self(0, $this->directory, $this->dice, $this->depth + 1);
        array_push($this->files, ...$nested->files);
        $nested->files = [];
        $name = $this->dice->once(2) ? $this->texts->fileName() : '';
        $text = $nested->message->toString();
        $message = $this->dice->once(2) ? $nested->message : Message::fromString($text);
        $this->message->attach($message, $name === '' ? null : $name);
        $part = self::leaf('message/rfc822', $text, ['disposition' => 'attachment', 'name' => $name ?: null]);
        $part['parts'][0]['message'] = $nested->expected();
        return $part;
    }
}
