#ifndef VALETKEY_LINUX_SHIM_H
#define VALETKEY_LINUX_SHIM_H

// What Swift's Glibc module leaves out.

#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>

static inline int shim_timer(clockid_t clock) {
    return timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK);
}

// Sets the timer to an absolute time; 0 disarms it. With `tells_jumps`, a change of the clock cancels it.
static inline int shim_set_timer(int timer, long long nanoseconds, int tells_jumps) {
    struct itimerspec spec = {{0, 0}, {nanoseconds / 1000000000, nanoseconds % 1000000000}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME | (tells_jumps ? TFD_TIMER_CANCEL_ON_SET : 0), &spec, 0);
}

// prctl is variadic, and so closed to Swift.
static inline int shim_forbid_core_dumps(void) {
    return prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
}

#endif
