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

/// A manager that opens by the best instructions that the processor has; none where it serves none.
static inline IMB_MGR *multi_buffer_opener(void) {
    IMB_MGR *manager = alloc_mb_mgr(0);
    if (!manager) return NULL;
    init_mb_mgr_auto(manager, NULL);
    if (!imb_get_errno(manager)) return manager;
    free_mb_mgr(manager);
    return NULL;
}

/// AES-256-GCM without additional data: writes the plain bytes to `output` and returns whether `tag` (16 bytes) is
/// theirs. When it is not, `output` holds nothing of use.
static inline int multi_buffer_open_gcm(
    IMB_MGR *manager, const unsigned char *key, const unsigned char *nonce, const unsigned char *sealed, size_t count,
    const unsigned char *tag, unsigned char *output) {
    struct gcm_key_data expanded;
    struct gcm_context_data context;
    unsigned char found[16];
    unsigned char difference = 0;
    IMB_AES256_GCM_PRE(manager, key, &expanded);
    IMB_AES256_GCM_DEC(manager, &expanded, &context, output, sealed, count, nonce, NULL, 0, found, sizeof found);
    for (size_t i = 0; i < sizeof found; i++) difference |= found[i] ^ tag[i];
    imb_clear_mem(&expanded, sizeof expanded);
    imb_clear_mem(&context, sizeof context);
    return difference == 0 && !imb_get_errno(manager);
}
