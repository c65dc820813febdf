/* lines.h - cutting a stream of text, in whatever pieces it comes, into lines of bounded length. Private to src/pod.
 *
 * A line that lies whole in a piece is handed on where it is; others are gathered in the caller's memory. */
#ifndef KF_POD_LINES_H
#define KF_POD_LINES_H

#include "kneefold/pod.h"

/* What is remembered between two pieces. */
struct kf_pod_lines {
    uint64_t number; /* of the line being gathered, from 1 */
    bool skipping;   /* it is too long: waiting for its end */
    unsigned length; /* bytes of it gathered */
};

/* Who reads them. */
struct kf_pod_line_reader {
    struct kf_pod_lines *lines;
    struct kf_pod_stats *stats; /* counts bytes, and a resync for each line too long */
    char *text;                 /* `longest` bytes and one more, where lines are gathered */
    unsigned longest;           /* bytes of a line, CR included, LF not */
    /* A line without its LF or CRLF; *end is readable and a CR or LF. */
    void (*take)(void *state, const char *at, const char *end, const struct kf_pod_sink *sink);
    /* The line is longer than `longest`: said once, as soon as it is known. */
    void (*refuse)(void *state, const struct kf_pod_sink *sink);
    void *state;
};

/* Zero bytes, line 1. */
void kf_pod_lines_init(struct kf_pod_lines *lines);

void kf_pod_lines_push(const struct kf_pod_line_reader *reader, const uint8_t *bytes, size_t count,
                       const struct kf_pod_sink *sink);

/* The stream has ended: a last line without LF is one. */
void kf_pod_lines_finish(const struct kf_pod_line_reader *reader, const struct kf_pod_sink *sink);

#endif
