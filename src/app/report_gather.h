/* report_gather.h - from the engine's events to the value a report is drawn from. */
#ifndef KF_REPORT_GATHER_H
#define KF_REPORT_GATHER_H

#include "app/engine.h"
#include "app/summary.h"
#include "report/report.h"

enum { KF_GATHER_FRAMES = 512 }; /* 2.5 s of frames: longer than any running swing */

struct kf_report_gather {
    struct kf_report *report;
    struct kf_summary summary;
    struct {
        double t_s[KF_GATHER_FRAMES], value[KF_REPORT_SIGNALS][KF_GATHER_FRAMES];
    } ring[KF_LEG_COUNT];
    unsigned next;                         /* where the next frame goes, counted on without end */
    struct kf_swing waiting[KF_LEG_COUNT]; /* complete, but its last frames have not come */
    bool waits[KF_LEG_COUNT];
    unsigned baseline_id[KF_LEG_COUNT], judged_id[KF_LEG_COUNT];
    unsigned swing_room, cue_room;
    bool out_of_memory;
};

/* `report` is initialised and filled by the events; the engine must want frames. */
void kf_report_gather_init(struct kf_report_gather *gather, struct kf_report *report);

/* The engine's listener; context is the gatherer. */
void kf_report_gather_event(void *context, const struct kf_engine_event *event);

/* The recording has ended: baselines, durations and the table of numbers. KF_OK or KF_ERR_UNAVAILABLE (no memory). */
enum kf_status kf_report_gather_end(struct kf_report_gather *gather, const struct kf_engine *engine,
                                    struct kf_error *error);

#endif
