// SPDX-License-Identifier: MIT
// Measures readers and whole processes, and prints one line of JSON.
// usage: load read SOCKET TARGET CONNECTIONS SECONDS     kept connections, one request at a time on each
//        load connect SOCKET TARGET SECONDS              a new connection for each request, one after the other
//        load start RUNS PROGRAM [ARGUMENT…]             from posix_spawn to the end of the process

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { BUFFER = 16384, EVENTS = 64, MOST_CONNECTIONS = 1024, MOST_SAMPLES = 1 << 22 };

struct connection {
    int fd;
    size_t held, awaited;
    uint64_t began;
    char buffer[BUFFER];
};

static uint32_t *samples;
static size_t sampled;
static char request[1024];
static size_t request_size;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void leave(const char *what) {
    perror(what);
    exit(1);
}

static void sample(uint64_t began) {
    if (sampled < MOST_SAMPLES) samples[sampled++] = (uint32_t)(now() - began);
}

static int by_size(const void *left, const void *right) {
    uint32_t one = *(const uint32_t *)left, other = *(const uint32_t *)right;
    return (one > other) - (one < other);
}

static double microseconds(double share) {
    return sampled ? samples[(size_t)((double)(sampled - 1) * share)] / 1000.0 : 0;
}

static void send_request(struct connection *connection) {
    connection->held = connection->awaited = 0;
    connection->began = now();
    if (send(connection->fd, request, request_size, MSG_NOSIGNAL) != (ssize_t)request_size) leave("send");
}

// 1 when the whole answer is there.
static int receive(struct connection *connection) {
    ssize_t count = recv(connection->fd, connection->buffer + connection->held, BUFFER - 1 - connection->held,
                         MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (count <= 0) leave("recv");
    connection->held += (size_t)count;
    connection->buffer[connection->held] = 0;
    if (!connection->awaited) {
        char *end = strstr(connection->buffer, "\r\n\r\n");
        if (!end) return 0;
        char *length = strcasestr(connection->buffer, "\r\ncontent-length:");
        if (strncmp(connection->buffer, "HTTP/1.1 200 ", 13) || !length || length > end) {
            fprintf(stderr, "not the answer that was expected: %.60s\n", connection->buffer);
            exit(1);
        }
        connection->awaited = (size_t)(end - connection->buffer) + 4 + strtoul(length + 17, NULL, 10);
    }
    return connection->held >= connection->awaited;
}

static void report(double seconds) {
    qsort(samples, sampled, sizeof *samples, by_size);
    printf("{\"count\": %zu, \"rate\": %.1f, \"p50\": %.1f, \"p99\": %.1f}\n", sampled, (double)sampled / seconds,
           microseconds(0.5), microseconds(0.99));
}

static void read_tokens(const char *path, const char *target, int connections, double seconds) {
    if (connections < 1 || connections > MOST_CONNECTIONS || seconds > 60) exit(64);
    request_size = (size_t)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: valetkey\r\n\r\n", target);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    struct connection *all = calloc((size_t)connections, sizeof *all);
    int set = epoll_create1(EPOLL_CLOEXEC);
    if (!all || set < 0) leave("epoll");
    uint64_t began = now(), end = began + (uint64_t)(seconds * 1e9);
    for (int index = 0; index < connections; index++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[index]};
        all[index].fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(all[index].fd, (struct sockaddr *)&address, sizeof address)) leave("connect");
        if (epoll_ctl(set, EPOLL_CTL_ADD, all[index].fd, &event)) leave("epoll");
        send_request(&all[index]);
    }
    struct epoll_event events[EVENTS];
    while (now() < end) {
        int ready = epoll_wait(set, events, EVENTS, 1000);
        for (int index = 0; index < ready; index++) {
            struct connection *connection = events[index].data.ptr;
            if (!receive(connection)) continue;
            sample(connection->began);
            send_request(connection);
        }
    }
    report((double)(now() - began) / 1e9);
}

static void reconnect(const char *path, const char *target, double seconds) {
    if (seconds > 60) exit(64);
    request_size = (size_t)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: valetkey\r\n\r\n", target);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection) leave("calloc");
    uint64_t began = now(), end = began + (uint64_t)(seconds * 1e9);
    while (now() < end) {
        uint64_t start = now();
        connection->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(connection->fd, (struct sockaddr *)&address, sizeof address)) leave("connect");
        send_request(connection);
        struct pollfd ready = {.fd = connection->fd, .events = POLLIN};
        do {
            if (poll(&ready, 1, 5000) != 1) leave("poll");
        } while (!receive(connection));
        close(connection->fd);
        sample(start);
    }
    report((double)(now() - began) / 1e9);
}

static void start_programs(int runs, char **command) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    uint64_t began = now();
    for (int run = 0; run < runs; run++) {
        pid_t child;
        int status;
        uint64_t start = now();
        errno = posix_spawnp(&child, command[0], &actions, NULL, command, environ);
        if (errno) leave(command[0]);
        if (waitpid(child, &status, 0) < 0) leave("waitpid");
        if (status) {
            fprintf(stderr, "%s ended with status %d\n", command[0], status);
            exit(1);
        }
        sample(start);
    }
    report((double)(now() - began) / 1e9);
}

int main(int argc, char **argv) {
    if (!(samples = malloc(MOST_SAMPLES * sizeof *samples))) leave("malloc");
    if (argc == 6 && !strcmp(argv[1], "read")) {
        read_tokens(argv[2], argv[3], atoi(argv[4]), atof(argv[5]));
    } else if (argc == 5 && !strcmp(argv[1], "connect")) {
        reconnect(argv[2], argv[3], atof(argv[4]));
    } else if (argc > 3 && !strcmp(argv[1], "start")) {
        start_programs(atoi(argv[2]), argv + 3);
    } else {
        return 64;
    }
    return 0;
}
