/* report.h - how decoders say that something was wrong, and keep outside bytes printable. Private to src/pod. */
#ifndef KF_POD_REPORT_H
#define KF_POD_REPORT_H

#include "kneefold/error.h"
#include "kneefold/pod.h"

/* Hands a KF_POD_PROBLEM to the sink; counting is the caller's. `line` is 0 for byte formats, `column` then the
 * offset in the stream. Long texts are cut. */
KF_PRINTF_LIKE(4, 5)
void kf_pod_problem(const struct kf_pod_sink *sink, uint64_t line, uint64_t column, const char *format, ...);

/* Copies bytes as printable ASCII, others as \xNN; what does not fit in `capacity` ends in "...". Returns out. */
const char *kf_pod_escape(char *out, size_t capacity, const void *bytes, size_t count);

/* Copies valid, printable UTF-8; each byte that is not (controls, C1, broken or overlong code) becomes '?'. Cuts at
 * a character's border. */
void kf_pod_clean_utf8(char *out, size_t capacity, const void *bytes, size_t count);

#endif
