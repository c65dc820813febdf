/* fuzz_pod.c - protects every decoder's promises against any bytes: no crash, the same items however the bytes are
 * cut, finite values, and times of one stream that never fall back.
 *
 * It is a target for each decoder and one for detection: KF_FUZZ_ONLY names the driver, or `detect`; without it an
 * input goes through all of them. tests/fuzz/run.sh runs one target after the other. */
#include "fuzz_pod.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../pods/feed.h"
#include "kneefold/podlink.h"
#include "reseal.h"

struct watch {
    double last_t_s[KF_SITE_COUNT][KF_KIND_FORCE + 1];
    double stream_t_s[KF_POD_MAX_STREAMS]; /* of streams without a site */
};

static void demand(int kept, const char *promise)
{
    if (!kept) {
        fprintf(stderr, "fuzz_pod: broken: %s\n", promise);
        abort();
    }
}

static void watch_item(void *context, const struct kf_pod_item *item)
{
    struct watch *watch = context;
    if (item->kind != KF_POD_SAMPLE)
        return;
    const struct kf_sample *sample = &item->u.sample;
    const bool placed = sample->site != KF_SITE_NONE;
    demand(sample->stream < KF_POD_MAX_STREAMS, "a sample has a stream");
    demand(!placed || ((int)sample->site >= 0 && sample->site < KF_SITE_COUNT), "a site is one of the table");
    demand(!placed || sample->kind != KF_KIND_IMU6 || sample->site < KF_SITE_BODY_COUNT,
           "only the body carries inertial sensors");
    demand(isfinite(sample->t_s) && sample->t_s == item->t_s, "a sample has a time");
    for (unsigned i = 0; i < 6; i++)
        demand(isfinite((double)sample->value[i]), "values are finite");
    double *last_t_s = placed ? &watch->last_t_s[sample->site][sample->kind] : &watch->stream_t_s[sample->stream];
    demand(!(sample->t_s < *last_t_s), "times of a stream do not fall back");
    *last_t_s = sample->t_s;
}

static uint64_t run(const struct kf_pod_driver *driver, const uint8_t *bytes, size_t count, size_t chunk)
{
    struct watch watch;
    struct feed feed;
    for (unsigned site = 0; site < KF_SITE_COUNT; site++)
        for (unsigned kind = 0; kind <= KF_KIND_FORCE; kind++)
            watch.last_t_s[site][kind] = NAN;
    for (unsigned stream = 0; stream < KF_POD_MAX_STREAMS; stream++)
        watch.stream_t_s[stream] = NAN;
    feed_open(&feed, driver->name);
    feed.watch = watch_item;
    feed.watch_context = &watch;
    feed_push(&feed, bytes, count, chunk);
    feed_finish(&feed);
    const struct kf_pod_stats *stats = feed_stats(&feed);
    demand(stats->bytes == count, "every byte is counted");
    demand(stats->stream_count <= KF_POD_MAX_STREAMS, "the table of streams is bounded");
    demand((stats->epochs == 0) == (feed.count[KF_POD_SAMPLE] == 0), "an epoch begins with a sample");
    const uint64_t hash = feed.hash;
    feed_close(&feed);
    return hash;
}

/* A fuzzer does not guess checksums: the input as the fields of podlink frames that we then seal properly. Records of
 * {type, step of seq, step of t_us in 256 µs (u16), payload length, payload}. */
static size_t frame_up(const uint8_t *bytes, size_t count, uint8_t *out, size_t room)
{
    enum { RECORD = 5 };
    static struct kf_podlink_encoder encoder;
    uint32_t t_us = 0;
    size_t made = 0;
    encoder.seq = 0;
    for (size_t at = 0; count - at >= RECORD && made + KF_PODLINK_FRAME_MAX <= room;) {
        const uint8_t *record = bytes + at;
        at += RECORD;
        const size_t payload = record[4] < count - at ? record[4] : count - at;
        t_us += ((uint32_t)record[2] | (uint32_t)record[3] << 8) << 8;
        encoder.seq = (uint16_t)(encoder.seq + record[1]);
        kf_podlink_begin(&encoder, (enum kf_podlink_type)record[0], t_us);
        kf_podlink_put(&encoder, bytes + at, payload);
        made += kf_podlink_end(&encoder, out + made);
        at += payload;
    }
    return made;
}

/* Whether the target named is asked for. */
static bool wanted(const char *target)
{
    const char *only = getenv("KF_FUZZ_ONLY");
    return !only || strcmp(only, target) == 0;
}

/* Frames with checksums, damaged and sealed again. */
static void run_sealed(const uint8_t *bytes, size_t count, size_t chunk)
{
    static const char *const names[] = {"witmotion", "xsens", "vectornav"};
    static uint8_t sealed[1 << 16];
    if (count > sizeof sealed)
        return;
    memcpy(sealed, bytes, count);
    reseal(sealed, count);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct kf_pod_driver *driver = kf_pod_driver_find(names[i]);
        demand(!wanted(names[i]) || run(driver, sealed, count, 0) == run(driver, sealed, count, chunk),
               "chunks of sealed frames do not matter");
    }
}

static void run_framed(const uint8_t *bytes, size_t count, size_t chunk)
{
    static uint8_t framed[1 << 16];
    const struct kf_pod_driver *podlink = kf_pod_driver_find("podlink");
    const size_t length = frame_up(bytes, count, framed, sizeof framed);
    demand(run(podlink, framed, length, 0) == run(podlink, framed, length, chunk), "chunks of frames do not matter");
}

static void run_detection(const uint8_t *bytes, size_t count)
{
    const struct kf_pod_driver *found = kf_pod_detect(bytes, count);
    demand(!found || found->sniff(bytes, count) == 2, "what is detected says yes");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (count == 0)
        return 0;
    const size_t chunk = (size_t)*bytes++ % 67 + 1;
    count--;
    for (unsigned i = 0; kf_pod_drivers[i]; i++)
        demand(!wanted(kf_pod_drivers[i]->name) ||
                   run(kf_pod_drivers[i], bytes, count, 0) == run(kf_pod_drivers[i], bytes, count, chunk),
               "chunks do not matter");
    if (wanted("podlink"))
        run_framed(bytes, count, chunk);
    run_sealed(bytes, count, chunk);
    if (wanted("detect"))
        run_detection(bytes, count);
    return 0;
}
