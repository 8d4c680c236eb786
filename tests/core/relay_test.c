/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "net/tls.h"
#include "relay/relay.h"

#define PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static int parse(ox_relay *relay, const char *dsn, ox_error *error)
{
	ox_relay_init(relay);
	int status = ox_relay_parse(relay, dsn, error);
	return status == OX_OK ? ox_relay_finish(relay, false, error) : status;
}

typedef struct {
	const char *dsn, *host;
	unsigned port;
	ox_tls_mode tls;
	const char *user, *password;
} good_case;

static const good_case good[] = {
	{"smtp://mail.example.com", "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtps://mail.example.com", "mail.example.com", 465, OX_TLS_IMPLICIT, NULL, NULL},
	{"SMTPS://Mail.Example.COM", "mail.example.com", 465, OX_TLS_IMPLICIT, NULL, NULL},
	{"smtp://mail.example.com/", "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?", "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com/?", "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com:25", "mail.example.com", 25, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com:465", "mail.example.com", 465, OX_TLS_STARTTLS, NULL, NULL},
	{"smtps://mail.example.com:1", "mail.example.com", 1, OX_TLS_IMPLICIT, NULL, NULL},
	{"smtps://mail.example.com:65535", "mail.example.com", 65535, OX_TLS_IMPLICIT, NULL, NULL},
	{"smtp://localhost:25?tls=none", "localhost", 25, OX_TLS_NONE, NULL, NULL},
	{"smtp://my_mail:1025?tls=none", "my_mail", 1025, OX_TLS_NONE, NULL, NULL},
	{"smtp://mail.example.com.", "mail.example.com.", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://192.0.2.1", "192.0.2.1", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtps://[2001:DB8::1]", "2001:db8::1", 465, OX_TLS_IMPLICIT, NULL, NULL},
	{"smtp://[2001:db8::1]:2525", "2001:db8::1", 2525, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://[::1]:25?tls=none", "::1", 25, OX_TLS_NONE, NULL, NULL},
	{"smtp://[::ffff:192.0.2.1]", "::ffff:192.0.2.1", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://[fe80::1%25eth0]:25?tls=none", "fe80::1%eth0", 25, OX_TLS_NONE, NULL, NULL},
	{"smtp://[1:2:3:4:5:6:7:8]", "1:2:3:4:5:6:7:8", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://b\xc3\xbc" "cher.example", "xn--bcher-kva.example", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://b%C3%BCcher.example", "xn--bcher-kva.example", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtps://me:secret@mail.example.com", "mail.example.com", 465, OX_TLS_IMPLICIT, "me", "secret"},
	{"smtps://me%40example.com:p@mail.example.com", "mail.example.com", 465, OX_TLS_IMPLICIT,
		"me@example.com", "p"},
	{"smtps://me@example.com:p@mail.example.com", "mail.example.com", 465, OX_TLS_IMPLICIT,
		"me@example.com", "p"},
	{"smtps://me:a%3Ab%40c%25d%2Fe%3Ff%23g+h@mail.example.com", "mail.example.com", 465,
		OX_TLS_IMPLICIT, "me", "a:b@c%d/e?f#g+h"},
	{"smtps://me:a:b@mail.example.com", "mail.example.com", 465, OX_TLS_IMPLICIT, "me", "a:b"},
	{"smtps://me:%2540@mail.example.com", "mail.example.com", 465, OX_TLS_IMPLICIT, "me", "%40"},
	{"smtps://me:p%C3%A4ss@mail.example.com", "mail.example.com", 465, OX_TLS_IMPLICIT, "me",
		"p\xc3\xa4ss"},
	{"smtps://mail.example.com?user=me@example.com&password=a%26b", "mail.example.com", 465,
		OX_TLS_IMPLICIT, "me@example.com", "a&b"},
	{"smtps://me@mail.example.com?token=t0ken", "mail.example.com", 465, OX_TLS_IMPLICIT, "me", NULL},
	{"smtp://mail.example.com?tls=implicit", "mail.example.com", 465, OX_TLS_IMPLICIT, NULL, NULL},
	{"smtps://mail.example.com?tls=implicit", "mail.example.com", 465, OX_TLS_IMPLICIT, NULL, NULL},
	{"smtp://mail.example.com?tls=Opportunistic", "mail.example.com", 587, OX_TLS_OPPORTUNISTIC, NULL,
		NULL},
	{"smtp://mail.example.com?tls=starttls", "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?tls_min=1.3&", "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?verify=0&pin=" PIN, "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?verify=yes", "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?pin=" PIN ";" PIN, "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?cert=/a.pem&key=/b.pem&ca_file=/c.pem", "mail.example.com", 587,
		OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?cert=/a.pem&auth=external", "mail.example.com", 587, OX_TLS_STARTTLS,
		NULL, NULL},
	{"smtp://me:p@mail.example.com?auth=PLAIN,login%20scram-sha-256", "mail.example.com", 587,
		OX_TLS_STARTTLS, "me", "p"},
	{"smtp://mail.example.com?ehlo=www.example.com&source=eth0", "mail.example.com", 587,
		OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?ehlo=[192.0.2.7]", "mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?ehlo=[IPv6:2001:db8::7]", "mail.example.com", 587, OX_TLS_STARTTLS, NULL,
		NULL},
	{"smtp://mail.example.com?proxy=socks5h://u:p@proxy:1080", "mail.example.com", 587,
		OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?connect_timeout=0.25&timeout=2.5&total_timeout=0&idle=7.125",
		"mail.example.com", 587, OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://mail.example.com?max_messages=1&window=64&recipients=all", "mail.example.com", 587,
		OX_TLS_STARTTLS, NULL, NULL},
	{"smtp://a.b?window=1&&recipients=deliver", "a.b", 587, OX_TLS_STARTTLS, NULL, NULL},
};

static void good_dsns_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(good); i++) {
		ox_relay relay;
		ox_error error = {0};
		if (parse(&relay, good[i].dsn, &error) != OX_OK) {
			fail_msg("%s: %s", good[i].dsn, error.text);
		}
		assert_string_equal(relay.host, good[i].host);
		assert_int_equal(relay.port, good[i].port);
		assert_int_equal(relay.tls, good[i].tls);
		assert_int_equal(!relay.user, !good[i].user);
		assert_int_equal(!relay.password, !good[i].password);
		if (good[i].user) {
			assert_string_equal(relay.user, good[i].user);
		}
		if (good[i].password) {
			assert_string_equal(relay.password, good[i].password);
		}
		ox_relay_clear(&relay);
	}
}

/* The error begins with the name of what is wrong. */
static const char *const bad[][2] = {
	{"", "dsn: must look like"},
	{"mail.example.com", "dsn: must look like"},
	{"smtp:/mail.example.com", "dsn: must look like"},
	{"imap://mail.example.com", "scheme: must be smtps, smtp or mx"},
	{"://mail.example.com", "scheme: must not be empty"},
	{"smtp://", "host: is missing"},
	{"smtp:///", "host: is missing"},
	{"smtp://:25", "host: is missing"},
	{"smtp://me:p@", "host: is missing"},
	{"smtp://me:p@:25", "host: is missing"},
	{"smtp://mail..example.com", "host: this is no host name"},
	{"smtp://-mail.example.com", "host: this is no host name"},
	{"smtp://mail-.example.com", "host: this is no host name"},
	{"smtp://mail example.com", "host: this is no host name"},
	{"smtp://mail%00.example.com", "host: must not hold control"},
	{"smtp://mail.example.com%0d%0aRCPT", "host: must not hold control"},
	{"smtp://mail.example.com\r\n", "dsn: must not hold control"},
	{"smtp://\xff\xfe", "host: this is no host name"},
	{"smtp://[mail.example.com]", "host: this is no host name"},
	{"smtp://[::zz]", "host: this is no host name"},
	{"smtp://[1::2::3]", "host: this is no host name"},
	{"smtp://[1:2:3]", "host: this is no host name"},
	{"smtp://[1:2:3:4:5:6:7:8:9]", "host: this is no host name"},
	{"smtp://[12345::]", "host: this is no host name"},
	{"smtp://[::1%]", "host: has a % without"},
	{"smtp://[::1]x", "dsn: host and port cannot be told apart"},
	{"smtp://2001:db8::1", "dsn: host and port cannot be told apart"},
	{"smtp://mail.example.com:", "dsn: host and port cannot be told apart"},
	{"smtp://mail.example.com:0", "port: must be a number from 1 to 65535"},
	{"smtp://mail.example.com:65536", "port: must be a number from 1 to 65535"},
	{"smtp://mail.example.com:99999999999999999999", "port: must be a number from 1 to 65535"},
	{"smtp://mail.example.com:25a", "dsn: host and port cannot be told apart"},
	{"smtp://mail.example.com/path", "dsn: must end with the host and port"},
	{"smtp://mail.example.com#part", "dsn: must end with the host and port"},
	{"smtp://mail.example.com?window=1#part", "dsn: must not have a fragment"},
	{"smtp://me:@mail.example.com", "password: must not be empty"},
	{"smtp://:p@mail.example.com", "user: must not be empty"},
	{"smtp://me:p%4@mail.example.com", "password: has a % without"},
	{"smtp://me:%zz@mail.example.com", "password: has a % without"},
	{"smtp://me:a%00b@mail.example.com", "password: must not hold control"},
	{"smtp://me:a%0ab@mail.example.com", "password: must not hold control"},
	{"smtp://me@mail.example.com", "user: needs a password"},
	{"smtp://mail.example.com?password=x", "password: needs a user"},
	{"smtp://mail.example.com?token=x", "token: needs a user"},
	{"smtp://me:p@mail.example.com?user=you", "user: is given twice"},
	{"smtp://me:p@mail.example.com?password=q", "password: is given twice"},
	{"smtp://mail.example.com?window=1&window=2", "window: is given twice"},
	{"smtp://mail.example.com?window", "dsn: an option needs ="},
	{"smtp://mail.example.com?window=", "window: must not be empty"},
	{"smtp://mail.example.com?=1", "unknown option"},
	{"smtp://mail.example.com?host=other", "host: stands at the front"},
	{"smtp://mail.example.com?port=25", "port: stands at the front"},
	{"smtp://mail.example.com?scheme=smtps", "scheme: stands at the front"},
	{"smtp://mail.example.com?tls=maybe", "tls: must be implicit, starttls, opportunistic or none"},
	{"smtps://mail.example.com?tls=starttls", "tls: smtps:// is tls=implicit"},
	{"smtps://mail.example.com?tls=none", "tls: smtps:// is tls=implicit"},
	{"smtp://mail.example.com?tls_min=1.4", "tls_min: must be 1.0, 1.1, 1.2 or 1.3"},
	{"smtp://mail.example.com?tls=none&tls_min=1.3", "tls_min: has no meaning"},
	{"smtp://mail.example.com?tls=none&pin=" PIN, "pin: has no meaning"},
	{"smtp://mail.example.com?tls=none&cert=/a.pem", "cert: has no meaning"},
	{"smtp://mail.example.com?tls=none&ca_file=/a.pem", "ca_file: has no meaning"},
	{"smtp://mail.example.com?tls=opportunistic&pin=" PIN, "pin: cannot hold"},
	{"smtp://mail.example.com?verify=0", "verify: 0 would let anybody"},
	{"smtp://mail.example.com?verify=2", "verify: must be 1 or 0"},
	{"smtp://mail.example.com?pin=sha256//AAAA", "pin: must be sha256//"},
	{"smtp://mail.example.com?pin=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "pin: must be"},
	{"smtp://mail.example.com?pin=" PIN ";", "pin: must be sha256//"},
	{"smtp://mail.example.com?key=/b.pem", "key: needs a certificate"},
	{"smtp://me:p@mail.example.com?auth=NTLM", "auth: knows no such mechanism"},
	{"smtp://me:p@mail.example.com?auth=,", "auth: knows no such mechanism"},
	{"smtp://mail.example.com?auth=plain", "auth: names mechanisms, but"},
	{"smtp://mail.example.com?auth=external", "auth: EXTERNAL needs a client certificate"},
	{"smtp://mail.example.com?ehlo=a b", "ehlo: must be a host name"},
	{"smtp://mail.example.com?ehlo=[::1]", "ehlo: must be a host name"},
	{"smtp://mail.example.com?ehlo=[192.0.2.256]", "ehlo: must be a host name"},
	{"smtp://mail.example.com?ehlo=a%0d%0ab", "ehlo: must not hold control"},
	{"smtp://mail.example.com?source=a b", "source: must be an address"},
	{"smtp://mail.example.com?proxy=https://proxy", "proxy: must begin with"},
	{"smtp://mail.example.com?proxy=proxy:1080", "proxy: must begin with"},
	{"smtp://mail.example.com?timeout=0", "timeout: must be seconds from 0.001 to 3600"},
	{"smtp://mail.example.com?timeout=3600.001", "timeout: must be seconds"},
	{"smtp://mail.example.com?timeout=-1", "timeout: must be seconds"},
	{"smtp://mail.example.com?timeout=1.", "timeout: must be seconds"},
	{"smtp://mail.example.com?timeout=.5", "timeout: must be seconds"},
	{"smtp://mail.example.com?timeout=1.0001", "timeout: must be seconds"},
	{"smtp://mail.example.com?timeout=99999999999999999999", "timeout: must be seconds"},
	{"smtp://mail.example.com?connect_timeout=soon", "connect_timeout: must be seconds"},
	{"smtp://mail.example.com?idle=4000", "idle: must be seconds"},
	{"smtp://mail.example.com?max_messages=0", "max_messages: must be a number from 1"},
	{"smtp://mail.example.com?window=0", "window: must be a number from 1 to 64"},
	{"smtp://mail.example.com?window=65", "window: must be a number from 1 to 64"},
	{"smtp://mail.example.com?recipients=some", "recipients: must be deliver or all"},
	{"smtp://mail.example.com?timeot=5", "unknown option \"timeot\": did you mean timeout?"},
	{"smtp://mail.example.com?verify_peer=0", "unknown option \"verify_peer\": did you mean verify?"},
	{"smtp://mail.example.com?cafile=x", "unknown option \"cafile\": did you mean ca_file"},
	{"smtp://mail.example.com?Window=1", "unknown option \"Window\": did you mean window?"},
	{"smtp://mail.example.com?local_domain=x", "unknown option \"local_domain\": the options are"},
	{"mx://example.com", "scheme: mx:// (direct delivery) is not built yet"},
};

static void bad_dsns_are_refused_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(bad); i++) {
		ox_relay relay;
		ox_error error = {0};
		if (parse(&relay, bad[i][0], &error) != OX_E_FAILED) {
			fail_msg("%s was taken", bad[i][0]);
		}
		if (strncmp(error.text, bad[i][1], strlen(bad[i][1]))) {
			fail_msg("%s: \"%s\" does not begin with \"%s\"", bad[i][0], error.text, bad[i][1]);
		}
		assert_int_equal(error.class, OX_ERROR_USAGE);
		assert_int_equal(error.retry, OX_RETRY_NEVER);
		assert_int_equal(error.stage, OX_STAGE_NONE);
		ox_relay_clear(&relay);
	}
}

static void no_error_quotes_a_piece_of_a_secret(void **state)
{
	static const char *const dsns[] = {
		"smtp://me:hun/ter2@mail.example.com",  "smtp://me:hun?ter2=1@mail.example.com",
		"smtp://me:hun#ter2@mail.example.com",  "smtp://me:1?ter2=x@mail.example.com",
		"smtp://me:ter2%@mail.example.com",     "smtp://me:ter2%00@mail.example.com",
		"smtp://mail.example.com:ter2",         "smtp://me:p@mail.example.com?token=ter2%zz",
		"smtp://mail.example.com?password=ter2", "smtp://mail.example.com?proxy=ftp://u:ter2@x",
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(dsns); i++) {
		ox_relay relay;
		ox_error error = {0};
		assert_int_equal(parse(&relay, dsns[i], &error), OX_E_FAILED);
		assert_null(strstr(error.text, "ter2"));
		ox_relay_clear(&relay);
	}
}

static void a_dsn_is_bounded(void **state)
{
	(void)state;
	ox_relay relay;
	ox_error error = {0};
	char *dsn = malloc(OX_RELAY_DSN_MAX + 2);
	memset(dsn, 'a', OX_RELAY_DSN_MAX + 1);
	dsn[OX_RELAY_DSN_MAX + 1] = 0;
	memcpy(dsn, "smtp://", 7);
	assert_int_equal(parse(&relay, dsn, &error), OX_E_FAILED);
	assert_string_equal(error.text, "dsn: is longer than 65536 octets");
	ox_relay_clear(&relay);
	memcpy(dsn, "smtp://me:", 10);
	memcpy(dsn + 40000, "@b.example", 11);
	assert_int_equal(parse(&relay, dsn, &error), OX_E_FAILED);
	assert_string_equal(error.text, "password: is longer than 32768 octets");
	ox_relay_clear(&relay);
	memcpy(dsn + 10 + OX_AUTH_SECRET_MAX, "@b.example", 11);
	assert_int_equal(parse(&relay, dsn, &error), OX_OK);
	assert_int_equal(strlen(relay.password), OX_AUTH_SECRET_MAX);
	ox_relay_clear(&relay);
	free(dsn);
}

static void options_arrive_where_they_belong(void **state)
{
	(void)state;
	ox_relay relay;
	ox_error error = {0};
	assert_int_equal(parse(&relay, "smtp://me:p@a.example?connect_timeout=0.25&timeout=2.5&"
		"total_timeout=60&idle=7.125&max_messages=9&window=3&recipients=all&tls_min=1.3&"
		"auth=plain,xoauth2&source=192.0.2.9&ehlo=www.example.com", &error), OX_OK);
	assert_int_equal(relay.connect_timeout_ms, 250);
	assert_int_equal(relay.timeout_ms, 2500);
	assert_int_equal(relay.total_timeout_ms, 60000);
	assert_int_equal(relay.idle_ms, 7125);
	assert_int_equal(relay.max_messages, 9);
	assert_int_equal(relay.window, 3);
	assert_true(relay.all_or_nothing);
	assert_int_equal(relay.tls_min, OX_TLS_VERSION_1_3);
	assert_int_equal(relay.mechanisms, 1u << OX_MECHANISM_PLAIN | 1u << OX_MECHANISM_XOAUTH2);
	assert_string_equal(relay.source, "192.0.2.9");
	assert_string_equal(relay.ehlo, "www.example.com");
	ox_relay_clear(&relay);
}

static void a_later_value_replaces_an_earlier_one(void **state)
{
	(void)state;
	ox_relay relay;
	ox_error error = {0};
	ox_relay_init(&relay);
	assert_int_equal(ox_relay_parse(&relay, "smtps://me:p@a.example?ehlo=a.example", &error), OX_OK);
	assert_int_equal(ox_relay_set(&relay, "host", ox_slice_of("b.example"), &error), OX_OK);
	assert_int_equal(ox_relay_set(&relay, "ehlo", ox_slice_of("b.example"), &error), OX_OK);
	assert_int_equal(ox_relay_set(&relay, "scheme", ox_slice_of("smtp"), &error), OX_OK);
	assert_int_equal(ox_relay_set(&relay, "tls", ox_slice_of("none"), &error), OX_OK);
	assert_int_equal(ox_relay_set(&relay, "window", ox_slice_of("x"), &error), OX_E_FAILED);
	assert_int_equal(ox_relay_finish(&relay, false, &error), OX_OK);
	assert_string_equal(relay.host, "b.example");
	assert_string_equal(relay.ehlo, "b.example");
	assert_int_equal(relay.tls, OX_TLS_NONE);
	assert_int_equal(relay.window, OX_RELAY_WINDOW);
	ox_relay_clear(&relay);
}

static void finish_knows_what_services_allow(void **state)
{
	(void)state;
	ox_relay relay;
	ox_error error = {0};
	assert_int_equal(parse(&relay, "smtps://mail.example.com", &error), OX_OK);
	assert_int_equal(relay.idle_ms, OX_RELAY_IDLE_MS);
	assert_int_equal(relay.max_messages, OX_RELAY_MAX_MESSAGES);
	ox_relay_clear(&relay);
	assert_int_equal(parse(&relay, "smtps://email-smtp.eu-west-1.amazonaws.com", &error), OX_OK);
	assert_int_equal(relay.idle_ms, 8000);
	ox_relay_clear(&relay);
	assert_int_equal(parse(&relay, "smtps://smtp.mail.yahoo.com", &error), OX_OK);
	assert_int_equal(relay.max_messages, 20);
	ox_relay_clear(&relay);
	assert_int_equal(parse(&relay, "smtps://smtp.mail.yahoo.com?max_messages=5&idle=1", &error), OX_OK);
	assert_int_equal(relay.max_messages, 5);
	assert_int_equal(relay.idle_ms, 1000);
	ox_relay_clear(&relay);
}

static void an_administrator_may_allow_what_is_unsafe(void **state)
{
	(void)state;
	ox_relay relay;
	ox_error error = {0};
	ox_relay_init(&relay);
	assert_int_equal(ox_relay_parse(&relay, "smtps://a.example?verify=0", &error), OX_OK);
	assert_int_equal(ox_relay_finish(&relay, false, &error), OX_E_FAILED);
	assert_non_null(strstr(error.text, "ca_file"));
	assert_int_equal(ox_relay_finish(&relay, true, &error), OX_OK);
	ox_relay_clear(&relay);
}

static void a_description_has_no_secret(void **state)
{
	static const char *const cases[][2] = {
		{"smtps://me:p@a.example?ehlo=b.example", "smtps://a.example:465"},
		{"smtp://me:p@[::1]", "smtp://[::1]:587"},
		{"smtp://a.example?tls=implicit", "smtps://a.example:465"},
		{"smtp://a.example:25?tls=none", "smtp://a.example:25"},
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_relay relay;
		ox_error error = {0};
		char text[64];
		assert_int_equal(parse(&relay, cases[i][0], &error), OX_OK);
		ox_relay_describe(&relay, text, sizeof text);
		assert_string_equal(text, cases[i][1]);
		ox_relay_clear(&relay);
	}
}

/* No two of these may share a connection. */
static const char *const different[] = {
	"smtp://me:p@a.example",
	"smtp://me:p@b.example",
	"smtp://me:p@a.example:588",
	"smtps://me:p@a.example",
	"smtps://me:p@a.example:587",
	"smtp://me:p@a.example?tls=opportunistic",
	"smtp://me:p@a.example?tls=none",
	"smtp://m:ep@a.example",
	"smtp://mep:x@a.example",
	"smtp://you:p@a.example",
	"smtp://me:q@a.example",
	"smtp://me@a.example?token=p",
	"smtp://me:p@a.example?token=p",
	"smtp://a.example",
	"smtp://me:p@a.example?auth=plain",
	"smtp://me:p@a.example?auth=login",
	"smtp://me:p@a.example?tls_min=1.3",
	"smtp://me:p@a.example?ca_file=/a",
	"smtp://me:p@a.example?ca_file=/b",
	"smtp://me:p@a.example?cert=/a",
	"smtp://me:p@a.example?cert=/a&key=/b",
	"smtp://me:p@a.example?pin=" PIN,
	"smtp://me:p@a.example?pin=" PIN "&verify=0",
	"smtp://me:p@a.example?ehlo=a.example",
	"smtp://me:p@a.example?source=a.example",
	"smtp://me:p@a.example?proxy=http://a.example",
		"smtp://me:p@a.example?timeout=3", "smtp://me:p@a.example?window=2",
		"smtp://me:p@a.example?max_messages=3",
	};

static void keys_differ_wherever_identity_trust_or_route_do(void **state)
{
	uint8_t keys[OX_COUNT(different)][OX_RELAY_KEY_SIZE];
	(void)state;
	for (size_t i = 0; i < OX_COUNT(different); i++) {
		ox_relay relay;
		ox_error error = {0};
		assert_int_equal(parse(&relay, different[i], &error), OX_OK);
		assert_int_equal(ox_relay_key(&relay, keys[i]), OX_OK);
		ox_relay_clear(&relay);
		for (size_t j = 0; j < i; j++) {
			if (!memcmp(keys[i], keys[j], OX_RELAY_KEY_SIZE)) {
				fail_msg("%s and %s share a key", different[i], different[j]);
			}
		}
	}
}

static void keys_agree_where_no_session_differs(void **state)
{
	static const char *const same[] = {
		"smtp://me:p@a.example",
		"smtp://me:p@A.EXAMPLE:587?connect_timeout=1&total_timeout=9",
		"smtp://me:p@a.example?idle=1&recipients=all&verify=1",
	};
	uint8_t first[OX_RELAY_KEY_SIZE], key[OX_RELAY_KEY_SIZE];
	(void)state;
	for (size_t i = 0; i < OX_COUNT(same); i++) {
		ox_relay relay;
		ox_error error = {0};
		assert_int_equal(parse(&relay, same[i], &error), OX_OK);
		assert_int_equal(ox_relay_key(&relay, i ? key : first), OX_OK);
		ox_relay_clear(&relay);
		assert_true(!i || !memcmp(first, key, sizeof key));
	}
}

static void read_everything(void)
{
	ox_relay relay;
	ox_error error = {0};
	uint8_t key[OX_RELAY_KEY_SIZE];
	int status = parse(&relay, "smtps://me:p@b\xc3\xbc" "cher.example?pin=" PIN "&ca_file=/a&cert=/b&key=/c&"
		"ehlo=x.example&source=lo&proxy=http://x&token=t&auth=plain", &error);
	if (status == OX_OK) {
		status = ox_relay_key(&relay, key);
	}
	assert_true(status == OX_OK || status == OX_E_NOMEM);
	ox_relay_clear(&relay);
	ox_relay_clear(&relay);
}

static void running_out_of_memory_leaves_nothing_behind(void **state)
{
	(void)state;
	ox_test_failing_allocations(read_everything);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_dsns_are_read),
		cmocka_unit_test(bad_dsns_are_refused_by_name),
		cmocka_unit_test(no_error_quotes_a_piece_of_a_secret),
		cmocka_unit_test(a_dsn_is_bounded),
		cmocka_unit_test(options_arrive_where_they_belong),
		cmocka_unit_test(a_later_value_replaces_an_earlier_one),
		cmocka_unit_test(finish_knows_what_services_allow),
		cmocka_unit_test(an_administrator_may_allow_what_is_unsafe),
		cmocka_unit_test(a_description_has_no_secret),
		cmocka_unit_test(keys_differ_wherever_identity_trust_or_route_do),
		cmocka_unit_test(keys_agree_where_no_session_differs),
		cmocka_unit_test(running_out_of_memory_leaves_nothing_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
