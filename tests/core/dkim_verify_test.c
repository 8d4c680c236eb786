/* SPDX-License-Identifier: MIT */
/* A verifier as simple as can be, which shares nothing with the signer but the RFC: fields are copied and
 * rewritten as a whole, and libcrypto verifies with the public half of the key. */
#include "test.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <strings.h>

#include "base/base64.h"
#include "message/dkim.h"
#include "private_keys.h"

enum { FIELDS_MAX = 100, TEXT_MAX = 16384 };

#define HEADER                                                                                     \
	"Received: from a\r\n\tby b\r\n"                                                               \
	"to:\t first@example.org \r\n"                                                                 \
	"Sender: x@example.com\r\n"                                                                    \
	"From: Joe  SixPack\r\n  <joe@example.com>\r\n"                                                \
	"To: second@example.org\r\n"                                                                   \
	"Subject:   Is dinner\t ready?  \r\n"                                                          \
	"X-Empty:\r\n"                                                                                 \
	"TO: third@example.org\r\n"
#define BODY " \r\nHi. \t there\r\n\r\n\r\n"

typedef struct {
	char *at[FIELDS_MAX]; /* with their CRLF */
	bool used[FIELDS_MAX];
	size_t count;
} fields;

static void split(fields *f, const char *header)
{
	memset(f, 0, sizeof *f);
	while (*header) {
		const char *end = header;
		do {
			end = strstr(end, "\r\n") + 2;
		} while (*end == ' ' || *end == '\t');
		assert_true(f->count < FIELDS_MAX);
		f->at[f->count++] = strndup(header, (size_t)(end - header));
		header = end;
	}
}

static void clear(fields *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->at[i]);
	}
}

/* RFC 6376 3.4.2, in place. */
static void relax(char *field)
{
	char *colon = strchr(field, ':'), *to = field;
	for (char *p = field; p < colon; p++) {
		*to++ = (char)tolower((unsigned char)*p);
	}
	*to++ = ':';
	bool blank = false, begun = false;
	for (char *p = colon + 1; *p; p++) {
		if (strchr(" \t\r\n", *p)) {
			blank = true;
			continue;
		}
		if (blank && begun) {
			*to++ = ' ';
		}
		blank = false;
		begun = true;
		*to++ = *p;
	}
	memcpy(to, "\r\n", 3);
}

/* The value of a tag, without blanks and folds. */
static void take_tag(char *to, const char *field, const char *name)
{
	const char *at = strchr(field, ':');
	size_t size = strlen(name);
	do {
		at++;
		at += strspn(at, " \t\r\n");
		if (!strncmp(at, name, size) && at[size] == '=') {
			for (at += size + 1; *at && *at != ';'; at++) {
				if (!strchr(" \t\r\n", *at)) {
					*to++ = *at;
				}
			}
			*to = 0;
			return;
		}
	} while ((at = strchr(at, ';')));
	fail_msg("no tag %s in %s", name, field);
}

static void add(char *data, const char *text)
{
	size_t size = strlen(data);
	assert_true(size + strlen(text) < TEXT_MAX);
	memcpy(data + size, text, strlen(text) + 1);
}

static void add_field(char *data, const char *field, bool simple)
{
	char copy[TEXT_MAX] = "";
	add(copy, field);
	if (!simple) {
		relax(copy);
	}
	add(data, copy);
}

/* Fields of a name are taken from the bottom up (RFC 6376 5.4.2); one that is not there is nothing. */
static void add_named(char *data, fields *f, const char *name, bool simple)
{
	size_t size = strlen(name);
	for (size_t i = f->count; i--;) {
		if (!f->used[i] && !strncasecmp(f->at[i], name, size) && f->at[i][size] == ':') {
			f->used[i] = true;
			add_field(data, f->at[i], simple);
			return;
		}
	}
}

/* What the signature is of: the named fields, then its own without the value of b= and its line end. */
static void signed_data(char *data, const char *signature, fields *f, bool simple)
{
	char names[TEXT_MAX], own[TEXT_MAX] = "";
	*data = 0;
	take_tag(names, signature, "h");
	for (char *name = names, *next; name; name = next) {
		next = strchr(name, ':');
		if (next) {
			*next++ = 0;
		}
		add_named(data, f, name, simple);
	}
	add(own, signature);
	char *value = strstr(own, "\tb=") + 3;
	memcpy(value, "\r\n", 3);
	add_field(data, own, simple);
	data[strlen(data) - 2] = 0;
}

