/* example_session.c - the part of the example views that tells of the session: strips, events, trends, rules, pods. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "example_view.h"

#define STRIDE_S .690
#define CONTACT_S .256

static void fill_strips(struct kf_view *view)
{
    view->strip_t_s = floor(view->t_s * KF_VIEW_STRIP_HZ) / KF_VIEW_STRIP_HZ;
    for (unsigned i = 0; i < KF_VIEW_STRIP; i++)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            double t_s = view->strip_t_s - (KF_VIEW_STRIP - 1 - i) / KF_VIEW_STRIP_HZ;
            double cycle = fmod(t_s / STRIDE_S + .5 * leg, 1), swing = (cycle - .371) / (1 - .371);
            view->strip[KF_STRIP_KNEE][leg].value[i] =
                (float)(15 + 12 * sin(M_PI * cycle / .371) * (cycle < .371) + 89 * exp(-pow((cycle - .70) / .13, 2)));
            view->strip[KF_STRIP_MOMENT][leg].value[i] =
                cycle < .371 ? NAN : (float)(.4 * sin(M_PI * swing) - .9 * exp(-pow((swing - .85) / .12, 2)));
            view->strip[KF_STRIP_KNEE][leg].count = view->strip[KF_STRIP_MOMENT][leg].count = i + 1;
        }
}

static void fill_events(struct kf_view *view)
{
    double first = floor(view->t_s / STRIDE_S) - 9;

    for (int i = 0; i < 20; i++) {
        double t_s = (first + i / 2.0) * STRIDE_S;
        if (t_s < view->t_s)
            view->event[view->event_count++] = (struct kf_view_event){t_s, KF_EVENT_IC, i % 2 ? KF_RIGHT : KF_LEFT};
        if (t_s + CONTACT_S < view->t_s)
            view->event[view->event_count++] =
                (struct kf_view_event){t_s + CONTACT_S, KF_EVENT_TO, i % 2 ? KF_RIGHT : KF_LEFT};
    }
}

static void fill_trends(struct kf_view *view)
{
    view->bucket_from_s = 3;
    view->bucket_s = 10;
    view->bucket_count = 30;
    for (unsigned i = 0; i < view->bucket_count; i++)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            struct kf_view_bucket *b = &view->bucket[i];
            double late = leg == KF_LEFT ? i / 30.0 : .2;
            b->swings[leg] = 14;
            b->pulled[leg] = (uint32_t)(late * 6);
            b->passive[leg] = 14 - b->pulled[leg];
            b->cues = i > 12 ? (i * 7) % 3 : 0;
            b->counted[KF_GAUGE_DRIVE][leg] = b->counted[KF_GAUGE_PEAK_KNEE][leg] = 14;
            b->sum[KF_GAUGE_DRIVE][leg] = (float)(14 * (.002 + .02 * late));
            b->sum[KF_GAUGE_PEAK_KNEE][leg] = (float)(14 * (104 + 5 * late));
        }
}

static void fill_rules(struct kf_view *view)
{
    static const struct kf_cue_rule rules[] = {
        {.name = "hamstring-drive",
         .metric = "pulled",
         .when = KF_CUE_ABOVE,
         .limit = .5,
         .leg = KF_CUE_EACH,
         .need = 3,
         .of = 5,
         .cooldown_s = 10,
         .priority = 10,
         .text = "Reduce hamstring drive"},
        {.name = "trunk",
         .metric = "trunk_lean_deg",
         .when = KF_CUE_OUTSIDE,
         .limit_low = 3.6,
         .limit_high = 10.8,
         .leg = KF_CUE_BOTH,
         .need = 8,
         .of = 10,
         .cooldown_s = 30,
         .priority = 5,
         .text = "Lean from the ankles"},
        {.name = "cadence",
         .metric = "cadence_spm",
         .when = KF_CUE_BELOW,
         .limit = 165,
         .leg = KF_CUE_BOTH,
         .need = 10,
         .of = 12,
         .cooldown_s = 60,
         .priority = 1,
         .text = "Quicker steps"},
    };

    view->rule_count = 3;
    for (unsigned i = 0; i < 3; i++) {
        view->rule[i].rule = rules[i];
        view->rule[i].rule.enabled = i != 2; /* the last is shipped, and off */
        view->rule[i].last_t_s = NAN;
        view->rule[i].seen[KF_LEFT] = view->rule[i].seen[KF_RIGHT] = rules[i].of;
    }
    view->rule[0].beyond[KF_LEFT] = 3;
    view->rule[0].said[KF_LEFT] = 4;
    view->rule[0].said[KF_RIGHT] = 1;
    view->rule[0].last_t_s = 38.2;
    view->rule[0].cooldown_left_s = 6.3;
    view->rule[1].beyond[KF_LEFT] = 2;
    (void)snprintf(view->feedback, sizeof view->feedback, "bandwidth");
    (void)snprintf(view->profile, sizeof view->profile, "relaxed-recovery");
    view->warmup_left_s = NAN;
}

