// SPDX-License-Identifier: MIT
/*
 * Loads on the loopback interface for the benchmarks, the soak and the kernel matrix, bounded in count:
 *   load pair COUNT     64 bytes sent and received on one TCP connection by one thread
 *   load udp COUNT      the same over UDP, between two connected sockets
 *   load peers COUNT    as many datagrams to 10,000 different addresses as fast as one thread can, received by nobody
 *   load one COUNT      the same to one address
 *   load drift COUNT    the same as peers, at 100 a second: flows that come and go while their socket stays
 *   load events COUNT   datagrams between two connected sockets, 64 a system call: as many sends as receives
 *   load paced COUNT    the same at 200,000 datagrams a second
 *   load cycle COUNT    connect, accept, 64 bytes, close at both ends
 *   load hold SOCKETS   that many connected sockets from several processes; prints "ready", then waits for the end
 *                       of its input
 *   load stir SOCKETS   the same, and on each connection 64 bytes a second
 *
 * All but hold and stir print the time of one, in ns, for each tenth of a second or so: a line each.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_BYTES		64
#define CONNECTIONS_PER_PROCESS 9000
#define MAX_PROCESSES		64
#define PAIRS_PER_LINE		10000
#define CYCLES_PER_LINE		1000
#define PEERS			10000
#define EVENTS_PER_CALL		64
#define PACED_PER_SECOND	200000
#define DRIFT_PER_SECOND	100
#define FIRST_PEER		0x7F010001 /* 127.1.0.1 */
#define DISCARD_PORT		9

static void die(const char *deed)
{
	fprintf(stderr, "load: cannot %s: %s\n", deed, strerror(errno));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void sleep_until(uint64_t time_ns)
{
	struct timespec t = {.tv_sec = (time_t)(time_ns / 1000000000u), .tv_nsec = (long)(time_ns % 1000000000u)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		continue;
}

/* After each operation: at the end of a slice, its mean. */
static void print_slice(long done, long slice, uint64_t *start)
{
	if (done % slice)
		return;
	uint64_t now = now_ns();

	printf("%.1f\n", (double)(now - *start) / (double)slice);
	*start = now;
}

static int listen_on(uint32_t host, struct sockaddr_in *address)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t length = sizeof(*address);

	memset(address, 0, sizeof(*address));
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(host);
	if (fd < 0 || bind(fd, (struct sockaddr *)address, length) || listen(fd, 128) ||
	    getsockname(fd, (struct sockaddr *)address, &length))
		die("listen");
	return fd;
}

static void connect_pair(int listener, const struct sockaddr_in *address, int *client, int *server)
{
	*client = socket(AF_INET, SOCK_STREAM, 0);
	if (*client < 0 || connect(*client, (const struct sockaddr *)address, sizeof(*address)))
		die("connect");
	*server = accept(listener, NULL, NULL);
	if (*server < 0)
		die("accept");
}

static void exchange(int from, int to)
{
	char message[MESSAGE_BYTES] = {0};

	if (send(from, message, sizeof(message), 0) != MESSAGE_BYTES)
		die("send");
	if (recv(to, message, sizeof(message), MSG_WAITALL) != MESSAGE_BYTES)
		die("receive");
}

static void run_pair(long count)
{
	struct sockaddr_in address;
	int client, server;

	connect_pair(listen_on(INADDR_LOOPBACK, &address), &address, &client, &server);
	uint64_t start = now_ns();

	for (long i = 0; i < count; i++) {
		exchange(client, server);
		print_slice(i + 1, PAIRS_PER_LINE, &start);
	}
}

static void connect_datagrams(int *client, int *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	*client = socket(AF_INET, SOCK_DGRAM, 0);
	*server = socket(AF_INET, SOCK_DGRAM, 0);
	if (*client < 0 || *server < 0 || bind(*server, (struct sockaddr *)&address, length) ||
	    getsockname(*server, (struct sockaddr *)&address, &length) ||
	    connect(*client, (struct sockaddr *)&address, length))
		die("connect a UDP socket");
}

static void run_udp(long count)
{
	int client, server;

	connect_datagrams(&client, &server);
	uint64_t start = now_ns();

	for (long i = 0; i < count; i++) {
		exchange(client, server);
		print_slice(i + 1, PAIRS_PER_LINE, &start);
	}
}

/* Nobody listens there: on loopback the answers are ICMP errors, which an unconnected socket does not hear of. */
static void run_peers(long count, int peers, uint64_t pause_ns)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(DISCARD_PORT)};
	char message[MESSAGE_BYTES] = {0};
	int client = socket(AF_INET, SOCK_DGRAM, 0);

	if (client < 0)
		die("make a UDP socket");
	uint64_t start = now_ns(), begun = start;

	for (long i = 0; i < count; i++) {
		if (pause_ns)
			sleep_until(begun + (uint64_t)i * pause_ns);
		address.sin_addr.s_addr = htonl(FIRST_PEER + (uint32_t)(i % peers));
		if (sendto(client, message, sizeof(message), 0, (struct sockaddr *)&address, sizeof(address)) !=
		    sizeof(message))
			die("send a datagram");
		print_slice(i + 1, PAIRS_PER_LINE, &start);
	}
}

