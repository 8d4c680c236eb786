/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "smtp_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 10, IDLE_LIMIT_MS = 20000 };

static void count(smtp_server *server, unsigned *counter)
{
	pthread_mutex_lock(&server->lock);
	++*counter;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->lock);
}

unsigned smtp_server_count(smtp_server *server, const unsigned *counter)
{
	pthread_mutex_lock(&server->lock);
	unsigned value = *counter;
	pthread_mutex_unlock(&server->lock);
	return value;
}

void smtp_server_await(smtp_server *server, const unsigned *counter, unsigned least)
{
	struct timespec until;
	int status = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&server->lock);
	while (*counter < least && status == 0) {
		status = pthread_cond_timedwait(&server->changed, &server->lock, &until);
	}
	bool reached = *counter >= least;
	pthread_mutex_unlock(&server->lock);
	assert_true(reached);
}

void smtp_pause(int milliseconds)
{
	(void)poll(NULL, 0, milliseconds);
}

void smtp_say(smtp_peer *peer, const char *text)
{
	size_t size = strlen(text), at = 0;
	while (at < size) {
		long moved = peer->ssl ? SSL_write(peer->ssl, text + at, (int)(size - at))
		                       : send(peer->socket, text + at, size - at, MSG_NOSIGNAL);
		if (moved <= 0) {
			peer->ended = true;
			return;
		}
		at += (size_t)moved;
	}
}

void smtp_wait_readable(smtp_peer *peer)
{
	struct pollfd poll_for = {.fd = peer->socket, .events = POLLIN};
	(void)poll(&poll_for, 1, IDLE_LIMIT_MS);
}

bool smtp_is(const char *line, const char *verb)
{
	return !strncasecmp(line, verb, strlen(verb));
}

static bool fill(smtp_peer *peer)
{
	size_t room = sizeof peer->in - peer->in_size;
	long moved = -1;
	if (!peer->ended && room) {
		moved = peer->ssl ? SSL_read(peer->ssl, peer->in + peer->in_size, (int)room)
		                  : recv(peer->socket, peer->in + peer->in_size, room, 0);
	}
	if (moved <= 0) {
		peer->ended = true;
		return false;
	}
	peer->in_size += (size_t)moved;
	return true;
}

static void drop(smtp_peer *peer, size_t size)
{
	memmove(peer->in, peer->in + size, peer->in_size - size);
	peer->in_size -= size;
}

static bool read_line(smtp_peer *peer, char line[SMTP_LINE_MAX])
{
	char *end;
	while (!(end = memchr(peer->in, '\n', peer->in_size))) {
		if (!fill(peer)) {
			return false;
		}
	}
	size_t size = (size_t)(end - peer->in) + 1;
	size_t kept = size < SMTP_LINE_MAX ? size : SMTP_LINE_MAX;
	memcpy(line, peer->in, kept);
	line[kept - 1] = 0;
	if (kept > 1 && line[kept - 2] == '\r') {
		line[kept - 2] = 0;
	}
	drop(peer, peer->server->lossy ? peer->in_size : size);
	return true;
}

static void note_subject(const char *text, size_t size, char subject[32])
{
	static const char name[] = "Subject: ";
	if (size > 256 || subject[0]) {
		size = subject[0] ? 0 : 256;
	}
	for (size_t i = 0; i + sizeof name < size; i++) {
		if (!memcmp(text + i, name, sizeof name - 1)) {
			size_t from = i + sizeof name - 1, length = 0;
			while (from + length < size && length < 31 && text[from + length] != '\r') {
				subject[length] = text[from + length];
				length++;
			}
			return;
		}
	}
}

/* Eats size octets (BDAT) or lines up to the dot (DATA, size 0). */
static bool read_message(smtp_peer *peer, uint64_t size, bool dot, char subject[32])
{
	while (!dot && size) {
		if (!peer->in_size && !fill(peer)) {
			return false;
		}
		size_t part = peer->in_size < size ? peer->in_size : (size_t)size;
		note_subject(peer->in, part, subject);
		peer->server->octets += part;
		drop(peer, part);
		size -= part;
	}
	while (dot) {
		note_subject(peer->in, peer->in_size, subject);
		char *end = peer->in_size >= 3 && !memcmp(peer->in, ".\r\n", 3) ? peer->in - 2
			: memmem(peer->in, peer->in_size, "\r\n.\r\n", 5);
		if (end) {
			size_t used = (size_t)(end + 5 - peer->in);
			peer->server->octets += used;
			drop(peer, used);
			return true;
		}
		size_t whole = peer->in_size > 4 ? peer->in_size - 4 : 0;
		peer->server->octets += whole;
		drop(peer, whole);
		if (!fill(peer)) {
			return false;
		}
	}
	return true;
}

static void say_offers(smtp_peer *peer)
{
	char text[2048] = "250-test\r\n";
	const char *at = peer->server->offers;
	while (at && *at) {
		size_t size = strcspn(at, " "), used = strlen(text);
		snprintf(text + used, sizeof text - used, "250-%.*s\r\n", (int)size, at);
		for (char *p = text + used; *p; p++) {
			*p = *p == '_' ? ' ' : *p;
		}
		at += size + (at[size] == ' ');
	}
	if (peer->server->context && !peer->ssl) {
		snprintf(text + strlen(text), sizeof text - strlen(text), "250-STARTTLS\r\n");
	}
	smtp_say(peer, text);
	smtp_say(peer, "250 HELP\r\n");
}

