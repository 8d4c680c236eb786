<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** What is said of a domain, by records that a test invents. */
final class DomainCheckTest extends PluginTestCase
{
    private const GOOD = [
        'example.org' => ['some-verification=1', 'v=spf1 include:_spf.relay.example -all'],
        '_spf.relay.example' => ['v=spf1 ip4:192.0.2.0/24 ~all'],
        'sel._domainkey.example.org' => ['v=DKIM1; k=rsa; p=MIGfMA0'],
        '_dmarc.example.org' => ['v=DMARC1; p=reject; rua=mailto:d@example.org'],
    ];

    /** @return array<string, array{state: string, value: string, text: string, title: string}> findings by record */
    private static function check(array $txt, array $relay = [], string $domain = 'example.org', ?array $mx = ['mx.example.org'], array $addresses = []): array
    {
        [$txt, $relay, $mx, $addresses] = array_map(static fn ($v) => var_export($v, true), [$txt, $relay + ['name' => 'Relay',
            'spf' => '_spf.relay.example', 'selectors' => ['other', 'sel']], $mx, $addresses]);
        $findings = self::$site->evaluate("
            \$resolver = new class($txt, $mx, $addresses) implements Outbox\\WordPress\\Diagnosis\\Resolver {
                public function __construct(private \$txt, private ?array \$mx, private array \$addresses) {}
                public function txt(string \$name): ?array { return array_key_exists(\$name, \$this->txt) ? \$this->txt[\$name] : []; }
                public function mx(string \$name): ?array { return \$this->mx; }
                public function addresses(string \$name): ?array { return \$this->addresses; }
            };
            return (new Outbox\\WordPress\\Diagnosis\\DomainCheck(\$resolver))->run('$domain', $relay);");
        return array_column($findings, null, 'record');
    }

    public function testADomainWithAllRecordsIsWellAndNothingIsToBeAdded(): void
    {
        $found = self::check(self::GOOD);
        self::assertSame(['spf' => 'good', 'dkim' => 'good', 'dmarc' => 'good', 'mx' => 'good'], array_column($found, 'state', 'record'));
        self::assertSame([''], array_values(array_unique(array_column($found, 'value'))));
    }

    public static function spfRecords(): array
    {
        return [
            'none' => [[], 'bad', 'v=spf1 include:_spf.relay.example ~all'],
            'another provider' => [['v=spf1 mx ~all'], 'warning', 'v=spf1 include:_spf.relay.example mx ~all'],
            'named further down' => [['v=spf1 include:all.example -all'], 'good', ''],
            'by redirect' => [['v=spf1 redirect=all.example'], 'good', ''],
            'two of them' => [['v=spf1 -all', 'v=spf1 mx -all'], 'bad', ''],
            'everybody' => [['v=spf1 include:_spf.relay.example +all'], 'bad', ''],
            'everybody, unsaid' => [['v=spf1 include:_spf.relay.example all'], 'bad', ''],
            'eleven look-ups' => [['v=spf1 a mx a:a.example a:b.example a:c.example a:d.example a:e.example a:f.example a:g.example a:h.example a:i.example -all'], 'bad', ''],
            'in a circle' => [['v=spf1 include:circle.example -all'], 'warning', 'v=spf1 include:_spf.relay.example include:circle.example -all'],
            'not SPF at all' => [['v=spf10 -all'], 'bad', 'v=spf1 include:_spf.relay.example ~all'],
        ];
    }

    /** @dataProvider spfRecords */
    public function testSpf(array $records, string $state, string $value): void
    {
        $found = self::check(['example.org' => $records, 'all.example' => ['v=spf1 include:_spf.relay.example ~all'],
            'circle.example' => ['v=spf1 include:circle.example include:example.org ~all']] + self::GOOD)['spf'];
        self::assertSame([$state, $value], [$found['state'], $found['value']]);
        self::assertSame($value === '' ? '' : 'example.org', $found['name']);
    }

    public function testDkimKnowsARevokedKeyAMissingOneAndOneThatIsNotOurs(): void
    {
        self::assertSame('bad', self::check(['sel._domainkey.example.org' => ['v=DKIM1; p=']] + self::GOOD)['dkim']['state']);
        self::assertSame('warning', self::check(['sel._domainkey.example.org' => []] + self::GOOD)['dkim']['state']);
        $ours = ['selectors' => ['sel'], 'public_key' => 'AAAA'];
        $found = self::check(self::GOOD, $ours)['dkim'];
        self::assertSame(['bad', 'v=DKIM1; k=rsa; p=AAAA', 'sel._domainkey.example.org'], [$found['state'], $found['value'], $found['name']]);
        self::assertSame('good', self::check(['sel._domainkey.example.org' => ['v=DKIM1; k=rsa; p=AA AA']] + self::GOOD, $ours)['dkim']['state']);
        self::assertSame('bad', self::check(['sel._domainkey.example.org' => []] + self::GOOD, $ours)['dkim']['state']);
    }

    public function testWhatToAddIsWhatTheProvidersDataCentreUses(): void
    {
        $records = self::$site->evaluate("add_filter('outbox/resolver', static fn () => new class implements Outbox\\WordPress\\Diagnosis\\Resolver {
                public function txt(string \$name): ?array { return []; }
                public function mx(string \$name): ?array { return ['mx.example.org']; }
                public function addresses(string \$name): ?array { return []; }
            });
            \$records = [];
            foreach (['smtp.zoho.com', 'smtppro.zoho.eu', 'smtp.zoho.in', 'smtp.zoho.com.au', 'smtp.zohocloud.ca'] as \$region) {
                Outbox\\WordPress\\Plugin::settings()->save(['provider' => 'zoho', 'smtp_region' => \$region, 'smtp_user' => 'me@example.org', 'smtp_pass' => 'x', 'from_email' => 'me@example.org']);
                \$records[\$region] = array_column(Outbox\\WordPress\\Admin\\TestSteps::findings(), 'value', 'record')['spf'] ?? null;
            }
            return \$records;");
        self::assertSame(['smtp.zoho.com' => 'v=spf1 include:zohomail.com ~all', 'smtppro.zoho.eu' => 'v=spf1 include:zohomail.eu ~all',
            'smtp.zoho.in' => 'v=spf1 include:zohomail.in ~all', 'smtp.zoho.com.au' => '', 'smtp.zohocloud.ca' => ''], $records);
    }

