/* SPDX-License-Identifier: MIT */
#include "message/dkim.h"

#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "message/canonical.h"
#include "message/dkim_internal.h"

enum { BODY_FORMS = 2, FIELDS_MAX = 10000, NAMES_MAX = OX_DKIM_FIELD_MAX / 2 };

/* What authors write and readers see: signed, and one more than there are of each, so that a second one
 * put on top breaks the signature. */
static const char always[] = "From:Reply-To:To:Cc:Subject:Date:Message-ID:In-Reply-To:References:"
							 "MIME-Version:Content-Type:Content-Transfer-Encoding:"
							 "List-Unsubscribe:List-Unsubscribe-Post:";
/* Signed where they are; who resends, or runs a list, may add them (RFC 6376 5.4.1). */
static const char if_there[] = "Sender:Content-ID:Content-Description:Resent-Date:Resent-From:"
							   "Resent-Sender:Resent-To:Resent-Cc:Resent-Message-ID:List-Id:List-Help:"
							   "List-Subscribe:List-Post:List-Owner:List-Archive:Feedback-ID:";

/* One signature in the making. */
typedef struct {
	ox_digest_stream digest; /* of the canonical fields */
	ox_buffer names;         /* h= */
} signature;

/* One canonical form of the body. */
typedef struct {
	bool wanted;
	ox_canonical canonical;
	ox_digest_stream digest;
	ox_buffer hash; /* in base64, when the body has ended */
} body_form;

struct ox_dkim_signing {
	const ox_dkim_signer *const *signers;
	size_t count;
	signature signatures[OX_DKIM_SIGNATURES_MAX];
	body_form forms[BODY_FORMS]; /* relaxed, simple */
};

typedef struct {
	ox_slice name, whole;
} field;

int dkim_status(int status, ox_error *error)
{
	switch (status) {
	case OX_OK:
	case OX_E_FAILED: return status;
	case OX_E_NOMEM: return ox_error_memory(error, OX_STAGE_NONE);
	default:
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_SIZE_LIMIT,
			"dkim: the header is too large to be signed");
	}
}

static field next_field(ox_slice *rest)
{
	field found = {{rest->at, 0}, {rest->at, 0}};
	const char *colon = memchr(rest->at, ':', rest->size);
	size_t size = 0;
	do {
		const char *feed = memchr(rest->at + size, '\n', rest->size - size);
		size = feed ? (size_t)(feed - rest->at) + 1 : rest->size;
	} while (size < rest->size && (rest->at[size] == ' ' || rest->at[size] == '\t'));
	found.whole.size = size;
	found.name.size = colon && (size_t)(colon - rest->at) < size ? (size_t)(colon - rest->at) : 0;
	rest->at += size;
	rest->size -= size;
	return found;
}

/* *fields returns new. */
static int split(field **fields, size_t *count, ox_slice header, ox_error *error)
{
	ox_slice rest = header;
	for (*count = 0; rest.size; (*count)++) {
		(void)next_field(&rest);
	}
	if (*count > FIELDS_MAX) {
		return dkim_status(OX_E_LIMIT, error);
	}
	*fields = ox_array_alloc(*count, sizeof **fields);
	if (!*fields) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	rest = header;
	for (size_t i = 0; i < *count; i++) {
		(*fields)[i] = next_field(&rest);
	}
	return OX_OK;
}

/* The canonical form of what is left of in goes into the digest. */
static int add_canonical(ox_digest_stream *digest, ox_canonical *canonical, ox_slice in, bool last)
{
	char piece[4096];
	size_t size = 0;
	int status = OX_OK;
	while (in.size && status == OX_OK) {
		size = ox_canonical_feed(canonical, &in, piece, sizeof piece);
		status = ox_digest_add(digest, piece, size);
	}
	while (last && status == OX_OK && (size = ox_canonical_finish(canonical, piece, sizeof piece))) {
		status = ox_digest_add(digest, piece, size);
	}
	return status;
}

/* ended: with its line end (RFC 6376 3.7: the signature's own field has none). */
static int add_field(ox_digest_stream *digest, ox_slice whole, bool simple, bool ended)
{
	ox_canonical canonical;
	if (simple) {
		return ox_digest_add(digest, whole.at, whole.size);
	}
	ox_canonical_init(&canonical, OX_CANONICAL_FIELD_RELAXED);
	return add_canonical(digest, &canonical, whole, ended);
}

static int add_name(ox_buffer *names, ox_slice name)
{
	int status = names->size ? ox_buffer_append_byte(names, ':') : OX_OK;
	return status == OX_OK ? ox_buffer_append(names, name.at, name.size) : status;
}

/* All fields of each name, the last one first (RFC 6376 5.4.2). */
static int add_fields(signature *s, const char *list, bool one_more, bool simple, const field *fields,
	size_t count)
{
	ox_slice name;
	int status = OX_OK;
	while (status == OX_OK && dkim_next_name(&list, &name)) {
		for (size_t i = count; i-- && status == OX_OK;) {
			if (ox_slices_equal_nocase(fields[i].name, name)) {
				status = add_field(&s->digest, fields[i].whole, simple, true);
				status = status == OX_OK ? add_name(&s->names, name) : status;
			}
		}
		if (one_more && status == OX_OK) {
			status = add_name(&s->names, name);
		}
	}
	return status;
}

static int begin_signature(signature *s, const ox_dkim_signer *signer, const field *fields, size_t count)
{
	bool simple = signer->simple_header;
	int status = ox_digest_begin(&s->digest, OX_DIGEST_SHA256);
	ox_buffer_init(&s->names, NAMES_MAX);
	if (status == OX_OK) {
		status = add_fields(s, signer->headers ? signer->headers : always, true, simple, fields, count);
	}
	if (status == OX_OK && !signer->headers) {
		status = add_fields(s, if_there, false, simple, fields, count);
	}
	return status;
}

