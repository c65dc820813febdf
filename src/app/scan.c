/* scan.c - replay learns a recording's length only by reading it; the timeline wants to know it at once. */
#include "app/scan.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/source.h"
#include "ui/text.h"

enum { SCAN_BYTES = 64 * 1024 };

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct kf_scan *scan = context;
    if (event->kind != KF_ENGINE_ITEM || event->item->kind != KF_POD_MARK || scan->mark_count == KF_VIEW_MARKS)
        return;
    scan->mark[scan->mark_count].t_s = event->item->t_s;
    (void)kf_text_clean(scan->mark[scan->mark_count].text, sizeof scan->mark[0].text, event->item->u.mark.text);
    scan->mark_count++;
}

static enum kf_status read_through(struct kf_source *source, struct kf_engine *engine, uint8_t *bytes,
                                   const atomic_bool *cancel)
{
    while (!atomic_load(cancel)) {
        const int count = kf_source_read(source, 0, bytes, SCAN_BYTES, NULL);
        if (count == KF_ERR_END)
            return kf_engine_finish(engine, NULL);
        if (count < 0)
            return (enum kf_status)count;
        kf_engine_push(engine, bytes, (size_t)count);
    }
    return KF_ERR_AGAIN;
}

enum kf_status kf_scan_run(struct kf_scan *scan, const char *uri, const struct kf_engine_config *config,
                           const atomic_bool *cancel)
{
    const struct kf_engine_listener listener = {.event = on_event, .context = scan};
    struct kf_source *source = kf_source_open(uri, NULL);
    struct kf_engine *engine = kf_engine_create(config, &listener, NULL);
    uint8_t *bytes = malloc(SCAN_BYTES);
    enum kf_status status = KF_ERR_UNAVAILABLE;
    memset(scan, 0, sizeof *scan);
    scan->end_s = NAN;
    if (source && engine && bytes)
        status = read_through(source, engine, bytes, cancel);
    if (engine)
        scan->end_s = kf_engine_time_s(engine);
    free(bytes);
    kf_engine_destroy(engine);
    kf_source_close(source);
    return status;
}
