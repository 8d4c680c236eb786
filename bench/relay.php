<?php

// SPDX-License-Identifier: MIT
// The relay that all peers submit to, and how each library is told of it.

declare(strict_types=1);

namespace Outbox\Bench;

use Outbox\Transport;
use PHPMailer\PHPMailer\PHPMailer;
use Symfony\Component\Mailer\Transport\Smtp\EsmtpTransport;

const SENDER = 'bench@example.com';

final readonly class Relay
{
    public function __construct(
        public int $port,
        public string $user,
        #[\SensitiveParameter] public string $password,
        public string $caFile,
    ) {
    }

    public static function fromJson(string $json): self
    {
        $facts = json_decode($json, true, flags: JSON_THROW_ON_ERROR);
        return new self($facts['port'], $facts['user'], $facts['password'], $facts['ca_file']);
    }

    public function phpMailer(bool $keepAlive): PHPMailer
    {
        $mailer = new PHPMailer(true);
        $mailer->isSMTP();
        $mailer->Host = 'localhost';
        $mailer->Port = $this->port;
        $mailer->SMTPAuth = true;
        $mailer->SMTPSecure = PHPMailer::ENCRYPTION_SMTPS;
        $mailer->Username = $this->user;
        $mailer->Password = $this->password;
        $mailer->SMTPOptions = ['ssl' => ['cafile' => $this->caFile]];
        $mailer->SMTPKeepAlive = $keepAlive;
        $mailer->setFrom(SENDER);
        return $mailer;
    }

    public function symfony(): EsmtpTransport
    {
        $transport = new EsmtpTransport('localhost', $this->port, true);
        $transport->setUsername($this->user)->setPassword($this->password);
        $transport->getStream()->setStreamOptions(['ssl' => ['cafile' => $this->caFile]]);
        return $transport;
    }

    /** Its connections outlive the object, so one that is not to be kept says so. */
    public function outbox(bool $kept): Transport
    {
        return new Transport(sprintf('smtps://%s:%s@localhost:%d?ca_file=%s%s', rawurlencode($this->user),
            rawurlencode($this->password), $this->port, rawurlencode($this->caFile), $kept ? '' : '&max_messages=1'));
    }
}

/** What Outbox answered, where it is no success an exception. */
function expect_sent(mixed $receipt): void
{
    if ($receipt instanceof \Throwable) {
        throw $receipt;
    }
    foreach ($receipt->recipients as $address => $result) {
        if ($result->outcome !== \Outbox\Outcome::Sent) {
            throw new \RuntimeException("Outbox: $address: {$result->text}");
        }
    }
}
