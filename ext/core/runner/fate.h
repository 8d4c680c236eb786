/* SPDX-License-Identifier: MIT */
/* What a relay's answer means for a recipient and for the relay itself. Pure. An account's trouble is never a
 * message's: it pauses the profile, and the message stays as it was. */
#ifndef OX_RUNNER_FATE_H
#define OX_RUNNER_FATE_H

#include "smtp/session.h"

typedef enum {
	OX_FATE_SENT,
	OX_FATE_FAIL,      /* refused for good */
	OX_FATE_DEFER,     /* refused for now: a try is counted */
	OX_FATE_UNCERTAIN, /* it may have arrived */
	OX_FATE_AGAIN,     /* nothing was tried with it: its turn comes again, no try is counted */
} ox_fate;

typedef enum {
	OX_EFFECT_NONE,
	OX_EFFECT_BREAK, /* the relay is in trouble: the breaker opens */
	OX_EFFECT_FEWER, /* too many connections for it: the others go on, this one is not opened again soon */
	OX_EFFECT_PAUSE, /* nothing will get better by itself: login, certificate, limit of the account */
} ox_effect;

/* A result of one recipient. whole: the error of its message (class NONE where there is none). culprit: of the
 * messages that were in flight when a connection was lost it was the oldest, whose turn it was. provider: a
 * name of relay/provider.h, or NULL. *effect is what it says about the relay. */
ox_fate ox_fate_of(const ox_result *result, const ox_error *whole, bool culprit, const char *provider,
	ox_effect *effect);

/* A connection that could not be had, or that was lost. ready: it had got through AUTH. others: connections to
 * the same relay that are ready. */
ox_effect ox_effect_of(const ox_error *error, bool ready, unsigned others);

/* In one word, for the record and for people: "4xx", "connection", "timeout", "protocol", "unknown",
 * "account", "storage". */
const char *ox_fate_why(const ox_result *result, const ox_error *whole, ox_fate fate);

#endif
