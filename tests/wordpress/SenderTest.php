<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** From, Reply-To, Return Path and blind copies. */
final class SenderTest extends PluginTestCase
{
    public function testAForcedFromReplacesTheSendersAndKeepsThemAsReplyTo(): void
    {
        $mail = self::mail(['from_email_force' => true], "return wp_mail('ann@example.org', 'Contact form', 'Text', ['From: Visitor <visitor@example.net>']);");
        $headers = self::headers($mail['message']);
        self::assertSame('Visitor <owner@kilnandclay.example>', $headers['from']);
        self::assertSame('Visitor <visitor@example.net>', $headers['reply-to']);
        self::assertSame('owner@kilnandclay.example', $mail['sender']);
    }

    public function testAReplyToThatIsThereIsNotTouched(): void
    {
        $mail = self::mail(['from_email_force' => true, 'reply_to' => 'desk@example.com'],
            "return wp_mail('ann@example.org', 'Form', 'Text', ['From: visitor@example.net', 'Reply-To: other@example.net']);");
        self::assertSame('other@example.net', self::headers($mail['message'])['reply-to']);
    }

    public function testAMailerOfItsOwnGetsTheForcedFromToo(): void
    {
        $mail = self::mail(['from_email_force' => true], "
            require_once ABSPATH . WPINC . '/PHPMailer/PHPMailer.php';
            require_once ABSPATH . WPINC . '/PHPMailer/SMTP.php';
            require_once ABSPATH . WPINC . '/PHPMailer/Exception.php';
            \$own = new PHPMailer\\PHPMailer\\PHPMailer(true);
            \$own->setFrom('community@example.com', 'Community');
            \$own->addAddress('ann@example.org');
            \$own->Body = 'Text';
            do_action_ref_array('phpmailer_init', [&\$own]);
            return \$own->send();");
        self::assertSame('Community <owner@kilnandclay.example>', self::headers($mail['message'])['from']);
        self::assertSame('Community <community@example.com>', self::headers($mail['message'])['reply-to']);
    }

    public function testWithoutForceOnlyTheSenderThatWordPressMakesUpIsReplaced(): void
    {
        $mail = self::mail([], "return wp_mail('ann@example.org', 'Hello', 'Text');");
        self::assertSame('Kiln & Clay Pottery <owner@kilnandclay.example>', self::headers($mail['message'])['from']);
        self::assertArrayNotHasKey('reply-to', self::headers($mail['message']));
        $mail = self::mail([], "return wp_mail('ann@example.org', 'Hello', 'Text', ['From: Shop <shop@example.com>']);");
        self::assertSame('Shop <shop@example.com>', self::headers($mail['message'])['from']);
    }

    public function testAForcedNameReplacesEveryName(): void
    {
        $mail = self::mail(['from_name' => 'Kiln', 'from_name_force' => true], "return wp_mail('ann@example.org', 'Hello', 'Text', ['From: Shop <shop@example.com>']);");
        self::assertSame('Kiln <shop@example.com>', self::headers($mail['message'])['from']);
    }

    public function testForceFromIsStrongerThanAFilterOfAnotherPlugin(): void
    {
        $mail = self::mail(['from_email_force' => true], "
            add_filter('wp_mail_from', static fn () => 'plugin@example.com', PHP_INT_MAX - 1);
            return wp_mail('ann@example.org', 'Hello', 'Text');");
        self::assertStringContainsString('<owner@kilnandclay.example>', self::headers($mail['message'])['from']);
        self::assertSame('plugin@example.com', self::headers($mail['message'])['reply-to']);
    }

    public function testTheReturnPathIsWhatTheSettingsSay(): void
    {
        $call = "add_action('phpmailer_init', static function (\$mailer) { \$mailer->Sender = 'plugin@example.com'; });
            return wp_mail('ann@example.org', 'Hello', 'Text');";
        self::assertSame('owner@kilnandclay.example', self::mail(['return_path' => 'from'], $call)['sender']);
        self::assertSame('plugin@example.com', self::mail(['return_path' => 'keep'], $call)['sender']);
        self::assertSame('b@example.com', self::mail(['return_path' => 'address', 'return_path_address' => 'b@example.com'], $call)['sender']);
        // "me" is no address: what the account is called says nothing about where reports go.
        self::assertSame('owner@kilnandclay.example', self::mail(['return_path' => 'account'], $call)['sender']);
    }

    public function testEveryMessageGetsTheReplyToAndTheBlindCopiesOfTheSettings(): void
    {
        $mail = self::mail(['reply_to' => 'desk@example.com, night@example.com', 'bcc' => 'archive@example.com'], "return wp_mail('ann@example.org', 'Hello', 'Text');");
        self::assertSame('desk@example.com, night@example.com', self::headers($mail['message'])['reply-to']);
        self::assertSame(['ann@example.org', 'archive@example.com'], $mail['recipients']);
        self::assertStringNotContainsString('archive@example.com', $mail['message']);
    }

    public function testMailOfTheDkimDomainIsSignedAndOtherMailIsNot(): void
    {
        $key = openssl_pkey_new(['private_key_bits' => 2048]);
        openssl_pkey_export($key, $pem);
        $settings = ['dkim_domain' => 'kilnandclay.example', 'dkim_selector' => 's1', 'dkim_key' => $pem];
        $signed = self::headers(self::mail($settings, "return wp_mail('ann@example.org', 'Hello', 'Text');")['message']);
        self::assertStringContainsString('d=kilnandclay.example;', $signed['dkim-signature']);
        self::assertStringContainsString('s=s1;', $signed['dkim-signature']);
        $other = self::headers(self::mail($settings, "return wp_mail('ann@example.org', 'Hello', 'Text', ['From: x@elsewhere.example']);")['message']);
        self::assertArrayNotHasKey('dkim-signature', $other);
        self::assertStringNotContainsString('PRIVATE KEY', self::$site->query("SELECT GROUP_CONCAT(option_value) AS v FROM wp_options WHERE option_name LIKE 'outbox%'")[0]['v']);
    }
}
