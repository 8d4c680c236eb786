/* SPDX-License-Identifier: MIT */
/* A submission server that accepts everything and keeps nothing: TLS from the first byte, AUTH,
 * PIPELINING, CHUNKING, one thread, one poll loop. It answers all commands of one read with one
 * write, as Postfix does, so that what is measured is the client. It checks just enough to notice
 * a client that cheats; whether the clients are right is asked elsewhere, of real servers.
 *
 * usage: sink CERTIFICATE KEY USER PASSWORD, or sink plain, without TLS and AUTH; prints {"port":N},
 * then answers each line on standard input with {"connections":N,"messages":N,"recipients":N,
 * "octets":N,"mail_ns":N}, the last being when the latest MAIL was read, by the clock that counts
 * since the system's start; ends with standard input. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PEERS_MAX = 64, INPUT_MAX = 65536, OUTPUT_MAX = 65536, SECRET_MAX = 256 };

typedef enum { COMMAND, AUTH_PLAIN, AUTH_USER, AUTH_PASSWORD, BODY_DATA, BODY_BDAT } state;

typedef struct {
	int socket;
	SSL *tls; /* NULL: plain */
	state state;
	bool authenticated, mail, last, closing;
	unsigned recipients;
	unsigned long long left; /* of a BDAT chunk */
	char input[INPUT_MAX], output[OUTPUT_MAX];
	size_t input_size, output_size;
} peer;

static struct {
	unsigned long long connections, messages, recipients, octets, mail_ns;
} facts;

static bool plain;

static peer *peers[PEERS_MAX];
static char plain_secret[SECRET_MAX * 2], user_secret[SECRET_MAX], password_secret[SECRET_MAX];

static void encode(char *out, const char *bytes, size_t size)
{
	EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)bytes, (int)size);
}

/* What the client will send: the secrets are compared as base64. */
static void learn_secrets(const char *user, const char *password)
{
	char plain[SECRET_MAX];
	int size = snprintf(plain, sizeof plain, "%c%s%c%s", 0, user, 0, password);

	encode(plain_secret, plain, (size_t)size);
	encode(user_secret, user, strlen(user));
	encode(password_secret, password, strlen(password));
}

static void say(peer *p, const char *text)
{
	size_t size = strlen(text);

	if (p->output_size + size > sizeof p->output) {
		p->closing = true;
		return;
	}
	memcpy(p->output + p->output_size, text, size);
	p->output_size += size;
}

static void accept_message(peer *p)
{
	facts.messages++;
	facts.recipients += p->recipients;
	p->mail = false;
	p->recipients = 0;
	p->state = COMMAND;
	say(p, "250 2.0.0 Ok: queued as SINK\r\n");
}

static void authenticate(peer *p, bool right)
{
	p->state = COMMAND;
	p->authenticated = right;
	say(p,
		right ? "235 2.7.0 Authentication successful\r\n" : "535 5.7.8 Authentication failed\r\n");
}

static void on_auth(peer *p, const char *arguments)
{
	if (strncasecmp(arguments, "PLAIN ", 6) == 0) {
		authenticate(p, strcmp(arguments + 6, plain_secret) == 0);
	} else if (strcasecmp(arguments, "PLAIN") == 0) {
		p->state = AUTH_PLAIN;
		say(p, "334 \r\n");
	} else if (strncasecmp(arguments, "LOGIN ", 6) == 0) {
		p->state = AUTH_PASSWORD;
		say(p, "334 UGFzc3dvcmQ6\r\n");
	} else {
		p->state = AUTH_USER;
		say(p, "334 VXNlcm5hbWU6\r\n");
	}
}

static void on_bdat(peer *p, const char *arguments)
{
	char *rest;

	p->left = strtoull(arguments, &rest, 10);
	p->last = strcasecmp(rest, " LAST") == 0;
	if (p->recipients == 0) {
		p->closing = true;
	} else if (p->left == 0 && p->last) {
		accept_message(p);
	} else {
		p->state = BODY_BDAT;
	}
}

