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

/// Returns free memory of the heap to the kernel, which only the start or a reload needed.
void shim_give_back_memory(void);

/// A block of memory that is never written to swap or to a core dump, as far as the limit on locked memory allows, else
/// of the heap. NULL only where there is no memory at all.
void *shim_take_locked(unsigned long size);

/// Clears a block of `shim_take_locked`, whose size this was, and takes it back.
void shim_give_back_locked(void *block, unsigned long size);

/// Starts a thread that ends after `run(work)` and takes no signals. Returns 0, or the `errno`; then `run` isn't called.
int shim_start_thread(void (*run)(void *work), void *work);

/// Asks the kernel (NETLINK_SOCK_DIAG, see sock_diag(7)) who owns a TCP socket of this host: the one with the near address
/// and port that is connected to the far ones. Addresses are 4 octets, or 16 for IPv6, in network order; ports are numbers.
///
/// Returns 0, or the `errno`: ENOENT where there is no such socket.
int shim_tcp_owner(
    int is_ipv6, const unsigned char *near, unsigned short near_port, const unsigned char *far, unsigned short far_port,
    unsigned int *user, unsigned int *inode);

/// Whether `shim_tcp_owner` works here. It doesn't where AF_NETLINK is forbidden or the kernel lacks the module tcp_diag,
/// whose absence looks like ENOENT.
int shim_tells_tcp_owner(void);

/// Whether the kernel tells which process is at the other end of a Unix socket (SO_PEERPIDFD, Linux 6.5).
int shim_tells_caller_process(void);

enum { shim_own_namespace, shim_other_namespace, shim_ended_process };

/// Whether the process that a pidfd refers to is in this process's user namespace: one of the above. A process whose
/// namespace can't be read counts as in another one.
int shim_caller_namespace(int process);

/// The number of the control group (version 2) of the process that a pidfd refers to, which no other group ever gets; 0
/// where the kernel doesn't tell (before Linux 6.13) or the process has ended.
unsigned long long shim_caller_group(int process);

#endif
