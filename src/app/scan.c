/* scan.c - replay learns a recording's length only by reading it; the timeline wants to know it at once. */
#include "app/scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/feed.h"
#include "app/view_fill.h"
#include "ui/text.h"

enum { SCAN_BYTES = 4096 };

struct scanning {
    struct kf_scan *scan;
    struct kf_engine *engine;
    struct kf_feed *feed;
    struct kf_keyframes *keyframes; /* or NULL */
    struct kf_view_fill *fill;
    unsigned char *state; /* room for a keyframe */
};

static void note_stride(struct kf_scan *scan, const struct kf_swing *swing)
{
    if (scan->stride_count < KF_SCAN_STRIDES && isfinite(swing->t_to_s))
        scan->stride[scan->stride_count++] = (struct kf_scan_stride){(float)swing->t_to_s, swing->verdict};
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct scanning *scanning = context;
    struct kf_scan *scan = scanning->scan;
    if (scanning->keyframes)
        kf_view_fill_event(scanning->fill, event);
    if (event->kind == KF_ENGINE_OUTPUT && event->output->kind == KF_OUT_VERDICT)
        note_stride(scan, event->output->swing);
    if (event->kind != KF_ENGINE_ITEM || event->item->kind != KF_POD_MARK || scan->mark_count == KF_VIEW_MARKS)
        return;
    scan->mark[scan->mark_count].t_s = event->item->t_s;
    (void)kf_text_clean(scan->mark[scan->mark_count].text, sizeof scan->mark[0].text, event->item->u.mark.text);
    scan->mark_count++;
}

/* As replay.c lays a state out: the engine's, then its companion's. */
static void leave_keyframe(const struct scanning *scanning)
{
    const double t_s = kf_engine_time_s(scanning->engine);
    if (!scanning->keyframes || isnan(t_s) || !kf_keyframes_wanted(scanning->keyframes, t_s))
        return;
    kf_view_fill_update(scanning->fill, scanning->engine);
    const size_t used = kf_engine_keyframe_save(scanning->engine, scanning->state);
    memcpy(scanning->state + used, scanning->fill, sizeof *scanning->fill);
    kf_keyframes_add(scanning->keyframes, t_s, kf_feed_tell(scanning->feed), scanning->state,
                     used + sizeof *scanning->fill);
}

static enum kf_status read_through(const struct scanning *scanning, const atomic_bool *cancel)
{
    struct kf_record record;
    struct kf_error error;
    while (!atomic_load(cancel)) {
        const enum kf_status status = kf_engine_refused(scanning->engine, 0)
                                          ? KF_ERR_END
                                          : kf_feed_next(scanning->feed, SCAN_BYTES, &record, &error);
        if (status == KF_ERR_END)
            return kf_engine_finish(scanning->engine, NULL);
        if (status != KF_OK)
            return status;
        (void)kf_engine_take(scanning->engine, &record);
        leave_keyframe(scanning);
    }
    return KF_ERR_AGAIN;
}

static bool set_up(struct scanning *scanning, const char *uri, const struct kf_engine_config *config,
                   const struct kf_scan_keyframes *keyframes)
{
    const struct kf_engine_listener listener = {.event = on_event, .context = scanning};
    struct kf_engine_config engine = *config;
    struct kf_error error;
    scanning->keyframes = keyframes ? keyframes->keyframes : NULL;
    engine.want_frames = scanning->keyframes != NULL;
    scanning->feed = kf_feed_open(uri, &error);
    scanning->engine = kf_engine_create(&engine, &listener, NULL);
    scanning->fill = calloc(1, sizeof *scanning->fill);
    if (!scanning->feed || !scanning->engine || !scanning->fill)
        return false;
    kf_view_fill_init(scanning->fill, &engine, keyframes ? keyframes->athlete : NULL);
    scanning->fill->engine = scanning->engine;
    (void)kf_text_clean(scanning->fill->view.source, sizeof scanning->fill->view.source, kf_feed_name(scanning->feed));
    (void)kf_text_clean(scanning->fill->view.pods[0].source, sizeof scanning->fill->view.pods[0].source,
                        kf_feed_name(scanning->feed)); /* the view's is summed up from its pods' */
    scanning->state = malloc(kf_engine_keyframe_size(scanning->engine) + sizeof *scanning->fill);
    return scanning->state != NULL;
}

enum kf_status kf_scan_run(struct kf_scan *scan, const char *uri, const struct kf_engine_config *config,
                           const struct kf_scan_keyframes *keyframes, const atomic_bool *cancel)
{
    struct scanning scanning = {.scan = scan};
    enum kf_status status = KF_ERR_UNAVAILABLE;
    memset(scan, 0, sizeof *scan);
    scan->end_s = NAN;
    if (set_up(&scanning, uri, config, keyframes))
        status = read_through(&scanning, cancel);
    if (scanning.engine)
        scan->end_s = kf_engine_time_s(scanning.engine);
    free(scanning.state);
    free(scanning.fill);
    kf_engine_destroy(scanning.engine);
    kf_feed_close(scanning.feed);
    return status;
}
