#define _GNU_SOURCE

#include "CLinux.h"

#include <malloc.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

const short shim_own_session = POSIX_SPAWN_SETSID;

long shim_file_system(const char *path) {
    struct statfs facts;
    return statfs(path, &facts) == 0 ? (long)facts.f_type : -1;
}

long long shim_read_clock(int clock) {
    struct timespec time = {0, 0};
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int shim_timer(int clock) {
    return timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK);
}

int shim_set_timer(int timer, long long nanoseconds, int tells_jumps) {
    struct itimerspec spec = {{0, 0}, {nanoseconds / 1000000000, nanoseconds % 1000000000}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME | (tells_jumps ? TFD_TIMER_CANCEL_ON_SET : 0), &spec, 0);
}

int shim_clock_is_synchronised(void) {
    struct timex state = {.modes = 0};
    return adjtimex(&state) >= 0 && !(state.status & STA_UNSYNC);
}

int shim_forbid_core_dumps(void) {
    return prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
}

void shim_keep_one_heap(void) {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

void shim_give_back_memory(void) {
    malloc_trim(0);
}
