/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>

#include "spool/spool_internal.h"

static ox_fact fact_of(ox_file_fault fault)
{
	switch (fault) {
	case OX_FILE_FULL: return OX_FACT_SPOOL_FULL;
	case OX_FILE_UNSUPPORTED: return OX_FACT_SPOOL_UNSUPPORTED;
	default: return OX_FACT_ERRNO;
	}
}

int ox_spool_error(ox_error *error, int system_error, const char *doing, const char *name)
{
	char words[128];
	ox_file_fault fault = ox_file_fault_of(system_error);
	ox_system_message(system_error, words, sizeof words);
	int status = ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_LATER, OX_STAGE_NONE, fact_of(fault),
		"%s %s: %s", doing, name, words);
	if (error) {
		error->sys_errno = system_error;
	}
	return status;
}

int ox_spool_refuse(ox_error *error, ox_fact fact, const char *format, ...)
{
	char text[OX_ERROR_TEXT_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_LATER, OX_STAGE_NONE, fact, "%s", text);
}
