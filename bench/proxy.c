/* SPDX-License-Identifier: MIT */
/* The distance between a client and the sink: every octet arrives half a round trip after it was
 * sent, and round trips are counted by cause. Octets from the client are one deeper than the
 * deepest octets that it had received when it sent them, octets from the server as deep as the
 * deepest that it had received: so a client that has ten commands in flight makes one round trip,
 * and one that waits ten times makes ten.
 *
 * The kernel accepts a connection on loopback at once. Its round trip is counted, and paid on the
 * first octets. A server that speaks first cannot know of the client before the end of it: its
 * greeting is one more.
 *
 * usage: proxy PORT RTT_MS; prints {"port":N}, then answers each line on standard input with
 * {"connections":N,"round_trips":N}, both since the start; ends with standard input. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINKS_MAX = 64, CHUNK_SIZE = 32768, QUEUE_MAX = 256 };

typedef struct chunk {
	struct chunk *next;
	uint64_t due_ns;
	unsigned depth;
	size_t size, written;
	char bytes[CHUNK_SIZE];
} chunk;

/* One direction: what was read at one end and waits to be written at the other. */
typedef struct {
	chunk *first, *last;
	size_t count;
	unsigned delivered; /* the deepest that was written */
	bool ended, closed; /* the end of stream was read; and passed on */
} lane;

typedef struct {
	int client, server;
	lane up, down;
	uint64_t begins_ns; /* nothing of the client's sets off before: its TCP handshake */
} wire;

static wire *wires[LINKS_MAX];
static uint64_t half_ns;
static unsigned long long connections, round_trips;
static struct sockaddr_in target = {.sin_family = AF_INET};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void prepare(int socket)
{
	int one = 1;

