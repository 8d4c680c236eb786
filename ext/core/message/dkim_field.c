/* SPDX-License-Identifier: MIT */
/* Writing a DKIM-Signature field: tags in a fixed order, folded where RFC 6376 3.2 and 3.5 allow it. */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "message/dkim_internal.h"
#include "message/header.h"

typedef struct {
	ox_buffer *out;
	size_t column;
	int status; /* the first that failed */
} writer;

static void put(writer *w, const char *text, size_t size)
{
	if (w->status == OX_OK) {
		w->status = ox_buffer_append(w->out, text, size);
	}
	w->column += size;
}

static void fold(writer *w)
{
	put(w, "\r\n\t", 3);
	w->column = 1;
}

/* What is not to be parted, on a line of its own where this one is too full. */
static void put_whole(writer *w, const char *text, size_t size, bool blank)
{
	if (w->column + blank + size > OX_HEADER_FOLD) {
		fold(w);
	} else if (blank) {
		put(w, " ", 1);
	}
	put(w, text, size);
}

static void put_tag(writer *w, const char *name, const char *value)
{
	char text[1024];
	int size = snprintf(text, sizeof text, "%s=%s;", name, value);
	if (size < 0 || (size_t)size >= sizeof text) {
		w->status = w->status == OX_OK ? OX_E_LIMIT : w->status;
		return;
	}
	put_whole(w, text, (size_t)size, true);
}

static void put_time(writer *w, const char *name, int64_t seconds)
{
	char text[24];
	(void)snprintf(text, sizeof text, "%lld", (long long)seconds);
	put_tag(w, name, text);
}

bool dkim_next_name(const char **list, ox_slice *name)
{
	const char *colon = strchr(*list, ':');
	*name = (ox_slice){*list, colon ? (size_t)(colon - *list) : strlen(*list)};
	*list = name->at + name->size + (colon != NULL);
	return name->size > 0;
}

static void put_names(writer *w, const char *names)
{
	ox_slice name;
	fold(w);
	put(w, "h=", 2);
	while (dkim_next_name(&names, &name)) {
		put_whole(w, name.at, name.size + (*names != 0), false); /* with its colon */
	}
	put(w, ";", 1);
}

int dkim_write_field(ox_buffer *out, const ox_dkim_signer *signer, const ox_buffer *names,
	const ox_buffer *body_hash, int64_t now)
{
	static const char begin[] = "DKIM-Signature: v=1;";
	writer w = {out, 0, OX_OK};
	char canonical[16];
	(void)snprintf(canonical, sizeof canonical, "%s/%s", signer->simple_header ? "simple" : "relaxed",
		signer->simple_body ? "simple" : "relaxed");
	put(&w, begin, sizeof begin - 1);
	put_tag(&w, "a", ox_private_key_kind(signer->key) == OX_KEY_RSA ? "rsa-sha256" : "ed25519-sha256");
	put_tag(&w, "c", canonical);
	put_tag(&w, "q", "dns/txt");
	put_tag(&w, "d", signer->domain);
	put_tag(&w, "s", signer->selector);
	if (signer->identity) {
		put_tag(&w, "i", signer->identity);
	}
	put_time(&w, "t", now);
	if (signer->expires_in) {
		put_time(&w, "x", now + signer->expires_in);
	}
	put_names(&w, ox_buffer_text(names));
	put_tag(&w, "bh", ox_buffer_text(body_hash));
	fold(&w);
	put(&w, "b=", 2);
	return w.status;
}

int dkim_write_signature(ox_buffer *out, const ox_buffer *signature)
{
	ox_buffer text;
	writer w = {out, sizeof "\tb=" - 1, OX_OK};
	ox_buffer_init(&text, OX_DKIM_FIELD_MAX);
	w.status = ox_base64_encode(&text, signature->bytes, signature->size);
	for (size_t at = 0, share; at < text.size; at += share) {
		if (w.column >= OX_HEADER_FOLD) {
			fold(&w);
		}
		share = OX_HEADER_FOLD - w.column < text.size - at ? OX_HEADER_FOLD - w.column : text.size - at;
		put(&w, (const char *)text.bytes + at, share);
	}
	put(&w, "\r\n", 2);
	ox_buffer_clear(&text);
	return w.status;
}
