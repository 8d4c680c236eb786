/* SPDX-License-Identifier: MIT */
/* From an error's facts to what a person can do. Built from stage, class, fact, errno, verify result, reply
 * code, enhanced code and provider; a server's sentences are shown and never interpreted. */
#ifndef OX_RELAY_DIAGNOSIS_H
#define OX_RELAY_DIAGNOSIS_H

#include "base/error.h"
#include "relay/relay.h"

enum { OX_REMEDIES_MAX = 4, OX_DIAGNOSIS_TEXT_MAX = 512 };

typedef struct {
	const char *stage;     /* static: "auth" */
	const char *class_name; /* static: "auth" */
	const char *fact;      /* static: "auth_refused" */
	uint16_t code;         /* 0 = none */
	char enhanced[16];     /* "5.7.8", "" = none */
	char text[OX_ERROR_TEXT_MAX];          /* the server's or the system's words */
	char cause[OX_DIAGNOSIS_TEXT_MAX];     /* one sentence: what is wrong */
	char remedies[OX_REMEDIES_MAX][OX_DIAGNOSIS_TEXT_MAX]; /* imperative sentences, the likeliest first */
	unsigned remedy_count;
	const char *link;      /* static, NULL = none */
} ox_diagnosis;

/* Fills *diagnosis. relay may be NULL. Never fails. */
void ox_diagnose(const ox_error *error, const ox_relay *relay, ox_diagnosis *diagnosis);

#endif
