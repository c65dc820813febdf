/* bell.c - a beep with every cue. The terminal belongs to the thread that draws, so this only counts. */
#include "sink/sink.h"

static void cue(struct kf_sinks *sinks, const struct kf_sink_settings *settings, const struct kf_cue *said,
                int64_t now_ns)
{
    (void)said;
    (void)now_ns;
    sinks->bells += settings->bell;
}

const struct kf_sink_kind kf_sink_bell = {.name = "bell", .cue = cue};
