/* toy_driver.h - a pod whose every byte is an item, so that a test can say exactly what the engine gets and when.
 *
 *   s  a sample of thigh_r, 10 ms after the one before      g  a gap of 3 samples at thigh_r
 *   [  mark baseline-start at 0.05 s                        ]  mark baseline-end at 0.10 s
 *   b  belt 3.5 m/s at 0.03 s                               e  the pod restarted
 *   a  athlete 1.80 m                                       p  placement shank_l ratio .40
 *   n  a sample of stream 3, whose site the pod does not know, 10 ms after the one before
 *   m  mark "hello" without a time                          c  it has no clock: times are counted
 *   f  a sample 10,000 s ahead of its time                  F  the clock leaps by 10,000 s, and stays there
 *   x  a problem (and so is anything else) */
#ifndef TOY_DRIVER_H
#define TOY_DRIVER_H

#include <math.h>
#include <string.h>

#include "app/engine.h"

struct toy_state {
    struct kf_pod_stats stats;
    unsigned samples;
    double leap_s;
};

static inline void toy_mark(struct kf_pod_item *item, double t_s, const char *text)
{
    item->kind = KF_POD_MARK;
    item->t_s = t_s;
    memcpy(item->u.mark.text, text, strlen(text) + 1);
}

static inline void toy_sample(struct toy_state *toy, struct kf_pod_item *item)
{
    item->kind = KF_POD_SAMPLE;
    item->t_s = toy->leap_s + 0.01 * toy->samples++;
    item->u.sample = (struct kf_sample){.t_s = item->t_s, .site = KF_SITE_THIGH_R, .kind = KF_KIND_IMU6};
    item->u.sample.value[1] = 9.81F;
    toy->stats.good_frames++;
}

static inline void toy_item(struct toy_state *toy, uint8_t byte, struct kf_pod_item *item)
{
    switch (byte) {
    case 's':
        toy_sample(toy, item);
        break;
    case 'n':
        toy_sample(toy, item);
        item->u.sample.site = KF_SITE_NONE;
        item->u.sample.stream = 3;
        break;
    case 'f':
        toy_sample(toy, item);
        item->u.sample.t_s = item->t_s += 10000;
        break;
    case 'F':
        toy->leap_s += 10000;
        toy_sample(toy, item);
        break;
    case 'c':
        toy->stats.counted = true;
        item->kind = KF_POD_TEXT;
        break;
    case 'g':
        item->kind = KF_POD_GAP;
        item->u.gap.site = KF_SITE_THIGH_R;
        item->u.gap.lost = 3;
        break;
    case '[':
        toy_mark(item, 0.05, "baseline-start");
        break;
    case ']':
        toy_mark(item, 0.10, "baseline-end");
        break;
    case 'b':
        item->kind = KF_POD_BELT;
        item->t_s = 0.03;
        item->u.belt.speed_mps = 3.5;
        break;
    case 'e':
        item->kind = KF_POD_EPOCH;
        break;
    case 'a':
        item->kind = KF_POD_ATHLETE;
        item->u.athlete = kf_athlete_unknown();
        item->u.athlete.height_m = 1.80;
        break;
    case 'p':
        item->kind = KF_POD_PLACEMENT;
        item->u.placement.site = KF_SITE_SHANK_L;
        item->u.placement.ratio = 0.40;
        item->u.placement.offset_m = NAN;
        break;
    case 'm':
        toy_mark(item, NAN, "hello");
        break;
    default:
        item->kind = KF_POD_PROBLEM;
        memcpy(item->u.problem.text, "not a toy", sizeof "not a toy");
        toy->stats.bad_frames++;
        break;
    }
}

static inline void toy_push(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    struct toy_state *toy = state;
    toy->stats.bytes += count;
    for (size_t i = 0; i < count; i++) {
        struct kf_pod_item item = {.t_s = NAN};
        toy_item(toy, bytes[i], &item);
        sink->item(sink->context, &item);
    }
}

static inline void toy_init(void *state)
{
    memset(state, 0, sizeof(struct toy_state));
}

static inline void toy_finish(void *state, const struct kf_pod_sink *sink)
{
    (void)state;
    (void)sink;
}

static inline const struct kf_pod_stats *toy_stats(const void *state)
{
    return &((const struct toy_state *)state)->stats;
}

static inline int toy_sniff(const uint8_t *bytes, size_t count)
{
    (void)bytes;
    (void)count;
    return 0;
}

static const struct kf_pod_driver toy_driver = {.name = "toy",
                                                .state_size = sizeof(struct toy_state),
                                                .sniff = toy_sniff,
                                                .init = toy_init,
                                                .push = toy_push,
                                                .finish = toy_finish,
                                                .stats = toy_stats};

static inline enum kf_status toy_control(struct kf_engine *engine, enum kf_control control, double value,
                                         const char *text)
{
    return kf_engine_take(
        engine, &(struct kf_record){.kind = KF_RECORD_CONTROL, .control = control, .value = value, .text = text});
}

/* A configuration as analyze has it, with nothing known of anybody. */
static inline struct kf_engine_config toy_config(const struct kf_pod_driver *driver)
{
    struct kf_engine_config config = {.pod_count = 1};
    kf_settings_default(&config.settings);
    for (unsigned pod = 0; pod < KF_PODS_MAX; pod++)
        for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
            config.pod[pod].stream_site[i] = KF_SITE_NONE;
    config.pod[0].driver = driver;
    config.belt_mps = config.baseline_from_s = config.baseline_to_s = NAN;
    return config;
}

#endif
