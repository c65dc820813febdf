/* live.c - between the person and the engine: views become frames or lines, keys are handed on (live_act.c), and
 * whatever ends the session, the terminal is left as it was found. */
#include "config.h"

#include "app/live.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/capture.h"
#include "app/clock.h"
#include "app/live_settings.h"
#include "app/live_state.h"
#include "app/mark_box.h"
#include "app/recorder.h"
#include "app/signals.h"

#define SECOND_NS INT64_C(1000000000)
#define LINES_NS (SECOND_NS / 20) /* how often lines look for news */

enum { LINE_PAGE = 4096, MARKS_AT_ONCE = 16 }; /* so that a flood of marks cannot hold the screen up */

/* For the handlers of signals.c, which can be given nothing. */
static _Atomic(struct kf_term *) terminal;

static void give_back_terminal(void)
{
    kf_term_restore_in_signal(atomic_load(&terminal));
}

static bool time_is_up(struct kf_live *live, int64_t now_ns)
{
    live->time_is_up = (double)(now_ns - live->start_ns) * 1e-9 >= live->config->seconds;
    return live->time_is_up;
}

/* Sleeps until a signal, a key or `until_ns`. */
static void sleep_until(const struct kf_live *live, int64_t now_ns, int64_t until_ns)
{
    struct pollfd fds[3] = {{.fd = kf_signals_fd(), .events = POLLIN},
                            {.fd = live->term ? kf_term_fd(live->term) : -1, .events = POLLIN},
                            {.fd = live->term ? live->reload.watch.fd : -1, .events = POLLIN}};
    const int64_t wait_ns = until_ns > now_ns ? until_ns - now_ns : 0;
    (void)poll(fds, 3, (int)((wait_ns + 999999) / 1000000));
}

static void suspend(struct kf_live *live)
{
    if (live->term)
        kf_term_suspend(live->term);
    kf_signals_suspend();
    if (live->term)
        kf_term_resume(live->term);
    live->frame_ns = INT64_MIN;
}

/* False when the session is to end. */
static bool take_signals(struct kf_live *live)
{
    const struct kf_signals signals = kf_signals_take();
    if (signals.stop)
        suspend(live);
    if (signals.resize)
        live->frame_ns = INT64_MIN;
    if (signals.end) /* else a hang-up that only the terminal told of would be forgotten */
        live->end->signal = signals.end;
    return signals.end == 0;
}

/* ---- keys ---- */

static void take_marks(struct kf_live *live, int64_t now_ns)
{
    struct kf_request request = {.kind = KF_REQUEST_MARK};
    char text[KF_MARK_TEXT];
    for (int i = 0; i < MARKS_AT_ONCE && kf_mark_box_take(live->marks_in, text); i++) {
        (void)snprintf(request.text, sizeof request.text, "%s", text);
        kf_live_say(live, now_ns, kf_pump_request(live->pump, &request) == KF_OK ? "%s set" : "%s: dropped, too many",
                    request.text);
    }
}

static void hung_up(struct kf_live *live)
{
    live->quit = true;
    if (live->end->signal == 0)
        live->end->signal = SIGHUP;
}

static struct kf_ask clicked(struct kf_live *live)
{
    int x = 0, y = 0;
    kf_term_click(live->term, &x, &y);
    return kf_ui_click(&live->ui, &live->shown, &live->grid, x, y);
}

static void take_keys(struct kf_live *live, int64_t now_ns)
{
    enum kf_status status = KF_OK;
    uint32_t key = 0;
    while (!live->quit && (status = kf_term_key(live->term, &key)) == KF_OK) {
        const struct kf_ask ask = key == KF_KEY_CLICK ? clicked(live) : kf_ui_key(&live->ui, &live->shown, key);
        if (live->ui.notice[0])
            live->notice_ns = now_ns + KF_LIVE_NOTICE_NS;
        kf_live_act(live, now_ns, ask);
        live->frame_ns = now_ns;
    }
    if (status == KF_ERR_END)
        hung_up(live);
}

/* ---- the screen ---- */

/* One ring, however many cues came since the last frame. */
static bool bell_is_due(struct kf_live *live)
{
    const bool due = live->view.bells != live->bells;
    live->bells = live->view.bells;
    return due;
}

