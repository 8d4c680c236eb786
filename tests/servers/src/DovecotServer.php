<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/**
 * Dovecot's submission server, which authenticates and relays to a capture server, and its auth service for a Postfix.
 * A password of "ann" and the tokens of a token endpoint are what it believes; and a certificate in the name of "carl".
 */
final class DovecotServer
{
    public const USER = 'ann';
    public const PASSWORD = "s3cret \u{fc}ber, all";
    public const CERTIFICATE_USER = 'carl';

    public readonly int $implicitPort;
    public readonly int $startTlsPort;
    public readonly int $saslPort;
    private readonly PrivateRoot $root;

    public function __construct(string $certificate, string $authority, int $capturePort, int $tokenPort)
    {
        $this->root = new PrivateRoot(['dovecot-submissiond', 'dovecot-core'], ['dovecot', 'dovenull', 'vmail']);
        $this->implicitPort = Loopback::freePort();
        $this->startTlsPort = Loopback::freePort();
        $this->saslPort = Loopback::freePort();
        $this->root->write('etc/ssl/server.pem', file_get_contents($certificate), mode: 0600);
        $this->root->write('etc/ssl/ca.pem', file_get_contents($authority));
        $this->root->write('etc/dovecot/passwords', self::USER . ':{PLAIN}' . self::PASSWORD . "\n");
        $this->root->write('etc/dovecot/certificates', self::CERTIFICATE_USER . "::::::: nopassword\n");
        $this->root->write('etc/dovecot/oauth2.conf', <<<CF
            introspection_url = http://127.0.0.1:$tokenPort/
            introspection_mode = post
            username_attribute = username
            active_attribute = active
            active_value = true

            CF);
        $this->root->write('etc/dovecot/dovecot.conf', $this->configuration($capturePort));
        $this->root->folder('home', 'vmail', 0700);
        $this->root->start(['/usr/sbin/dovecot', '-F', '-c', '/etc/dovecot/dovecot.conf'], [],
            $this->implicitPort, $this->startTlsPort, $this->saslPort);
    }

    private function configuration(int $capturePort): string
    {
        return <<<CF
            protocols = submission
            listen = 127.0.0.1
            hostname = dovecot.test
            log_path = /var/log/dovecot.log
            auth_verbose = yes
            auth_failure_delay = 0
            auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 xoauth2 oauthbearer external
            auth_ssl_username_from_cert = yes
            ssl = required
            ssl_cert = </etc/ssl/server.pem
            ssl_key = </etc/ssl/server.pem
            ssl_ca = </etc/ssl/ca.pem
            ssl_require_crl = no
            ssl_verify_client_cert = yes
            submission_relay_host = 127.0.0.1
            submission_relay_port = $capturePort
            passdb {
              driver = passwd-file
              mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
              args = /etc/dovecot/passwords
            }
            passdb {
              driver = passwd-file
              mechanisms = external
              args = /etc/dovecot/certificates
            }
            passdb {
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = /etc/dovecot/oauth2.conf
            }
            userdb {
              driver = static
              args = uid=vmail gid=vmail home=/home
            }
            mail_location = maildir:~/mail
            service submission-login {
              inet_listener submission {
                port = $this->startTlsPort
              }
              inet_listener submissions {
                port = $this->implicitPort
                ssl = yes
              }
            }
            service auth {
              inet_listener sasl {
                address = 127.0.0.1
                port = $this->saslPort
              }
            }
            # Many wrong passwords from one address, which a test has to have, would each wait longer than the last.
            service anvil {
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }

            CF;
    }

    public function log(): string
    {
        return $this->root->read('var/log/dovecot.log');
    }
}
