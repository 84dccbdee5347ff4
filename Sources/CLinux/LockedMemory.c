#define _GNU_SOURCE

#include "CLinux.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// Blocks come from chunks of locked pages, which are never given back to the kernel: they are used again. A free block
// holds the address of the next free one of its size.

enum { chunk_size = 64 * 1024, unit = 64, largest = 4096, sizes = largest / unit };

struct chunk {
    struct chunk *next;
    unsigned char *memory;
    size_t used;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct chunk *chunks;
static void *free_blocks[sizes + 1];

// Where the limit on locked memory is reached, it stays so for the next blocks.
static int is_full;

static struct chunk *new_chunk(void) {
    if (is_full) return NULL;
    struct chunk *chunk = malloc(sizeof *chunk);
    if (!chunk) return NULL;
    chunk->memory = mmap(NULL, chunk_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk->memory == MAP_FAILED) {
        free(chunk);
        return NULL;
    }
    // Each page from its first use on: most daemons never use all of them.
    if (mlock2(chunk->memory, chunk_size, MLOCK_ONFAULT) != 0) {
        munmap(chunk->memory, chunk_size);
        free(chunk);
        is_full = 1;
        return NULL;
    }
    madvise(chunk->memory, chunk_size, MADV_DONTDUMP);
    chunk->used = 0;
    chunk->next = chunks;
    chunks = chunk;
    return chunk;
}

static size_t units(size_t size) { return size ? (size + unit - 1) / unit : 1; }

static void *take(size_t count) {
    void *block = free_blocks[count];
    if (block) {
        memcpy(&free_blocks[count], block, sizeof block);
        return block;
    }
    struct chunk *chunk = chunks;
    if (!chunk || chunk->used + count * unit > chunk_size) chunk = new_chunk();
    if (!chunk) return NULL;
    block = chunk->memory + chunk->used;
    chunk->used += count * unit;
    return block;
}

static int is_locked(const void *block) {
    for (struct chunk *chunk = chunks; chunk; chunk = chunk->next) {
        uintptr_t start = (uintptr_t)chunk->memory;
        if ((uintptr_t)block >= start && (uintptr_t)block < start + chunk_size) return 1;
    }
    return 0;
}

void *shim_take_locked(size_t size) {
    void *block = NULL;
    if (units(size) <= sizes) {
        pthread_mutex_lock(&lock);
        block = take(units(size));
        pthread_mutex_unlock(&lock);
    }
    return block ? block : malloc(size ? size : 1);
}

void shim_give_back_locked(void *block, size_t size) {
    explicit_bzero(block, size);
    size_t count = units(size);
    pthread_mutex_lock(&lock);
    int is_ours = count <= sizes && is_locked(block);
    if (is_ours) {
        memcpy(block, &free_blocks[count], sizeof block);
        free_blocks[count] = block;
    }
    pthread_mutex_unlock(&lock);
    if (!is_ours) free(block);
}
