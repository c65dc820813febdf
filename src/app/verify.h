/* verify.h - takes a session's log through the engine again and compares what it says with what the file says it said.
 *
 * The same program must say the same to the last bit; a newer one may differ, and then the file and the two versions
 * are named, so that a figure of last year is not compared blindly with one of today. */
#ifndef KF_VERIFY_H
#define KF_VERIFY_H

#include "app/engine.h"

enum { KF_VERIFY_SHOWN = 20 }; /* differences said before the rest are only counted */

struct kf_verify_report {
    uint64_t strides, verdicts, cues; /* stored */
    uint64_t differences;
    char version[32]; /* of the program that recorded */
    bool began_late;  /* in mid-session: the engine had a past that the log lacks */
    uint64_t lost;    /* records that found no room while recording */
    char note[256];   /* "", or the state of the file */
};

/* Calls `say` with a line for each of the first differences. KF_OK when the comparison could be made, whatever it
 * found; else *error. */
enum kf_status kf_verify_session(const char *path, const struct kf_engine_config *config,
                                 void (*say)(void *context, const char *line), void *context,
                                 struct kf_verify_report *report, struct kf_error *error);

#endif