static void fill_pods(struct kf_view *view)
{
    static const enum kf_site sites[] = {KF_SITE_TRUNK, KF_SITE_THIGH_L, KF_SITE_SHANK_L, KF_SITE_THIGH_R,
                                         KF_SITE_SHANK_R};
    struct kf_view_pod *pod = &view->pods[0];

    view->pod_count = 1;
    (void)snprintf(pod->source, sizeof pod->source, "/dev/ttyACM0 @ 921600");
    (void)snprintf(pod->format, sizeof pod->format, "podlink");
    (void)snprintf(pod->name, sizeof pod->name, "kneefold simulator");
    pod->link = KF_LINK_OK;
    pod->age_s = .01;
    pod->rate_hz = 1000;
    pod->loss_pct = .02;
    pod->drift_ppm = 12;
    pod->jitter_ms = 1.4;
    pod->align_error_ms = .3;
    pod->latency_ms_p50 = 12;
    pod->latency_ms_p95 = 19;
    pod->bytes = 1234567;
    pod->good_frames = 41812;
    pod->epochs = 1;
    pod->battery_pct = 81;
    pod->stream_count = 6;
    for (unsigned i = 0; i < 5; i++) {
        pod->stream[i] = (struct kf_view_stream){
            .site = sites[i], .kind = KF_KIND_IMU6, .rate_hz = 1000, .loss_pct = .02, .samples = 41800, .saturated = 0};
        view->alignment[sites[i]] = (struct kf_alignment){.worn = true,
                                                          .aligned = true,
                                                          .axis_ratio = 9.4 + i,
                                                          .residual_mps2 = .8 + .2 * i,
                                                          .quality = .93 - .01 * i};
    }
    view->alignment[KF_SITE_TRUNK].residual_mps2 = NAN;
    pod->stream[4].saturated = 60;
    pod->stream[5] = (struct kf_view_stream){
        .site = KF_SITE_NONE, .kind = KF_KIND_EMG, .rate_hz = 1000, .loss_pct = 1.2, .samples = 40000};
}

void example_spread(struct kf_view_gauge *gauge, double value)
{
    double share = (value - gauge->low) / (gauge->high - gauge->low), before = gauge->spread.mean;

    if (!isfinite(share))
        return;
    gauge->spread.bin[share <= 0 ? 0 : share >= 1 ? KF_VIEW_BINS - 1 : (unsigned)(share * KF_VIEW_BINS)]++;
    gauge->spread.count++;
    gauge->spread.mean += (value - before) / gauge->spread.count;
    gauge->spread.m2 += (value - before) * (value - gauge->spread.mean);
}

void example_session(struct kf_view *view)
{
    fill_strips(view);
    fill_events(view);
    fill_trends(view);
    fill_rules(view);
    fill_pods(view);
    view->recording = KF_RECORDING_ON;
    view->recording_bytes = 12345678;
    view->free_bytes = 45600000000u;
}

/* ---- rubbish ---- */

static void bad_pod(struct kf_view_pod *pod, unsigned *state)
{
    double *numbers[] = {&pod->age_s,     &pod->rate_hz,        &pod->loss_pct,       &pod->drift_ppm,
                         &pod->jitter_ms, &pod->align_error_ms, &pod->latency_ms_p50, &pod->latency_ms_p95};

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        *numbers[i] = example_bad_number(state);
    example_bad_text(pod->source, sizeof pod->source, state);
    example_bad_text(pod->name, sizeof pod->name, state);
    example_bad_text(pod->trying, sizeof pod->trying, state);
    example_bad_text(pod->bytes_seen, sizeof pod->bytes_seen, state);
    pod->link = (enum kf_view_link)(example_random(state) % 6);
    pod->bad_frames = UINT64_MAX;
    pod->stream_count = example_bad_count(KF_VIEW_STREAMS, state);
    for (unsigned i = 0; i < KF_VIEW_STREAMS; i++) {
        struct kf_view_stream *stream = &pod->stream[i];
        stream->site = (enum kf_site)((int)(example_random(state) % (KF_SITE_COUNT + 1)) - 1);
        stream->kind = (enum kf_kind)(example_random(state) % 3);
        stream->rate_hz = example_bad_number(state);
        stream->loss_pct = example_bad_number(state);
        stream->samples = example_random(state);
        stream->saturated = example_random(state);
    }
}