/* Of what a trace shows as an event each, the most that one thread can make. */
static void run_events(long count, bool paced)
{
	static char bytes[MESSAGE_BYTES];
	struct iovec vector = {.iov_base = bytes, .iov_len = sizeof(bytes)};
	struct mmsghdr messages[EVENTS_PER_CALL];
	int client, server;

	for (int i = 0; i < EVENTS_PER_CALL; i++)
		messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vector, .msg_iovlen = 1}};
	connect_datagrams(&client, &server);
	uint64_t start = now_ns(), begun = start;

	for (long i = 0; i < count; i += EVENTS_PER_CALL) {
		if (paced)
			sleep_until(begun + (uint64_t)i * (1000000000u / PACED_PER_SECOND));
		if (sendmmsg(client, messages, EVENTS_PER_CALL, 0) != EVENTS_PER_CALL ||
		    recvmmsg(server, messages, EVENTS_PER_CALL, 0, NULL) != EVENTS_PER_CALL)
			die("move datagrams");
		print_slice(i + EVENTS_PER_CALL, PAIRS_PER_LINE / EVENTS_PER_CALL * EVENTS_PER_CALL, &start);
	}
}

/* A reset leaves no TIME_WAIT socket, to which later walks would come too. */
static void reset_when_closed(int socket)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};

	if (setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)))
		die("set SO_LINGER");
}

static void run_cycle(long count)
{
	struct sockaddr_in address;
	int listener = listen_on(INADDR_LOOPBACK, &address);
	uint64_t start = now_ns();

	for (long i = 0; i < count; i++) {
		int client, server;

		connect_pair(listener, &address, &client, &server);
		exchange(client, server);
		close(server);
		reset_when_closed(client);
		close(client);
		print_slice(i + 1, CYCLES_PER_LINE, &start);
	}
}

/* The ends of a process's connections. */
static int clients[CONNECTIONS_PER_PROCESS], servers[CONNECTIONS_PER_PROCESS];

static void stir(long connections)
{
	for (uint64_t due = now_ns();; due += 1000000000u) {
		sleep_until(due);
		for (long i = 0; i < connections; i++)
			exchange(clients[i], servers[i]);
	}
}

static void hold_in_child(int index, long connections, int ready_fd, bool stirs)
{
	struct sockaddr_in address;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A host of its own in 127/8, for its own set of ports. */
	int listener = listen_on(INADDR_LOOPBACK + 1 + (uint32_t)index, &address);

	for (long i = 0; i < connections; i++) {
		connect_pair(listener, &address, &clients[i], &servers[i]);
		exchange(clients[i], servers[i]);
		reset_when_closed(clients[i]);
		reset_when_closed(servers[i]);
	}
	if (write(ready_fd, "r", 1) != 1)
		die("report");
	if (stirs)
		stir(connections);
	pause();
	_exit(0);
}

static void run_hold(long sockets, bool stirs)
{
	pid_t children[MAX_PROCESSES];
	int ready[2], count = 0;
	char byte;

	if (pipe(ready))
		die("make a pipe");
	for (long left = sockets / 2; left > 0 && count < MAX_PROCESSES; left -= CONNECTIONS_PER_PROCESS, count++) {
		children[count] = fork();
		if (children[count] == 0)
			hold_in_child(count, left < CONNECTIONS_PER_PROCESS ? left : CONNECTIONS_PER_PROCESS, ready[1],
				      stirs);
	}
	close(ready[1]);
	for (int i = 0; i < count; i++) {
		if (read(ready[0], &byte, 1) != 1)
			die("make the sockets");
	}
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	for (int i = 0; i < count; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
}

int main(int argc, char **argv)
{
	long count = argc == 3 ? atol(argv[2]) : 0;

	if (count > 0 && strcmp(argv[1], "pair") == 0)
		run_pair(count);
	else if (count > 0 && strcmp(argv[1], "udp") == 0)
		run_udp(count);
	else if (count > 0 && strcmp(argv[1], "one") == 0)
		run_peers(count, 1, 0);
	else if (count > 0 && strcmp(argv[1], "peers") == 0)
		run_peers(count, PEERS, 0);
	else if (count > 0 && strcmp(argv[1], "drift") == 0)
		run_peers(count, PEERS, 1000000000u / DRIFT_PER_SECOND);
	else if (count > 0 && strcmp(argv[1], "events") == 0)
		run_events(count, false);
	else if (count > 0 && strcmp(argv[1], "paced") == 0)
		run_events(count, true);
	else if (count > 0 && strcmp(argv[1], "cycle") == 0)
		run_cycle(count);
	else if (count > 0 && strcmp(argv[1], "hold") == 0)
		run_hold(count, false);
	else if (count > 0 && strcmp(argv[1], "stir") == 0)
		run_hold(count, true);
	else {
		fputs("usage: load pair|udp|one|peers|drift|events|paced|cycle|hold|stir COUNT\n", stderr);
		return 2;
	}
	return 0;
}
