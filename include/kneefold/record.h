/* record.h - the log of everything a session consumed: bytes of pods, what people asked for, and the passing of time.
 *
 * The engine consumes records and nothing else, live and in replay, so the same records give the same strides, verdicts
 * and cues; a session file is this log. A record is a value: its pointers are valid during the call it is passed to. */
#ifndef KNEEFOLD_RECORD_H
#define KNEEFOLD_RECORD_H

#include <stddef.h>
#include <stdint.h>

enum { KF_PODS_MAX = 4, KF_RECORD_TEXT_MAX = 64 * 1024 };

enum kf_record_kind {
    KF_RECORD_READ,    /* bytes came from a source */
    KF_RECORD_GONE,    /* a source hung up: nothing is joined across it */
    KF_RECORD_BACK,    /* and was opened anew: the next bytes begin afresh */
    KF_RECORD_CONTROL, /* a person or a program asked for something */
    KF_RECORD_TICK     /* time passed without bytes; at most one a second */
};

#define KF_MARK_AGO_MAX_S 3600.0

/* What can be asked for. The numbers are stored in session files: never change one. */
enum kf_control {
    KF_CONTROL_NONE = 0,
    KF_CONTROL_ALIGN = 1, /* the sensors were put on anew: alignment and baseline begin afresh */
    KF_CONTROL_BASELINE_START = 2,
    KF_CONTROL_BASELINE_END = 3,
    KF_CONTROL_MARK = 4,      /* text: the note; value: so many seconds ago, below KF_MARK_AGO_MAX_S */
    KF_CONTROL_BELT = 5,      /* value: m/s */
    KF_CONTROL_MUTE = 6,      /* value: 1 muted, 0 not */
    KF_CONTROL_FEEDBACK = 7,  /* value: enum of [feedback] mode */
    KF_CONTROL_QUIET = 8,     /* value: 1 a quiet block begins, 0 it ends */
    KF_CONTROL_SETTING = 9,   /* text: section.key=value, several a line each: changed live, all or none */
    KF_CONTROL_SETTINGS = 10, /* text: a whole ini file, reloaded; what it does not name is built in */
    KF_CONTROL_SITE = 11      /* source, value: stream; text: the site's name. A stream is worn there from now on */
};

struct kf_record {
    int64_t host_ns; /* monotonic, since the session began; never falls */
    enum kf_record_kind kind;
    unsigned source;      /* READ, GONE, BACK, SITE: index of the pod, below KF_PODS_MAX */
    const uint8_t *bytes; /* READ */
    size_t count;
    enum kf_control control; /* CONTROL */
    double value;
    const char *text; /* CONTROL; never NULL there, up to KF_RECORD_TEXT_MAX bytes with the terminator */
};

#endif