static void bad_rule(struct kf_view_rule *rule, unsigned *state)
{
    rule->rule.when = (enum kf_cue_when)(example_random(state) % 4);
    rule->rule.leg = (enum kf_cue_leg)(example_random(state) % 6);
    rule->rule.enabled = example_random(state) % 2;
    rule->rule.need = example_random(state);
    rule->rule.of = example_bad_count(KF_CUE_OF_MAX, state);
    rule->rule.limit = rule->rule.limit_low = example_bad_number(state);
    rule->rule.limit_high = example_bad_number(state);
    rule->beyond[KF_LEFT] = rule->seen[KF_RIGHT] = example_random(state);
    rule->silent[KF_LEFT] = example_random(state) % 2;
    rule->last_t_s = example_bad_number(state);
    rule->cooldown_left_s = example_bad_number(state);
    example_bad_text(rule->rule.text, sizeof rule->rule.text, state);
    example_bad_text(rule->rule.metric, sizeof rule->rule.metric, state);
}

static void bad_strip(struct kf_view_strip *strip, unsigned *state)
{
    strip->count = example_bad_count(KF_VIEW_STRIP, state);
    strip->next = example_random(state) % KF_VIEW_STRIP;
    for (int i = 0; i < KF_VIEW_STRIP; i++) {
        double value = example_bad_number(state);
        strip->value[i] = fabs(value) < 1e30 ? (float)value : NAN;
    }
}

static void bad_trends(struct kf_view *view, unsigned *state)
{
    view->bucket_count = example_bad_count(KF_VIEW_BUCKETS, state);
    view->bucket_s = example_bad_number(state);
    view->bucket_from_s = example_bad_number(state);
    for (int i = 0; i < KF_VIEW_BUCKETS; i++)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            view->bucket[i].swings[leg] = example_random(state) % 3;
            view->bucket[i].pulled[leg] = example_random(state);
            view->bucket[i].counted[KF_GAUGE_DRIVE][leg] = example_random(state) % 3;
            view->bucket[i].sum[KF_GAUGE_DRIVE][leg] = i % 2 ? NAN : INFINITY;
        }
    for (int id = 0; id < KF_GAUGE_COUNT; id++)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            struct kf_view_spread *spread = &view->gauge[id][leg].spread;
            spread->count = example_random(state) % 4;
            spread->mean = example_bad_number(state);
            spread->m2 = example_bad_number(state);
            for (int i = 0; i < KF_VIEW_BINS; i++)
                spread->bin[i] = example_random(state) << 8;
        }
}

void example_rubbish_session(struct kf_view *view, unsigned *state)
{
    view->strip_t_s = example_bad_number(state);
    for (int id = 0; id < KF_STRIP_COUNT; id++)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++)
            bad_strip(&view->strip[id][leg], state);
    view->event_count = example_bad_count(KF_VIEW_EVENTS, state);
    for (int i = 0; i < KF_VIEW_EVENTS; i++)
        view->event[i] = (struct kf_view_event){example_bad_number(state), (enum kf_event_kind)(i % 2),
                                                (enum kf_leg)(example_random(state) % 2)};
    bad_trends(view, state);
    view->rule_count = example_bad_count(KF_CUE_RULES_MAX, state);
    for (int i = 0; i < KF_CUE_RULES_MAX; i++)
        bad_rule(&view->rule[i], state);
    view->pod_count = example_bad_count(KF_PODS_MAX, state);
    for (int i = 0; i < KF_PODS_MAX; i++)
        bad_pod(&view->pods[i], state);
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        view->alignment[site] = (struct kf_alignment){.worn = example_random(state) % 2,
                                                      .aligned = example_random(state) % 2,
                                                      .axis_ratio = example_bad_number(state),
                                                      .residual_mps2 = example_bad_number(state),
                                                      .quality = example_bad_number(state),
                                                      .swapped = example_random(state) % 9 == 0,
                                                      .upside_down = example_random(state) % 9 == 0};
    view->warmup_left_s = example_bad_number(state);
    view->recording = (enum kf_view_recording)(example_random(state) % 3);
    view->recording_bytes = UINT64_MAX;
    view->free_bytes = UINT64_MAX;
    example_bad_text(view->profile, sizeof view->profile, state);
}

void example_diff(struct kf_view *view)
{
    struct kf_view_diff *diff = &view->diff;

    diff->shown = true;
    diff->state = KF_DIFF_KNOWN;
    (void)snprintf(diff->with, sizeof diff->with, "strict.ini");
    diff->swings = 620;
    diff->cues = 3;
    for (unsigned i = 0; i < KF_VIEW_TIMELINE; i += 1 + i % 23) {
        diff->verdicts++;
        diff->changed.bin[i].swings = 1;
        diff->changed.bin[i].passive = i % 3 == 0;
        diff->changed.bin[i].pulled = i % 3 == 1;
    }
    for (unsigned i = 0; i < view->stride_count; i++) {
        struct kf_view_stride *stride = &view->stride[i];
        stride->other_known = i % 9 != 4;
        stride->other = i % 4 == 1 ? KF_PULLED : stride->verdict;
        stride->other_reason = i % 4 == 1 ? KF_REASON_DRIVE_AND_FOLD : stride->reason;
    }
}
