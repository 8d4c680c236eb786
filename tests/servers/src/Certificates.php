<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** An authority and the certificates it signs, made when they are needed and good for a day. */
final class Certificates
{
    public readonly string $authorityFile;
    public readonly string $serverFile;
    private readonly \OpenSSLCertificate $authority;
    private readonly \OpenSSLAsymmetricKey $authorityKey;

    /** Writes ca.pem and server.pem (certificate and key for localhost, 127.0.0.1 and mail.example.test). */
    public function __construct(private readonly string $directory)
    {
        $this->authorityFile = $directory . '/ca.pem';
        $this->serverFile = $directory . '/server.pem';
        // Of our own, since a machine may have none; made before the first key, which asks for it.
        file_put_contents($directory . '/openssl.cnf', "[req]\ndefault_bits=2048\ndistinguished_name=dn\n[dn]\n");
        $this->authorityKey = $this->newKey();
        $this->authority = $this->sign('Outbox test authority', $this->authorityKey, null,
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash");
        openssl_x509_export_to_file($this->authority, $this->authorityFile);
        $this->issue('server.pem', ['DNS:localhost', 'DNS:mail.example.test', 'IP:127.0.0.1', 'IP:::1']);
    }

    /** A certificate with its key in one file; returns its path. One for no days has expired at once. */
    public function issue(string $file, array $names, int $days = 1, bool $selfSigned = false,
        string $commonName = 'Outbox test server'): string
    {
        $key = $this->newKey();
        $certificate = $this->sign($commonName, $key, $selfSigned ? null : $this->authority,
            "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=" . implode(',', $names), $days);
        openssl_x509_export($certificate, $pem);
        openssl_pkey_export($key, $keyPem, null, ['config' => $this->directory . '/openssl.cnf']);
        $path = $this->directory . '/' . $file;
        file_put_contents($path, $pem . $keyPem);
        chmod($path, 0600);
        return $path;
    }

    /** SHA-256 of the public key in a PEM file, as the option pin wants it. */
    public static function pin(string $file): string
    {
        $key = openssl_pkey_get_details(openssl_pkey_get_public(file_get_contents($file)))['key'];
        $der = base64_decode(preg_replace('/-----[^-]+-----|\s/', '', $key), true);
        return 'sha256//' . base64_encode(hash('sha256', $der, true));
    }

    private function newKey(): \OpenSSLAsymmetricKey
    {
        return openssl_pkey_new(['config' => $this->directory . '/openssl.cnf',
            'private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
    }

    private function sign(string $name, \OpenSSLAsymmetricKey $key, ?\OpenSSLCertificate $issuer, string $extensions,
        int $days = 1): \OpenSSLCertificate
    {
        $config = $this->directory . '/openssl.cnf';
        file_put_contents($config, "[req]\ndefault_bits=2048\ndistinguished_name=dn\n[dn]\n[ext]\n$extensions\n");
        $options = ['config' => $config, 'x509_extensions' => 'ext', 'digest_alg' => 'sha256'];
        $request = openssl_csr_new(['commonName' => $name], $key, $options);
        $issuerKey = $issuer === null ? $key : $this->authorityKey;
        return openssl_csr_sign($request, $issuer, $issuerKey, $days, $options, random_int(1, PHP_INT_MAX));
    }
}