	fcntl(socket, F_SETFL, O_NONBLOCK);
	setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void welcome(int listener)
{
	int client = accept(listener, NULL, NULL), server = socket(AF_INET, SOCK_STREAM, 0);

	for (int i = 0; i < LINKS_MAX && client >= 0 && server >= 0; i++) {
		if (!wires[i] && connect(server, (struct sockaddr *)&target, sizeof target) == 0) {
			wires[i] = calloc(1, sizeof *wires[i]);
			wires[i]->client = client;
			wires[i]->server = server;
			wires[i]->begins_ns = now_ns() + 2 * half_ns;
			wires[i]->down.delivered = 1; /* the server's SYN */
			wires[i]->up.delivered = 2; /* what the client answers, with octets or without */
			prepare(client);
			prepare(server);
			connections++;
			round_trips++;
			return;
		}
	}
	close(client);
	close(server);
}

static void empty(lane *l)
{
	while (l->first) {
		chunk *next = l->first->next;
		free(l->first);
		l->first = next;
	}
}

static void drop(wire **slot)
{
	empty(&(*slot)->up);
	empty(&(*slot)->down);
	close((*slot)->client);
	close((*slot)->server);
	free(*slot);
	*slot = NULL;
}

/* Reads what is there. depth: of what is read now. */
static void take(lane *l, int from, unsigned depth, uint64_t earliest_ns)
{
	while (!l->ended && l->count < QUEUE_MAX) {
		chunk *c = malloc(sizeof *c);
		ssize_t size = read(from, c->bytes, sizeof c->bytes);
		uint64_t now = now_ns();
		if (size <= 0) {
			l->ended = size == 0 || errno != EAGAIN;
			free(c);
			return;
		}
		c->next = NULL;
		c->due_ns = (now > earliest_ns ? now : earliest_ns) + half_ns;
		c->depth = depth;
		c->size = (size_t)size;
		c->written = 0;
		*(l->first ? &l->last->next : &l->first) = c;
		l->last = c;
		l->count++;
	}
}

/* Writes what is due. False: the other end is gone. */
static bool give(lane *l, int to, bool counts)
{
	while (l->first && l->first->due_ns <= now_ns()) {
		chunk *c = l->first;
		ssize_t size = write(to, c->bytes + c->written, c->size - c->written);
		if (size < 0) {
			return errno == EAGAIN;
		}
		if (c->depth > l->delivered) {
			round_trips += counts ? c->depth - l->delivered : 0;
			l->delivered = c->depth;
		}
		c->written += (size_t)size;
		if (c->written == c->size) {
			l->first = c->next;
			l->count--;
			free(c);
		}
	}
	if (l->ended && !l->first && !l->closed) {
		l->closed = true;
		shutdown(to, SHUT_WR);
	}
	return true;
}

static bool serve(wire *w)
{
	/* All reading before all writing: what waits here was not caused by what goes out now. */
	take(&w->down, w->server, w->up.delivered, w->begins_ns + half_ns);
	take(&w->up, w->client, w->down.delivered + 1, w->begins_ns);
	return give(&w->down, w->client, true) && give(&w->up, w->server, false) &&
		   !(w->up.closed && w->down.closed);
}

static void watch(struct pollfd *poll, int socket, const lane *in, const lane *out)
{
	bool stuck = out->first && out->first->due_ns <= now_ns();

	poll->events = (short)((in->ended || in->count >= QUEUE_MAX ? 0 : POLLIN) |
						   (stuck ? POLLOUT : 0));
	poll->fd = poll->events ? socket : -1;
}

static void nearest(const lane *l, uint64_t *due_ns)
{
	if (l->first && l->first->due_ns < *due_ns) {
		*due_ns = l->first->due_ns;
	}
}

/* Waits until there is something to read, to write, or to let go. */
static void wait_for(struct pollfd polls[2 + 2 * LINKS_MAX])
{
	uint64_t due = UINT64_MAX, now;
	struct timespec left = {0, 0};

	for (int i = 0; i < LINKS_MAX; i++) {
		polls[2 + 2 * i].fd = polls[3 + 2 * i].fd = -1;
		if (wires[i]) {
			watch(&polls[2 + 2 * i], wires[i]->client, &wires[i]->up, &wires[i]->down);
			watch(&polls[3 + 2 * i], wires[i]->server, &wires[i]->down, &wires[i]->up);
			nearest(&wires[i]->up, &due);
			nearest(&wires[i]->down, &due);
		}
	}
	now = now_ns();
	if (due <= now && due != UINT64_MAX) {
		due = now + 1000000; /* due, and not taken: the socket is full */
	}
	if (due != UINT64_MAX) {
		left.tv_sec = (time_t)((due - now) / 1000000000u);
		left.tv_nsec = (long)((due - now) % 1000000000u);
	}
	(void)!ppoll(polls, 2 + 2 * LINKS_MAX, due == UINT64_MAX ? NULL : &left, NULL);
}

static bool report(void)
{
	char line[256];
	ssize_t size = read(0, line, sizeof line);

	for (ssize_t i = 0; i < size; i++) {
		if (line[i] == '\n') {
			printf("{\"connections\":%llu,\"round_trips\":%llu}\n", connections, round_trips);
		}
	}
	return size > 0;
}

static int listen_on_loopback(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
		listen(listener, 64) != 0 ||
		getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
		return -1;
	}
	printf("{\"port\":%u}\n", ntohs(address.sin_port));
	return listener;
}

int main(int argc, char **argv)
{
	int listener;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	if (argc != 3) {
		fprintf(stderr, "usage: proxy PORT RTT_MS\n");
		return 64;
	}
	target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	target.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	half_ns = strtoull(argv[2], NULL, 10) * 500000u;
	listener = listen_on_loopback();
	if (listener < 0) {
		fprintf(stderr, "proxy: no port: %s\n", strerror(errno));
		return 1;
	}
	for (;;) {
		struct pollfd polls[2 + 2 * LINKS_MAX] = {{0, POLLIN, 0}, {listener, POLLIN, 0}};
		wait_for(polls);
		for (int i = 0; i < LINKS_MAX; i++) {
			if (wires[i] && !serve(wires[i])) {
				drop(&wires[i]);
			}
		}
		if (polls[1].revents & POLLIN) {
			welcome(listener);
		}
		if (polls[0].revents && !report()) {
			return 0;
		}
	}
}
