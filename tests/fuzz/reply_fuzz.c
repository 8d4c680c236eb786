/* SPDX-License-Identifier: MIT */
/* Any bytes give the same replies and the same error whole and one by one, within the caps. */
#include "fuzz.h"

#include "smtp/reply.h"

typedef struct {
	size_t replies, text;
	unsigned codes;
	int status;
	ox_fact fact;
} outcome;

static outcome read_all(const uint8_t *data, size_t size, size_t step)
{
	outcome seen = {0};
	ox_reply_reader reader;
	ox_error error;
	ox_error_clear(&error);
	ox_reply_reader_init(&reader);
	size_t at = 0;
	while (at < size && seen.status >= 0) {
		size_t used, piece = size - at < step ? size - at : step;
		seen.status = ox_reply_read(&reader, data + at, piece, &used, &error);
		MUST(used <= piece && (used || seen.status < 0));
		at += used;
		if (seen.status == OX_OK) {
			char words[512];
			char *id = ox_reply_queue_id(&reader.reply);
			ox_reply_describe(&reader.reply, words, sizeof words);
			MUST(strlen(words) < sizeof words && !ox_has_control(words, strlen(words)));
			MUST(!id || (strlen(id) <= 128 && !ox_has_control(id, strlen(id))));
			ox_free(id);
			MUST(reader.reply.text.size <= OX_REPLY_TEXT_MAX && reader.reply.lines <= OX_REPLY_LINES_MAX);
			seen.replies++;
			seen.text += reader.reply.text.size;
			seen.codes = seen.codes * 31 + reader.reply.code + reader.reply.enhanced[1];
		}
	}
	seen.fact = error.fact;
	ox_reply_reader_clear(&reader);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	outcome whole = read_all(data, size, size ? size : 1), single = read_all(data, size, 1);
	MUST(whole.replies == single.replies && whole.text == single.text && whole.codes == single.codes);
	MUST((whole.status < 0) == (single.status < 0) && whole.fact == single.fact);
	return 0;
}
