/* sink.c - the table of sinks: each is offered every cue and decides by its settings. */
#include "sink/sink.h"

#include <stddef.h>
#include <string.h>

static const struct kf_sink_kind *const kinds[] = {&kf_sink_bell, &kf_sink_command};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

void kf_sinks_init(struct kf_sinks *sinks)
{
    memset(sinks, 0, sizeof *sinks);
}

void kf_sinks_cue(struct kf_sinks *sinks, const struct kf_sink_settings *settings, const struct kf_cue *cue,
                  int64_t now_ns)
{
    for (int i = 0; i < KINDS; i++)
        kinds[i]->cue(sinks, settings, cue, now_ns);
}

void kf_sinks_step(struct kf_sinks *sinks, int64_t now_ns)
{
    for (int i = 0; i < KINDS; i++)
        if (kinds[i]->step)
            kinds[i]->step(sinks, now_ns);
}

void kf_sinks_close(struct kf_sinks *sinks)
{
    for (int i = 0; i < KINDS; i++)
        if (kinds[i]->close)
            kinds[i]->close(sinks);
}
