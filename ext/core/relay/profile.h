/* SPDX-License-Identifier: MIT */
/* Relay profiles: a relay with its secrets and what a queue needs to know of it, in a private file with a
 * name. Messages in a queue name a profile, so a password that is corrected there repairs the queue.
 * The file is JSON, 0600 in a directory of ours (0700), replaced as a whole. */
#ifndef OX_RELAY_PROFILE_H
#define OX_RELAY_PROFILE_H

#include "relay/relay.h"

enum {
	OX_PROFILE_NAME_MAX = 64,
	OX_PROFILE_FILE_MAX = 524288, /* octets of a file */
	OX_PROFILES_MAX = 1000,       /* in one directory */
	OX_PROFILE_CONNECTIONS = 3,   /* where neither profile nor provider says more or less */
	OX_PROFILE_CONNECTIONS_MAX = 50,
};
#define OX_PROFILE_NAME_RULE "must be 1 to 64 letters, digits, dots, hyphens or underscores, and begin " \
	"with a letter or digit"

typedef enum { OX_UNCERTAIN_RESEND, OX_UNCERTAIN_HOLD } ox_on_uncertain;

typedef struct {
	ox_relay relay;
	uint32_t connections;     /* at once */
	uint32_t recipients_max;  /* in one transaction */
	uint32_t rate_second, rate_minute, rate_day; /* messages; 0 = no bound */
	ox_on_uncertain on_uncertain;
	uint32_t queue_given;     /* a bit for each of these that was set */
} ox_profile;

/* What holds for a profile once its provider and our defaults have been asked. */
typedef struct {
	uint32_t connections;
	uint32_t recipients_max; /* 0 = no bound */
	uint32_t rate_second, rate_minute, rate_day; /* 0 = no bound */
	bool hold_uncertain;
} ox_profile_limits;

void ox_profile_init(ox_profile *profile); /* with ox_relay_init */
void ox_profile_clear(ox_profile *profile); /* wipes */

/* Forgets (and wipes) password, token and proxy, and keeps the rest. */
void ox_profile_drop_secrets(ox_profile *profile);

/* Sets an option by name: those of ox_relay_set, and connections recipients_max rate_second rate_minute
 * rate_day on_uncertain (resend, hold). copies. Errors as ox_relay_set. */
OX_MUST_USE int ox_profile_set(ox_profile *profile, const char *name, ox_slice value, ox_error *error);

ox_profile_limits ox_profile_limits_of(const ox_profile *profile);

bool ox_profile_name_is_good(ox_slice name);

/* The name of a relay that was given none: host, and a digest of host, port and user. Not of secrets: the
 * same account with another password keeps its name, and its queue. OX_E_NOMEM. */
enum { OX_PROFILE_MADE_NAME_SIZE = OX_PROFILE_NAME_MAX + 1 };
OX_MUST_USE int ox_profile_make_name(const ox_relay *relay, char name[OX_PROFILE_MADE_NAME_SIZE]);

/* directory: a spool's "p", made (one level) where it is not there. All of them: OX_E_NOMEM; OX_E_FAILED with
 * class USAGE (a bad name, an option that cannot be) or STORAGE (sys_errno, or 0 where directory or file
 * is not private: not ours, or open to others). No text holds a secret. */

/* Durable when it returns; a reader sees the old or the new one whole. The relay has been finished. Where
 * the file says the same already, nothing is written and *written is false. */
OX_MUST_USE int ox_profile_save(const char *directory, const char *name, const ox_profile *profile,
	bool *written, ox_error *error);

/* What a process remembers of the profile that it kept last: nothing of its secrets, but by what it would be seen to be
 * another one. Zeroed at first; for one directory. */
typedef struct {
	char name[OX_PROFILE_NAME_MAX + 1];
	uint64_t stamp;           /* of the file; 0 = nothing is remembered */
	uint8_t key[32], mac[32]; /* of what it holds */
} ox_profile_seen;

/* ox_profile_save for one who does so again and again: where it is the profile of last time and nobody has touched its file,
 * that is seen by one system call. */
OX_MUST_USE int ox_profile_keep(const char *directory, const char *name, const ox_profile *profile,
	ox_profile_seen *seen, ox_error *error);

/* Into an initialised profile, which is finished then. A profile that is not there: STORAGE, sys_errno the
 * system's ENOENT, ox_profile_is_missing, fact PROFILE_MISSING, and the text names those that are there. Whatever the file holds that it should not is refused, named. */
OX_MUST_USE int ox_profile_load(const char *directory, const char *name, bool allow_insecure,
	ox_profile *profile, ox_error *error);
bool ox_profile_is_missing(const ox_error *error);

/* OX_OK where there is one of this name; as above where there is none. Nothing of it is read. */
OX_MUST_USE int ox_profile_require(const char *directory, const char *name, ox_error *error);

/* The same from octets: what ox_profile_load does behind the file. */
OX_MUST_USE int ox_profile_parse(ox_slice text, bool allow_insecure, ox_profile *profile, ox_error *error);

/* *existed is false where there was none, which is no error. */
OX_MUST_USE int ox_profile_delete(const char *directory, const char *name, bool *existed, ox_error *error);

/* Appends the names, sorted, each with its NUL; what is no profile's name is left out. */
OX_MUST_USE int ox_profile_list(const char *directory, ox_buffer *names, ox_error *error);

/* The one that is meant where none is named: "default", or else the only one there is. Class USAGE: there is
 * none, or there are several. */
OX_MUST_USE int ox_profile_choose(const char *directory, char name[OX_PROFILE_NAME_MAX + 1], ox_error *error);

/* Another number whenever the file was replaced; 0 where there is none. */
OX_MUST_USE int ox_profile_stamp(const char *directory, const char *name, uint64_t *stamp);

/* For people: {"host":...,"port":465,"tls":"implicit","user":...,"password":true,...} as compact JSON.
 * Of password and token only whether they are there; of a proxy what comes behind its account. */
OX_MUST_USE int ox_profile_describe(const ox_profile *profile, ox_buffer *json);

/* For a program of its own, before its first profile: from now on whatever jansson frees is wiped, also
 * what its parser copied. Never in a process that others share. */
void ox_profile_wipe_memory(void);

#endif
