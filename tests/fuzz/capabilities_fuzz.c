/* SPDX-License-Identifier: MIT */
/* Whatever a server offers, only known bits come out, and the same in upper and lower case. */
#include "fuzz.h"

#include "smtp/capabilities.h"

static bool parse(const uint8_t *data, size_t size, ox_capabilities *offers)
{
	ox_reply_reader reader;
	ox_error error;
	size_t used;
	ox_reply_reader_init(&reader);
	bool complete = ox_reply_read(&reader, data, size, &used, &error) == OX_OK;
	if (complete) {
		ox_capabilities_parse(offers, &reader.reply);
	}
	ox_reply_reader_clear(&reader);
	return complete;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ox_capabilities offers, lower;
	uint8_t *copy = malloc(size + 1);
	for (size_t i = 0; i < size; i++) {
		copy[i] = (uint8_t)ox_lower(data[i]);
	}
	if (parse(data, size, &offers)) {
		MUST(offers.esmtp && !(offers.mechanisms >> OX_MECHANISM_COUNT));
		MUST(offers.auth || !offers.mechanisms);
		MUST(offers.size || !offers.size_limit);
		MUST(parse(copy, size, &lower));
		MUST(offers.mechanisms == lower.mechanisms && offers.size_limit == lower.size_limit &&
			offers.pipelining == lower.pipelining && offers.rcpt_max == lower.rcpt_max);
	}
	free(copy);
	return 0;
}
