/* SPDX-License-Identifier: MIT */
/* Internal to relay/profile*.c. */
#ifndef OX_RELAY_PROFILE_INTERNAL_H
#define OX_RELAY_PROFILE_INTERNAL_H

#include "relay/profile.h"

typedef enum {
	QUEUE_CONNECTIONS,
	QUEUE_RECIPIENTS_MAX,
	QUEUE_RATE_SECOND,
	QUEUE_RATE_MINUTE,
	QUEUE_RATE_DAY,
	QUEUE_ON_UNCERTAIN,
	QUEUE_COUNT,
} queue_option;

const char *queue_option_name(queue_option option);
bool queue_option_is_given(const ox_profile *profile, queue_option option);
/* The value of one that is a number; on_uncertain is none. */
uint32_t queue_option_number(const ox_profile *profile, queue_option option);

/* profile_json.c: the file's octets, appended to a secret buffer. OX_E_NOMEM, OX_E_LIMIT. */
OX_MUST_USE int profile_write_json(const ox_profile *profile, ox_buffer *json);

#endif
