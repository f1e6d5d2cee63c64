#include <intel-ipsec-mb.h>
#include <string.h>

// The library's calls are macros over a table of functions, which Swift does not see.

/// Hashes `count` messages side by side: message i lies at `first + i * stride`, its hash goes to `hashes + 32 * i`.
/// Returns how many were hashed.
static inline int multi_buffer_sha256(
    IMB_MGR *manager, const unsigned char *first, size_t stride, const size_t *lengths, int count,
    unsigned char *hashes) {
    int done = 0;
    IMB_JOB *ended;
    for (int i = 0; i < count; i++) {
        IMB_JOB *job = IMB_GET_NEXT_JOB(manager);
        memset(job, 0, sizeof *job);
        job->cipher_mode = IMB_CIPHER_NULL;
        job->cipher_direction = IMB_DIR_ENCRYPT;
        job->chain_order = IMB_ORDER_HASH_CIPHER;
        job->hash_alg = IMB_AUTH_SHA_256;
        job->src = first + (size_t)i * stride;
        job->msg_len_to_hash_in_bytes = lengths[i];
        job->auth_tag_output = hashes + 32 * (size_t)i;
        job->auth_tag_output_len_in_bytes = 32;
        for (ended = IMB_SUBMIT_JOB(manager); ended; ended = IMB_GET_COMPLETED_JOB(manager))
            done += ended->status == IMB_STATUS_COMPLETED;
    }
    while ((ended = IMB_FLUSH_JOB(manager))) done += ended->status == IMB_STATUS_COMPLETED;
    return done;
}

/// A manager that hashes two messages side by side by the processor's own instructions, else 16 or 8 in wide registers;
/// none where that would not be faster than one by one.
static inline IMB_MGR *multi_buffer_manager(int *lanes) {
    IMB_MGR *manager = alloc_mb_mgr(0);
    if (!manager) return NULL;
    *lanes = 0;
    if (manager->features & IMB_FEATURE_SHANI) {
        init_mb_mgr_sse(manager);
        *lanes = 2;
    } else if (manager->features & IMB_FEATURE_AVX512_SKX) {
        init_mb_mgr_avx512(manager);
        *lanes = 16;
    } else if (manager->features & IMB_FEATURE_AVX2) {
        init_mb_mgr_avx2(manager);
        *lanes = 8;
    }
    if (*lanes && !imb_get_errno(manager)) return manager;
    free_mb_mgr(manager);
    return NULL;
}
