/* view_pods.c - a person believes the screen as far as its worst link: each pod by itself, and all of them in one line.
 */
#include "app/view_pods.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/text.h"

/* ---- one pod ---- */

static double share_pct(uint64_t part, uint64_t rest)
{
    return part + rest > 0 ? 100.0 * (double)part / (double)(part + rest) : NAN;
}

/* The usual range that a reading at full scale says, within 1.5 %; 0: none. */
static double usual_range(double reading, const double *ranges)
{
    for (; *ranges > 0; ranges++)
        if (fabs(reading / *ranges - 1) < .015)
            return *ranges;
    return 0;
}

static void fill_ranges(struct kf_view_stream *stream, const struct kf_engine *engine, unsigned pod, unsigned index)
{
    static const double ranges_g[] = {2, 4, 8, 16, 24, 30, 32, 64, 100, 200, 400, 0};
    static const double ranges_dps[] = {125, 250, 450, 500, 1000, 2000, 4000, 0};
    double acc_mps2 = 0, gyr_radps = 0;
    kf_engine_full_scale(engine, pod, index, &acc_mps2, &gyr_radps);
    stream->full_acc_g = usual_range(acc_mps2 / 9.80665, ranges_g);
    stream->full_gyr_dps = usual_range(gyr_radps * 57.295779513082320877, ranges_dps);
}

static void fill_streams(struct kf_view_pod *pod, const struct kf_engine *engine, unsigned index,
                         const struct kf_pod_stats *stats)
{
    pod->stream_count = 0;
    for (unsigned i = 0; i < stats->stream_count && i < KF_VIEW_STREAMS; i++) {
        const struct kf_pod_stream *stream = &stats->stream[i];
        pod->stream[pod->stream_count++] = (struct kf_view_stream){
            .site = kf_engine_stream_site(engine, index, i),
            .kind = stream->kind,
            .doubled = kf_engine_stream_doubled(engine, index, i),
            .rate_hz = stream->rate_hz,
            .loss_pct = share_pct(stream->lost, stream->samples),
            .samples = stream->samples,
            .saturated = stream->saturated,
        };
        fill_ranges(&pod->stream[i], engine, index, i);
    }
}

/* Of the inertial streams; an amplifier's own where there are none. */
static double mean_rate_hz(const struct kf_pod_stats *stats)
{
    double sum[2] = {0, 0};
    unsigned count[2] = {0, 0};
    for (unsigned i = 0; i < stats->stream_count; i++) {
        const int other = stats->stream[i].kind != KF_KIND_IMU6;
        if (!isfinite(stats->stream[i].rate_hz))
            continue;
        sum[other] += stats->stream[i].rate_hz;
        count[other]++;
    }
    const int which = count[0] == 0;
    return count[which] ? sum[which] / count[which] : NAN;
}

static double loss_pct(const struct kf_pod_stats *stats)
{
    uint64_t got = 0, lost = 0;
    for (unsigned i = 0; i < stats->stream_count; i++) {
        got += stats->stream[i].samples;
        lost += stats->stream[i].lost;
    }
    return share_pct(lost, got);
}

void kf_view_pod_fill(struct kf_view_pod *pod, const struct kf_engine *engine, unsigned index)
{
    const struct kf_pod_stats *stats = kf_engine_stats(engine, index);
    const struct kf_pod_driver *driver = kf_engine_driver(engine, index);
    const struct kf_engine_link link = kf_engine_link(engine, index);
    (void)snprintf(pod->format, sizeof pod->format, "%s", driver ? driver->name : "");
    (void)kf_text_clean(pod->name, sizeof pod->name, stats->name);
    if (!kf_engine_puzzled(engine, index, pod->bytes_seen, sizeof pod->bytes_seen))
        pod->bytes_seen[0] = '\0';
    pod->rate_hz = mean_rate_hz(stats);
    pod->loss_pct = loss_pct(stats);
    pod->drift_ppm = link.drift_ppm;
    pod->jitter_ms = 1e3 * link.jitter_s;
    pod->align_error_ms = 1e3 * link.align_error_s;
    pod->bytes = stats->bytes;
    pod->good_frames = stats->good_frames;
    pod->bad_frames = stats->bad_frames;
    pod->resyncs = stats->resyncs;
    pod->epochs = stats->epochs;
    fill_streams(pod, engine, index, stats);
}

