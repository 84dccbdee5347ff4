#include <stddef.h>
#include <stdint.h>

/* libFuzzer's loop, for a program that has a main of its own. */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*check)(const uint8_t *input, size_t count));

/* libFuzzer's own mutations; the new length. */
size_t LLVMFuzzerMutate(uint8_t *input, size_t count, size_t limit);
