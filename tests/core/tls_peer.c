/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "tls_peer.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static void add_extension(X509 *certificate, int kind, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static tls_identity make(const char *common_name, const char *names, int from, int to,
	const tls_identity *issuer, const char *constraints)
{
	tls_identity made = {X509_new(), EVP_EC_gen("P-256")};
	uint32_t serial = 0;
	assert_true(made.certificate && made.key);
	assert_int_equal(RAND_bytes((unsigned char *)&serial, sizeof serial), 1);
	X509_set_version(made.certificate, X509_VERSION_3);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.certificate), serial);
	X509_gmtime_adj(X509_getm_notBefore(made.certificate), from * 86400L);
	X509_gmtime_adj(X509_getm_notAfter(made.certificate), to * 86400L);
	if (common_name) {
		X509_NAME_add_entry_by_txt(X509_get_subject_name(made.certificate), "CN", MBSTRING_UTF8,
			(const unsigned char *)common_name, -1, -1, 0);
	}
	X509_set_issuer_name(made.certificate,
		X509_get_subject_name(issuer ? issuer->certificate : made.certificate));
	X509_set_pubkey(made.certificate, made.key);
	add_extension(made.certificate, NID_basic_constraints, constraints);
	if (names) {
		add_extension(made.certificate, NID_subject_alt_name, names);
	}
	assert_true(X509_sign(made.certificate, issuer ? issuer->key : made.key, EVP_sha256()) > 0);
	return made;
}

tls_identity tls_identity_new(const char *common_name, const char *names, int from, int to,
	const tls_identity *issuer)
{
	return make(common_name, names, from, to, issuer, "CA:FALSE");
}

tls_identity tls_authority_new(const char *common_name)
{
	return make(common_name, NULL, -1, 10, NULL, "critical,CA:TRUE");
}

void tls_identity_free(tls_identity *identity)
{
	X509_free(identity->certificate);
	EVP_PKEY_free(identity->key);
	memset(identity, 0, sizeof *identity);
}

void tls_write_certificate(const char *path, const tls_identity *identity)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, identity->certificate), 1);
	fclose(file);
}

void tls_write_key(const char *path, const tls_identity *identity, const char *passphrase)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_PKCS8PrivateKey(file, identity->key,
	                     passphrase ? EVP_aes_128_cbc() : NULL, passphrase,
	                     passphrase ? (int)strlen(passphrase) : 0, NULL, NULL),
		1);
	fclose(file);
}

SSL_CTX *tls_server_context(const tls_identity *identity)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	assert_non_null(context);
	assert_int_equal(SSL_CTX_use_certificate(context, identity->certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(context, identity->key), 1);
	assert_int_equal(SSL_CTX_set_session_id_context(context, (const unsigned char *)"test", 4), 1);
	return context;
}

static void *run(void *context)
{
	tls_peer *peer = context;
	sigset_t pipes;
	/* OpenSSL's own socket BIO raises SIGPIPE; the client's code must not need this. */
	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipes, NULL);
	peer->serve(peer, peer->sockets[1]);
	close(peer->sockets[1]);
	return NULL;
}

void tls_peer_start(tls_peer *peer, SSL_CTX *context, void (*serve)(tls_peer *, int socket))
{
	memset(peer, 0, sizeof *peer);
	peer->context = context;
	peer->serve = serve;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, peer->sockets), 0);
	ox_socket_prepare(peer->sockets[0]);
	assert_int_equal(pthread_create(&peer->thread, NULL, run, peer), 0);
}

void tls_peer_stop(tls_peer *peer)
{
	close(peer->sockets[0]);
	pthread_join(peer->thread, NULL);
}

/* NULL where the handshake fails. */
static SSL *shake_hands(tls_peer *peer, int socket)
{
	SSL *ssl = SSL_new(peer->context);
	SSL_set_fd(ssl, socket);
	if (SSL_accept(ssl) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	snprintf(peer->server_name, sizeof peer->server_name, "%s", name ? name : "");
	return ssl;
}

void tls_serve_echo(tls_peer *peer, int socket)
{
	char bytes[16384];
	int count;
	SSL *ssl = shake_hands(peer, socket);
	if (!ssl) {
		return;
	}
	while ((count = SSL_read(ssl, bytes, sizeof bytes)) > 0 && SSL_write(ssl, bytes, count) > 0) {
		peer->received += (size_t)count;
	}
	peer->ended_orderly = SSL_get_error(ssl, count) == SSL_ERROR_ZERO_RETURN;
	if (peer->ended_orderly) {
		SSL_shutdown(ssl);
	}
	SSL_free(ssl);
}

void tls_serve_count(tls_peer *peer, int socket)
{
	char bytes[16384];
	int count;
	SSL *ssl = shake_hands(peer, socket);
	if (!ssl) {
		return;
	}
	while ((count = SSL_read(ssl, bytes, sizeof bytes)) > 0) {
		for (int i = 0; i < count; i++) {
			/* The client sends a pattern that shows a lost, doubled or moved octet. */
			if (bytes[i] != (char)((peer->received + (size_t)i) % 251)) {
				SSL_free(ssl);
				return;
			}
		}
		peer->received += (size_t)count;
		peer->records++;
	}
	peer->ended_orderly = SSL_get_error(ssl, count) == SSL_ERROR_ZERO_RETURN;
	SSL_free(ssl);
}

void tls_serve_bindings(tls_peer *peer, int socket)
{
	unsigned char bytes[64];
	char byte;
	SSL *ssl = shake_hands(peer, socket);
	if (!ssl) {
		return;
	}
	/* use_context 0 here: RFC 8446 7.5 makes an absent and an empty context the same. */
	if (SSL_export_keying_material(ssl, bytes, 32, "EXPORTER-Channel-Binding", 24, NULL, 0, 0) ==
			1 &&
		X509_digest(SSL_get_certificate(ssl), EVP_sha256(), bytes + 32, NULL) == 1) {
		SSL_write(ssl, bytes, sizeof bytes);
	}
	SSL_read(ssl, &byte, 1);
	SSL_free(ssl);
}

void tls_serve_and_break(tls_peer *peer, int socket)
{
	SSL *ssl = shake_hands(peer, socket);
	if (ssl) {
		SSL_write(ssl, "hello", 5);
		SSL_free(ssl);
	}
}

void tls_serve_and_end(tls_peer *peer, int socket)
{
	SSL *ssl = shake_hands(peer, socket);
	if (ssl) {
		SSL_write(ssl, "hello", 5);
		SSL_shutdown(ssl);
		SSL_free(ssl);
	}
}

static void read_to_the_end(int socket)
{
	char bytes[1024];
	while (recv(socket, bytes, sizeof bytes, 0) > 0) {
	}
}

static void greet(int socket, const char *greeting)
{
	send(socket, greeting, strlen(greeting), MSG_NOSIGNAL);
	shutdown(socket, SHUT_WR);
	read_to_the_end(socket);
}

void tls_serve_plain_greeting(tls_peer *peer, int socket)
{
	(void)peer;
	greet(socket, "220 mail.example.test ESMTP\r\n");
}

void tls_serve_ssh_greeting(tls_peer *peer, int socket)
{
	(void)peer;
	greet(socket, "SSH-2.0-OpenSSH_9.2\r\n");
}

void tls_serve_hang_up(tls_peer *peer, int socket)
{
	char bytes[4096];
	(void)peer;
	(void)!recv(socket, bytes, sizeof bytes, 0);
}
