/* csv_state.h - what the reader of plain CSV remembers between two bytes. Private to src/pod/csv*.c.
 *
 * Files: csv.c is the driver, lines.c cuts lines, csv_field.c cuts fields, csv_map.c knows column names, csv_row.c
 * makes samples of rows. Columns that nobody explains are counted and give no sample: guessing would make up a
 * measurement.
 */
#ifndef KF_CSV_STATE_H
#define KF_CSV_STATE_H

#include "kneefold/pod.h"
#include "lines.h"
#include "track.h"

#define CSV_TOO_MANY_COLUMNS "128 columns at most"

enum {
    CSV_LINE_MAX = 1024,  /* bytes of a line, its end not counted */
    CSV_COLUMN_MAX = 128, /* five sensors' files pasted side by side */
    CSV_CHANNELS = 6,
    CSV_SHOWN_BYTES = 64 /* of a wrong field, in a problem's text */
};

/* A text from `at` up to `end`; *end is readable and is no part of a number. */
struct csv_span {
    const char *at, *end;
};

enum csv_form { CSV_OTHER, CSV_BARE, CSV_LABELLED, CSV_NAMES };

/* A line taken apart. */
struct csv_fields {
    enum csv_form form;
    unsigned count;
    uint64_t shape; /* equal for lines of the same columns: number of fields, and names where the form has them */
    struct csv_span name[CSV_COLUMN_MAX];  /* CSV_NAMES, CSV_LABELLED */
    struct csv_span field[CSV_COLUMN_MAX]; /* of CSV_LABELLED, the part behind the colon */
    double value[CSV_COLUMN_MAX];          /* NAN: a date or a clock */
    struct csv_span fault;                 /* CSV_OTHER: the field that fits no form */
};

enum csv_role { CSV_IGNORED, CSV_TIME, CSV_RATE, CSV_ACC, CSV_GYR, CSV_EMG };

struct csv_column {
    uint8_t role;    /* enum csv_role */
    uint8_t slot;    /* row of the statistics */
    uint8_t channel; /* 0..5 */
    double scale;    /* to s, Hz, m/s², rad/s or µV */
};

/* What the columns mean. */
struct csv_map {
    unsigned count; /* columns named; 0: nothing is known */
    bool has_time;
    double time_scale;
    unsigned stream_count;
    uint8_t slot[KF_POD_MAX_STREAMS]; /* of the streams a row feeds */
    struct csv_column column[CSV_COLUMN_MAX];
};

struct csv_row {
    uint64_t line;
    unsigned count;
    double value[CSV_COLUMN_MAX]; /* as sent; NAN: no number */
};

struct csv {
    struct kf_pod_stats stats; /* first: kf_pod_stats_first */
    struct kf_pod_track track[KF_POD_MAX_STREAMS];
    double peak[KF_POD_MAX_STREAMS][2]; /* largest |acc| and |gyr| of any axis so far */
    double last[KF_POD_MAX_STREAMS][CSV_CHANNELS];

    struct kf_pod_lines lines;
    struct csv_span text; /* the line being read */
    bool begun;           /* the first line, which may be half of one, is over */
    bool configured;      /* the map is the settings': no header changes it */
    bool unmapped_said;
    double rate_hz; /* of lines without a time */

    struct csv_map map;
    uint64_t shape;       /* of a row; 0: none has come */
    uint64_t other_shape; /* of the last row that had another ... */
    unsigned other_rows;  /* ... and how many of those have come in a row */

    bool held; /* `hold` waits to be explained by the row after it (no map yet) */
    struct csv_row hold;

    bool timed;      /* a row has been accepted ... */
    double t_s;      /* ... at this time on the log's axis */
    double raw_s;    /* ... and this one of the pod */
    double base_s;   /* t_s = raw_s + base_s */
    unsigned missed; /* bad lines since */
    bool waiting;    /* the time of `suspect` falls back or leaps: the row after it tells whether it was right */
    struct csv_row suspect;

    struct csv_fields fields;
    char gathered[CSV_LINE_MAX + 1]; /* for lines */
    char plain[CSV_LINE_MAX + 1];    /* the line being read, when it came with decimal commas */
};

/* Where commas are decimal a line's fields stand between semicolons, "0,005;-9,81": such a line of at most CSV_LINE_MAX
 * bytes is copied to `plain` (one byte more) with points and commas, place for place. Returns it, or the line itself.
 */
struct csv_span kf_csv_plain(struct csv_span line, char *plain);

/* Cuts a line into fields at blanks, tabs and commas and says what form it has. A form with shape 0 has no fields. */
void kf_csv_cut(struct csv_fields *fields, struct csv_span line);
/* The shape of a row of `count` bare numbers. */
uint64_t kf_csv_bare_shape(unsigned count);

/* Explains columns by their names. NULL and *map filled, streams made in *stats; or what was expected and nothing
 * changed. strict: every name must be known (or "-"); otherwise one complete stream is enough. */
const char *kf_csv_map_names(struct csv_map *map, struct kf_pod_stats *stats, const struct csv_span *names,
                             unsigned count, bool strict);

/* A row in csv->fields, of form CSV_BARE or CSV_LABELLED. */
void kf_csv_take_row(struct csv *csv, const struct kf_pod_sink *sink);
/* The stream has ended: rows that waited are used. */
void kf_csv_end_rows(struct csv *csv, const struct kf_pod_sink *sink);

/* Counts a malformed line and says so: "expected EXPECTED, found 'FOUND'". column is 1-based. */
void kf_csv_bad(struct csv *csv, uint64_t line, uint64_t column, const char *expected, struct csv_span found,
                const struct kf_pod_sink *sink);

#endif
