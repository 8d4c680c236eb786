/* SPDX-License-Identifier: MIT */
/* How the journal of events names people: the spool's own setting, in its file `privacy`, since whoever appends events (the
 * runner, the program, PHP) has only the spool in common. */
#ifndef OX_SPOOL_PRIVACY_H
#define OX_SPOOL_PRIVACY_H

#include "spool/events.h"

typedef enum {
	OX_ADDRESSES_PLAIN, /* as they are; where there is no file */
	OX_ADDRESSES_HASH,  /* "h:" and 16 digits: the same address always, and only in this spool, gives the same */
	OX_ADDRESSES_NONE,  /* left out */
	OX_ADDRESSES_COUNT
} ox_event_addresses;

enum { OX_PRIVACY_KEY_SIZE = 16 };

typedef struct {
	ox_event_addresses addresses;
	uint8_t key[OX_PRIVACY_KEY_SIZE]; /* of HASH */
} ox_event_privacy;

const char *ox_event_addresses_name(ox_event_addresses addresses); /* "plain", "hash", "none" */
bool ox_event_addresses_of(const char *name, ox_event_addresses *addresses);

/* A file that cannot be read, or says something else, counts as NONE: rather too little is told than too much. */
void ox_event_privacy_read(ox_spool *spool, ox_event_privacy *privacy);
/* For events from now on. The key stays where there is one. OX_E_FAILED: class STORAGE. */
OX_MUST_USE int ox_event_privacy_write(ox_spool *spool, ox_event_addresses addresses, ox_error *error);

/* An event as it may be written down: the recipient, and every address in the relay's words; no transcript. *masked borrows from event and
 * from room. Pure. */
typedef struct {
	char recipient[OX_SPOOL_ADDRESS_MAX + 1], text[1024];
} ox_event_room;
void ox_event_mask(const ox_event_privacy *privacy, const ox_spool_event *event, ox_spool_event *masked,
	ox_event_room *room);

#endif