static int begin_form(body_form *form, bool simple)
{
	if (form->wanted) {
		return OX_OK;
	}
	form->wanted = true;
	ox_buffer_init(&form->hash, 64);
	ox_canonical_init(&form->canonical, simple ? OX_CANONICAL_BODY_SIMPLE : OX_CANONICAL_BODY_RELAXED);
	return ox_digest_begin(&form->digest, OX_DIGEST_SHA256);
}

static bool has_from(const field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ox_slice_is_nocase(fields[i].name, "From")) {
			return true;
		}
	}
	return false;
}

static int begin(ox_dkim_signing *signing, ox_slice header, ox_error *error)
{
	field *fields = NULL;
	size_t count;
	int status = split(&fields, &count, header, error);
	if (status == OX_OK && !has_from(fields, count)) {
		status = ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"dkim: a message without From cannot be signed");
	}
	for (size_t i = 0; i < signing->count && status == OX_OK; i++) {
		const ox_dkim_signer *signer = signing->signers[i];
		status = begin_signature(&signing->signatures[i], signer, fields, count);
		if (status == OX_OK) {
			status = begin_form(&signing->forms[signer->simple_body], signer->simple_body);
		}
	}
	ox_free(fields);
	return dkim_status(status, error);
}

int ox_dkim_begin(ox_dkim_signing **signing, const ox_dkim_signer *const *signers, size_t count,
	ox_slice header, ox_error *error)
{
	*signing = NULL;
	if (!count || count > OX_DKIM_SIGNATURES_MAX) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"dkim: 1 to 8 signatures can be made");
	}
	ox_dkim_signing *made = ox_alloc(sizeof *made);
	if (!made) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	made->signers = signers;
	made->count = count;
	int status = begin(made, header, error);
	if (status != OX_OK) {
		ox_dkim_free(made);
		return status;
	}
	*signing = made;
	return OX_OK;
}

int ox_dkim_feed(ox_dkim_signing *signing, ox_slice body, ox_error *error)
{
	int status = OX_OK;
	for (int i = 0; i < BODY_FORMS && status == OX_OK; i++) {
		body_form *form = &signing->forms[i];
		if (form->wanted) {
			status = add_canonical(&form->digest, &form->canonical, body, false);
		}
	}
	return dkim_status(status, error);
}

static int finish_body(body_form *form)
{
	uint8_t hash[OX_DIGEST_MAX];
	if (!form->wanted) {
		return OX_OK;
	}
	int status = add_canonical(&form->digest, &form->canonical, (ox_slice){NULL, 0}, true);
	if (status == OX_OK) {
		status = ox_digest_end(&form->digest, hash);
	}
	return status == OX_OK ? ox_base64_encode(&form->hash, hash, ox_digest_size(OX_DIGEST_SHA256))
						   : status;
}

static int append_field(signature *s, const ox_dkim_signer *signer, const ox_buffer *body_hash,
	int64_t now, ox_buffer *out)
{
	uint8_t hash[OX_DIGEST_MAX];
	ox_buffer made, octets;
	ox_buffer_init(&made, OX_DKIM_FIELD_MAX);
	ox_buffer_init(&octets, OX_DKIM_FIELD_MAX);
	int status = dkim_write_field(&made, signer, &s->names, body_hash, now);
	if (status == OX_OK) {
		ox_slice unsigned_field = {ox_buffer_text(&made), made.size};
		status = add_field(&s->digest, unsigned_field, signer->simple_header, false);
	}
	if (status == OX_OK) {
		status = ox_digest_end(&s->digest, hash);
	}
	if (status == OX_OK) {
		status = ox_private_key_sign(signer->key, hash, &octets);
	}
	if (status == OX_OK) {
		status = dkim_write_signature(&made, &octets);
	}
	if (status == OX_OK) {
		status = ox_buffer_append(out, made.bytes, made.size);
	}
	ox_buffer_clear(&made);
	ox_buffer_clear(&octets);
	return status;
}

int ox_dkim_finish(ox_dkim_signing *signing, int64_t now, ox_buffer *out, ox_error *error)
{
	ox_buffer all;
	int status = OX_OK;
	ox_buffer_init(&all, OX_DKIM_SIGNATURES_MAX * OX_DKIM_FIELD_MAX);
	for (int i = 0; i < BODY_FORMS && status == OX_OK; i++) {
		status = finish_body(&signing->forms[i]);
	}
	for (size_t i = 0; i < signing->count && status == OX_OK; i++) {
		const ox_dkim_signer *signer = signing->signers[i];
		status = append_field(&signing->signatures[i], signer,
			&signing->forms[signer->simple_body].hash, now, &all);
	}
	if (status == OX_OK) {
		status = ox_buffer_append(out, all.bytes, all.size);
	}
	ox_buffer_clear(&all);
	return dkim_status(status, error);
}

void ox_dkim_free(ox_dkim_signing *signing)
{
	if (!signing) {
		return;
	}
	for (size_t i = 0; i < signing->count; i++) {
		ox_digest_clear(&signing->signatures[i].digest);
		ox_buffer_clear(&signing->signatures[i].names);
	}
	for (int i = 0; i < BODY_FORMS; i++) {
		ox_digest_clear(&signing->forms[i].digest);
		ox_buffer_clear(&signing->forms[i].hash);
	}
	ox_free(signing);
}
