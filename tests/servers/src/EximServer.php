<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Exim as a submission server, built with GnuTLS as Debian's is; hands everything to a capture server. */
final class EximServer
{
    public const USER = 'outbox';
    public const PASSWORD = 'exim-secret';

    public readonly int $implicitPort;
    public readonly int $startTlsPort;
    private readonly PrivateRoot $root;

    public function __construct(string $certificate, int $capturePort)
    {
        $this->root = new PrivateRoot(['exim4-daemon-light'], ['Debian-exim']);
        $this->implicitPort = Loopback::freePort();
        $this->startTlsPort = Loopback::freePort();
        $this->root->write('etc/ssl/server.pem', file_get_contents($certificate), 'Debian-exim', 0600);
        $this->root->write('etc/exim4/exim4.conf', $this->configuration($capturePort));
        $this->root->folder('var/spool/exim4', 'Debian-exim', 0750);
        $this->root->folder('var/log/exim4', 'Debian-exim', 0750);
        $this->root->folder('run/exim4', 'Debian-exim');
        $this->root->start(['/usr/sbin/exim4', '-bdf', '-q1h'], [], $this->implicitPort, $this->startTlsPort);
    }

    private function configuration(int $capturePort): string
    {
        $user = self::USER;
        $password = self::PASSWORD;
        return <<<CF
            primary_hostname = exim.test
            daemon_smtp_ports = $this->implicitPort : $this->startTlsPort
            tls_on_connect_ports = $this->implicitPort
            local_interfaces = 127.0.0.1
            log_file_path = /var/log/exim4/%slog
            pid_file_path = /run/exim4/exim.pid
            keep_environment =
            host_lookup =
            tls_advertise_hosts = *
            tls_certificate = /etc/ssl/server.pem
            tls_privatekey = /etc/ssl/server.pem
            auth_advertise_hosts = \${if eq{\$tls_in_cipher}{}{}{*}}
            chunking_advertise_hosts = *
            dsn_advertise_hosts = *
            smtputf8_advertise_hosts = *
            smtp_accept_queue_per_connection = 0
            acl_smtp_rcpt = recipient

            begin acl
            recipient:
              deny    message = no such person here
                      local_parts = nobody
              accept  authenticated = *
              deny    message = relay not permitted

            begin routers
            capture:
              driver = manualroute
              route_list = * 127.0.0.1
              self = send
              transport = capture

            begin transports
            capture:
              driver = smtp
              port = $capturePort
              allow_localhost

            begin retry
            * * F,1h,1m

            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_prompts = :
              server_condition = \${if and{{eq{\$auth2}{{$user}}}{eq{\$auth3}{{$password}}}}}
              server_set_id = \$auth2
            login:
              driver = plaintext
              public_name = LOGIN
              server_prompts = Username:: : Password::
              server_condition = \${if and{{eq{\$auth1}{{$user}}}{eq{\$auth2}{{$password}}}}}
              server_set_id = \$auth1
            cram:
              driver = cram_md5
              public_name = CRAM-MD5
              server_secret = \${if eq{\$auth1}{{$user}}{{$password}}fail}
              server_set_id = \$auth1

            CF;
    }

    public function log(): string
    {
        return $this->root->read('var/log/exim4/mainlog');
    }
}
