#ifndef VALETKEY_CLEARED_HEAP_H
#define VALETKEY_CLEARED_HEAP_H

// Linking this module replaces the program's `free` and `realloc`: memory is cleared before it is given back. A secret that
// nobody refers to any more is then nowhere in the heap, whether it was a Swift string, a form of ours, a JSON text or a
// buffer of libcurl or OpenSSL.

/// Does nothing. Calling it keeps the linker from leaving this module out.
void shim_clear_freed_memory(void);

#endif
