/* SPDX-License-Identifier: MIT */
#include "base/idn.h"

#include <idn2.h>

#include "base/string.h"

int ox_idn_to_ascii(const char *domain, char **ascii)
{
	char *result = NULL;
	int status = idn2_to_ascii_8z(domain, &result, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (status == IDN2_MALLOC) {
		return OX_E_NOMEM;
	}
	if (status != IDN2_OK) {
		return OX_E_SYNTAX;
	}
	/* libidn2 lets empty labels and underscores through. */
	bool valid = ox_is_hostname(result);
	char *copy = valid ? ox_copy_string(result) : NULL;
	idn2_free(result);
	if (valid && copy) {
		*ascii = copy;
	}
	return !valid ? OX_E_SYNTAX : copy ? OX_OK : OX_E_NOMEM;
}
