<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** Modes, routes, the backup connection, and the guard against copies of the site. */
class DeliveryTest extends PluginTestCase
{
    private const SEND = "return [wp_mail('ann@example.org', 'Hello', 'Text', ['Cc: ben@example.org']), \$failed];";

    /** A second server that is told apart from the first. */
    private static function other(): \Outbox\Tests\ServerProcess
    {
        return self::$site->capture('--tls', 'starttls', '--auth', 'two:second');
    }

    private static function connection(\Outbox\Tests\ServerProcess $server, string $user, string $password): array
    {
        return ['provider' => 'other', 'host' => '127.0.0.1', 'port' => $server->port(), 'encryption' => 'tls', 'user' => $user,
            'pass' => $password, 'ca_file' => $server->ready['ca_file']];
    }

    /** A port that nobody listens on. */
    private static function closedPort(): int
    {
        $probe = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr(strrchr(stream_socket_get_name($probe, false), ':'), 1);
        fclose($probe);
        return $port;
    }

    private static function arrivals(\Outbox\Tests\ServerProcess ...$servers): array
    {
        return array_map(static fn ($server): int => count($server->captured()), $servers);
    }

    public function testADirectMessageIsLoggedWithEveryRecipientAndTheRelaysAnswer(): void
    {
        self::assertSame([true, []], self::evaluate(self::relay(), self::SEND));
        [$entry] = self::logged();
        self::assertSame(['sent', 'Hello', 'owner@kilnandclay.example', 'core', 'primary', 1, false],
            [$entry['status'], $entry['subject'], $entry['sender'], $entry['source'], $entry['connection'], $entry['tries'], $entry['has_message']]);
        self::assertSame([['ann@example.org', 'to', 'sent', 250], ['ben@example.org', 'cc', 'sent', 250]],
            array_map(static fn (array $r): array => [$r['address'], $r['as'], $r['outcome'], $r['code']], $entry['recipients']));
        self::assertMatchesRegularExpression('/^C\d+$/', $entry['remote_id']);
        self::assertGreaterThan(100, $entry['size']);
        self::assertSame('sent', $entry['timeline'][0]['type']);
    }

