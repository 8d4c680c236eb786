/* SPDX-License-Identifier: MIT */
/* What of an iCalendar object (RFC 5545) its MIME type repeats. */
#include <string.h>

#include "message/compose_internal.h"

static ox_slice next_line(ox_slice *rest)
{
	ox_slice line = {rest->at, 0};
	while (line.size < rest->size && rest->at[line.size] != '\r' && rest->at[line.size] != '\n') {
		line.size++;
	}
	size_t taken = line.size < rest->size ? line.size + 1 : line.size;
	rest->at += taken;
	rest->size -= taken;
	return line;
}

static bool begins(ox_slice line, const char *with)
{
	size_t size = strlen(with);
	return line.size >= size && ox_slice_is_nocase((ox_slice){line.at, size}, with);
}

/* iana-token of RFC 5545 3.1. */
static bool is_method(ox_slice method)
{
	bool good = method.size > 0 && method.size <= 40;
	for (size_t i = 0; i < method.size && good; i++) {
		char c = method.at[i];
		good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
	}
	return good;
}

static int wrong(ox_error *error, const char *why)
{
	return message_wrong(error, OX_FACT_NONE, "calendar", why);
}

int ox_calendar_check(ox_slice calendar, ox_slice *method, ox_error *error)
{
	static const char name[] = "METHOD:";
	ox_slice rest = calendar;
	*method = (ox_slice){"", 0};
	if (!ox_is_utf8(calendar.at, calendar.size) || (calendar.size && memchr(calendar.at, 0, calendar.size))) {
		return wrong(error, "it must be valid UTF-8 without NUL");
	}
	if (!ox_slice_is_nocase(next_line(&rest), "BEGIN:VCALENDAR")) {
		return wrong(error, "it must begin with BEGIN:VCALENDAR");
	}
	while (rest.size) {
		ox_slice line = next_line(&rest);
		if (begins(line, name)) {
			*method = (ox_slice){line.at + sizeof name - 1, line.size - (sizeof name - 1)};
			return is_method(*method) ? OX_OK : wrong(error, "its METHOD is none");
		}
		if (begins(line, "BEGIN:")) { /* METHOD is the calendar's own property, before its components */
			break;
		}
	}
	return OX_OK;
}
