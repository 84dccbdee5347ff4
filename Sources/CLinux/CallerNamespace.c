#define _GNU_SOURCE

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

// Older headers define none of these.
#define PEER_PIDFD 77                  // SO_PEERPIDFD, Linux 6.5
#define GET_USER_NAMESPACE _IO(0xFF, 9) // PIDFD_GET_USER_NAMESPACE, Linux 6.11
// PIDFD_GET_INFO, Linux 6.13, with its struct pidfd_info as it was then.
struct process_info {
    unsigned long long mask, group;
    unsigned int others[12];
};
#define GET_INFO _IOWR(0xFF, 11, struct process_info)
enum { GROUP_INFO = 4 };

int shim_tells_caller_process(void) {
    int ends[2], process = -1;
    socklen_t size = sizeof(process);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return 0;
    int known = getsockopt(ends[0], SOL_SOCKET, PEER_PIDFD, &process, &size) == 0 || errno != ENOPROTOOPT;
    if (process >= 0) close(process);
    close(ends[0]);
    close(ends[1]);
    return known;
}

static int is_alive(int process) {
    struct pollfd end = {.fd = process, .events = POLLIN};
    return poll(&end, 1, 0) == 0;
}

// This process stays in its namespace, so that one look is enough.
static struct stat own;
static int knows_own;
static pthread_once_t looked = PTHREAD_ONCE_INIT;

static void look(void) { knows_own = stat("/proc/self/ns/user", &own) == 0; }

static int is_own(const struct stat *space) {
    pthread_once(&looked, look);
    return knows_own && own.st_dev == space->st_dev && own.st_ino == space->st_ino;
}

// The number of the process behind a pidfd in this process's pid namespace: 0 where it isn't in that, negative where it
// has ended.
static long number_of(int process) {
    char path[64], line[128];
    long number = -1;
    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", process);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    while (fgets(line, sizeof(line), file))
        if (sscanf(line, "Pid: %ld", &number) == 1) break;
    fclose(file);
    return number;
}

// Whether two files in /proc have the same content.
static int are_equal(const char *one, const char *other) {
    char bytes[2][4096];
    size_t counts[2];
    const char *paths[2] = {one, other};
    for (int i = 0; i < 2; i++) {
        FILE *file = fopen(paths[i], "re");
        if (!file) return 0;
        counts[i] = fread(bytes[i], 1, sizeof(bytes[i]), file);
        fclose(file);
    }
    return counts[0] > 0 && counts[0] == counts[1] && memcmp(bytes[0], bytes[1], counts[0]) == 0;
}

int shim_caller_namespace(int process) {
    struct stat space;
    int is_same;
    int namespace = ioctl(process, GET_USER_NAMESPACE, 0);
    if (namespace >= 0) {
        int known = fstat(namespace, &space) == 0;
        close(namespace);
        return known && is_own(&space) ? shim_own_namespace : shim_other_namespace;
    }
    if (errno == ESRCH) return shim_ended_process;

    // The process hides its namespace from tracing, or the kernel is older. By the process number, which another process
    // may get meanwhile: only while this one is alive it is the right one.
    long number = number_of(process);
    if (number < 0) return shim_ended_process;
    // This process is itself in a pid namespace, and the caller outside. A sandbox that this user has made can't hide: its
    // maker may trace whatever runs in it.
    if (number == 0) return is_alive(process) ? shim_own_namespace : shim_ended_process;
    char path[64];
    snprintf(path, sizeof(path), "/proc/%ld/ns/user", number);
    if (stat(path, &space) == 0) {
        is_same = is_own(&space);
    } else {
        // A process that forbids tracing hides its namespace, but not how the users of that are mapped.
        snprintf(path, sizeof(path), "/proc/%ld/uid_map", number);
        is_same = are_equal(path, "/proc/self/uid_map");
    }
    if (!is_alive(process)) return shim_ended_process;
    return is_same ? shim_own_namespace : shim_other_namespace;
}

unsigned long long shim_caller_group(int process) {
    struct process_info info = {.mask = GROUP_INFO};
    return ioctl(process, GET_INFO, &info) == 0 && info.mask & GROUP_INFO ? info.group : 0;
}
