/* SPDX-License-Identifier: MIT */
#include "message/header.h"

#include <string.h>

#include "base/base64.h"
#include "message/lines.h"
#include "message/message_internal.h"

enum {
	ENCODED_OCTETS = 45, /* 60 of base64, with "=?UTF-8?B?" and "?=" 72 of the 75 allowed */
	ENCODED_LINE = 76,   /* RFC 2047 2: a line with an encoded word is shorter than others */
	MAILBOX_LINE = ENCODED_LINE - 1, /* and a comma may follow */
	QUOTED_NAME = MAILBOX_LINE - 10, /* behind "Reply-To: " */
	ENCODED_FRAME = 12,
	FIRST_WORD_MIN = 12, /* octets; fewer begin on a line of their own */
};

bool ox_header_is_name(ox_slice name)
{
	bool good = name.size && name.size <= OX_HEADER_NAME_MAX;
	for (size_t i = 0; good && i < name.size; i++) {
		unsigned char c = (unsigned char)name.at[i];
		good = c > ' ' && c < 0x7f && c != ':';
	}
	return good;
}

size_t message_column(const ox_buffer *out)
{
	size_t size = 0;
	while (size < out->size && out->bytes[out->size - 1 - size] != '\n') {
		size++;
	}
	return size;
}

/* How much of text fits into one encoded word of so many octets without splitting a character (RFC 2047
 * 5). */
static size_t encoded_share(ox_slice text, size_t octets)
{
	size_t size = text.size < octets ? text.size : octets;
	while (size < text.size && size && ((unsigned char)text.at[size] & 0xc0) == 0x80) {
		size--;
	}
	return size ? size
				: 1; /* nothing but continuation octets: not UTF-8, but no reason to stand still */
}

/* Octets for a first word behind what the line has already; at least what is worth a word there. */
static size_t first_share(const ox_buffer *out, ox_slice text)
{
	size_t column = message_column(out);
	size_t room = column + ENCODED_FRAME < ENCODED_LINE ? ENCODED_LINE - column - ENCODED_FRAME : 0;
	size_t octets = room / 4 * 3;
	octets = octets < ENCODED_OCTETS ? octets : ENCODED_OCTETS;
	return octets < FIRST_WORD_MIN && octets < text.size ? 0 : octets;
}

static int append_encoded(ox_buffer *out, ox_slice text)
{
	size_t octets = first_share(out, text);
	int status = OX_OK;
	if (!octets) {
		/* The blank after "Name:" or before this word becomes the fold's. */
		if (out->size && out->bytes[out->size - 1] == ' ') {
			out->size--;
		}
		status = ox_buffer_append_string(out, "\r\n ");
	}
	while (text.size && status == OX_OK) {
		size_t share = encoded_share(text, octets ? octets : ENCODED_OCTETS);
		octets = ENCODED_OCTETS;
		status = ox_buffer_append_string(out, "=?UTF-8?B?");
		if (status == OX_OK) {
			status = ox_base64_encode(out, text.at, share);
		}
		if (status == OX_OK) {
			status = ox_buffer_append_string(out, "?=");
		}
		text.at += share;
		text.size -= share;
		if (status == OX_OK && text.size) {
			status = ox_buffer_append_string(out, "\r\n ");
		}
	}
	return status;
}

static bool looks_encoded(ox_slice text)
{
	for (size_t i = 0; i + 1 < text.size; i++) {
		if (text.at[i] == '=' && text.at[i + 1] == '?') {
			return true;
		}
	}
	return false;
}

/* A line is folded before blanks only, so blanks with the word behind them stay on one line. */
static bool has_long_piece(ox_slice text)
{
	size_t start = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (i && text.at[i] == ' ' && text.at[i - 1] != ' ') {
			start = i;
		}
		if (i - start > OX_LINE_MAX - OX_HEADER_NAME_MAX - 4) {
			return true;
		}
	}
	return false;
}

/* ASCII text: folded before a blank where the line would pass 78; the blank stays, so that
 * unfolding gives the text back. */
static int append_plain(ox_buffer *out, ox_slice text)
{
	int status = OX_OK;
	for (size_t i = 0; i < text.size && status == OX_OK;) {
		size_t blank = i;
		while (blank < text.size && text.at[blank] == ' ') {
			blank++;
		}
		size_t stop = blank;
		while (stop < text.size && text.at[stop] != ' ') {
			stop++;
		}
		bool fold = blank > i && stop > blank && message_column(out) + (stop - i) > OX_HEADER_FOLD &&
					message_column(out) > 1;
		if (fold) {
			status = ox_buffer_append_string(out, "\r\n");
		}
		if (status == OX_OK) {
			status = ox_buffer_append(out, text.at + i, stop - i);
		}
		i = stop;
	}
	return status;
}

