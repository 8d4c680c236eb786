/* SPDX-License-Identifier: MIT */
#include "message/sendmail.h"

#include <string.h>

/* -t, -i, -ti, -it. */
static unsigned letters(const char *word)
{
	if (word[1 + strspn(word + 1, "ti")]) {
		return OX_SENDMAIL_UNKNOWN;
	}
	return (strchr(word, 't') ? OX_SENDMAIL_FROM_HEADER : 0u) | (strchr(word, 'i') ? OX_SENDMAIL_IGNORE_DOT : 0u);
}

unsigned ox_sendmail_option_of(const char *word)
{
	static const char *const nothing[] = {"-bm", "-oem", "-oep", "-oeq", "-odi", "-odb", "-odq", "-om",
		"-oo", "-v", "-m", "-U", "-B7BIT", "-B8BITMIME"}; /* Debian's cron says -B8BITMIME */
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
		if (!strcmp(word, nothing[i])) {
			return OX_SENDMAIL_NOTHING;
		}
	}
	if (!strcmp(word, "-oi")) {
		return OX_SENDMAIL_IGNORE_DOT;
	}
	if (!strcmp(word, "-bs")) {
		return OX_SENDMAIL_DIALOGUE;
	}
	switch (word[0] == '-' ? word[1] : 0) {
	case 't':
	case 'i': return letters(word);
	case 'f':
	case 'r': return OX_SENDMAIL_SENDER;
	case 'F': return OX_SENDMAIL_NAME;
	default: return OX_SENDMAIL_UNKNOWN;
	}
}

const char *ox_sendmail_sender_of(const char *value)
{
	return !strcmp(value, "<>") ? "" : value;
}

/* The next word without its quotes; a quote that nothing closes is itself, as PHP has escaped it by then. OX_AGAIN:
 * there is none any more. */
static int next_word(const char **at, char *word)
{
	size_t size = 0;
	const char *read = *at + strspn(*at, " \t\r\n");
	if (!*read) {
		return OX_AGAIN;
	}
	while (*read && !strchr(" \t\r\n", *read)) {
		const char *end = *read == '\'' || *read == '"' ? strchr(read + 1, *read) : NULL;
		const char *piece = end ? read + 1 : read;
		size_t length = end ? (size_t)(end - piece) : 1;
		if (length > OX_SENDMAIL_WORD_MAX - size) {
			return OX_E_SYNTAX;
		}
		memcpy(word + size, piece, length);
		size += length;
		read = end ? end + 1 : read + 1;
	}
	word[size] = 0;
	*at = read;
	return OX_OK;
}

int ox_sendmail_parse(const char *text, ox_sendmail_parameters *parameters)
{
	char word[OX_SENDMAIL_WORD_MAX + 1], next[OX_SENDMAIL_WORD_MAX + 1];
	int status;
	memset(parameters, 0, sizeof *parameters);
	while ((status = next_word(&text, word)) == OX_OK) {
		unsigned option = ox_sendmail_option_of(word);
		const char *value = word + 2;
		if (option == OX_SENDMAIL_UNKNOWN || option == OX_SENDMAIL_DIALOGUE) {
			return OX_E_SYNTAX;
		}
		if (option != OX_SENDMAIL_SENDER && option != OX_SENDMAIL_NAME) {
			continue;
		}
		if (!*value) {
			if (next_word(&text, next) != OX_OK || !*next) {
				return OX_E_SYNTAX;
			}
			value = next;
		}
		if (option == OX_SENDMAIL_NAME) {
			memcpy(parameters->name, value, strlen(value) + 1);
			continue;
		}
		const char *sender = ox_sendmail_sender_of(value);
		memcpy(parameters->sender, sender, strlen(sender) + 1);
		parameters->has_sender = true;
	}
	return status == OX_AGAIN ? OX_OK : status;
}
