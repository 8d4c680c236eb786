/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/string.h"

void cli_paint(const cli *cli, FILE *to, paint paint, const char *format, ...)
{
	static const char *const codes[] = {[PAINT_NONE] = "", [PAINT_BOLD] = "\033[1m",
		[PAINT_DIM] = "\033[2m", [PAINT_RED] = "\033[31m", [PAINT_GREEN] = "\033[32m",
		[PAINT_YELLOW] = "\033[33m"};
	va_list arguments;
	fputs(cli->color ? codes[paint] : "", to);
	va_start(arguments, format);
	vfprintf(to, format, arguments);
	va_end(arguments);
	fputs(cli->color && paint != PAINT_NONE ? "\033[0m" : "", to);
}

void cli_print_text(FILE *to, const char *text)
{
	bool utf8 = ox_is_utf8(text, strlen(text));
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		/* C1 controls (U+0080 to U+009F) are 0xc2 0x80 to 0x9f: terminals obey them. */
		bool control = c < 32 || c == 127 || (c >= 128 && !utf8)
			|| (c == 0xc2 && (unsigned char)text[1] < 0xa0);
		fputc(control ? '?' : c, to);
		text += c == 0xc2 && control && text[1];
	}
}

void cli_print_json(json_t *value)
{
	if (!value || json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY) != 0) {
		fputs("outbox: memory is out\n", stderr);
	}
	fputc('\n', stdout);
	json_decref(value);
}

json_t *cli_json_text(const char *text)
{
	if (!text) {
		return json_null();
	}
	json_t *value = json_string(text);
	if (value) {
		return value;
	}
	char plain[OX_ERROR_TEXT_MAX];
	size_t size = 0;
	for (; *text && size < sizeof plain - 1; text++) {
		plain[size++] = (unsigned char)*text < 128 ? *text : '?';
	}
	plain[size] = 0;
	return json_string(plain);
}

json_t *cli_json_time(uint64_t ms)
{
	return ms ? json_real((double)ms / 1000) : json_null();
}

void cli_time(uint64_t ms, char text[32])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm broken;
	if (!ms || !localtime_r(&seconds, &broken) || !strftime(text, 32, "%Y-%m-%d %H:%M:%S", &broken)) {
		snprintf(text, 32, "-");
	}
}

void cli_duration(uint64_t ms, char text[32])
{
	static const struct {
		uint64_t ms;
		const char *unit;
	} units[] = {{86400000, "d"}, {3600000, "h"}, {60000, "min"}, {1000, "s"}, {1, "ms"}};
	size_t unit = 0;
	while (unit < 4 && ms < units[unit].ms * (unit < 3 ? 2 : 1)) {
		unit++;
	}
	snprintf(text, 32, "%llu %s", (unsigned long long)(ms / units[unit].ms), units[unit].unit);
}

void cli_size(uint64_t octets, char text[32])
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	size_t unit = 0;
	while (octets >= 10000 && unit < 4) {
		octets /= 1000;
		unit++;
	}
	snprintf(text, 32, "%llu %s", (unsigned long long)octets, units[unit]);
}
