/* soak.c - see soak.h. */
#include "soak.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/recorder.h"
#include "app/session.h"
#include "app/settings_apply.h"

#define STEP_NS INT64_C(10000000)

static long resident_kib(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long size = 0, pages = 0;
    if (!file || fscanf(file, "%ld %ld", &size, &pages) != 2)
        pages = 0;
    if (file)
        (void)fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct soak *soak = context;
    const struct kf_swing *swing = event->kind == KF_ENGINE_OUTPUT ? event->output->swing : NULL;
    const double part = swing ? swing->t_to_s / (soak->hours * 3600) : 0;
    if (event->kind == KF_ENGINE_CUE)
        soak->cues++;
    if (!swing || event->output->kind != KF_OUT_SWING || isnan(swing->peak_knee_deg) || isnan(swing->stride_s) ||
        (part > 0.25 && part < 0.75))
        return;
    const int end = part > 0.5;
    soak->swings[end]++;
    soak->peak_knee_deg[end] += swing->peak_knee_deg;
    soak->stride_s[end] += swing->stride_s;
    soak->pulled[end] += swing->verdict == KF_PULLED;
}

/* The engine's thread in fast motion; where the disk is behind, it waits, as real time would have. */
static void run(struct soak *soak, struct kf_session *session, struct kf_recorder *recorder)
{
    const int64_t end_ns = (int64_t)(soak->hours * 3600e9);
    struct kf_recorder_state state;
    for (int64_t now_ns = 0; now_ns < end_ns; now_ns += STEP_NS) {
        kf_session_step(session, now_ns, true);
        if (now_ns % (100 * STEP_NS) == 0) { /* a view a second, as a screen would ask for */
            (void)kf_session_view(session, now_ns);
            while (kf_recorder_behind(recorder) > KF_RECORDER_ROOM / 2)
                continue;
        }
        if (now_ns == end_ns / 2 / STEP_NS * STEP_NS)
            soak->first_kib = resident_kib();
    }
    soak->last_kib = resident_kib();
    kf_recorder_state(recorder, &state);
    soak->lost = state.lost;
    (void)snprintf(soak->path, sizeof soak->path, "%s", state.path);
}

int soak_run(struct soak *soak, double hours, const char *folder)
{
    static struct kf_settings settings;
    struct kf_error error = {0};
    kf_settings_default(&settings);
    *soak = (struct soak){.hours = hours};
    struct kf_session_config config = {
        .engine = kf_settings_engine(&settings), .uri = {"sim:demo"}, .speed = 1, .listener = {on_event, soak}};
    config.engine.auto_baseline = true;
    const struct kf_recorder_config recording = {.folder = folder, .engine = &config.engine, .on = true};
    struct kf_recorder *recorder = kf_recorder_open(&recording, &error);
    struct kf_session *session = recorder ? kf_session_open(&config, &error) : NULL;
    if (session) {
        kf_session_recorder(session, recorder);
        run(soak, session, recorder);
    }
    kf_session_close(session);
    if (kf_recorder_close(recorder, &error) != KF_OK || !session) {
        fprintf(stderr, "soak: %s\n", error.text);
        return -1;
    }
    for (int end = 0; end < 2; end++) {
        const double count = soak->swings[end] > 0 ? (double)soak->swings[end] : NAN;
        soak->peak_knee_deg[end] /= count;
        soak->stride_s[end] /= count;
        soak->pulled[end] /= count;
    }
    FILE *file = fopen(soak->path, "rb");
    if (file && fseek(file, 0, SEEK_END) == 0)
        soak->bytes = (uint64_t)ftell(file);
    if (file)
        (void)fclose(file);
    return 0;
}