static void draw(struct kf_live *live, int64_t now_ns)
{
    int columns = 0, rows = 0;
    const bool more = kf_pump_view(live->pump, &live->view);
    if (!more && isnan(live->view.t_s)) /* it ended without a sample: there is nothing to look at */
        live->quit = true;
    if (!live->ui.frozen)
        live->shown = live->view;
    if (now_ns >= live->notice_ns)
        live->ui.notice[0] = '\0';
    kf_term_size(live->term, &columns, &rows);
    kf_grid_init(&live->grid, columns, rows, kf_term_glyphs(live->term));
    if (live->config->layers)
        kf_live_origins(&live->ui.pane, kf_reload_layers(&live->reload));
    kf_live_preview(&live->ui.pane, &live->view);
    kf_screen_draw(&live->grid, &live->shown, &live->ui);
    kf_ui_settle(&live->ui, &live->grid);
    if (kf_term_present(live->term, &live->grid) == KF_ERR_END)
        hung_up(live);
    if (bell_is_due(live))
        kf_term_bell(live->term);
}

static void run_screen(struct kf_live *live)
{
    const int64_t period_ns = SECOND_NS / live->config->frame_rate_hz;
    int64_t now_ns = live->start_ns;
    if (live->unwatched.code != KF_OK)
        kf_live_say(live, now_ns, "%s; R reads them", live->unwatched.text);
    if (live->ui.with[0])
        kf_live_compare(live, now_ns, live->ui.with);
    while (take_signals(live) && !live->quit && !time_is_up(live, now_ns)) {
        take_keys(live, now_ns);
        take_marks(live, now_ns);
        kf_live_look_at_files(live, now_ns);
        if (now_ns >= live->frame_ns) {
            draw(live, now_ns);
            live->frame_ns = now_ns + period_ns;
        }
        sleep_until(live, now_ns, live->frame_ns);
        now_ns = kf_clock_monotonic_ns();
    }
}

/* ---- lines ---- */

/* Writes it all, or notes why not; a signal that ends the session ends this, too. */
static bool write_out(struct kf_live *live, const char *text, size_t count)
{
    while (count > 0) {
        const ssize_t written = write(STDOUT_FILENO, text, count);
        if (written < 0 && errno == EINTR && take_signals(live))
            continue;
        if (written < 0) {
            live->end->output_errno = errno == EINTR ? 0 : errno;
            return false;
        }
        text += written;
        count -= (size_t)written;
    }
    return true;
}

static bool say_news(struct kf_live *live)
{
    char page[LINE_PAGE];
    size_t count = 0;
    while ((count = kf_line_news(&live->line, &live->view, page, sizeof page)) > 0)
        if (!write_out(live, page, count))
            return false;
    return !bell_is_due(live) || !isatty(STDOUT_FILENO) || write_out(live, "\a", 1);
}

/* Someone who sits there expects a screen. `why` is that of kf_term_open. */
static bool explain_lines(struct kf_live *live, const char *why)
{
    char text[LINE_PAGE];
    const int count = snprintf(text, sizeof text, "--:--  note: %s. Ctrl-C ends\n", why);
    return !isatty(STDOUT_FILENO) || write_out(live, text, (size_t)count);
}

static void run_lines(struct kf_live *live, const char *why)
{
    int64_t now_ns = live->start_ns;
    bool more = explain_lines(live, why);
    while (more && take_signals(live) && !time_is_up(live, now_ns)) {
        take_marks(live, now_ns);
        more = kf_pump_view(live->pump, &live->view);
        if (!say_news(live))
            return;
        if (more)
            sleep_until(live, now_ns, now_ns + LINES_NS);
        now_ns = kf_clock_monotonic_ns();
    }
}

/* ---- from beginning to end ---- */

static enum kf_status open_capture(struct kf_live *live, struct kf_session *session, struct kf_error *error)
{
    const int64_t now_ns = kf_clock_monotonic_ns();
    const struct kf_capture_config config = {.path = live->config->capture_path,
                                             .overwrite = live->config->capture_overwrite,
                                             .source = kf_session_view(session, now_ns)->source,
                                             .wall_ns = kf_clock_wall_ns(),
                                             .start_ns = now_ns};
    if (!config.path)
        return KF_OK;
    if (kf_session_is_replay(session)) {
        kf_error_set(error, KF_ERR_ARG, 0, "cannot capture from '%.160s': it is a recording", config.source);
        kf_error_hint(error, "its bytes are stored already; --capture is for what comes live");
        return KF_ERR_ARG;
    }
    live->capture = kf_capture_open(&config, error);
    kf_session_capture(session, live->capture);
    return live->capture ? KF_OK : error->code;
}

