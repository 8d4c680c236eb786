<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** Every way in which plugins use wp_mail(), seen in the message that arrives. */
class TakeoverTest extends PluginTestCase
{
    public function testAMailerThatThrowsNothingStillMakesAFailureOne(): void
    {
        [$sent, $failed] = self::evaluate(self::relay('--reject', 'gone@example.org'), "wp_mail('', '', ''); \$GLOBALS['phpmailer'] = new PHPMailer\\PHPMailer\\PHPMailer();
            return [wp_mail('gone@example.org', 'Hello', 'Text'), count(array_filter(\$failed, static fn (\$f) => 'Hello' === \$f['subject']))];");
        self::assertSame([false, 1], [$sent, $failed]);
    }

    public function testTheSenderIsLeftAloneWhereTheMailIs(): void
    {
        $from = self::evaluate(['from_email' => 'shop@example.com', 'from_email_force' => true, 'from_name' => 'Shop', 'from_name_force' => true] + self::relay(), "wp_mail('', '', '');
            \$GLOBALS['phpmailer'] = new class(true) extends PHPMailer\\PHPMailer\\PHPMailer { public \$seen; public function send() { \$this->seen = [\$this->From, \$this->FromName]; return true; } };
            wp_mail('ann@example.org', 'Hello', 'Text', 'From: Forms <forms@example.org>'); return \$GLOBALS['phpmailer']->seen;");
        self::assertSame(['forms@example.org', 'Forms'], $from);
    }

    public function testAPlainMessageArrivesAsItWasWritten(): void
    {
        $mail = self::mail([], "return wp_mail('ann@example.org', 'Grüße', \"Text with é.\\n\");");
        $headers = self::headers($mail['message']);
        self::assertSame(['ann@example.org'], $mail['recipients']);
        self::assertSame('owner@kilnandclay.example', $mail['sender']);
        self::assertSame('=?UTF-8?B?R3LDvMOfZQ==?=', str_replace('?Q?Gr=C3=BC=C3=9Fe', '?B?R3LDvMOfZQ==', $headers['subject']));
        self::assertSame('Kiln & Clay Pottery <owner@kilnandclay.example>', $headers['from']);
        self::assertStringContainsString("Text with é.", $mail['message']);
        self::assertTrue($mail['tls']);
    }

    public function testThePlainTextPartThatAnotherPluginAddsInPhpmailerInitIsKept(): void
    {
        $mail = self::mail([], "
            add_action('phpmailer_init', static function (\$mailer) { \$mailer->AltBody = 'plain words'; });
            add_filter('wp_mail_content_type', static fn () => 'multipart/alternative');
            return wp_mail('ann@example.org', 'Order', '<p>rich words</p>');");
        self::assertStringContainsString('multipart/alternative', self::headers($mail['message'])['content-type']);
        self::assertStringContainsString("plain words\r\n", $mail['message']);
        self::assertStringContainsString("<p>rich words</p>\r\n", $mail['message']);
    }

    public function testAMailerOfItsOwnThatFiresPhpmailerInitAsBuddyPressDoesIsTakenOver(): void
    {
        $mail = self::mail([], "
            require_once ABSPATH . WPINC . '/PHPMailer/PHPMailer.php';
            require_once ABSPATH . WPINC . '/PHPMailer/SMTP.php';
            require_once ABSPATH . WPINC . '/PHPMailer/Exception.php';
            \$own = new PHPMailer\\PHPMailer\\PHPMailer(true);
            \$own->setFrom('community@example.com', 'Community');
            \$own->addAddress('ann@example.org');
            \$own->Subject = 'A friend';
            \$own->isHTML(true);
            \$own->Body = '<b>rich</b>';
            \$own->AltBody = 'plain';
            \$own->addCustomHeader('X-BuddyPress', '1');
            do_action_ref_array('phpmailer_init', [&\$own]);
            return \$own->send();");
        self::assertSame('community@example.com', $mail['sender']);
        self::assertSame('1', self::headers($mail['message'])['x-buddypress']);
        self::assertStringContainsString('<b>rich</b>', $mail['message']);
    }

    public function testAnAttachmentThatIsDeletedAfterwardsArrivesWhole(): void
    {
        $mail = self::mail([], "
            \$file = tempnam(sys_get_temp_dir(), 'invoice');
            file_put_contents(\$file, '%PDF-1.4 invoice');
            \$sent = wp_mail('ann@example.org', 'Invoice', 'See there.', '', [\$file]);
            unlink(\$file);
            return \$sent;");
        self::assertStringContainsString(base64_encode('%PDF-1.4 invoice'), $mail['message']);
    }

    public function testAnAttachmentThatOnlyExistsInMemoryArrives(): void
    {
        $mail = self::mail([], "
            add_action('phpmailer_init', static fn (\$mailer) => \$mailer->addStringAttachment('%PDF-1.4 in memory', 'bill.pdf'));
            return wp_mail('ann@example.org', 'Bill', 'See there.');");
        self::assertStringContainsString(base64_encode('%PDF-1.4 in memory'), $mail['message']);
        self::assertStringContainsString('filename=bill.pdf', $mail['message']);
    }

    public function testAnImageEmbeddedByAnotherPluginKeepsItsName(): void
    {
        $mail = self::mail([], "
            add_action('phpmailer_init', static fn (\$mailer) => \$mailer->addStringEmbeddedImage('GIF89a', 'logo@kiln', 'logo.gif', 'base64', 'image/gif'));
            return wp_mail('ann@example.org', 'Logo', '<img src=\"cid:logo@kiln\">', 'Content-Type: text/html');");
        self::assertStringContainsString('Content-ID: <logo@kiln>', $mail['message']);
        self::assertStringContainsString('multipart/related', $mail['message']);
    }

    public function testForumStyleBlindCopiesAreInTheEnvelopeAndNowhereElse(): void
    {
        $mail = self::mail([], "
            return wp_mail('forum@example.com', 'New topic', 'Text', ['Bcc: ann@example.org', 'Bcc: Ben <ben@example.org>', 'Cc: cy@example.org']);");
        self::assertEqualsCanonicalizing(['forum@example.com', 'cy@example.org', 'ann@example.org', 'ben@example.org'], $mail['recipients']);
        self::assertStringNotContainsStringIgnoringCase('bcc', $mail['message']);
        self::assertStringNotContainsString('ben@example.org', $mail['message']);
    }

    /** Before 6.9 core forgets the boundary if there is no other header, and writes the type twice if there is. */
    public static function headersBeside(): array
    {
        return ['alone' => ['[]'], 'beside another' => ["['X-Kiln: yes']"]];
    }

    /** @dataProvider headersBeside */
    public function testABodyWithABoundaryOfItsOwnStaysOneMessage(string $more): void
    {
        $mail = self::mail([], "
            \$body = \"--frontier\\r\\nContent-Type: text/plain\\r\\n\\r\\nplain\\r\\n--frontier\\r\\nContent-Type: text/html\\r\\n\\r\\n<i>rich</i>\\r\\n--frontier--\\r\\n\";
            return wp_mail('ann@example.org', 'Own parts', \$body, array_merge(['Content-Type: multipart/alternative; boundary=\"frontier\"'], $more));");
        self::assertMatchesRegularExpression('~^Content-Type: multipart/alternative;\s+boundary="?frontier"?~mi', $mail['message']);
        self::assertSame(1, substr_count(explode("\r\n\r\n", $mail['message'])[0], 'Content-Type:'));
        self::assertStringContainsString("--frontier--", $mail['message']);
    }

    public function testALongListUnsubscribeIsNotEncoded(): void
    {
        $link = '<https://kilnandclay.example/?unsubscribe=' . str_repeat('abcdef0123', 12) . '>';
        $mail = self::mail([], "return wp_mail('ann@example.org', 'News', 'Text', ['List-Unsubscribe: $link', 'List-Unsubscribe-Post: List-Unsubscribe=One-Click']);");
        self::assertSame($link, self::headers($mail['message'])['list-unsubscribe']);
    }

    public function testTheHooksOfCoreFireAsEver(): void
    {
        $fired = self::evaluate(self::relay(), "
            \$fired = [];
            foreach (['wp_mail', 'wp_mail_from', 'wp_mail_from_name', 'wp_mail_content_type', 'wp_mail_charset', 'phpmailer_init', 'wp_mail_succeeded'] as \$hook) {
                add_filter(\$hook, static function (\$value) use (\$hook, &\$fired) { \$fired[] = \$hook; return \$value; });
            }
            wp_mail('ann@example.org', 'Hooks', 'Text');
            return \$fired;");
        // Core itself asks for the content type first, to replace emoji.
        self::assertSame(['wp_mail_content_type', 'wp_mail', 'wp_mail_from', 'wp_mail_from_name', 'wp_mail_content_type', 'wp_mail_charset', 'phpmailer_init', 'wp_mail_succeeded'], $fired);
    }

    public function testARefusalIsFalseAndWpMailFailedWithTheServersCode(): void
    {
        [$sent, $failed, $succeeded] = self::evaluate(self::relay('--reject', 'gone@example.org'), "
            \$sent = wp_mail('gone@example.org', 'Hello', 'Text');
            return [\$sent, \$failed, did_action('wp_mail_succeeded')];");
        self::assertFalse($sent);
        self::assertSame(0, $succeeded);
        self::assertCount(1, $failed);
        self::assertSame(550, $failed[0]['phpmailer_exception_code']);
        self::assertSame(['gone@example.org'], $failed[0]['to']);
        self::assertSame('failed', self::logged()[0]['status']);
    }

    public function testWhatOneMessageWantedDoesNotLeakIntoTheNext(): void
    {
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        $before = count($server->captured());
        self::evaluate(['return_path' => 'keep'] + self::relay(), "
            \$once = static function (\$mailer) {
                \$mailer->Sender = 'bounces@example.com';
                \$mailer->MessageID = '<once@example.com>';
                \$mailer->Priority = 1;
                \$mailer->ConfirmReadingTo = 'me@example.com';
                \$mailer->addCustomHeader('X-Outbox-Priority', 'bulk');
            };
            add_action('phpmailer_init', \$once);
            wp_mail('ann@example.org', 'One', 'Text');
            remove_action('phpmailer_init', \$once);
            wp_mail('ann@example.org', 'Two', 'Text');");
        [$one, $two] = array_slice($server->captured(), $before);
        self::assertSame('bounces@example.com', $one['sender']);
        self::assertSame('<once@example.com>', self::headers($one['message'])['message-id']);
        self::assertArrayNotHasKey('x-outbox-priority', self::headers($one['message']));
        self::assertSame('owner@kilnandclay.example', $two['sender']);
        self::assertNotSame('<once@example.com>', self::headers($two['message'])['message-id']);
        self::assertArrayNotHasKey('x-priority', self::headers($two['message']));
        self::assertArrayNotHasKey('disposition-notification-to', self::headers($two['message']));
    }

    public function testAMailerThatSendsByItselfIsLeftAloneAndNamedUnlessTheSettingsSayOtherwise(): void
    {
        $own = "
            require_once ABSPATH . WPINC . '/PHPMailer/PHPMailer.php';
            require_once ABSPATH . WPINC . '/PHPMailer/SMTP.php';
            require_once ABSPATH . WPINC . '/PHPMailer/Exception.php';
            class Catcher extends PHPMailer\\PHPMailer\\PHPMailer { public \$caught = 0; public function send() { \$this->caught++; return true; } }
            global \$phpmailer;
            \$phpmailer = \$catcher = new Catcher(true);
            \$sent = wp_mail('ann@example.org', 'Hello', 'Text', 'From: shop@example.com');
            return [\$sent, \$catcher->caught, Outbox\\WordPress\\Conflicts::mailer_owner()['class'] ?? null, get_class(\$phpmailer)];";
        self::assertSame([true, 1, 'Catcher', 'Catcher'], self::evaluate(self::relay(), $own));
        self::assertSame([true, 0, null, 'Outbox\WordPress\Mailer'], self::evaluate(['foreign_mailer' => 'override'] + self::relay(), $own));
    }

    public function testAPluginThatReplacesTheMailerByReferenceLaterIsSeen(): void
    {
        $sent = self::evaluate(self::relay(), "
            global \$phpmailer;
            wp_mail('ann@example.org', 'Hello', 'Text');
            \$phpmailer = new PHPMailer\\PHPMailer\\PHPMailer(true);
            \$sent = wp_mail('ann@example.org', 'Again', 'Text');
            return [\$sent, get_class(\$phpmailer)];");
        self::assertSame([true, 'Outbox\WordPress\Mailer'], $sent);
    }

    public function testAnErrorInAHookOfOursIsAFailureAndNoWhitePage(): void
    {
        [$sent, $failed] = self::evaluate(self::relay(), "
            add_filter('outbox/mode', static function () { throw new TypeError('a mistake in a plugin'); });
            \$sent = wp_mail('ann@example.org', 'Hello', 'Text');
            return [\$sent, \$failed];");
        self::assertFalse($sent);
        self::assertSame('a mistake in a plugin', $failed[0]['text']);
        self::assertSame(['failed', 'a mistake in a plugin'], [self::logged()[0]['status'], self::logged()[0]['reply']]);
    }

    public function testAMistakeOfAListenerDoesNotMakeItsSenderSendAgain(): void
    {
        [$sent, $failed, $warnings] = self::evaluate(self::relay(), "
            add_action('outbox/handed_over', static function () { throw new TypeError('a mistake in a listener'); });
            set_error_handler(static function (\$level, \$text) use (&\$warnings) { \$warnings[] = [\$level, \$text]; return true; }, E_USER_WARNING);
            \$sent = wp_mail('ann@example.org', 'Hello', 'Text');
            return [\$sent, \$failed, \$warnings];");
        self::assertSame([true, [], [[E_USER_WARNING, 'a mistake in a listener']]], [$sent, $failed, $warnings]);
    }

    public function testWithoutAConnectionMailIsCores(): void
    {
        $class = self::$site->evaluate("
            \$mailer = null;
            add_action('phpmailer_init', static function (\$object) use (&\$mailer) { \$mailer = [get_class(\$object), \$object->Mailer]; }, PHP_INT_MAX);
            wp_mail('ann@example.org', 'Hello', 'Text', 'From: shop@example.com');
            return \$mailer;");
        self::assertStringEndsWith('PHPMailer', $class[0]);
        self::assertSame('mail', $class[1]);
    }
}
