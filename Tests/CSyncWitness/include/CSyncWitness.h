#ifndef VALETKEY_SYNC_WITNESS_H
#define VALETKEY_SYNC_WITNESS_H

/// Has `witness` called with the descriptor before each fsync of this process, on the thread that syncs.
///
/// To be called once. This fsync replaces the C library's and does the same.
void sync_witness(void (*witness)(int descriptor));

#endif
