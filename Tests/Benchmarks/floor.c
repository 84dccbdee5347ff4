// SPDX-License-Identifier: MIT
// The least that a server on a Unix socket can do: one thread, one epoll set, one fixed answer to any request.
// usage: floor SOCKET ANSWER-FILE

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER = 8192, REQUEST = 4096, EVENTS = 64 };

struct reader {
    int fd;
    size_t held;
    char request[REQUEST];
};

static char answer[ANSWER];
static ssize_t answer_size;

static void leave(const char *what) {
    perror(what);
    exit(1);
}

static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1024)) leave(path);
    return fd;
}

// 0 when the connection is over.
static int serve(struct reader *reader) {
    for (;;) {
        ssize_t count = recv(reader->fd, reader->request + reader->held, REQUEST - 1 - reader->held, 0);
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        if (count == 0) return 0;
        reader->held += (size_t)count;
        reader->request[reader->held] = 0;
        if (strstr(reader->request, "\r\n\r\n")) {
            reader->held = 0;
            if (send(reader->fd, answer, (size_t)answer_size, MSG_NOSIGNAL) != answer_size) return 0;
        } else if (reader->held == REQUEST - 1) {
            return 0;
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    int file = open(argv[2], O_RDONLY);
    if (file < 0 || (answer_size = read(file, answer, ANSWER)) <= 0) leave(argv[2]);
    close(file);
    int door = listen_at(argv[1]), set = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN}, events[EVENTS];
    if (set < 0 || epoll_ctl(set, EPOLL_CTL_ADD, door, &event)) leave("epoll");
    for (;;) {
        int ready = epoll_wait(set, events, EVENTS, -1);
        for (int index = 0; index < ready; index++) {
            struct reader *reader = events[index].data.ptr;
            if (reader) {
                if (!serve(reader)) {
                    close(reader->fd);
                    free(reader);
                }
                continue;
            }
            int fd;
            while ((fd = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
                if (!(reader = calloc(1, sizeof *reader))) leave("calloc");
                reader->fd = fd;
                event.data.ptr = reader;
                if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event)) leave("epoll");
            }
        }
    }
}
