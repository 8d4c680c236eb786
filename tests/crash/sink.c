/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_SIZE = 1100, STALL_MS = 20000, HEAD_SIZE = 38 };

/* -- messages -- */

/* head has room for HEAD_SIZE + 1. */
static void write_head(const letter *of, char *head)
{
	snprintf(head, HEAD_SIZE + 1, "Subject: %08x %010zu\r\nX: 1\r\n\r\n", of->seed, of->size);
}

static char letter_at(const letter *of, const char *head, uint64_t at)
{
	if (at < HEAD_SIZE) {
		return head[at];
	}
	if (at + 2 >= of->size) {
		return "\r\n"[at + 2 - of->size];
	}
	uint64_t column = (at - HEAD_SIZE) % 72;
	/* The last line has something in it, wherever it begins. */
	if (column >= 70 && at + 3 < of->size) {
		return "\r\n"[column - 70];
	}
	return (char)('a' + (of->seed * 2654435761u + at * 40503u) / 65536 % 26);
}

static size_t read_letter(void *context, uint64_t offset, void *bytes, size_t size)
{
	const letter *of = context;
	char head[HEAD_SIZE + 1];
	size_t i = 0;
	write_head(of, head);
	for (; i < size && offset + i < of->size; i++) {
		((char *)bytes)[i] = letter_at(of, head, offset + i);
	}
	return i;
}

ox_source letter_source(letter *of)
{
	/* A CR may not stand alone in front of the last end of line. */
	char head[HEAD_SIZE + 1];
	write_head(of, head);
	if (letter_at(of, head, of->size - 3) == '\r') {
		of->size++;
	}
	return (ox_source){of, read_letter};
}

/* -- one connection -- */

typedef struct {
	sink *server;
	int socket;
	SSL *ssl;
	bool faulty, over;
	char in[70000];
	size_t in_size;
	unsigned mails, rcpts;
	bool open; /* a transaction */
	unsigned ehlos;
} peer;

typedef struct {
	sink *server;
	unsigned number;
} peer_start;

static void say_octets(peer *p, const char *octets, size_t size)
{
	while (size && !p->over) {
		long moved = p->ssl ? SSL_write(p->ssl, octets, (int)size)
		                    : send(p->socket, octets, size, MSG_NOSIGNAL);
		if (moved <= 0) {
			p->over = true;
			return;
		}
		octets += moved;
		size -= (size_t)moved;
	}
}

static void say(peer *p, const char *text)
{
	say_octets(p, text, strlen(text));
}

static void wait_for_the_end(peer *p)
{
	struct pollfd poll_for = {.fd = p->socket, .events = POLLRDHUP};
	(void)poll(&poll_for, 1, STALL_MS);
	p->over = true;
}

static void say_long(peer *p, const char *code)
{
	char line[128];
	for (int i = 0; i < 1024 && !p->over; i++) {
		snprintf(line, sizeof line, "%s-%060d\r\n", code, i);
		say(p, line);
	}
	snprintf(line, sizeof line, "%s end\r\n", code);
	say(p, line);
}

static void trickle(peer *p, const char *reply)
{
	for (const char *c = reply; *c; c++) {
		say_octets(p, c, 1);
	}
}

