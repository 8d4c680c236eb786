/* SPDX-License-Identifier: MIT */
/* The options of a relay by name: one table, one function for each kind of value. */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "net/tls.h"
#include "relay/profile.h"
#include "relay/relay_internal.h"

enum { MESSAGES_MAX = 1000000, PATH_SIZE_MAX = 4096, NAME_SHOWN_MAX = 32, NEAR_MAX = 3, PIN_SIZE_MAX = 64 };

typedef struct {
	const char *word;
	int value;
} choice;

typedef struct option option;
struct option {
	const char *name;
	int (*set)(ox_relay *relay, const option *self, ox_slice value, ox_error *error);
	size_t at;              /* where in ox_relay, for those that share a setter */
	uint64_t least, most;   /* numbers; times in milliseconds; texts: octets at most */
	const char *expected;   /* what would be right */
};

static int refuse(const option *self, ox_error *error)
{
	return relay_refuse(error, self->name, self->expected);
}

static bool choose(const choice *choices, ox_slice value, int *chosen)
{
	for (; choices->word; choices++) {
		if (ox_slice_is_nocase(value, choices->word)) {
			*chosen = choices->value;
			return true;
		}
	}
	return false;
}

static int set_scheme(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	static const choice schemes[] = {{"smtps", 0}, {"smtp", 1}, {"mx", 2}, {NULL, 0}};
	int scheme;
	if (!choose(schemes, value, &scheme)) {
		return refuse(self, error);
	}
	relay->direct = scheme == 2;
	/* tls= says it more exactly, whichever came first. */
	if (!(relay->given & 1u << OPTION_TLS)) {
		relay->tls = scheme == 0 ? OX_TLS_IMPLICIT : OX_TLS_STARTTLS;
	} else if (scheme == 0 && relay->tls != OX_TLS_IMPLICIT) {
		return relay_refuse(error, "tls", "smtps:// is tls=implicit; write smtp:// for the others");
	}
	relay->given = scheme == 0 ? relay->given | 1u << OPTION_SCHEME
	                           : relay->given & ~(1u << OPTION_SCHEME);
	return OX_OK;
}

static int set_tls(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	static const choice modes[] = {
		{"implicit", OX_TLS_IMPLICIT},
		{"starttls", OX_TLS_STARTTLS},
		{"opportunistic", OX_TLS_OPPORTUNISTIC},
		{"none", OX_TLS_NONE},
		{NULL, 0},
	};
	int mode;
	if (!choose(modes, value, &mode)) {
		return refuse(self, error);
	}
	if (relay->given & 1u << OPTION_SCHEME && mode != OX_TLS_IMPLICIT) {
		return relay_refuse(error, "tls", "smtps:// is tls=implicit; write smtp:// for the others");
	}
	relay->tls = (ox_tls_mode)mode;
	return OX_OK;
}

static int set_tls_min(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	static const choice versions[] = {
		{"1.0", OX_TLS_VERSION_1_0}, {"1.1", OX_TLS_VERSION_1_1}, {"1.2", OX_TLS_VERSION_1_2},
		{"1.3", OX_TLS_VERSION_1_3}, {NULL, 0},
	};
	return choose(versions, value, &relay->tls_min) ? OX_OK : refuse(self, error);
}

static int set_verify(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	static const choice answers[] = {
		{"1", 1}, {"true", 1}, {"yes", 1}, {"on", 1},
		{"0", 0}, {"false", 0}, {"no", 0}, {"off", 0}, {NULL, 0},
	};
	int answer;
	if (!choose(answers, value, &answer)) {
		return refuse(self, error);
	}
	relay->verify = answer;
	return OX_OK;
}

static int set_recipients(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	static const choice policies[] = {{"deliver", 0}, {"all", 1}, {NULL, 0}};
	int policy;
	if (!choose(policies, value, &policy)) {
		return refuse(self, error);
	}
	relay->all_or_nothing = policy;
	return OX_OK;
}

static int set_host(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	char *host = NULL;
	(void)self;
	int status = relay_host_from(value, &host, error);
	if (status == OX_OK) {
		ox_free(relay->host);
		relay->host = host;
	}
	return status;
}

