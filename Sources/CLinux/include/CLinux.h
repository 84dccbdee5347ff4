#ifndef VALETKEY_LINUX_H
#define VALETKEY_LINUX_H

// Functions and constants that Swift's Glibc module doesn't export. No system header is included here: types that two
// modules define would clash.

/// The posix_spawn flag that starts a program in a session of its own.
extern const short shim_own_session;

/// The magic number of the file system that the path is on (statfs(2)); -1 with `errno` set where that can't be told.
long shim_file_system(const char *path);

/// The time of the given clock, in nanoseconds.
long long shim_read_clock(int clock);

/// Creates a pollable timer (timerfd) on the given clock; negative where the kernel can't create one.
int shim_timer(int clock);

/// Sets the timer to an absolute time; 0 disarms it. With `tells_jumps`, a change of the clock cancels it.
int shim_set_timer(int timer, long long nanoseconds, int tells_jumps);

/// Whether the kernel knows the wall clock to be right, because a time service keeps it so.
int shim_clock_is_synchronised(void);

/// Forbids core dumps, and tracing by another process of the user.
int shim_forbid_core_dumps(void);

/// Makes all threads share one heap, so that memory freed by one thread is reused by the others, and maps large blocks
/// separately, so that they return to the kernel as soon as they are freed. Call it before there are threads.
void shim_keep_one_heap(void);

/// Returns memory to the kernel that only the start or a reload needed: free heap, and pages of code, which are read
/// from their files again on the next call.
void shim_give_back_memory(void);

#endif
