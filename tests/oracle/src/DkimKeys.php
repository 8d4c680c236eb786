<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\Oracle;

/** Keys made for one run, and the records that would stand in the DNS. */
final class DkimKeys
{
    /** A PKCS#8 Ed25519 key is these octets and the 32 of its seed (RFC 8410 7). */
    private const ED25519_PREFIX = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

    /** @var array<string, string> selector => PEM */
    public readonly array $pem;
    /** @var array<string, string> selector => record */
    public readonly array $records;

    public function __construct()
    {
        $rsa = openssl_pkey_new(['private_key_bits' => 2048, 'private_key_type' => OPENSSL_KEYTYPE_RSA]);
        openssl_pkey_export($rsa, $pem);
        $seed = random_bytes(32);
        $public = sodium_crypto_sign_publickey(sodium_crypto_sign_seed_keypair($seed));
        $this->pem = ['rsa' => $pem, 'ed25519' => self::pem(self::ED25519_PREFIX . $seed)];
        $this->records = [
            'rsa' => 'v=DKIM1; k=rsa; p=' . preg_replace('/-----.*?-----|\s/', '', openssl_pkey_get_details($rsa)['key']),
            'ed25519' => 'v=DKIM1; k=ed25519; p=' . base64_encode($public),
        ];
    }

    private static function pem(string $der): string
    {
        return "-----BEGIN PRIVATE KEY-----\n" . chunk_split(base64_encode($der), 64, "\n") . "-----END PRIVATE KEY-----\n";
    }

    /** @return array<string, string> name in the DNS => record */
    public function zone(string $domain): array
    {
        $zone = [];
        foreach ($this->records as $selector => $record) {
            $zone["$selector._domainkey.$domain"] = $record;
        }
        return $zone;
    }
}