/* Without a folder a session that shall not be recorded runs all the same. */
static enum kf_status open_recorder(struct kf_live *live, struct kf_session *session,
                                    const struct kf_session_config *session_config, struct kf_error *error)
{
    char folder[KF_RECORDER_PATH];
    struct kf_engine_config engine = session_config->engine;
    struct kf_recorder_config config = {.folder = folder,
                                        .athlete = session_config->athlete,
                                        .engine = &engine,
                                        .source = kf_session_view(session, kf_clock_monotonic_ns())->source,
                                        .wall_ns = kf_clock_wall_ns(),
                                        .on = live->config->record};
    if (kf_session_is_replay(session))
        return KF_OK;
    for (engine.pod_count = 0; engine.pod_count < KF_PODS_MAX && session_config->uri[engine.pod_count];)
        engine.pod_count++;
    if (kf_recorder_folder(live->config->record_folder, getenv("XDG_DATA_HOME"), getenv("HOME"), folder, sizeof folder,
                           error) != KF_OK)
        return config.on ? error->code : KF_OK;
    live->recorder = kf_recorder_open(&config, error);
    kf_session_recorder(session, live->recorder);
    return live->recorder ? KF_OK : error->code;
}

/* Once the session is open: everything that shows it. Owns the session. */
static enum kf_status show(struct kf_live *live, struct kf_session *session,
                           const struct kf_session_config *session_config, struct kf_error *error)
{
    char why[sizeof error->text] = "";
    if (open_capture(live, session, error) != KF_OK || open_recorder(live, session, session_config, error) != KF_OK ||
        kf_term_open(&live->term, &live->config->term, error) == KF_ERR_IO) {
        kf_session_close(session);
        return error->code;
    }
    if (!live->term)
        (void)snprintf(why, sizeof why, "%s", error->text);
    atomic_store(&terminal, live->term);
    if (!kf_session_is_replay(session))
        live->marks_in = kf_mark_box_open(getenv("XDG_RUNTIME_DIR"), NULL); /* a session does without */
    live->start_ns = kf_clock_monotonic_ns();
    live->pump = kf_pump_start(session, session_config, error);
    if (!live->pump)
        kf_session_close(session);
    else if (live->term)
        run_screen(live);
    else
        run_lines(live, why);
    atomic_store(&terminal, NULL);
    kf_term_close(live->term);
    return live->pump ? kf_pump_stop(live->pump, live->time_is_up, error) : error->code;
}

/* With a screen the engine waits for a pod that has gone; lines end with their source. */
static enum kf_status run(struct kf_live *live, struct kf_session_config *session_config, struct kf_error *error)
{
    struct kf_session *session = NULL;
    enum kf_status status = KF_OK;
    session_config->reopen = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    session = kf_session_open(session_config, error);
    if (!session)
        return error->code;
    status = show(live, session, session_config, error);
    (void)kf_capture_close(live->capture, &live->end->capture);
    kf_mark_box_close(live->marks_in);
    (void)kf_recorder_close(live->recorder, &live->end->recording);
    return status;
}

enum kf_status kf_live_run(const struct kf_live_config *config, struct kf_live_end *end, struct kf_error *error)
{
    struct kf_live *live = calloc(1, sizeof *live);
    struct kf_session_config session_config = config->session;
    enum kf_status status = KF_OK;
    *end = (struct kf_live_end){0};
    if (!live)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for the screen");
    status = kf_signals_open(give_back_terminal, error);
    if (status == KF_OK) {
        live->config = config;
        live->saved = config->session.engine.settings;
        live->end = end;
        live->frame_ns = INT64_MIN;
        live->reload.watch.fd = -1;
        if (config->layers) /* R reads them all the same */
            (void)kf_reload_open(&live->reload, config->layers, &config->request, &live->unwatched);
        kf_ui_init(&live->ui);
        live->ui.theme = config->term.theme;
        live->ui.units = config->units;
        (void)snprintf(live->ui.with, sizeof live->ui.with, "%s", config->compare_path ? config->compare_path : "");
        kf_line_init(&live->line);
        status = run(live, &session_config, error);
        kf_reload_close(&live->reload);
        kf_signals_close();
    }
    free(live);
    return status;
}
