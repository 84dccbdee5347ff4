// SPDX-License-Identifier: MIT
// Preloaded, it lets a test set one program's wall clock while that runs, and leaves the machine's alone. The shift in
// nanoseconds is an int64 in the file that WALLCLOCK names. Clocks that count from boot are the kernel's own. Where
// WALLCLOCK_SURE is set, a time service seems to keep the clock right.

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

enum { BILLION = 1000000000 };

static const volatile int64_t *shift;

__attribute__((constructor)) static void find_shift(void) {
    const char *path = getenv("WALLCLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) shift = page;
    close(file);
}

static struct timespec moved(struct timespec time, int64_t by) {
    int64_t nanoseconds = time.tv_nsec + by % BILLION;
    time.tv_sec += by / BILLION;
    if (nanoseconds < 0) {
        nanoseconds += BILLION;
        time.tv_sec--;
    } else if (nanoseconds >= BILLION) {
        nanoseconds -= BILLION;
        time.tv_sec++;
    }
    time.tv_nsec = nanoseconds;
    return time;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    int is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    if (result == 0 && shift && is_wall) *time = moved(*time, *shift);
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

int adjtimex(struct timex *state) {
    int result = (int)syscall(SYS_adjtimex, state);
    if (!getenv("WALLCLOCK_SURE")) return result;
    state->status &= ~STA_UNSYNC;
    return TIME_OK;
}

time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}

// A deadline was made from the shifted clock: the kernel, which waits by the true one, gets it shifted back.
static struct timespec meant(const struct timespec *deadline) {
    return moved(*deadline, shift ? -*shift : 0);
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict deadline) {
    struct timespec time = meant(deadline);
    return pthread_cond_clockwait(condition, mutex, CLOCK_REALTIME, &time);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline) {
    struct timespec time = meant(deadline);
    return sem_clockwait(semaphore, CLOCK_REALTIME, &time);
}
