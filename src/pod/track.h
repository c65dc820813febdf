/* track.h - one stream's time line: its measured rate, what is missing from it, and its row of the statistics.
 *
 * Every decoder learns a stream's period from the pod's own times, because nominal rates are not to be trusted, and
 * tells lost samples from steps too long for it. Private to src/pod. */
#ifndef KF_POD_TRACK_H
#define KF_POD_TRACK_H

#include "kneefold/pod.h"

struct kf_pod_track {
    double period_s;  /* learned; 0: none yet */
    unsigned learned; /* steps it was learned from */
    unsigned odd;     /* steps in a row that do not fit it */
    double last_t_s;  /* of the last sample; NAN at the start and after a restart */
    double least_t_s; /* no sample comes before: the newest time given, across restarts, too */
    double span_s;    /* time between samples joined so far ... */
    uint64_t steps;   /* ... and sample periods in it: their ratio is the rate reported */
    uint32_t missing; /* lost since the last sample */
};

/* Nothing known. */
void kf_pod_track_init(struct kf_pod_track *track);

/* Nothing is joined across this moment: the next sample is a first one. The rate reported so far stays. */
void kf_pod_track_restart(struct kf_pod_track *track);

/* `samples` samples began step_s (> 0) before the next ones do: learns the period and returns how many samples are
 * missing in between. whole says that no frame is known to be lost in between; only such steps teach. nominal_s is
 * used until something was learned (0: unknown). */
uint32_t kf_pod_track_step(struct kf_pod_track *track, double step_s, unsigned samples, bool whole, double nominal_s);

/* The statistics' row of this site and kind, made if need be; -1 when the table is full. */
int kf_pod_stats_slot(struct kf_pod_stats *stats, enum kf_site site, enum kf_kind kind);

/* The statistics' row number `stream`, for pods that count their streams and do not know where they are worn: made if
 * need be, with site KF_SITE_NONE, as are those before it. A row that has had no sample takes this kind. -1 when
 * stream is KF_POD_MAX_STREAMS or more. */
int kf_pod_stats_slot_stream(struct kf_pod_stats *stats, unsigned stream, enum kf_kind kind);

/* Zero counts, no times. */
void kf_pod_stats_init(struct kf_pod_stats *stats);

/* The `stats` of every driver's row: a decoder's state begins with them. */
const struct kf_pod_stats *kf_pod_stats_first(const void *state);

/* Counts `lost` samples of stats->stream[slot] and says so; t_s is the time of the next one. */
void kf_pod_emit_gap(struct kf_pod_stats *stats, struct kf_pod_track *track, int slot, uint32_t lost, double t_s,
                     const struct kf_pod_sink *sink);

/* Counts the sample of stats->stream[slot] in item (kind, t_s and u.sample set but for its time and stream, which are
 * filled in) and hands it on. A time before the stream's last one, whatever restart or new layout made it, becomes that
 * one: times of a stream never fall. */
void kf_pod_emit_sample(struct kf_pod_stats *stats, struct kf_pod_track *track, int slot, struct kf_pod_item *item,
                        const struct kf_pod_sink *sink);

#endif
