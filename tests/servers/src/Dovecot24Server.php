<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Dovecot 2.4, Debian 13's: the first that binds a login to its channel. */
final class Dovecot24Server extends DovecotServer
{
    protected static function suite(): string
    {
        return 'trixie';
    }

    protected function configuration(int $capturePort, int $tokenPort): string
    {
        return <<<CF
            dovecot_config_version = 2.4.0
            dovecot_storage_version = 2.4.0
            protocols = submission
            listen = 127.0.0.1
            hostname = dovecot.test
            log_path = /var/log/dovecot.log
            auth_verbose = yes
            auth_failure_delay = 0
            auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-1-plus scram-sha-256 scram-sha-256-plus xoauth2 oauthbearer external
            auth_ssl_username_from_cert = yes
            ssl = required
            ssl_server_cert_file = /etc/ssl/server.pem
            ssl_server_key_file = /etc/ssl/server.pem
            ssl_server_ca_file = /etc/ssl/ca.pem
            ssl_server_require_crl = no
            ssl_server_request_client_cert = yes
            submission_relay_host = 127.0.0.1
            submission_relay_port = $capturePort
            passdb passwords {
              driver = passwd-file
              mechanisms_filter = plain login cram-md5 scram-sha-1 scram-sha-1-plus scram-sha-256 scram-sha-256-plus
              passwd_file_path = /etc/dovecot/passwords
            }
            passdb certificates {
              driver = passwd-file
              mechanisms_filter = external
              passwd_file_path = /etc/dovecot/certificates
            }
            passdb oauth2 {
              mechanisms_filter = xoauth2 oauthbearer
            }
            oauth2 {
              introspection_url = http://127.0.0.1:$tokenPort/
              introspection_mode = post
              username_attribute = username
              active_attribute = active
              active_value = true
            }
            userdb static {
              fields {
                uid = vmail
                gid = vmail
                home = /home
              }
            }
            mail_driver = maildir
            mail_path = ~/mail

            CF . $this->services('listen');
    }
}
