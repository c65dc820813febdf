/* log_state.h - what the reader of CSV logs remembers between two bytes. Private to src/pod/log_*.c, kneefold_log.c.
 *
 * Files: kneefold_log.c is the driver, lines.c cuts lines, log_header.c reads column names, log_comment.c the '#'
 * lines, log_row.c rows of numbers, log_held.c keeps marks and belt speeds until their time, csv_number.c reads
 * numbers. */
#ifndef KF_LOG_STATE_H
#define KF_LOG_STATE_H

#include "kneefold/pod.h"
#include "kneefold/status.h"
#include "lines.h"
#include "track.h"

enum {
    LOG_LINE_MAX = 65536, /* bytes of a line, its end not counted */
    LOG_COLUMN_MAX = 512, /* columns looked at; more are ignored */
    LOG_HELD_MAX = 2048,  /* marks and belt speeds waiting for their time */
    LOG_TEXT_SLOTS = 256, /* marks among them */
    LOG_CHANNELS = 6,
    LOG_SHOWN_BYTES = 64 /* of a wrong field, in a problem's text */
};

/* Times beyond this (some 115 days) are no seconds of a run. */
#define LOG_TIME_LIMIT_S 1e7

enum log_role { LOG_IGNORED, LOG_TIME, LOG_ACC, LOG_GYR, LOG_EMG };

struct log_column {
    uint8_t role;    /* enum log_role */
    uint8_t slot;    /* row of the statistics */
    uint8_t channel; /* 0..5 */
};

/* One row's numbers, in the file's units. */
struct log_row {
    uint64_t line;
    uint64_t time_column; /* byte column of the time */
    double t_s;
    uint8_t present[KF_POD_MAX_STREAMS]; /* bit a channel */
    double value[KF_POD_MAX_STREAMS][LOG_CHANNELS];
};

struct log_held {
    double t_s;
    double speed_mps; /* belt speed */
    int text;         /* slot of a mark's text, -1: a belt speed */
};

struct log_held_list {
    unsigned first, end; /* entries [first, end) wait, in order of time */
    struct log_held entry[LOG_HELD_MAX];
    bool text_used[LOG_TEXT_SLOTS];
    int newest; /* slot of the mark read last; -1 when that has been emitted or dropped, or there is none */
    int64_t wall_ns[LOG_TEXT_SLOTS];
    char text[LOG_TEXT_SLOTS][KF_POD_TEXT_MAX];
};

enum log_stage { LOG_BEFORE_HEADER, LOG_ROWS, LOG_REFUSED };

struct log {
    struct kf_pod_stats stats; /* first: kf_pod_stats_first */
    struct kf_pod_track track[KF_POD_MAX_STREAMS];
    enum log_stage stage;
    struct kf_pod_lines lines;

    unsigned column_count; /* fields a row must have */
    struct log_column column[LOG_COLUMN_MAX];
    uint8_t full_mask[KF_POD_MAX_STREAMS]; /* channels that make a sample */
    bool partial_said[KF_POD_MAX_STREAMS];

    struct log_row row;
    bool waiting; /* `suspect` jumps far ahead: the next row tells whether its time was right */
    struct log_row suspect;
    bool timed;     /* a row has been accepted ... */
    double row_t_s; /* ... at this time */

    struct log_held_list held;
    char gathered[LOG_LINE_MAX + 1]; /* for lines */
};

/* A text from `at` up to `end`; *end is readable and is no part of a number. */
struct log_span {
    const char *at, *end;
};

/* Without blanks at its ends. */
struct log_span kf_log_trim(struct log_span span);
bool kf_log_span_is(struct log_span span, const char *word);
/* Cuts the part before `separator` (or all) off the front of *rest; false when nothing is left. A last empty part
 * counts, unless the separator is a blank. Afterwards rest->at may be rest->end + 1: trim mends that. */
bool kf_log_cut(struct log_span *rest, char separator, struct log_span *part);

/* Counts a malformed line and says so: "expected EXPECTED, found 'FOUND'". column is 1-based. */
void kf_log_bad(struct log *log, uint64_t line, uint64_t column, const char *expected, struct log_span found,
                const struct kf_pod_sink *sink);

/* One line, without its end. */
void kf_log_take_comment(struct log *log, struct log_span line, const struct kf_pod_sink *sink);
void kf_log_take_header(struct log *log, struct log_span line, const struct kf_pod_sink *sink);
void kf_log_take_row(struct log *log, struct log_span line, const struct kf_pod_sink *sink);
/* The file has ended: a row that waited is used. */
void kf_log_end_rows(struct log *log, const struct kf_pod_sink *sink);

/* Keeps a mark (text not NULL) or belt speed until its time. KF_ERR_FULL: no room, it is dropped. */
enum kf_status kf_log_hold(struct log_held_list *list, double t_s, double speed_mps, const struct log_span *text);
/* Gives the mark read last its time of day; false when none waits. */
bool kf_log_held_moment(struct log_held_list *list, int64_t wall_ns);
/* Emits what is due at t_s, in order of time, then of the file. */
void kf_log_release(struct log_held_list *list, double t_s, const struct kf_pod_sink *sink);

#endif
