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

/* A complete engine configuration: athlete, placement, limits, the shipped cue rule, wording and warm-up from the
 * settings, sites of streams and options of formats, too; no frames, no automatic baseline, belt and baseline NAN. The
 * driver is the one of pod.format, NULL (detected) with auto. */
struct kf_engine_config kf_settings_engine(const struct kf_settings *settings);

#endif
