<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Dovecot 2.3, Debian 12's. */
final class Dovecot23Server extends DovecotServer
{
    protected static function suite(): ?string
    {
        return null;
    }

    protected function configuration(int $capturePort, int $tokenPort): string
    {
        $this->root->write('etc/dovecot/oauth2.conf', <<<CF
            introspection_url = http://127.0.0.1:$tokenPort/
            introspection_mode = post
            username_attribute = username
            active_attribute = active
            active_value = true

            CF);
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

            CF . $this->services('address');
    }
}