static void on_transaction(peer *p, const char *line)
{
	if (strncasecmp(line, "MAIL FROM:<", 11) == 0 && p->authenticated && !p->mail) {
		struct timespec now;
		clock_gettime(CLOCK_MONOTONIC, &now);
		facts.mail_ns = (unsigned long long)now.tv_sec * 1000000000 + (unsigned long long)now.tv_nsec;
		p->mail = true;
		say(p, "250 2.1.0 Ok\r\n");
	} else if (strncasecmp(line, "RCPT TO:<", 9) == 0 && p->mail) {
		p->recipients++;
		say(p, "250 2.1.5 Ok\r\n");
	} else if (strcasecmp(line, "DATA") == 0 && p->recipients > 0) {
		p->state = BODY_DATA;
		say(p, "354 End data with <CR><LF>.<CR><LF>\r\n");
	} else {
		say(p, "503 5.5.1 Bad sequence of commands\r\n");
	}
}

static void on_line(peer *p, const char *line)
{
	if (p->state == AUTH_PLAIN) {
		authenticate(p, strcmp(line, plain_secret) == 0);
	} else if (p->state == AUTH_USER) {
		p->state = strcmp(line, user_secret) == 0 ? AUTH_PASSWORD : COMMAND;
		say(p,
			p->state == COMMAND ? "535 5.7.8 Authentication failed\r\n" : "334 UGFzc3dvcmQ6\r\n");
	} else if (p->state == AUTH_PASSWORD) {
		authenticate(p, strcmp(line, password_secret) == 0);
	} else if (strncasecmp(line, "EHLO ", 5) == 0) {
		say(p, "250-sink\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-AUTH PLAIN LOGIN\r\n"
			   "250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n");
	} else if (strncasecmp(line, "AUTH ", 5) == 0) {
		on_auth(p, line + 5);
	} else if (strncasecmp(line, "BDAT ", 5) == 0) {
		on_bdat(p, line + 5);
	} else if (strcasecmp(line, "RSET") == 0) {
		p->mail = false;
		p->recipients = 0;
		say(p, "250 2.0.0 Ok\r\n");
	} else if (strcasecmp(line, "NOOP") == 0) {
		say(p, "250 2.0.0 Ok\r\n");
	} else if (strcasecmp(line, "QUIT") == 0) {
		say(p, "221 2.0.0 Bye\r\n");
		p->closing = true;
	} else {
		on_transaction(p, line);
	}
}

/* Each of the three takes what it can from the front of the input and returns how much that was. */
static size_t take_line(peer *p)
{
	char *end = memchr(p->input, '\n', p->input_size);
	size_t size;

	if (!end) {
		p->closing |= p->input_size == sizeof p->input;
		return 0;
	}
	size = (size_t)(end - p->input) + 1;
	*end = '\0';
	if (size > 1 && end[-1] == '\r') {
		end[-1] = '\0';
	}
	on_line(p, p->input);
	return size;
}

static size_t take_data(peer *p)
{
	static const char dot[] = "\r\n.\r\n";
	char *end = memmem(p->input, p->input_size, dot, 5);
	size_t size;

	if (end) {
		size = (size_t)(end - p->input) + 5;
		facts.octets += size - 3;
		accept_message(p);
		return size;
	}
	size = p->input_size > 4 ? p->input_size - 4 : 0; /* an end of data may be cut in two */
	facts.octets += size;
	return size;
}

static size_t take_chunk(peer *p)
{
	size_t size = p->input_size < p->left ? p->input_size : (size_t)p->left;

	p->left -= size;
	facts.octets += size;
	if (p->left == 0) {
		if (p->last) {
			accept_message(p);
		} else {
			p->state = COMMAND;
			say(p, "250 2.0.0 Ok: chunk\r\n");
		}
	}
	return size;
}

static void take_input(peer *p)
{
	while (p->input_size > 0 && !p->closing) {
		size_t size = p->state == BODY_DATA ? take_data(p)
			: p->state == BODY_BDAT ? take_chunk(p) : take_line(p);
		if (size == 0) {
			break;
		}
		p->input_size -= size;
		memmove(p->input, p->input + size, p->input_size);
	}
}

/* As SSL_read() does; *wait: there is nothing now. */
static int receive(peer *p, bool *wait)
{
	char *to = p->input + p->input_size;
	int room = (int)(sizeof p->input - p->input_size), size;
	if (p->tls) {
		size = SSL_read(p->tls, to, room);
		*wait = size <= 0 && SSL_get_error(p->tls, size) == SSL_ERROR_WANT_READ;
	} else {
		size = (int)read(p->socket, to, (size_t)room);
		*wait = size < 0 && errno == EAGAIN;
	}
	return size;
}

static bool transmit(peer *p)
{
	return p->tls ? SSL_write(p->tls, p->output, (int)p->output_size) > 0
	              : write(p->socket, p->output, p->output_size) == (ssize_t)p->output_size;
}

