/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "tls_fixture.h"

#include <dirent.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/digest.h"

enum { PATIENCE_MS = 20000 };

tls_identity tls_authority, tls_good;
SSL_CTX *tls_good_context;
char tls_ca_file[96], tls_cache[96];
char tls_good_pin[80];
static char tls_folder[64];

static const char good_names[] =
	"DNS:localhost,DNS:mail.example.test,DNS:*.wild.test,IP:127.0.0.1,IP:::1";

const char *tls_in_folder(const char *name)
{
	static char path[4][160];
	static unsigned next;
	char *made = path[next++ % 4];
	snprintf(made, sizeof path[0], "%s/%s", tls_folder, name);
	return made;
}

void tls_write_pin(const tls_identity *identity, char *pin, size_t size)
{
	unsigned char *der = NULL;
	uint8_t digest[32];
	ox_buffer text;
	int count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(identity->certificate), &der);
	ox_buffer_init(&text, 64);
	assert_int_equal(ox_digest_hash(OX_DIGEST_SHA256, der, (size_t)count, digest), OX_OK);
	assert_int_equal(ox_base64_encode(&text, digest, sizeof digest), OX_OK);
	snprintf(pin, size, "sha256//%s", ox_buffer_text(&text));
	ox_buffer_clear(&text);
	OPENSSL_free(der);
}

int tls_set_up(void **state)
{
	(void)state;
	snprintf(tls_folder, sizeof tls_folder, "/tmp/outbox-tls-XXXXXX");
	if (!mkdtemp(tls_folder)) {
		return -1;
	}
	snprintf(tls_ca_file, sizeof tls_ca_file, "%s/ca.pem", tls_folder);
	snprintf(tls_cache, sizeof tls_cache, "%s/cache", tls_folder);
	tls_authority = tls_authority_new("Test Authority");
	tls_good = tls_identity_new("good", good_names, -1, 5, &tls_authority);
	tls_good_context = tls_server_context(&tls_good);
	tls_write_certificate(tls_ca_file, &tls_authority);
	tls_write_pin(&tls_good, tls_good_pin, sizeof tls_good_pin);
	return 0;
}

unsigned tls_empty_folder(const char *path)
{
	unsigned count = 0;
	struct dirent *entry;
	DIR *directory = opendir(path);
	while (directory && (entry = readdir(directory))) {
		char name[512];
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		count += unlink(name) == 0;
	}
	if (directory) {
		closedir(directory);
	}
	return count;
}

int tls_tear_down(void **state)
{
	(void)state;
	SSL_CTX_free(tls_good_context);
	tls_identity_free(&tls_good);
	tls_identity_free(&tls_authority);
	tls_empty_folder(tls_cache);
	rmdir(tls_cache);
	tls_empty_folder(tls_folder);
	return rmdir(tls_folder);
}

ox_tls_options tls_default_options(void)
{
	const ox_tls_options options = {.verify = true, .ca_file = tls_ca_file};
	return options;
}

ox_tls_trust *tls_trust_for(const ox_tls_options *options)
{
	ox_tls_trust *trust;
	ox_error error;
	if (ox_tls_trust_new(options, &trust, &error) != OX_OK) {
		fail_msg("%s", error.text);
	}
	return trust;
}

void tls_wait(ox_tls *tls, const tls_peer *peer)
{
	assert_true(ox_socket_wait(peer->sockets[0], ox_tls_wants(tls), PATIENCE_MS));
}

/* A client of name and port 465; NULL where the handshake fails with *error. */
ox_tls *tls_connect_port(ox_tls_trust *trust, tls_peer *peer, const char *name, uint16_t port,
	ox_error *error)
{
	ox_tls *tls;
	int status;
	ox_error_clear(error);
	assert_int_equal(ox_tls_new(trust, peer->sockets[0], name, port, &tls, error), OX_OK);
	while ((status = ox_tls_handshake(tls, error)) == OX_AGAIN) {
		tls_wait(tls, peer);
	}
	if (status == OX_OK) {
		return tls;
	}
	assert_int_equal(error->stage, OX_STAGE_TLS);
	ox_tls_free(tls);
	return NULL;
}

ox_tls *tls_connect(ox_tls_trust *trust, tls_peer *peer, const char *name, ox_error *error)
{
	return tls_connect_port(trust, peer, name, 465, error);
}

/* Reads size octets; fewer where the connection ends, and *last is what the last read returned. */
size_t tls_read_some(ox_tls *tls, tls_peer *peer, void *bytes, size_t size, long *last,
	ox_error *error)
{
	size_t total = 0;
	*last = 1;
	while (total < size) {
		*last = ox_tls_read(tls, (char *)bytes + total, size - total, error);
		if (*last > 0) {
			total += (size_t)*last;
		} else if (*last == OX_WOULD_BLOCK) {
			tls_wait(tls, peer);
		} else {
			break;
		}
	}
	return total;
}

void tls_echo(ox_tls *tls, tls_peer *peer)
{
	char bytes[4];
	long last;
	ox_error error;
	assert_int_equal(ox_tls_write(tls, "ping", 4, &error), 4);
	assert_int_equal(tls_read_some(tls, peer, bytes, 4, &last, &error), 4);
	assert_memory_equal(bytes, "ping", 4);
}

/* One whole connection with an echo; returns whether it was resumed. */
bool tls_visit_port(ox_tls_trust *trust, SSL_CTX *context, const char *name, uint16_t port)
{
	tls_peer peer;
	ox_error error;
	tls_peer_start(&peer, context, tls_serve_echo);
	ox_tls *tls = tls_connect_port(trust, &peer, name, port, &error);
	if (!tls) {
		fail_msg("%s", error.text);
	}
	tls_echo(tls, &peer);
	bool resumed = ox_tls_resumed(tls);
	ox_tls_goodbye(tls);
	ox_tls_free(tls);
	tls_peer_stop(&peer);
	assert_true(peer.ended_orderly);
	return resumed;
}

bool tls_visit(ox_tls_trust *trust, SSL_CTX *context)
{
	return tls_visit_port(trust, context, "localhost", 465);
}

/* The error of a handshake that must fail. */
ox_error tls_refused_by(ox_tls_trust *trust, SSL_CTX *context, const char *name,
	void (*serve)(tls_peer *, int))
{
	tls_peer peer;
	ox_error error;
	tls_peer_start(&peer, context, serve);
	if (tls_connect(trust, &peer, name, &error)) {
		fail_msg("%s was let through", name);
	}
	tls_peer_stop(&peer);
	return error;
}
