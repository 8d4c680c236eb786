/* SPDX-License-Identifier: MIT */
#include "net/tls_internal.h"

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"

enum { NAMES_SHOWN_MAX = 4 };

static void add_text(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);
	snprintf(text + used, size - used, "%s", more);
}

/* The bytes are the peer's: nothing but visible ASCII goes on. */
static void add_bytes(char *text, size_t size, const unsigned char *bytes, int count)
{
	size_t used = strlen(text);
	for (int i = 0; i < count && used + 1 < size; i++) {
		text[used++] = (char)(bytes[i] < 0x20 || bytes[i] > 0x7e ? '?' : bytes[i]);
	}
	text[used] = 0;
}

static void add_distinguished_name(char *text, size_t size, const X509_NAME *name)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *bytes;
	/* XN_FLAG_RFC2253 escapes everything past ASCII. */
	if (memory && X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253 & ~XN_FLAG_DN_REV) >= 0) {
		long count = BIO_get_mem_data(memory, &bytes);
		add_bytes(text, size, (const unsigned char *)bytes, count < 120 ? (int)count : 120);
	}
	BIO_free(memory);
}

static void add_day(char *text, size_t size, const ASN1_TIME *time)
{
	struct tm day;
	char digits[48];
	if (!ASN1_TIME_to_tm(time, &day)) {
		add_text(text, size, "?");
		return;
	}
	snprintf(digits, sizeof digits, "%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1,
			 day.tm_mday);
	add_text(text, size, digits);
}

static void add_address(char *text, size_t size, const unsigned char *octets, int count)
{
	char digits[48] = "";
	if (count == 4) {
		snprintf(digits, sizeof digits, "%u.%u.%u.%u", octets[0], octets[1], octets[2], octets[3]);
	} else {
		for (int i = 0; count == 16 && i < 16; i += 2) {
			size_t used = strlen(digits);
			snprintf(digits + used, sizeof digits - used, "%s%x", i ? ":" : "",
				(unsigned)octets[i] << 8 | octets[i + 1]);
		}
	}
	add_text(text, size, digits);
}

static void add_names(char *text, size_t size, X509 *certificate)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	int shown = 0;
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		if (name->type != GEN_DNS && name->type != GEN_IPADD) {
			continue;
		}
		if (shown == NAMES_SHOWN_MAX) {
			add_text(text, size, ", ...");
			break;
		}
		add_text(text, size, shown++ ? ", " : "");
		const ASN1_STRING *value = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
		const unsigned char *bytes = ASN1_STRING_get0_data(value);
		int count = ASN1_STRING_length(value);
		if (name->type == GEN_DNS) {
			add_bytes(text, size, bytes, count < 64 ? count : 64);
		} else {
			add_address(text, size, bytes, count);
		}
	}
	if (!shown) {
		add_text(text, size, "none");
	}
	GENERAL_NAMES_free(names);
}

void ox_certificate_describe(X509 *certificate, char *text, size_t size)
{
	text[0] = 0;
	add_text(text, size, "names ");
	add_names(text, size, certificate);
	add_text(text, size, "; valid ");
	add_day(text, size, X509_get0_notBefore(certificate));
	add_text(text, size, " to ");
	add_day(text, size, X509_get0_notAfter(certificate));
	add_text(text, size, "; subject ");
	add_distinguished_name(text, size, X509_get_subject_name(certificate));
	add_text(text, size, "; issuer ");
	add_distinguished_name(text, size, X509_get_issuer_name(certificate));
}

void ox_tls_certificate(const ox_tls *tls, char *text, size_t size)
{
	X509 *leaf = tls->established ? SSL_get0_peer_certificate(tls->ssl) : NULL;
	text[0] = 0;
	if (leaf) {
		ox_certificate_describe(leaf, text, size);
	}
}

int ox_certificate_spki_digest(X509 *certificate, uint8_t digest[32])
{
	unsigned char *der = NULL;
	int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	if (size <= 0) {
		return OX_E_NOMEM;
	}
	int status = ox_digest_hash(OX_DIGEST_SHA256, der, (size_t)size, digest);
	OPENSSL_free(der);
	return status;
}

/* RFC 5929 4.1: the hash of the certificate's own signature algorithm, SHA-256 in place of MD5 and
 * SHA-1; undefined for an algorithm that uses no single hash (Ed25519). */
void ox_tls_end_point(ox_tls *tls, uint8_t *out, size_t capacity, size_t *size)
{
	X509 *leaf = tls->established ? SSL_get0_peer_certificate(tls->ssl) : NULL;
	int hash = NID_undef;
	unsigned count = 0;
	*size = 0;
	if (!leaf || !X509_get_signature_info(leaf, &hash, NULL, NULL, NULL) || hash == NID_undef) {
		return;
	}
	if (hash == NID_md5 || hash == NID_sha1 || hash == NID_md5_sha1) {
		hash = NID_sha256;
	}
	const EVP_MD *digest = EVP_get_digestbynid(hash);
	if (digest && capacity >= (size_t)EVP_MD_get_size(digest) &&
	    X509_digest(leaf, digest, out, &count)) {
		*size = count;
	}
}
