// Counts what the present thread takes from the heap, whoever asks: Swift, the C library or another library.
#ifndef C_ALLOCATION_COUNT_H
#define C_ALLOCATION_COUNT_H

#include <stdint.h>

// Begins to count on this thread, from zero.
void allocation_count_begin(void);

// Stops and returns how many blocks were asked for since: new ones and ones that changed their size.
uint64_t allocation_count_end(void);

// The counted block of this number stops the process with SIGTRAP, so that a debugger shows who asks; 0 for never. For
// those who look for an allocation, not for tests.
void allocation_count_trap_at(uint64_t count);

#endif
