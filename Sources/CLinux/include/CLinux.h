#ifndef VALETKEY_LINUX_H
#define VALETKEY_LINUX_H

// What Swift's Glibc module leaves out. No system header is included here: types that two modules define would clash.

/// The flag of posix_spawn by which a program gets a session of its own.
extern const short shim_own_session;

/// What the clock says, in nanoseconds.
long long shim_read_clock(int clock);

/// A timer of the given clock that can be polled; negative where the kernel gives none.
int shim_timer(int clock);

/// Sets the timer to an absolute time; 0 disarms it. With `tells_jumps`, a change of the clock cancels it.
int shim_set_timer(int timer, long long nanoseconds, int tells_jumps);

/// Whether the kernel knows the wall clock to be right, because a time service keeps it so.
int shim_clock_is_synchronised(void);

/// No core dump, and no tracing by another process of the user.
int shim_forbid_core_dumps(void);

/// One heap for all threads instead of one each, so that what one leaves free serves the others; and large pieces apart
/// from it for good, so that they go back to the kernel at once. To be called before there are threads.
void shim_keep_one_heap(void);

/// Gives back what only the start or a reload needed: free heap, and the pages of code, which are read from their files
/// again where they are called again.
void shim_give_back_memory(void);

#endif
