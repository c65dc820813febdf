/* analysis.h - one recording, analysed: gathers what the engine says and hands it to a writer.
 *
 * Memory is flat: a summary, and for each leg the one swing whose next contact has not come yet. A swing reaches the
 * writer once as a verdict and once in its last version; at the end of the file those that never saw their next contact
 * are handed over as they are. */
#ifndef KF_ANALYSIS_H
#define KF_ANALYSIS_H

#include "app/engine.h"
#include "app/summary.h"

struct kf_analysis;
struct kf_marks;

/* A form of output: one file, one row in analysis.c. Every function may be NULL. Output goes to analysis->out. */
struct kf_analysis_writer {
    const char *name; /* "text", "json", "jsonl", "csv" */
    /* Before the first output of a file. `first`: of the first file. false: cannot start (errno says why). */
    bool (*begin)(struct kf_analysis *analysis, bool first);
    void (*event)(struct kf_analysis *analysis, const struct kf_event *event);
    void (*verdict)(struct kf_analysis *analysis, const struct kf_swing *swing);
    void (*swing)(struct kf_analysis *analysis, const struct kf_swing *swing);
    void (*cue)(struct kf_analysis *analysis, const struct kf_cue *cue);
    /* After the last: everything else is in *analysis. */
    void (*end)(struct kf_analysis *analysis);
};

extern const struct kf_analysis_writer kf_analysis_text, kf_analysis_json, kf_analysis_jsonl, kf_analysis_csv;

enum { KF_ANALYSIS_SPOOLS = 3, KF_ANALYSIS_CUES = 12 };

struct kf_analysis {
    const struct kf_analysis_writer *writer;
    FILE *out;
    FILE *samples; /* --samples, or NULL; its header is written here */
    const char *samples_name;
    const char *file;
    bool anonymous;                 /* what names a person or a device is left out; set behind kf_analysis_begin */
    const struct kf_marks *marks;   /* export's JSON lists them; NULL: analyze, which has none; set behind it, too */
    const char *format;             /* as the output shall call it; NULL: the pod's; set behind it, too */
    const struct kf_engine *engine; /* set before the first event */
    unsigned files;                 /* begun so far, this one included */
    bool begun;                     /* this file has been */
    int write_errno;                /* 0, or why output failed: then stop */
    const char *write_name;         /* what could not be written; NULL: `out` */
    struct kf_summary summary;
    uint64_t contacts[KF_LEG_COUNT], toe_offs[KF_LEG_COUNT], cue_count;
    struct kf_cue cue[KF_ANALYSIS_CUES]; /* the first ones */
    bool waiting[KF_LEG_COUNT];          /* a verdict whose next contact has not come */
    struct kf_swing swing[KF_LEG_COUNT];
    FILE *spool[KF_ANALYSIS_SPOOLS]; /* the JSON writer's: events, swings, cues */
    bool spooled[KF_ANALYSIS_SPOOLS];
};

/* Begins a file. writer, out, samples, samples_name and files stay from the last file (zero them before the first). */
void kf_analysis_begin(struct kf_analysis *analysis, const char *file, const struct kf_engine *engine);

/* For the engine's listener. */
void kf_analysis_event(struct kf_analysis *analysis, const struct kf_engine_event *event);

/* The file has ended: the rest is written. Of one that was not usable the counts are all there is. */
void kf_analysis_end(struct kf_analysis *analysis);

/* Closes what the writer opened. */
void kf_analysis_free(struct kf_analysis *analysis);

/* What the source's pods counted, together. */
struct kf_analysis_source {
    const char *format; /* of the first that is known; NULL none */
    double duration_s;  /* of the longest; NAN none */
    uint64_t bad_frames, bad_lines, resyncs, undescribed, epochs;
};
struct kf_analysis_source kf_analysis_source_of(const struct kf_analysis *analysis);

#endif
