/* SPDX-License-Identifier: MIT */
#include "base/saslprep.h"

#include <string.h>

#include "base/string.h"

#ifdef OX_HAVE_LIBIDN
#include <stringprep.h>

/* Octets that one octet of UTF-8 can become: NFKC makes 33 of the 3 of U+FDFA. */
enum { GROWTH_MAX = 11 };

static int prepare(const char *text, ox_saslprep_use use, char **prepared)
{
	size_t room = strlen(text) * GROWTH_MAX + 1;
	char *form = ox_alloc(room);
	if (!form) {
		return OX_E_NOMEM;
	}
	memcpy(form, text, strlen(text) + 1);
	int flags = use == OX_SASLPREP_STORED ? STRINGPREP_NO_UNASSIGNED : 0;
	int status = stringprep(form, room, flags, stringprep_saslprep);
	if (status == STRINGPREP_OK && *form) {
		*prepared = ox_copy_string(form);
		status = *prepared ? OX_OK : OX_E_NOMEM;
	} else {
		status = status == STRINGPREP_MALLOC_ERROR ? OX_E_NOMEM : OX_E_SYNTAX;
	}
	ox_wipe(form, room);
	ox_free(form);
	return status;
}

const char *ox_saslprep_library(void)
{
	return stringprep_check_version(NULL);
}
#else
/* RFC 5802 2.2: "implementations MUST either implement SASLprep or disallow use of non US-ASCII". */
static int prepare(const char *text, ox_saslprep_use use, char **prepared)
{
	(void)text;
	(void)use;
	(void)prepared;
	return OX_E_SYNTAX;
}

const char *ox_saslprep_library(void)
{
	return NULL;
}
#endif

int ox_saslprep(const char *text, ox_saslprep_use use, char **prepared)
{
	size_t size = strlen(text);
	if (!size || ox_has_control(text, size) || !ox_is_utf8(text, size)) {
		return OX_E_SYNTAX;
	}
	if (ox_has_8bit(text, size)) {
		return prepare(text, use, prepared);
	}
	*prepared = ox_copy_string(text);
	return *prepared ? OX_OK : OX_E_NOMEM;
}