void kf_view_alignment_fill(struct kf_view *view, const struct kf_engine *engine)
{
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        view->alignment[site] = kf_pipeline_alignment(kf_engine_pipeline(engine), (enum kf_site)site);
}

/* ---- all of them ---- */

/* A pod that has ended among others that go on is one that has gone. */
static enum kf_view_link worst_link(const struct kf_view *view)
{
    static const int badness[] = {
        [KF_LINK_OK] = 0, [KF_LINK_WAITING] = 1, [KF_LINK_STALE] = 2, [KF_LINK_ENDED] = 3, [KF_LINK_GONE] = 4};
    enum kf_view_link worst = KF_LINK_OK;
    bool all_ended = true;
    for (unsigned i = 0; i < view->pod_count; i++) {
        const enum kf_view_link link = view->pods[i].link;
        all_ended = all_ended && link == KF_LINK_ENDED;
        if (badness[link] > badness[worst])
            worst = link;
    }
    return worst == KF_LINK_ENDED && !all_ended ? KF_LINK_GONE : worst;
}

/* Pods of one name are not counted up here. */
static void append(char *list, size_t size, const char *name)
{
    const size_t used = strlen(list);
    if (*name != '\0' && used + 1 < size && !strstr(list, name))
        (void)snprintf(list + used, size - used, "%s%s", used > 0 ? " + " : "", name);
}

static void sum_up_names(struct kf_view *view)
{
    char source[KF_VIEW_TEXT] = "", name[sizeof view->pod] = "";
    for (unsigned i = 0; i < view->pod_count; i++) {
        append(source, sizeof source, view->pods[i].source);
        append(name, sizeof name, view->pods[i].name);
    }
    /* cut where the room ends, which may be inside a letter: cleaned again */
    (void)kf_text_clean(view->source, sizeof view->source, source);
    (void)kf_text_clean(view->pod, sizeof view->pod, name);
    (void)snprintf(view->format, sizeof view->format, "%s", view->pods[0].format);
}

void kf_view_pods_sum_up(struct kf_view *view)
{
    view->link = worst_link(view);
    view->age_s = view->rate_hz = view->loss_pct = view->latency_ms_p50 = view->latency_ms_p95 = NAN;
    view->bad_frames = view->resyncs = 0;
    view->battery_pct = -1;
    for (unsigned i = 0; i < view->pod_count; i++) {
        const struct kf_view_pod *pod = &view->pods[i];
        view->age_s = fmax(view->age_s, pod->age_s);
        view->rate_hz = fmin(view->rate_hz, pod->rate_hz);
        view->loss_pct = fmax(view->loss_pct, pod->loss_pct);
        view->latency_ms_p50 = fmax(view->latency_ms_p50, pod->latency_ms_p50);
        view->latency_ms_p95 = fmax(view->latency_ms_p95, pod->latency_ms_p95);
        view->bad_frames += pod->bad_frames;
        view->resyncs += pod->resyncs;
        if (pod->battery_pct >= 0 && (view->battery_pct < 0 || pod->battery_pct < view->battery_pct))
            view->battery_pct = pod->battery_pct;
    }
    sum_up_names(view);
}

/* ---- what a cue rests on ---- */

static bool sees(const struct kf_view_pod *pod, bool has_leg, enum kf_leg leg)
{
    static const enum kf_site thigh[] = {KF_SITE_THIGH_L, KF_SITE_THIGH_R},
                              shank[] = {KF_SITE_SHANK_L, KF_SITE_SHANK_R};
    for (unsigned i = 0; i < pod->stream_count; i++) {
        const enum kf_site site = pod->stream[i].site;
        const bool body = (int)site >= 0 && site < KF_SITE_BODY_COUNT && !pod->stream[i].doubled;
        if (body && (!has_leg || site == thigh[leg] || site == shank[leg]))
            return true;
    }
    return false;
}

bool kf_view_pods_see(const struct kf_view *view, bool has_leg, enum kf_leg leg)
{
    for (unsigned i = 0; i < view->pod_count; i++) {
        const struct kf_view_pod *pod = &view->pods[i];
        if (pod->link != KF_LINK_OK && pod->link != KF_LINK_WAITING && sees(pod, has_leg, leg))
            return false;
    }
    return true;
}
