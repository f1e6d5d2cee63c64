// Stands in front of glibc's allocator in the process of the tests: the names below are found before the library's.
// Only threads that ask for it are counted; the others pay for one look at a variable of their own.
#include "CAllocationCount.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// In the process's own image: reached without memory of its own, so that the first look cannot call malloc.
static __thread bool is_counting __attribute__((tls_model("local-exec")));
static __thread uint64_t counted __attribute__((tls_model("local-exec")));
static __thread uint64_t trap_at __attribute__((tls_model("local-exec")));

static inline void count(void) {
    if (!is_counting) return;
    counted += 1;
    if (trap_at != 0 && counted == trap_at) raise(SIGTRAP);
}

void allocation_count_begin(void) {
    counted = 0;
    is_counting = true;
}

uint64_t allocation_count_end(void) {
    is_counting = false;
    return counted;
}

void allocation_count_trap_at(uint64_t count) { trap_at = count; }

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    count();
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
    count();
    void *fresh = __libc_memalign(alignment, size);
    if (fresh == NULL) return ENOMEM;
    *block = fresh;
    return 0;
}