    public function testIfOneOfTwoIsRefusedTheOtherGetsItAndBothAreLogged(): void
    {
        $relay = self::relay('--reject', 'ben@example.org');
        [$sent, $failed, $told] = self::evaluate($relay, "add_action('outbox/delivered', static function (\$m) use (&\$told) { \$told[] = \$m['recipients']; });
            \$sent = wp_mail('ann@example.org', 'Hello', 'Text', ['Cc: ben@example.org']); return [\$sent, \$failed, \$told];");
        self::assertSame([true, [['ann@example.org']]], [$sent, $told]);
        self::assertSame([[['ben@example.org'], 550]], array_map(static fn (array $f): array => [$f['to'], $f['phpmailer_exception_code']], $failed));
        [$entry] = self::logged();
        self::assertSame('sent', $entry['status']);
        self::assertSame([['ann@example.org', 'sent', 250], ['ben@example.org', 'rejected', 550]],
            array_map(static fn (array $r): array => [$r['address'], $r['outcome'], $r['code']], $entry['recipients']));
    }

    public function testLogOnlyKeepsTheWholeMessageAndSendsNothing(): void
    {
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        [$before] = self::arrivals($server);
        self::assertSame([true, []], self::evaluate(['delivery_mode' => 'log'] + self::relay(), self::SEND));
        self::assertSame([$before], self::arrivals($server));
        [$entry] = self::logged();
        self::assertSame(['blocked', true], [$entry['status'], $entry['has_message']]);
        $message = self::$site->evaluate("return Outbox\\WordPress\\Plugin::log()->query()->message({$entry['id']});");
        self::assertStringContainsString("Subject: Hello\r\n", $message);
    }

    public function testDoNotSendSendsNothingAndNeedsNoConnection(): void
    {
        self::assertSame([true, []], self::evaluate(['delivery_mode' => 'block'], "return [wp_mail('ann@example.org', 'Hello', 'Text', 'From: shop@example.com'), \$failed];"));
        self::assertSame('blocked', self::logged()[0]['status']);
    }

    public function testRedirectSendsEverythingToOneAddressAndSaysToWhomItWouldHaveGone(): void
    {
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        $before = count($server->captured());
        self::assertSame([true, []], self::evaluate(['delivery_mode' => 'redirect', 'redirect_to' => 'dev@example.com'] + self::relay(),
            "return [wp_mail('ann@example.org', 'Hello', 'Text', ['Bcc: ben@example.org', 'X-Outbox-Mode: direct']), \$failed];"));
        [$mail] = array_slice($server->captured(), $before);
        self::assertSame(['dev@example.com'], $mail['recipients']);
        self::assertSame('ann@example.org, ben@example.org', self::headers($mail['message'])['x-outbox-redirected-from']);
        [$entry] = self::logged();
        self::assertSame(['dev@example.com', 'redirected', 'sent'], [$entry['recipients'][0]['address'], $entry['recipients'][0]['as'], $entry['recipients'][0]['outcome']]);
        self::assertSame(['ann@example.org', 'ben@example.org'], $entry['timeline'][0]['instead_of']);
    }

    public function testTheBackupConnectionTakesWhatTheFirstOneCannot(): void
    {
        $settings = ['smtp_port' => self::closedPort(), 'smtp_connect_timeout' => 2, 'backup' => 'second',
            'connections' => ['second' => self::connection(self::other(), 'two', 'second')]] + self::relay();
        $before = self::arrivals(self::other());
        [$sent, $failed, $used] = self::evaluate($settings, "return [wp_mail('ann@example.org', 'Hello', 'Text'), \$failed, did_action('outbox/backup_used')];");
        self::assertSame([true, [], 1], [$sent, $failed, $used]);
        self::assertSame([$before[0] + 1], self::arrivals(self::other()));
        self::assertSame(['sent', 'second'], [self::logged()[0]['status'], self::logged()[0]['connection']]);
    }

    public function testAWrongPasswordIsAReasonForTheBackupAndARefusedRecipientIsNone(): void
    {
        $backup = ['backup' => 'second', 'connections' => ['second' => self::connection(self::other(), 'two', 'second')]];
        $before = self::arrivals(self::other());
        self::assertSame([true, []], self::evaluate(['smtp_pass' => 'wrong'] + $backup + self::relay(), "return [wp_mail('ann@example.org', 'Hello', 'Text'), \$failed];"));
        self::assertSame([$before[0] + 1], self::arrivals(self::other()));
        [$sent] = self::evaluate($backup + self::relay('--reject', 'gone@example.org'), "return [wp_mail('gone@example.org', 'Hello', 'Text')];");
        self::assertFalse($sent);
        self::assertSame([$before[0] + 1], self::arrivals(self::other()));
    }

    public static function breaks(): array
    {
        return ['before the message' => ['close@mail', 'failed', 1], 'refused at its end' => ['421@dot', 'failed', 0], 'no answer to its end' => ['close@dot', 'unknown', 0]];
    }

    /** What may have been sent is not sent a second time, be it over another connection. @dataProvider breaks */
    public function testAConnectionThatBreaksIsReportedAndTheBackupUsedOnlyIfNothingWasSent(string $script, string $status, int $used): void
    {
        $hostile = new \Outbox\Tests\ServerProcess('hostile.php', '--script', $script);
        $settings = ['smtp_auth' => false] + self::relayTo($hostile, 'ssl');
        [$sent, $failed] = self::evaluate($settings, self::SEND);
        self::assertFalse($sent);
        self::assertCount(1, $failed);
        self::assertSame($status, self::logged()[0]['status']);
        $before = self::arrivals(self::other());
        self::evaluate(['backup' => 'second', 'connections' => ['second' => self::connection(self::other(), 'two', 'second')]] + $settings, self::SEND);
        self::assertSame([$before[0] + $used], self::arrivals(self::other()));
    }

    public function testARouteSendsAFromOverItsOwnConnectionAndLeavesItAsItIs(): void
    {
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        $before = self::arrivals($server, self::other());
        $settings = ['from_email_force' => true, 'connections' => ['second' => self::connection(self::other(), 'two', 'second')],
            'routes' => [['from' => '@news.example', 'connection' => 'second'], ['from' => 'one@news.example', 'connection' => 'primary']]] + self::relay();
        self::evaluate($settings, "wp_mail('ann@example.org', 'News', 'Text', 'From: letter@news.example');
            wp_mail('ann@example.org', 'News', 'Text', 'From: one@news.example');
            wp_mail('ann@example.org', 'Order', 'Text', 'From: shop@example.com'); return 1;");
        self::assertSame([$before[0] + 2, $before[1] + 1], self::arrivals($server, self::other()));
        $last = self::other()->captured();
        self::assertSame('letter@news.example', end($last)['sender']);
        $first = $server->captured();
        self::assertSame(['one@news.example', 'owner@kilnandclay.example'], array_column(array_slice($first, -2), 'sender'));
    }

    public function testAFailureIsRememberedUntilAMessageArrives(): void
    {
        $state = "return Outbox\\WordPress\\State::get('failure');";
        $failure = self::evaluate(['smtp_port' => self::closedPort(), 'smtp_connect_timeout' => 2] + self::relay(), "wp_mail('ann@example.org', 'Hello', 'Text'); $state");
        self::assertNotEmpty($failure['text']);
        self::assertEqualsWithDelta(time(), $failure['time'], 30);
        self::assertNull(self::evaluate(self::relay(), "wp_mail('ann@example.org', 'Hello', 'Text'); $state"));
    }

    private const PAUSED_WITH_QUEUE = [
        true => ['sent' => true, 'status' => 'queued', 'notice' => '1 message is kept in the queue'],
        false => ['sent' => false, 'status' => 'blocked', 'notice' => 'without the Outbox extension of PHP it cannot be kept'],
    ];

    public function testACopyOfTheSiteSendsNothingUntilItsAddressIsAccepted(): void
    {
        $address = self::$site->url;
        try {
            self::evaluate(self::relay(), 'return 1;');
            foreach (['https' . substr($address, 4), "$address/", strtoupper($address), str_replace('//', '//www.', $address)] as $same) {
                self::$site->define('WP_HOME', $same);
                self::assertTrue(self::$site->evaluate("return wp_mail('ann@example.org', 'Hello', 'Text');"), $same);
            }
            self::$site->define('WP_HOME', 'http://staging.example.com');
            [$sent, $text] = self::$site->evaluate("
                add_action('wp_mail_failed', static function (\$error) use (&\$text) { \$text = \$error->get_error_message(); });
                return [wp_mail('ann@example.org', 'Hello', 'Text'), \$text];");
            $queue = self::PAUSED_WITH_QUEUE[static::OPTIONS['extension'] ?? true];
            self::assertSame([$queue['sent'], $queue['status']], [$sent, self::logged()[0]['status']]);
            self::assertStringContainsString('address of the site has changed', $text ?? self::logged()[0]['reply']);
            self::assertStringContainsString($queue['notice'], self::$site->visitor('admin')->get('/wp-admin/admin.php?page=outbox'));
            self::assertTrue(self::$site->evaluate("Outbox\\WordPress\\CloneGuard::accept(); return wp_mail('ann@example.org', 'Hello', 'Text');"));
        } finally {
            self::$site->define('WP_HOME', $address);
        }
    }

    public function testASiteThatIsSetUpByConstantsAloneIsGuardedFromItsFirstMessageOn(): void
    {
        self::evaluate(self::relay(), "Outbox\\WordPress\\State::set('home', null); return wp_mail('ann@example.org', 'Hello', 'Text');");
        self::assertNotNull(self::$site->evaluate("return Outbox\\WordPress\\State::get('home');"));
    }

    public function testToolsThatReplaceAddressesInTheDatabaseCannotReplaceTheRememberedOne(): void
    {
        self::evaluate(self::relay(), 'return 1;');
        $state = self::$site->query("SELECT option_value FROM wp_options WHERE option_name = 'outbox_state'")[0]['option_value'];
        self::assertStringNotContainsString('localhost', $state);
    }

    public function testPasswordResetsAreUrgentAndPluginsHaveAName(): void
    {
        $plugin = self::$site->directory . '/www/wp-content/plugins/kiln-forms';
        @mkdir($plugin);
        file_put_contents("$plugin/kiln-forms.php", "<?php function kiln_forms_send() { return wp_mail('ann@example.org', 'Form', 'Text'); }");
        [$priorities, $sources] = self::evaluate(['delivery_mode' => 'block'], "
            add_filter('wp_mail_from', static fn () => 'shop@example.com', 5);
            add_filter('outbox/priority', static function (\$priority, \$message) use (&\$priorities) { \$priorities[] = \$priority; return \$priority; }, 10, 2);
            add_action('outbox/handed_over', static function (\$message) use (&\$sources) { \$sources[] = \$message->source; });
            retrieve_password('admin');
            require '$plugin/kiln-forms.php';
            kiln_forms_send();
            wp_mail('ann@example.org', 'News', 'Text', 'X-Outbox-Priority: bulk');
            return [\$priorities, \$sources];");
        self::assertSame(['urgent', 'normal', 'bulk'], $priorities);
        self::assertSame(['core', 'plugin:kiln-forms', 'core'], $sources);
    }

    public function testListenersLearnOfDeliveriesAndFailures(): void
    {
        $listen = "foreach (['outbox/delivered', 'outbox/failed'] as \$name) { add_action(\$name, static function (\$details) use (\$name, &\$told) { \$told[] = [\$name, \$details['subject'], \$details['recipients']]; }); }
            \$told = [];";
        $told = self::evaluate(self::relay('--reject', 'gone@example.org'), "$listen wp_mail('ann@example.org', 'One', 'Text'); wp_mail('gone@example.org', 'Two', 'Text'); return \$told;");
        self::assertSame([['outbox/delivered', 'One', ['ann@example.org']], ['outbox/failed', 'Two', ['gone@example.org']]], $told);
    }

    public function testAMessageThatCannotBeComposedIsInTheLogToo(): void
    {
        [$sent, $failed] = self::evaluate(self::relay(), "return [wp_mail('ann@example.org', 'Empty', ''), \$failed];");
        self::assertFalse($sent);
        self::assertCount(1, $failed);
        self::assertSame(['failed', 'Empty', $failed[0]['text']], [self::logged()[0]['status'], self::logged()[0]['subject'], self::logged()[0]['reply']]);
        self::assertCount(1, self::logged());
    }

    public function testAListenerOfPhpmailerHearsOfEachRecipientOnce(): void
    {
        $heard = self::evaluate(self::relay('--reject', 'ben@example.org'), "
            add_action('phpmailer_init', static function (\$mailer) use (&\$heard) {
                \$mailer->action_function = static function (\$sent, \$to) use (&\$heard) { \$heard[] = [\$to[0][0], \$sent]; };
            });
            wp_mail('ann@example.org', 'Hello', 'Text', 'Bcc: ben@example.org');
            return \$heard;");
        self::assertSame([['ann@example.org', true], ['ben@example.org', false]], $heard);
    }

    public function testNoPasswordStaysInTheMailerWhetherSendingWorksOrNot(): void
    {
        $password = 'canary-4711-password';
        foreach ([$password, 'wrong-' . $password] as $typed) {
            $settings = ['smtp_pass' => $typed] + self::relayTo(self::$site->capture('--tls', 'starttls', '--auth', "me:$password"));
            $dump = self::evaluate($settings, "
                add_action('wp_mail_failed', static function (\$error) use (&\$dump) { \$dump .= print_r(\$error, true); });
                \$dump = wp_mail('ann@example.org', 'Hello', 'Text') ? 'sent' : 'refused';
                return \$dump . print_r(\$GLOBALS['phpmailer'], true) . print_r(Outbox\\WordPress\\Plugin::log()->query()->find(), true) . serialize(get_option('outbox_state'));");
            self::assertStringStartsWith($typed === $password ? 'sent' : 'refused', $dump);
            self::assertStringNotContainsString($password, $dump);
            self::assertStringNotContainsString(base64_encode($typed), $dump);
        }
    }

    public function testATestThatIsRefusedHasTheDialogueWithoutThePasswordAndAdvice(): void
    {
        $relay = self::relay('--reject', 'nobody@example.org', '--refuse', 'unwanted@example.org');
        foreach (['nobody@example.org' => '550 5.1.1 no such user here', 'unwanted@example.org' => '554 5.7.1 this message is not wanted here'] as $to => $answer) {
            $run = self::evaluate($relay, "return (new Outbox\\WordPress\\Diagnosis\\TestRun())->send('$to', true);");
            self::assertSame([false, 'failed'], [$run['ok'], $run['status']]);
            self::assertStringContainsString("C: RCPT TO:<$to>", $run['transcript']);
            self::assertStringContainsString("S: $answer", $run['transcript']);
            self::assertMatchesRegularExpression('/^C: (AUTH PLAIN )?\*\*\*/m', $run['transcript']);
            self::assertStringNotContainsString('Number of this test', $run['transcript']);
            self::assertNotEmpty($run['diagnosis']['remedies']);
            foreach (['secret', base64_encode('secret'), base64_encode("\0me\0secret")] as $secret) {
                self::assertStringNotContainsString($secret, $run['transcript']);
            }
        }
    }

    public function testATestThatOnlyTheBlindCopyGotIsNotCalledSent(): void
    {
        $relay = self::relay('--reject', 'nobody@example.org') + ['bcc' => 'all@example.org'];
        $run = self::evaluate($relay, "return (new Outbox\\WordPress\\Diagnosis\\TestRun())->send('nobody@example.org', false);");
        self::assertFalse($run['ok']);
        self::assertStringContainsString('S: 550 5.1.1 no such user here', $run['transcript']);
        self::assertStringContainsString('no such user here', $run['error']);
    }

    public function testNothingIsLoggedWhenTheLogIsOff(): void
    {
        self::evaluate(['log_enabled' => false] + self::relay(), "return wp_mail('ann@example.org', 'Hello', 'Text');");
        self::assertSame([], self::logged());
    }
}
