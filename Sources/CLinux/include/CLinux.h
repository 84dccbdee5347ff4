#ifndef VALETKEY_LINUX_H
#define VALETKEY_LINUX_H

// What Swift's Glibc module leaves out. No system header is included here: types that two modules define would clash.

/// A timer of the given clock that can be polled; negative where the kernel gives none.
int shim_timer(int clock);

/// Sets the timer to an absolute time; 0 disarms it. With `tells_jumps`, a change of the clock cancels it.
int shim_set_timer(int timer, long long nanoseconds, int tells_jumps);

/// Whether the kernel knows the wall clock to be right, because a time service keeps it so.
int shim_clock_is_synchronised(void);

/// No core dump, and no tracing by another process of the user.
int shim_forbid_core_dumps(void);

/// Gives back what only the start needed: free heap, and the pages of code, which are read from their files again where
/// they are called again.
void shim_give_back_memory(long page_size);

#endif