static bool encrypt(smtp_peer *peer)
{
	peer->ssl = SSL_new(peer->server->context);
	SSL_set_fd(peer->ssl, peer->socket);
	return SSL_accept(peer->ssl) == 1;
}

static smtp_play ask(smtp_peer *peer, const char *line)
{
	return peer->server->hook ? peer->server->hook(peer, line) : PLAY_ON;
}

static bool accept_message(smtp_peer *peer, const char *subject)
{
	smtp_server *server = peer->server;
	smtp_play play = ask(peer, "DOT");
	if (play == PLAY_ON) {
		pthread_mutex_lock(&server->lock);
		snprintf(server->subjects[server->accepted % 64], 32, "%s", subject);
		pthread_mutex_unlock(&server->lock);
		count(server, &server->accepted); /* before the client can know */
		smtp_say(peer, "250 2.0.0 Ok: queued as T1\r\n");
		play = ask(peer, "IDLE");
	}
	return play != PLAY_CLOSE;
}

static bool on_data(smtp_peer *peer, uint64_t size, bool dot)
{
	char subject[32] = "";
	if (dot) {
		smtp_say(peer, "354 go\r\n");
	}
	return read_message(peer, size, dot, subject) && accept_message(peer, subject);
}

static bool on_line(smtp_peer *peer, const char *line)
{
	smtp_server *server = peer->server;
	if (smtp_is(line, "MAIL")) {
		peer->mails++;
		count(server, &server->mails);
	} else if (smtp_is(line, "QUIT")) {
		count(server, &server->quits);
	} else if (smtp_is(line, "RSET")) {
		count(server, &server->resets);
	}
	smtp_play play = ask(peer, line);
	if (play != PLAY_ON) {
		return play == PLAY_HANDLED;
	}
	if (smtp_is(line, "EHLO")) {
		say_offers(peer);
	} else if (smtp_is(line, "STARTTLS")) {
		smtp_say(peer, "220 go\r\n");
		return encrypt(peer);
	} else if (smtp_is(line, "AUTH")) {
		smtp_say(peer, "235 2.7.0 welcome\r\n");
	} else if (smtp_is(line, "DATA")) {
		return on_data(peer, 0, true);
	} else if (smtp_is(line, "BDAT")) {
		return on_data(peer, strtoull(line + 4, NULL, 10), false);
	} else if (smtp_is(line, "QUIT")) {
		smtp_say(peer, "221 bye\r\n");
		return false;
	} else {
		smtp_say(peer, "250 2.1.0 Ok\r\n");
	}
	return true;
}

static void *serve_peer(void *argument)
{
	smtp_peer *peer = argument;
	char line[SMTP_LINE_MAX];
	bool on = !peer->server->implicit || encrypt(peer);
	smtp_play play = on ? ask(peer, "CONNECT") : PLAY_CLOSE;
	if (play == PLAY_ON) {
		smtp_say(peer, "220 test ESMTP\r\n");
	}
	on = play != PLAY_CLOSE;
	while (on && read_line(peer, line)) {
		on = on_line(peer, line);
	}
	SSL_free(peer->ssl);
	peer->ssl = NULL;
	pthread_mutex_lock(&peer->server->lock);
	close(peer->socket);
	peer->socket = -1;
	pthread_mutex_unlock(&peer->server->lock);
	count(peer->server, &peer->server->closed);
	return NULL;
}

static void *serve(void *argument)
{
	smtp_server *server = argument;
	int socket;
	while ((socket = accept(server->listener, NULL, NULL)) >= 0) {
		int yes = 1;
		smtp_peer *peer = calloc(1, sizeof *peer);
		(void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
		peer->server = server;
		peer->socket = socket;
		pthread_mutex_lock(&server->lock);
		peer->number = server->connections;
		server->peers[server->connections++ % SMTP_PEERS_MAX] = peer;
		(void)pthread_create(&peer->thread, NULL, serve_peer, peer);
		pthread_cond_broadcast(&server->changed);
		pthread_mutex_unlock(&server->lock);
	}
	return NULL;
}

void smtp_server_start(smtp_server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to sockets that the client has closed */
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(server->listener, 64), 0);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
	server->port = ntohs(address.sin_port);
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->changed, NULL);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

void smtp_server_stop(smtp_server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->listener);
	for (unsigned i = 0; i < server->connections; i++) {
		smtp_peer *peer = server->peers[i];
		pthread_mutex_lock(&server->lock);
		if (peer->socket >= 0) {
			shutdown(peer->socket, SHUT_RDWR);
		}
		pthread_mutex_unlock(&server->lock);
		pthread_join(peer->thread, NULL);
		free(peer);
	}
	pthread_mutex_destroy(&server->lock);
	pthread_cond_destroy(&server->changed);
}
