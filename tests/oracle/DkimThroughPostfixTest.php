<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\Oracle;

use Outbox\Message;
use Outbox\Tests\{Dovecot23Server, DovecotServer, MailServerCase, PostfixServer, ServerProcess};

require_once __DIR__ . '/src/autoload.php';

/** A real server between us and who verifies. */
final class DkimThroughPostfixTest extends MailServerCase
{
    private static ?ServerProcess $tokens = null;
    private static ?DovecotServer $dovecot = null;
    private static ?PostfixServer $postfix = null;

    protected static function start(): void
    {
        self::$tokens = new ServerProcess('token.php', '--token', 'none', '--user', DovecotServer::USER);
        self::$dovecot = new Dovecot23Server(self::$certificates->serverFile, self::$certificates->authorityFile,
            self::$capture->port(), self::$tokens->port());
        self::$postfix = new PostfixServer(self::$certificates->serverFile, self::$dovecot->saslPort, self::$capture->port());
    }

    protected static function end(): void
    {
        self::$postfix = self::$dovecot = self::$tokens = null;
    }

    public function testSignaturesAreStillGoodBehindAPostfix(): void
    {
        $keys = new DkimKeys();
        $verifier = new PythonProgram('dkim_verify.py');
        foreach (['implicitPort', 'implicitDataPort'] as $port) {
            $transport = self::relay('smtps', self::$postfix->$port, ['auth' => 'PLAIN', 'user' => DovecotServer::USER,
                'password' => DovecotServer::PASSWORD]);
            $message = (new Message())->from('Jörg <shop@example.com>')->to('ann@example.org')->subject(str_repeat('Grüße an alle ', 12))
                ->text("Hello.\n.\n..\n  blanks  \n\n\n")->html('<p>Grüße</p>')->attach(random_bytes(50_000), 'octets.bin', 'application/x-octets');
            foreach (['relaxed/relaxed' => 'rsa', 'simple/simple' => 'ed25519', 'simple/relaxed' => 'rsa', 'relaxed/simple' => 'ed25519'] as $form => $selector) {
                $message->dkim('example.com', $selector, $keys->pem[$selector], ['canonicalization' => $form]);
            }
            $arrived = self::$capture->arrived($transport->send($message)->messageId)['message'];
            self::assertArrivedAsSent($message->toString(), $arrived);
            self::assertSame([true, true, true, true],
                $verifier->ask(['message' => base64_encode($arrived), 'keys' => $keys->zone('example.com')]), $port);
        }
    }
}
