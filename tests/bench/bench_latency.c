/* bench_latency.c - how old is what the coach sees? A simulated pod on a pseudo-terminal, the session in its thread,
 * and a screen that draws 20 frames a second: from the moment a sample was measured to the end of the frame that first
 * shows it; and from the bytes that complete a swing to its verdict.
 *
 * The pod holds samples back for 10 ms frames, as a real one does: that is in the figure. The goals are issue 3's. */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/pump.h"
#include "app/settings_apply.h"
#include "bench.h"
#include "pty_pod.h"
#include "ui/screen.h"

enum { FRAMES_HZ = 20, COLUMNS = 120, ROWS = 40, MOST = 1 << 16 };

#define SECONDS 40.0
#define SAMPLE_S 0.005

struct figures {
    unsigned count;
    double ms[MOST];
};

static struct figures shown, judged;

static void add(struct figures *figures, double ms)
{
    if (figures->count < MOST)
        figures->ms[figures->count++] = ms;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *what, struct figures *figures, const char *goal)
{
    if (figures->count == 0) {
        printf("  %-34s nothing came\n", what);
        return;
    }
    qsort(figures->ms, figures->count, sizeof figures->ms[0], by_size);
    printf("  %-34s p50 %6.2f ms  p95 %6.2f ms  most %6.2f ms  of %u; %s\n", what, figures->ms[figures->count / 2],
           figures->ms[figures->count * 95 / 100], figures->ms[figures->count - 1], figures->count, goal);
}

/* In the engine's thread: a swing has its verdict. */
static void on_event(void *context, const struct kf_engine_event *event)
{
    const struct pty_pod *pod = context;
    if (event->kind == KF_ENGINE_OUTPUT && event->output->kind == KF_OUT_SWING)
        add(&judged, (bench_now_s() - pod->wrote_s) * 1e3);
}

/* Every sample that this frame is the first to show. */
static void add_shown(const struct pty_pod *pod, double before_s, double t_s)
{
    const double now_s = bench_now_s();
    for (double one_s = before_s + SAMPLE_S; one_s <= t_s + SAMPLE_S / 2; one_s += SAMPLE_S)
        add(&shown, (now_s - pod->start_s - one_s) * 1e3);
}

static void watch(struct kf_pump *pump, struct pty_pod *pod)
{
    static struct kf_view view;
    static struct kf_grid grid;
    struct kf_ui ui;
    double before_s = NAN, next_s = bench_now_s();
    kf_ui_init(&ui);
    while (!pod->done) {
        (void)kf_pump_view(pump, &view);
        kf_grid_init(&grid, COLUMNS, ROWS, KF_GLYPHS_BRAILLE);
        kf_screen_draw(&grid, &view, &ui);
        if (isfinite(before_s) && isfinite(view.t_s))
            add_shown(pod, before_s, view.t_s);
        before_s = view.t_s;
        next_s += 1.0 / FRAMES_HZ;
        const double wait_s = next_s - bench_now_s();
        (void)poll(NULL, 0, wait_s > 0 ? (int)(wait_s * 1e3) : 0);
    }
}

int main(void)
{
    static struct pty_pod pod = {.seconds = SECONDS, .sim = "demo"};
    struct kf_settings settings;
    struct kf_error error = {0};
    kf_settings_default(&settings);
    settings.athlete_height_m = 1.75;
    if (!pty_pod_open(&pod))
        return 77;
    struct kf_session_config config = {.engine = kf_settings_engine(&settings),
                                       .uri = {pod.uri},
                                       .speed = 1,
                                       .listener = {.event = on_event, .context = &pod}};
    config.engine.auto_baseline = true;
    struct kf_session *session = kf_session_open(&config, &error);
    struct kf_pump *pump = session ? kf_pump_start(session, &config, &error) : NULL;
    if (!pump) {
        printf("bench_latency: %s\n", error.text);
        return 1;
    }
    pty_pod_start(&pod);
    watch(pump, &pod);
    (void)kf_pump_stop(pump, &error);
    pty_pod_close(&pod);
    printf("latency, %.0f s of a runner over a pseudo-terminal, %d frames a second of %d x %d\n", SECONDS, FRAMES_HZ,
           COLUMNS, ROWS);
    print("sample measured to frame drawn", &shown, "goal p95 <= 75 ms");
    print("bytes written to verdict given", &judged, "goal <= 5 ms");
    return 0;
}