int ox_header_text(ox_buffer *out, const char *name, ox_slice text)
{
	int status = ox_buffer_append_format(out, "%s: ", name);
	/* A reader drops blanks at either end. */
	bool open = text.size && (text.at[0] == ' ' || text.at[text.size - 1] == ' ');
	bool encode = ox_has_8bit(text.at, text.size) || looks_encoded(text) || has_long_piece(text) ||
				  open;
	if (status == OX_OK) {
		status = encode ? append_encoded(out, text) : append_plain(out, text);
	}
	return status == OX_OK ? ox_buffer_append_string(out, "\r\n") : status;
}

static bool is_phrase(const char *name)
{
	for (const char *p = name; *p; p++) {
		bool atom = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
					(*p >= 'A' && *p <= 'Z') || *p == ' ' || *p == '-' || *p == '_' || *p == '\'';
		if (!atom) {
			return false;
		}
	}
	return *name && *name != ' ' && name[strlen(name) - 1] != ' ' && !strstr(name, "  ");
}

/* With its quotes, where it gets some. */
static size_t name_width(const char *name)
{
	size_t width = 2;
	for (const char *p = name; *p; p++) {
		width += *p == '"' || *p == '\\' ? 2 : 1;
	}
	return width;
}

/* A longer name could only be folded inside its quotes, where readers differ. */
static bool is_encoded(const char *name)
{
	ox_slice text = ox_slice_of(name);
	return ox_has_8bit(text.at, text.size) || looks_encoded(text) || name_width(name) > QUOTED_NAME;
}

static int append_name(ox_buffer *out, const char *name)
{
	if (is_encoded(name)) {
		return append_encoded(out, ox_slice_of(name));
	}
	if (is_phrase(name)) {
		return ox_buffer_append_string(out, name);
	}
	int status = ox_buffer_append_byte(out, '"');
	for (const char *p = name; *p && status == OX_OK; p++) {
		if (*p == '"' || *p == '\\') {
			status = ox_buffer_append_byte(out, '\\');
		}
		if (status == OX_OK) {
			status = ox_buffer_append_byte(out, (uint8_t)*p);
		}
	}
	return status == OX_OK ? ox_buffer_append_byte(out, '"') : status;
}

static int append_mailbox(ox_buffer *out, const ox_address *mailbox)
{
	if (!*mailbox->name) {
		return ox_buffer_append_string(out, mailbox->address);
	}
	int status = append_name(out, mailbox->name);
	bool wide = message_column(out) + strlen(mailbox->address) + 3 > MAILBOX_LINE;
	return status == OX_OK
			   ? ox_buffer_append_format(out, "%s<%s>", wide ? "\r\n " : " ", mailbox->address)
			   : status;
}

int ox_header_addresses(ox_buffer *out, const char *name, const ox_address_list *list)
{
	if (!list || !list->count) {
		return OX_OK;
	}
	int status = ox_buffer_append_format(out, "%s: ", name);
	for (size_t i = 0; i < list->count && status == OX_OK; i++) {
		const ox_address *mailbox = &list->items[i];
		if (i) {
			/* An encoded name folds itself. */
			size_t width = is_encoded(mailbox->name)
							   ? 0
							   : name_width(mailbox->name) + 3 + strlen(mailbox->address);
			bool full = message_column(out) + 2 + width > MAILBOX_LINE;
			status = ox_buffer_append_string(out, full ? ",\r\n " : ", ");
		}
		if (status == OX_OK) {
			status = append_mailbox(out, mailbox);
		}
	}
	return status == OX_OK ? ox_buffer_append_string(out, "\r\n") : status;
}

/* The civil date of a day number since 1970-01-01, in the proleptic Gregorian calendar: eras of 400
 * years. */
static void civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	days += 719468; /* from 0000-03-01 */
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t of_era = days - era * 146097;
	int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
	*month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = year_of_era + era * 400 + (*month <= 2);
}

int ox_header_date(ox_buffer *out, int64_t seconds, int zone_minutes)
{
	static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
										 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	enum { DAY = 86400, YEAR_9999 = 253402300799 / 86400 };
	int64_t local = seconds + (int64_t)zone_minutes * 60;
	int64_t day_number = local / DAY - (local % DAY < 0);
	int second = (int)(local - day_number * DAY);
	int64_t year;
	int month, day;
	if (day_number < -25567 || day_number > YEAR_9999 || zone_minutes < -1439 ||
		zone_minutes > 1439) {
		return OX_E_SYNTAX; /* RFC 5322 3.3: four digits, 1900 or later */
	}
	civil_from_days(day_number, &year, &month, &day);
	int zone = zone_minutes < 0 ? -zone_minutes : zone_minutes;
	return ox_buffer_append_format(out, "Date: %s, %02d %s %04d %02d:%02d:%02d %c%02d%02d\r\n",
								   days[((day_number % 7) + 7) % 7], day, months[month - 1],
								   (int)year, second / 3600, second / 60 % 60, second % 60,
								   zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
}