/* Reads all there is, answers with as few writes as possible. False: the connection is over. */
static bool serve(peer *p)
{
	ERR_clear_error();
	if (p->tls && !SSL_is_init_finished(p->tls)) {
		int done = SSL_accept(p->tls);
		if (done != 1) {
			return SSL_get_error(p->tls, done) == SSL_ERROR_WANT_READ;
		}
		say(p, "220 sink ESMTP\r\n");
	}
	for (;;) {
		bool wait;
		int size = receive(p, &wait);
		if (size <= 0) {
			p->closing |= !wait;
			break;
		}
		p->input_size += (size_t)size;
		take_input(p);
	}
	if (p->output_size > 0 && !transmit(p)) {
		return false; /* a client that leaves replies lying until the socket is full */
	}
	p->output_size = 0;
	return !p->closing;
}

static void drop(peer **slot)
{
	if ((*slot)->tls) {
		SSL_shutdown((*slot)->tls);
		SSL_free((*slot)->tls);
	}
	close((*slot)->socket);
	free(*slot);
	*slot = NULL;
}

static void welcome(int listener, SSL_CTX *context)
{
	int one = 1, socket = accept(listener, NULL, NULL);

	for (int i = 0; i < PEERS_MAX && socket >= 0; i++) {
		if (!peers[i]) {
			peers[i] = calloc(1, sizeof *peers[i]);
			peers[i]->socket = socket;
			fcntl(socket, F_SETFL, O_NONBLOCK);
			setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
			if (plain) {
				peers[i]->authenticated = write(socket, "220 sink ESMTP\r\n", 16) == 16;
			} else {
				peers[i]->tls = SSL_new(context);
				SSL_set_fd(peers[i]->tls, socket);
				SSL_set_accept_state(peers[i]->tls);
			}
			facts.connections++;
			return;
		}
	}
	if (socket >= 0) {
		close(socket);
	}
}

static bool report(void)
{
	char line[256];
	ssize_t size = read(0, line, sizeof line);

	for (ssize_t i = 0; i < size; i++) {
		if (line[i] == '\n') {
			printf("{\"connections\":%llu,\"messages\":%llu,\"recipients\":%llu,\"octets\":%llu,\"mail_ns\":%llu}\n",
				   facts.connections, facts.messages, facts.recipients, facts.octets, facts.mail_ns);
		}
	}
	return size > 0;
}

static int listen_on_loopback(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
		listen(listener, 64) != 0 ||
		getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
		return -1;
	}
	printf("{\"port\":%u}\n", ntohs(address.sin_port));
	return listener;
}

static void run(int listener, SSL_CTX *context)
{
	for (;;) {
		struct pollfd polls[PEERS_MAX + 2] = {{0, POLLIN, 0}, {listener, POLLIN, 0}};
		for (int i = 0; i < PEERS_MAX; i++) {
			polls[i + 2].fd = peers[i] ? peers[i]->socket : -1;
			polls[i + 2].events = POLLIN;
		}
		if (poll(polls, PEERS_MAX + 2, -1) < 0 && errno != EINTR) {
			return;
		}
		for (int i = 0; i < PEERS_MAX; i++) {
			if (peers[i] && polls[i + 2].revents && !serve(peers[i])) {
				drop(&peers[i]);
			}
		}
		if (polls[1].revents) {
			welcome(listener, context);
		}
		if (polls[0].revents && !report()) {
			return;
		}
	}
}

int main(int argc, char **argv)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	int listener;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	plain = argc == 2 && strcmp(argv[1], "plain") == 0;
	if (!plain && (argc != 5 || strlen(argv[3]) + strlen(argv[4]) + 2 >= SECRET_MAX / 2)) {
		fprintf(stderr, "usage: sink CERTIFICATE KEY USER PASSWORD | sink plain\n");
		return 64;
	}
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (!plain) {
		learn_secrets(argv[3], argv[4]);
	}
	if (!plain && (SSL_CTX_use_certificate_chain_file(context, argv[1]) != 1 ||
		SSL_CTX_use_PrivateKey_file(context, argv[2], SSL_FILETYPE_PEM) != 1)) {
		fprintf(stderr, "sink: the certificate or its key cannot be used\n");
		return 1;
	}
	listener = listen_on_loopback();
	if (listener < 0) {
		fprintf(stderr, "sink: no port: %s\n", strerror(errno));
		return 1;
	}
	run(listener, context);
	return 0;
}
