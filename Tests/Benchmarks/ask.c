// SPDX-License-Identifier: MIT
// The least that a command can do to print a token: one request on a Unix socket, and the body of its answer.
// usage: ask SOCKET TARGET

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER = 16384 };

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) return 69;
    char request[1024], answer[ANSWER];
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: valetkey\r\nConnection: close\r\n\r\n", argv[2]);
    if (send(fd, request, (size_t)size, MSG_NOSIGNAL) != size) return 1;
    size_t held = 0;
    ssize_t count;
    while ((count = recv(fd, answer + held, ANSWER - 1 - held, 0)) > 0) held += (size_t)count;
    answer[held] = 0;
    char *body = strstr(answer, "\r\n\r\n");
    if (count < 0 || strncmp(answer, "HTTP/1.1 200 ", 13) || !body) return 1;
    return puts(body + 4) < 0;
}