static int set_port(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	uint64_t port;
	if (!ox_parse_number(value, &port) || port < self->least || port > self->most) {
		return refuse(self, error);
	}
	relay->port = (uint16_t)port;
	return OX_OK;
}

static int set_number(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	uint64_t number;
	if (!ox_parse_number(value, &number) || number < self->least || number > self->most) {
		return refuse(self, error);
	}
	/* unsigned and uint32_t alike */
	*(uint32_t *)(void *)((char *)relay + self->at) = (uint32_t)number;
	return OX_OK;
}

/* Seconds with a fraction, down to milliseconds. */
static bool parse_time(ox_slice value, uint64_t *milliseconds)
{
	const char *point = value.size ? memchr(value.at, '.', value.size) : NULL;
	ox_slice whole = {value.at, point ? (size_t)(point - value.at) : value.size};
	uint64_t seconds, fraction = 0;
	if (!ox_parse_number(whole, &seconds) || seconds > OX_RELAY_TIMEOUT_MAX_MS) {
		return false;
	}
	if (point) {
		ox_slice digits = {point + 1, value.size - whole.size - 1};
		if (digits.size > 3 || !ox_parse_number(digits, &fraction)) {
			return false;
		}
		for (size_t i = digits.size; i < 3; i++) {
			fraction *= 10;
		}
	}
	*milliseconds = seconds * 1000 + fraction;
	return true;
}

static int set_time(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	uint64_t milliseconds;
	if (!parse_time(value, &milliseconds) || milliseconds < self->least || milliseconds > self->most) {
		return refuse(self, error);
	}
	*(uint32_t *)(void *)((char *)relay + self->at) = (uint32_t)milliseconds;
	return OX_OK;
}

static int replace(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	char **field = (char **)(void *)((char *)relay + self->at);
	char *copy = ox_copy_bytes(value.at, value.size);
	if (!copy) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	ox_free_secret(*field);
	*field = copy;
	return OX_OK;
}

static int set_text(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	return value.size > self->most ? refuse(self, error) : replace(relay, self, value, error);
}

static int set_ehlo(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	int status = relay_ehlo_check(value, error);
	return status == OX_OK ? replace(relay, self, value, error) : status;
}

static int set_source(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	bool blank = memchr(value.at, ' ', value.size) != NULL;
	return blank || value.size > self->most ? refuse(self, error) : replace(relay, self, value, error);
}

static int set_proxy(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	static const char *const schemes[] = {"socks5h://", "socks5://", "socks4a://", "socks4://", "http://"};
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		ox_slice head = {value.at, strlen(schemes[i])};
		if (value.size > head.size && ox_slice_is_nocase(head, schemes[i])) {
			return replace(relay, self, value, error);
		}
	}
	return refuse(self, error);
}

static int set_profile(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	return ox_profile_name_is_good(value) ? replace(relay, self, value, error) : refuse(self, error);
}

static int check_pin(ox_slice pin, ox_buffer *digest)
{
	static const char prefix[] = "sha256//";
	size_t size = sizeof prefix - 1;
	ox_buffer_empty(digest);
	if (pin.size <= size || memcmp(pin.at, prefix, size) != 0) {
		return OX_E_SYNTAX;
	}
	int status = ox_base64_decode(digest, pin.at + size, pin.size - size);
	return status == OX_OK && digest->size != OX_DIGEST_MAX ? OX_E_SYNTAX : status;
}

static int set_pin(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	ox_buffer digest;
	ox_buffer_init(&digest, PIN_SIZE_MAX);
	int status = OX_OK;
	for (size_t from = 0; status == OX_OK && from <= value.size;) {
		const char *end = from < value.size ? memchr(value.at + from, ';', value.size - from) : NULL;
		size_t to = end ? (size_t)(end - value.at) : value.size;
		status = check_pin((ox_slice){value.at + from, to - from}, &digest);
		from = to + 1;
	}
	ox_buffer_clear(&digest);
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	return status == OX_OK ? replace(relay, self, value, error) : refuse(self, error);
}

static int refuse_mechanism(ox_error *error)
{
	char names[256] = "knows no such mechanism; those there are:";
	for (int m = 0; m < OX_MECHANISM_COUNT; m++) {
		size_t used = strlen(names);
		(void)snprintf(names + used, sizeof names - used, " %s", ox_mechanism_name((ox_mechanism)m));
	}
	return relay_refuse(error, "auth", names);
}

