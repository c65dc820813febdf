/* feed.c - see feed.h. */
#include "feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const size_t feed_chunks[] = {1, 2, 7, 64, 4096, 0};
const unsigned feed_chunk_count = sizeof feed_chunks / sizeof feed_chunks[0];

static void mix(uint64_t *hash, const void *bytes, size_t count)
{
    const unsigned char *from = bytes;
    for (size_t i = 0; i < count; i++)
        *hash = (*hash ^ from[i]) * UINT64_C(0x100000001b3);
}

#define MIX(hash, field) mix(hash, &(field), sizeof(field))

static void mix_payload(uint64_t *hash, const struct kf_pod_item *item)
{
    switch (item->kind) {
    case KF_POD_SAMPLE:
        MIX(hash, item->u.sample.t_s);
        MIX(hash, item->u.sample.site);
        MIX(hash, item->u.sample.kind);
        MIX(hash, item->u.sample.stream);
        MIX(hash, item->u.sample.value);
        MIX(hash, item->u.sample.saturated);
        break;
    case KF_POD_GAP:
        MIX(hash, item->u.gap.site);
        MIX(hash, item->u.gap.kind);
        MIX(hash, item->u.gap.lost);
        break;
    case KF_POD_BELT:
        MIX(hash, item->u.belt.speed_mps);
        break;
    case KF_POD_ATHLETE:
        MIX(hash, item->u.athlete.mass_kg);
        MIX(hash, item->u.athlete.height_m);
        MIX(hash, item->u.athlete.thigh_m);
        MIX(hash, item->u.athlete.shank_m);
        MIX(hash, item->u.athlete.sex);
        break;
    case KF_POD_PLACEMENT:
        MIX(hash, item->u.placement.site);
        MIX(hash, item->u.placement.ratio);
        MIX(hash, item->u.placement.offset_m);
        break;
    case KF_POD_STATUS:
        MIX(hash, item->u.status.battery_pct);
        MIX(hash, item->u.status.battery_mv);
        MIX(hash, item->u.status.temperature_c);
        MIX(hash, item->u.status.pod_dropped);
        break;
    case KF_POD_MARK:
        mix(hash, item->u.mark.text, strlen(item->u.mark.text));
        MIX(hash, item->u.mark.wall_ns);
        break;
    case KF_POD_STARTED:
        MIX(hash, item->u.started.wall_ns);
        break;
    case KF_POD_TEXT:
        mix(hash, item->u.text.text, strlen(item->u.text.text));
        break;
    case KF_POD_PROBLEM:
        MIX(hash, item->u.problem.line);
        MIX(hash, item->u.problem.column);
        mix(hash, item->u.problem.text, strlen(item->u.problem.text));
        break;
    case KF_POD_EPOCH:
        break;
    }
}

static void take(void *context, const struct kf_pod_item *item)
{
    struct feed *feed = context;
    MIX(&feed->hash, item->kind);
    MIX(&feed->hash, item->t_s);
    mix_payload(&feed->hash, item);
    feed->count[item->kind]++;
    feed->last[item->kind].kind = item->kind;
    feed->last[item->kind].t_s = item->t_s;
    if (item->kind == KF_POD_SAMPLE)
        feed->last[item->kind].u.sample = item->u.sample;
    else if (item->kind == KF_POD_GAP)
        feed->last[item->kind].u.gap = item->u.gap;
    else
        feed->last[item->kind] = *item;
    if (feed->watch)
        feed->watch(feed->watch_context, item);
}

void feed_open(struct feed *feed, const char *driver_name)
{
    memset(feed, 0, sizeof *feed);
    feed->driver = kf_pod_driver_find(driver_name);
    feed->state = feed->driver ? malloc(feed->driver->state_size) : NULL;
    if (!feed->state) {
        fprintf(stderr, "feed: no driver '%s' or no memory\n", driver_name);
        exit(1);
    }
    feed->hash = UINT64_C(0xcbf29ce484222325);
    feed->sink = (struct kf_pod_sink){take, feed};
    feed->driver->init(feed->state);
}

void feed_push(struct feed *feed, const void *bytes, size_t count, size_t chunk)
{
    const uint8_t *from = bytes;
    const size_t most = chunk ? chunk : count;
    uint8_t *piece = malloc(most ? most : 1);
    if (!piece)
        exit(1);
    for (size_t at = 0; at < count;) {
        const size_t length = count - at < most ? count - at : most;
        uint8_t *place = piece + (most - length); /* ends where the allocation ends */
        memcpy(place, from + at, length);
        feed->driver->push(feed->state, place, length, &feed->sink);
        at += length;
    }
    free(piece);
}

void feed_finish(struct feed *feed)
{
    feed->driver->finish(feed->state, &feed->sink);
}

const struct kf_pod_stats *feed_stats(const struct feed *feed)
{
    return feed->driver->stats(feed->state);
}

void feed_close(struct feed *feed)
{
    free(feed->state);
    feed->state = NULL;
}

const char *feed_shared_path(const char *name)
{
    static char path[4096];
    const char *shared = getenv("KNEEFOLD_SHARED");
    (void)snprintf(path, sizeof path, "%s/data/%s", shared ? shared : KF_SRCDIR "/../shared", name);
    return path;
}

int feed_has_shared(void)
{
    const int there = access(feed_shared_path("."), R_OK) == 0;
    if (!there)
        fprintf(stderr, "no data at '%s': set KNEEFOLD_SHARED\n", feed_shared_path("."));
    return there;
}

uint8_t *feed_read_shared(const char *name, size_t *count)
{
    FILE *file = fopen(feed_shared_path(name), "rb");
    uint8_t *bytes = NULL;
    *count = 0;
    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        const long size = ftell(file);
        rewind(file);
        bytes = size >= 0 ? malloc((size_t)size + 1) : NULL;
        if (bytes)
            *count = fread(bytes, 1, (size_t)size, file);
    }
    (void)fclose(file);
    return bytes;
}
