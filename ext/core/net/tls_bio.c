/* SPDX-License-Identifier: MIT */
/* OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE in somebody else's process.
 */
#include "net/tls_internal.h"

#include <string.h>

static void remember_first(ox_tls_link *link, const char *bytes, size_t size)
{
	size_t room = sizeof link->first - link->first_size;
	size_t count = size < room ? size : room;
	memcpy(link->first + link->first_size, bytes, count);
	link->first_size += count;
}

/* The first thing that went wrong is the reason; what follows (the alert that OpenSSL then tries to
 * send into a closed connection) is not. */
static void remember_failure(ox_tls_link *link, int system_error)
{
	if (!link->ended && !link->system_error) {
		link->system_error = system_error;
	}
}

static int link_read(BIO *bio, char *bytes, size_t size, size_t *moved)
{
	ox_tls_link *link = BIO_get_data(bio);
	int system_error = 0;
	BIO_clear_retry_flags(bio);
	long count = ox_socket_read(link->socket, bytes, size, &system_error);
	if (count > 0) {
		remember_first(link, bytes, (size_t)count);
		*moved = (size_t)count;
		return 1;
	}
	if (count == OX_WOULD_BLOCK) {
		BIO_set_retry_read(bio);
	} else if (count == OX_SOCKET_BROKEN) {
		remember_failure(link, system_error);
	} else {
		link->ended = true;
	}
	*moved = 0;
	return 0;
}

static int link_write(BIO *bio, const char *bytes, size_t size, size_t *moved)
{
	ox_tls_link *link = BIO_get_data(bio);
	int system_error = 0;
	BIO_clear_retry_flags(bio);
	long count = ox_socket_write(link->socket, bytes, size, &system_error);
	if (count > 0) {
		*moved = (size_t)count;
		return 1;
	}
	if (count == OX_WOULD_BLOCK) {
		BIO_set_retry_write(bio);
	} else {
		remember_failure(link, system_error);
	}
	*moved = 0;
	return 0;
}

static long link_control(BIO *bio, int command, long number, void *pointer)
{
	(void)number, (void)pointer;
	const ox_tls_link *link = BIO_get_data(bio);
	switch (command) {
	case BIO_CTRL_FLUSH: return 1;
	case BIO_CTRL_EOF: return link->ended;
	default: return 0;
	}
}

static int link_create(BIO *bio)
{
	BIO_set_init(bio, 1);
	return 1;
}

BIO_METHOD *ox_tls_bio_method(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "outbox socket");
	if (!method || !BIO_meth_set_create(method, link_create) ||
	    !BIO_meth_set_read_ex(method, link_read) || !BIO_meth_set_write_ex(method, link_write) ||
	    !BIO_meth_set_ctrl(method, link_control)) {
		BIO_meth_free(method);
		return NULL;
	}
	return method;
}

int ox_tls_bio_attach(ox_tls *tls)
{
	BIO *bio = BIO_new(tls->trust->method);
	if (!bio) {
		return OX_E_NOMEM;
	}
	BIO_set_data(bio, &tls->link);
	SSL_set_bio(tls->ssl, bio, bio);
	return OX_OK;
}