static int set_auth(ox_relay *relay, const option *self, ox_slice value, ox_error *error)
{
	uint32_t mechanisms = 0;
	(void)self;
	for (size_t from = 0; from < value.size;) {
		size_t to = from;
		while (to < value.size && !strchr(", |", value.at[to])) {
			to++;
		}
		ox_mechanism mechanism = ox_mechanism_parse((ox_slice){value.at + from, to - from});
		if (to > from && mechanism == OX_MECHANISM_NONE) {
			return refuse_mechanism(error);
		}
		mechanisms |= to > from ? 1u << mechanism : 0;
		from = to + 1;
	}
	if (!mechanisms) {
		return refuse_mechanism(error);
	}
	relay->mechanisms = mechanisms;
	return OX_OK;
}

#define FIELD(name) offsetof(ox_relay, name)
#define FILE_NAME   0, PATH_SIZE_MAX, "must be the path of a file, of at most 4096 octets"

static const option options[OPTION_COUNT] = {
	[OPTION_SCHEME] = {"scheme", set_scheme, 0, 0, 0, "must be smtps, smtp or mx"},
	[OPTION_HOST] = {"host", set_host, 0, 0, 0, NULL},
	[OPTION_PORT] = {"port", set_port, 0, 1, 65535, "must be a number from 1 to 65535"},
	[OPTION_USER] = {"user", set_text, FIELD(user), 0, OX_AUTH_USER_MAX, "has more than 1024 octets"},
	[OPTION_PASSWORD] = {"password", set_text, FIELD(password), 0, OX_AUTH_SECRET_MAX,
		"has more than 12288 octets"},
	[OPTION_TOKEN] = {"token", set_text, FIELD(token), 0, OX_AUTH_SECRET_MAX,
		"has more than 12288 octets"},
	[OPTION_TLS] = {"tls", set_tls, 0, 0, 0, "must be implicit, starttls, opportunistic or none"},
	[OPTION_TLS_MIN] = {"tls_min", set_tls_min, 0, 0, 0, "must be 1.0, 1.1, 1.2 or 1.3"},
	[OPTION_VERIFY] = {"verify", set_verify, 0, 0, 0, "must be 1 or 0"},
	[OPTION_CA_FILE] = {"ca_file", set_text, FIELD(ca_file), FILE_NAME},
	[OPTION_PIN] = {"pin", set_pin, FIELD(pin), 0, 0,
		"must be sha256// and the base64 of 32 octets; several are split by ;"},
	[OPTION_CERT] = {"cert", set_text, FIELD(certificate), FILE_NAME},
	[OPTION_KEY] = {"key", set_text, FIELD(key), FILE_NAME},
	[OPTION_AUTH] = {"auth", set_auth, 0, 0, 0, NULL},
	[OPTION_EHLO] = {"ehlo", set_ehlo, FIELD(ehlo), 0, 0, NULL},
	[OPTION_SOURCE] = {"source", set_source, FIELD(source), 0, 255,
		"must be an address or an interface of this machine"},
	[OPTION_PROXY] = {"proxy", set_proxy, FIELD(proxy), 0, 0,
		"must begin with socks5h://, socks5://, socks4a://, socks4:// or http://"},
	[OPTION_CONNECT_TIMEOUT] = {"connect_timeout", set_time, FIELD(connect_timeout_ms), 1,
		OX_RELAY_TIMEOUT_MAX_MS, "must be seconds from 0.001 to 3600"},
	[OPTION_TIMEOUT] = {"timeout", set_time, FIELD(timeout_ms), 1, OX_RELAY_TIMEOUT_MAX_MS,
		"must be seconds from 0.001 to 3600"},
	[OPTION_TOTAL_TIMEOUT] = {"total_timeout", set_time, FIELD(total_timeout_ms), 0,
		OX_RELAY_TIMEOUT_MAX_MS, "must be seconds from 0 (no bound) to 3600"},
	[OPTION_IDLE] = {"idle", set_time, FIELD(idle_ms), 1, OX_RELAY_TIMEOUT_MAX_MS,
		"must be seconds from 0.001 to 3600"},
	[OPTION_MAX_MESSAGES] = {"max_messages", set_number, FIELD(max_messages), 1, MESSAGES_MAX,
		"must be a number from 1 to 1000000"},
	[OPTION_WINDOW] = {"window", set_number, FIELD(window), 1, OX_SESSION_WINDOW_MAX,
		"must be a number from 1 to 64"},
	[OPTION_RECIPIENTS] = {"recipients", set_recipients, 0, 0, 0, "must be deliver or all"},
	[OPTION_PROFILE] = {"profile", set_profile, FIELD(profile), 0, 0, OX_PROFILE_NAME_RULE},
};