static bool is_good(const char *data, const char *signature, const char *pem)
{
	char text[TEXT_MAX];
	uint8_t hash[32];
	ox_buffer octets;
	ox_buffer_init(&octets, 4096);
	take_tag(text, signature, "b");
	assert_int_equal(ox_base64_decode(&octets, text, strlen(text)), OX_OK);
	BIO *source = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(source, NULL, NULL, NULL);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
	assert_int_equal(EVP_Digest(data, strlen(data), hash, NULL, EVP_sha256(), NULL), 1);
	assert_int_equal(EVP_DigestVerifyInit(context, NULL, rsa ? EVP_sha256() : NULL, NULL, key), 1);
	int good = rsa ? EVP_DigestVerify(context, octets.bytes, octets.size, (const uint8_t *)data, strlen(data))
				   : EVP_DigestVerify(context, octets.bytes, octets.size, hash, sizeof hash);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	BIO_free(source);
	ox_buffer_clear(&octets);
	return good == 1;
}

/* One signature over HEADER and BODY. */
static void sign(char *signature, const ox_dkim_options *options)
{
	ox_dkim_signer *signer;
	ox_dkim_signing *signing;
	ox_dkim_argument argument;
	ox_buffer out;
	ox_buffer_init(&out, TEXT_MAX - 1);
	assert_int_equal(ox_dkim_signer_new(&signer, options, &argument, NULL), OX_OK);
	const ox_dkim_signer *const signers[] = {signer};
	assert_int_equal(ox_dkim_begin(&signing, signers, 1, ox_slice_of(HEADER), NULL), OX_OK);
	assert_int_equal(ox_dkim_feed(signing, ox_slice_of(BODY), NULL), OX_OK);
	assert_int_equal(ox_dkim_finish(signing, 1790000000, &out, NULL), OX_OK);
	memcpy(signature, ox_buffer_text(&out), out.size + 1);
	ox_dkim_free(signing);
	ox_dkim_signer_free(signer);
	ox_buffer_clear(&out);
}

static void expect_body_hash(const char *signature, const char *canonical)
{
	char text[TEXT_MAX];
	uint8_t hash[32];
	ox_buffer base64;
	ox_buffer_init(&base64, 100);
	take_tag(text, signature, "bh");
	assert_int_equal(EVP_Digest(canonical, strlen(canonical), hash, NULL, EVP_sha256(), NULL), 1);
	assert_int_equal(ox_base64_encode(&base64, hash, sizeof hash), OX_OK);
	assert_string_equal(text, ox_buffer_text(&base64));
	ox_buffer_clear(&base64);
}

static void signatures_of_every_form_are_good(void **state)
{
	(void)state;
	static const char *const keys[] = {RFC8463_RSA, RFC8463_ED25519, KEY_RSA_2048_PKCS8};
	for (int n = 0; n < 12; n++) {
		char signature[TEXT_MAX], data[TEXT_MAX];
		fields f;
		bool simple_header = n & 1, simple_body = n & 2;
		const char *pem = keys[n / 4];
		sign(signature, &(ox_dkim_options){.domain = ox_slice_of("example.com"),
							.selector = ox_slice_of("s"), .private_key = ox_slice_of(pem),
							.simple_header = simple_header, .simple_body = simple_body});
		split(&f, HEADER);
		signed_data(data, signature, &f, simple_header);
		assert_true(is_good(data, signature, pem));
		expect_body_hash(signature, simple_body ? " \r\nHi. \t there\r\n" : "\r\nHi. there\r\n");
		clear(&f);
	}
}

static void a_signature_is_bad_once_a_field_is_another(void **state)
{
	(void)state;
	char signature[TEXT_MAX], data[TEXT_MAX];
	sign(signature, &(ox_dkim_options){.domain = ox_slice_of("example.com"), .selector = ox_slice_of("s"),
						.private_key = ox_slice_of(RFC8463_ED25519)});
	static const char *const changed[] = {"To: z@example.org\r\n" HEADER, HEADER "From: z@example.org\r\n",
										  "Reply-To: z@example.org\r\n" HEADER, "MIME-Version: 1.0\r\n" HEADER};
	for (size_t i = 0; i < OX_COUNT(changed); i++) {
		fields f;
		split(&f, changed[i]);
		signed_data(data, signature, &f, false);
		assert_false(is_good(data, signature, RFC8463_ED25519));
		clear(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures_of_every_form_are_good),
		cmocka_unit_test(a_signature_is_bad_once_a_field_is_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