static void reset(peer *p)
{
	struct linger hard = {1, 0};
	(void)setsockopt(p->socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	p->over = true;
}

/* In place of `reply`. */
static void fail(peer *p, const char *reply)
{
	char code[4] = "250";
	memcpy(code, reply, 3);
	switch (p->server->fault) {
	case FAULT_CLOSE: p->over = true; break;
	case FAULT_RESET: reset(p); break;
	case FAULT_STALL: wait_for_the_end(p); break;
	case FAULT_GARBAGE: say(p, "\x81\x02\x03 what?\r\n\r\n"); break;
	case FAULT_TRICKLE: trickle(p, reply); break;
	case FAULT_4YZ: say(p, "451 4.3.0 later\r\n"); break;
	case FAULT_5YZ: say(p, "554 5.7.1 no\r\n"); break;
	case FAULT_421: say(p, "421 4.7.0 closing\r\n"); p->over = true; break;
	case FAULT_LONG: say_long(p, code); break;
	case FAULT_NUL: say_octets(p, "250 a\0b\r\n", 9); break;
	case FAULT_WRONG: say(p, reply[0] == '3' ? "250 2.0.0 fine\r\n" : "354 what?\r\n"); break;
	default: say_octets(p, reply, strlen(reply) / 2); p->over = true; break;
	}
}

/* The reply, or the fault that is planned for this place. True: go on as if the reply was given. */
static bool reply_at(peer *p, sink_place place, const char *reply)
{
	if (p->faulty && p->server->place == place) {
		p->faulty = p->server->fault == FAULT_TRICKLE;
		fail(p, reply);
		return p->server->fault == FAULT_TRICKLE;
	}
	say(p, reply);
	return true;
}

static bool fill(peer *p)
{
	size_t room = sizeof p->in - p->in_size;
	long moved = -1;
	if (!p->over && room) {
		moved = p->ssl ? SSL_read(p->ssl, p->in + p->in_size, (int)room)
		               : recv(p->socket, p->in + p->in_size, room, 0);
	}
	p->over = p->over || moved <= 0;
	p->in_size += moved > 0 ? (size_t)moved : 0;
	return moved > 0;
}

static void drop(peer *p, size_t size)
{
	memmove(p->in, p->in + size, p->in_size - size);
	p->in_size -= size;
}

static bool read_line(peer *p, char line[LINE_MAX_SIZE])
{
	char *end;
	while (!(end = memchr(p->in, '\n', p->in_size))) {
		if (!fill(p)) {
			return false;
		}
	}
	size_t size = (size_t)(end - p->in) + 1, kept = size < LINE_MAX_SIZE ? size : LINE_MAX_SIZE;
	memcpy(line, p->in, kept);
	line[kept - 1] = 0;
	line[strcspn(line, "\r")] = 0;
	drop(p, size);
	return true;
}

/* -- the ledger -- */

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* A message's place, or the free one that would be. */
static sink_entry *place_of(const sink *s, uint32_t seed)
{
	size_t at = seed * 2654435761u % (2 * s->room);
	while (s->entries[at].seed && s->entries[at].seed != seed) {
		at = (at + 1) % (2 * s->room);
	}
	return &s->entries[at];
}

static void note(peer *p, const char *message, size_t size)
{
	sink *s = p->server;
	letter of = {0, 0};
	bool whole = size > HEAD_SIZE && !memcmp(message, "Subject: ", 9);
	of.seed = whole ? (uint32_t)strtoul(message + 9, NULL, 16) : 0;
	of.size = whole ? strtoul(message + 18, NULL, 10) : 0;
	whole = whole && of.size == size;
	char head[HEAD_SIZE + 1];
	write_head(&of, head);
	for (size_t i = 0; whole && i < size; i++) {
		whole = message[i] == letter_at(&of, head, i);
	}
	pthread_mutex_lock(&s->lock);
	sink_entry *entry = place_of(s, of.seed);
	if (entry->seed || s->entry_count < s->room) {
		s->entry_count += !entry->seed;
		entry->seed = of.seed;
		entry->copies++;
		entry->recipients += p->rcpts;
		entry->torn += !whole;
	}
	s->last_ms = now_ms();
	s->first_ms = s->first_ms ? s->first_ms : s->last_ms;
	pthread_mutex_unlock(&s->lock);
}

sink_entry sink_look(sink *s, uint32_t seed)
{
	pthread_mutex_lock(&s->lock);
	sink_entry found = *place_of(s, seed);
	pthread_mutex_unlock(&s->lock);
	return found;
}

size_t sink_count(sink *s)
{
	pthread_mutex_lock(&s->lock);
	size_t count = s->entry_count;
	pthread_mutex_unlock(&s->lock);
	return count;
}

/* -- commands -- */

/* Takes a message: size octets, or lines up to the dot. NULL: it did not come whole. */
static char *take_message(peer *p, size_t size, bool dot, size_t *got)
{
	size_t room = dot ? 4 << 20 : size;
	char *message = malloc(room + 1);
	*got = 0;
	while (message && !p->over) {
		bool here = p->faulty && p->server->place == AT_BODY && p->server->fault != FAULT_TRICKLE;
		if (here && *got + p->in_size > 20) {
			/* Behind a word in the middle nobody knows what is whose: it is the last one. */
			(void)reply_at(p, AT_BODY, "250 2.0.0 ok\r\n");
			p->over = true;
			continue;
		}
		char *end = !dot ? NULL
			: p->in_size >= 3 && !*got && !memcmp(p->in, ".\r\n", 3) ? p->in - 2
			: memmem(p->in, p->in_size, "\r\n.\r\n", 5);
		size_t part = dot ? (end ? (size_t)(end + 2 - p->in) : p->in_size > 4 ? p->in_size - 4 : 0)
			: p->in_size < size - *got ? p->in_size : size - *got;
		part = part < room - *got ? part : room - *got;
		memcpy(message + *got, p->in, part);
		*got += part;
		drop(p, end ? part + 3 : part);
		if (end || (!dot && *got == size)) {
			message[*got] = 0;
			return message;
		}
		(void)fill(p);
	}
	free(message);
	return NULL;
}

static void on_message(peer *p, size_t size, bool dot)
{
	size_t got;
	char *message = take_message(p, size, dot, &got);
	if (!message) {
		return;
	}
	p->open = false;
	bool refuse = p->faulty && p->server->place == AT_END &&
		(p->server->fault == FAULT_4YZ || p->server->fault == FAULT_5YZ || p->server->fault == FAULT_421);
	if (!refuse) {
		note(p, message, got); /* before the client can know */
	}
	free(message);
	if (reply_at(p, AT_END, "250 2.0.0 Ok: queued as C1\r\n") && p->faulty && p->server->place == AT_AFTER) {
		p->faulty = false;
		fail(p, "250 2.0.0 again\r\n");
	}
	p->rcpts = 0;
}

static void encrypt(peer *p)
{
	p->ssl = SSL_new(p->server->context);
	SSL_set_fd(p->ssl, p->socket);
	p->over = p->over || SSL_accept(p->ssl) != 1;
}

static void on_ehlo(peer *p)
{
	const sink *s = p->server;
	char text[512];
	snprintf(text, sizeof text, "250-sink\r\n%s%s%s250-8BITMIME\r\n250-AUTH PLAIN\r\n250 SIZE 0\r\n",
		s->pipelining ? "250-PIPELINING\r\n" : "", s->chunking ? "250-CHUNKING\r\n" : "",
		s->starttls && !p->ssl ? "250-STARTTLS\r\n" : "");
	(void)reply_at(p, p->ehlos++ && p->ssl ? AT_EHLO_AGAIN : AT_EHLO, text);
}

static void on_starttls(peer *p)
{
	if (!reply_at(p, AT_STARTTLS, "220 go\r\n")) {
		return;
	}
	if (p->faulty && p->server->place == AT_HANDSHAKE && p->server->fault != FAULT_TRICKLE) {
		p->faulty = false;
		fail(p, "220 not TLS\r\n");
		wait_for_the_end(p);
		return;
	}
	encrypt(p);
}

static void on_mail(peer *p)
{
	p->rcpts = 0;
	p->open = reply_at(p, p->mails++ ? AT_SECOND : AT_MAIL, "250 2.1.0 Ok\r\n");
}

static void on_rcpt(peer *p, const char *line)
{
	bool last = strstr(line, "<last@") != NULL;
	if (!p->open) {
		say(p, "503 5.5.1 MAIL first\r\n");
		return;
	}
	p->rcpts += reply_at(p, last ? AT_RCPT_LAST : AT_RCPT, "250 2.1.5 Ok\r\n");
}

static bool is(const char *line, const char *verb)
{
	return !strncasecmp(line, verb, strlen(verb));
}

static void on_line(peer *p, const char *line)
{
	if (is(line, "EHLO") || is(line, "HELO")) {
		on_ehlo(p);
	} else if (is(line, "STARTTLS")) {
		on_starttls(p);
	} else if (is(line, "AUTH")) {
		(void)reply_at(p, AT_AUTH, "235 2.7.0 welcome\r\n");
	} else if (is(line, "MAIL")) {
		on_mail(p);
	} else if (is(line, "RCPT")) {
		on_rcpt(p, line);
	} else if (is(line, "DATA")) {
		if (!p->rcpts) {
			say(p, "503 5.5.1 no recipients\r\n");
		} else if (reply_at(p, AT_DATA, "354 go\r\n")) {
			on_message(p, 0, true);
		}
	} else if (is(line, "BDAT")) {
		size_t size = strtoull(line + 4, NULL, 10), got;
		if (p->rcpts) {
			on_message(p, size, false);
		} else {
			free(take_message(p, size, false, &got));
			say(p, "503 5.5.1 no recipients\r\n");
		}
	} else if (is(line, "QUIT")) {
		say(p, "221 bye\r\n");
		p->over = true;
	} else {
		say(p, is(line, "RSET") || is(line, "NOOP") ? "250 2.0.0 Ok\r\n" : "500 5.5.2 what?\r\n");
	}
}

static void *serve_peer(void *argument)
{
	peer_start *begun = argument;
	peer *p = calloc(1, sizeof *p);
	char line[LINE_MAX_SIZE];
	p->server = begun->server;
	p->socket = p->server->sockets[begun->number];
	p->faulty = begun->number < p->server->faults;
	if (p->server->tls) {
		encrypt(p);
	}
	if (!p->over) {
		(void)reply_at(p, AT_BANNER, "220 sink ESMTP\r\n");
	}
	while (!p->over && read_line(p, line)) {
		on_line(p, line);
	}
	SSL_free(p->ssl);
	pthread_mutex_lock(&p->server->lock);
	p->server->sockets[begun->number] = -1;
	close(p->socket);
	pthread_mutex_unlock(&p->server->lock);
	free(p);
	free(begun);
	return NULL;
}

/* -- the server -- */

static void *serve(void *argument)
{
	sink *s = argument;
	int socket, yes = 1;
	while ((socket = accept(s->listener, NULL, NULL)) >= 0) {
		(void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
		pthread_mutex_lock(&s->lock);
		unsigned number = s->connections;
		if (number < SINK_PEERS_MAX) {
			peer_start *begun = malloc(sizeof *begun);
			*begun = (peer_start){s, number};
			s->sockets[number] = socket;
			s->connections++;
			(void)pthread_create(&s->peers[number], NULL, serve_peer, begun);
		} else {
			close(socket);
		}
		pthread_mutex_unlock(&s->lock);
	}
	return NULL;
}

/* A certificate for nobody, made once: whom to believe is tested elsewhere. */
static SSL_CTX *make_context(void)
{
	static SSL_CTX *context;
	if (!context) {
		EVP_PKEY *key = EVP_EC_gen("P-256");
		X509 *certificate = X509_new();
		X509_set_version(certificate, 2);
		ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
		X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
		X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
		X509_set_pubkey(certificate, key);
		X509_sign(certificate, key, EVP_sha256());
		context = SSL_CTX_new(TLS_server_method());
		if (SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1) {
			fprintf(stderr, "the sink's certificate cannot be used\n");
			exit(1);
		}
		X509_free(certificate);
		EVP_PKEY_free(key);
	}
	return context;
}

void sink_start(sink *s)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	(void)signal(SIGPIPE, SIG_IGN);
	s->context = s->tls || s->starttls ? make_context() : NULL;
	s->room = s->room ? s->room : SINK_ROOM;
	s->entries = calloc(2 * s->room, sizeof *s->entries);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pthread_mutex_init(&s->lock, NULL);
	if (bind(s->listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(s->listener, 64) != 0 ||
		getsockname(s->listener, (struct sockaddr *)&address, &size) != 0 ||
		pthread_create(&s->thread, NULL, serve, s) != 0) {
		perror("sink");
		exit(1);
	}
	s->port = ntohs(address.sin_port);
}

void sink_stop(sink *s)
{
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
	for (unsigned i = 0; i < s->connections; i++) {
		pthread_mutex_lock(&s->lock);
		if (s->sockets[i] >= 0) {
			shutdown(s->sockets[i], SHUT_RDWR);
		}
		pthread_mutex_unlock(&s->lock);
		pthread_join(s->peers[i], NULL);
	}
	pthread_mutex_destroy(&s->lock);
	free(s->entries);
	s->entries = NULL;
}

const char *sink_place_name(sink_place place)
{
	static const char *const names[] = {"nowhere", "banner", "EHLO", "STARTTLS", "handshake", "second EHLO", "AUTH",
		"MAIL", "RCPT", "last RCPT", "DATA", "body", "end of data", "after the reply", "second MAIL"};
	return names[place];
}

const char *sink_fault_name(sink_fault fault)
{
	static const char *const names[] = {"close", "reset", "stall", "garbage", "trickle", "4yz", "5yz", "421",
		"64 KiB", "NUL", "wrong reply", "half a reply"};
	return names[fault];
}
