/* settings_apply.h - from settings, which are words and numbers of an ini file, to what the engine is made of.
 *
 * The settings room knows nothing of the pipeline and the pipeline nothing of settings; this is the one place that
 * knows both. */
#ifndef KF_SETTINGS_APPLY_H
#define KF_SETTINGS_APPLY_H

#include "app/engine.h"
#include "settings/settings.h"

struct kf_athlete kf_settings_athlete(const struct kf_settings *settings);
struct kf_placement kf_settings_placement(const struct kf_settings *settings);
struct kf_limits kf_settings_limits(const struct kf_settings *settings);

/* Athlete, placement and limits; no frames, no automatic baseline. */
struct kf_pipeline_config kf_settings_pipeline(const struct kf_settings *settings);

/* Where the streams of the pod-th source are worn that do not know it themselves; KF_SITE_NONE: not worn. */
void kf_settings_streams(const struct kf_settings *settings, unsigned pod, enum kf_site site[KF_POD_MAX_STREAMS]);

/* The other way round, for a runner who is known without an ini file, as the simulator's is. Of the placement legs
 * alone are settings. */
void kf_settings_set_runner(struct kf_settings *settings, const struct kf_athlete *athlete,
                            const struct kf_placement *placement);

/* When the runner is told: section [feedback]. */
struct kf_feedback_plan kf_settings_feedback(const struct kf_settings *settings);

/* A complete engine configuration for one pod: the settings with their cues, sites of streams and options of
 * formats; no frames, no automatic baseline, belt and baseline NAN. The driver is the one of pod.format, NULL
 * (detected) with auto. */
struct kf_engine_config kf_settings_engine(const struct kf_settings *settings);

#endif