relay_option relay_option_find(ox_slice name)
{
	int i = 0;
	while (i < OPTION_COUNT && !ox_slice_is(name, options[i].name)) {
		i++;
	}
	return (relay_option)i;
}

const char *relay_option_name(relay_option option)
{
	return options[option].name;
}

/* Letters to add, drop or change (Levenshtein), over names of at most NAME_SHOWN_MAX. */
static unsigned distance(ox_slice a, const char *b)
{
	unsigned row[NAME_SHOWN_MAX + 1];
	size_t length = strlen(b);
	for (unsigned j = 0; j <= length; j++) {
		row[j] = j;
	}
	for (size_t i = 1; i <= a.size; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= length; j++) {
			unsigned change = diagonal + (ox_lower((unsigned char)a.at[i - 1]) != b[j - 1]);
			unsigned add = row[j - 1] + 1, drop = row[j] + 1;
			diagonal = row[j];
			row[j] = change < add ? change : add;
			row[j] = row[j] < drop ? row[j] : drop;
		}
	}
	return row[length];
}

static bool is_near(ox_slice name, const char *known)
{
	size_t length = strlen(known), shorter = name.size < length ? name.size : length;
	bool begins = shorter >= 3 && !memcmp(name.at, known, shorter);
	return begins || distance(name, known) <= (name.size > 4 ? 2u : 1u);
}

/* A name that is worth showing: what a person could have meant as an option. */
static bool is_plain_name(ox_slice name)
{
	bool plain = name.size && name.size <= NAME_SHOWN_MAX;
	for (size_t i = 0; plain && i < name.size; i++) {
		int c = ox_lower((unsigned char)name.at[i]);
		plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
	}
	return plain;
}

static void append(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);
	(void)snprintf(text + used, size - used, "%s", more);
}

int relay_option_unknown(ox_slice name, bool quote, ox_error *error)
{
	char known[400] = "";
	bool plain = quote && is_plain_name(name);
	unsigned near = 0;
	for (int i = 0; plain && i < OPTION_COUNT && near < NEAR_MAX; i++) {
		if (is_near(name, options[i].name)) {
			append(known, sizeof known, near++ ? ", " : "did you mean ");
			append(known, sizeof known, options[i].name);
		}
	}
	append(known, sizeof known, near ? "?" : "the options are");
	for (int i = 0; !near && i < OPTION_COUNT; i++) {
		append(known, sizeof known, i ? ", " : " ");
		append(known, sizeof known, options[i].name);
	}
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
		"unknown option %s%.*s%s%s", plain ? "\"" : "", plain ? (int)name.size : 0,
		plain ? name.at : "", plain ? "\": " : "(its name is not shown): ", known);
}

int ox_relay_set(ox_relay *relay, const char *name, ox_slice value, ox_error *error)
{
	relay_option i = relay_option_find(ox_slice_of(name));
	if (i == OPTION_COUNT) {
		return relay_option_unknown(ox_slice_of(name), true, error);
	}
	if (!value.size) {
		return relay_refuse(error, options[i].name, "must not be empty; leave it out instead");
	}
	if (value.size > OX_RELAY_OPTION_MAX) {
		return relay_refuse(error, options[i].name, "is longer than 32768 octets");
	}
	if (ox_has_control(value.at, value.size)) {
		return relay_refuse(error, options[i].name, "must not hold control characters");
	}
	int status = options[i].set(relay, &options[i], value, error);
	if (status == OX_OK && i != OPTION_SCHEME) {
		relay->given |= 1u << i;
	}
	return status;
}
