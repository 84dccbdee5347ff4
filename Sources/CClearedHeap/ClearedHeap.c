#define _GNU_SOURCE

#include "CClearedHeap.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

// glibc's own functions under the names that stay when the usual ones are replaced (see "Replacing malloc" in its manual).
extern void __libc_free(void *block);

void shim_clear_freed_memory(void) {}

void free(void *block) {
    if (!block) return;
    // glibc keeps the number of the last error.
    int code = errno;
    explicit_bzero(block, malloc_usable_size(block));
    __libc_free(block);
    errno = code;
}

// glibc's realloc may move the content and leave the old block as it is.
void *realloc(void *block, size_t size) {
    if (!block) return malloc(size);
    size_t before = malloc_usable_size(block);
    if (size == 0) {
        free(block);
        return NULL;
    }
    if (size <= before && size >= before / 2) {
        return block;
    }
    void *moved = malloc(size);
    if (!moved) return NULL;
    memcpy(moved, block, size < before ? size : before);
    free(block);
    return moved;
}
