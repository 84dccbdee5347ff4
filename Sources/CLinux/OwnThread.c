#include "CLinux.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct task {
    void (*run)(void *work);
    void *work;
};

static void *begin(void *given) {
    struct task task = *(struct task *)given;
    free(given);
    task.run(task.work);
    return NULL;
}

int shim_start_thread(void (*run)(void *work), void *work) {
    struct task *task = malloc(sizeof(*task));
    sigset_t all, before;
    pthread_t thread;
    if (!task) return ENOMEM;
    *task = (struct task){run, work};
    // A new thread has the mask of the one that makes it.
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int code = pthread_create(&thread, NULL, begin, task);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code) {
        free(task);
    } else {
        pthread_detach(thread);
    }
    return code;
}