    public function testDmarcIsTakenFromTheDomainAbove(): void
    {
        self::assertSame('DMARC: reject', self::check(self::GOOD, [], 'mail.shop.example.org')['dmarc']['title']);
        self::assertSame('DMARC: quarantine', self::check(['_dmarc.example.org' => ['v=DMARC1; p=reject; sp=quarantine']], [], 'shop.example.org')['dmarc']['title']);
        $found = self::check(['_dmarc.example.org' => []] + self::GOOD)['dmarc'];
        self::assertSame(['warning', '_dmarc.example.org', 'v=DMARC1; p=none; rua=mailto:postmaster@example.org'], [$found['state'], $found['name'], $found['value']]);
        self::assertSame('bad', self::check(['_dmarc.example.org' => ['v=DMARC1; p=none', 'v=DMARC1; p=reject']] + self::GOOD)['dmarc']['state']);
        self::assertSame('bad', self::check(['_dmarc.example.org' => ['v=DMARC1; rua=mailto:d@example.org']] + self::GOOD)['dmarc']['state']);
    }

    public function testMx(): void
    {
        self::assertSame('warning', self::check(self::GOOD, [], 'example.org', [''])['mx']['state']);
        self::assertSame('warning', self::check(self::GOOD, [], 'example.org', [], ['192.0.2.1'])['mx']['state']);
        self::assertSame('bad', self::check(self::GOOD, [], 'example.org', [])['mx']['state']);
        self::assertSame('unknown', self::check(self::GOOD, [], 'example.org', null)['mx']['state']);
    }

    public function testADnsThatDoesNotAnswerIsNotADomainWithoutRecords(): void
    {
        $found = self::check(['example.org' => null]);
        self::assertSame(['spf' => 'unknown'], array_column($found, 'state', 'record'));
        self::assertSame('', $found['spf']['value']);
    }

    public function testPortsAreOpenOrClosed(): void
    {
        $server = stream_socket_server('tcp://127.0.0.1:0');
        $open = (int) substr(strrchr(stream_socket_get_name($server, false), ':'), 1);
        $closed = stream_socket_server('tcp://127.0.0.1:0');
        $shut = (int) substr(strrchr(stream_socket_get_name($closed, false), ':'), 1);
        fclose($closed);
        $found = self::$site->evaluate("return (new Outbox\\WordPress\\Diagnosis\\PortProbe())->run('127.0.0.1', [$open, $shut]);");
        self::assertSame(['open', 'closed'], array_column($found, 'state'));
        $found = self::$site->evaluate("return (new Outbox\\WordPress\\Diagnosis\\PortProbe())->run('no-such-host.invalid', [25]);");
        self::assertSame(['unknown'], array_column($found, 'state'));
    }
}
