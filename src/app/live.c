/* live.c - between the person and the engine: views become frames or lines, keys become controls, and whatever ends the
 * session, the terminal is left as it was found. */
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
#include "app/live_answer.h"
#include "app/live_settings.h"
#include "app/mark_box.h"
#include "app/pump.h"
#include "app/recorder.h"
#include "app/signals.h"
#include "kneefold/feedback_plan.h"
#include "ui/line.h"
#include "ui/screen.h"
#include "ui/text.h"

#define SECOND_NS INT64_C(1000000000)
#define NOTICE_NS (2 * SECOND_NS) /* how long the answer to a key stands in the footer */
#define LINES_NS (SECOND_NS / 20) /* how often lines look for news */

enum { LINE_PAGE = 4096, MARKS_AT_ONCE = 16 };

struct ui_thread {
    const struct kf_live_config *config;
    struct kf_live_end *end;
    struct kf_pump *pump;
    struct kf_capture *capture;   /* or NULL */
    struct kf_mark_box *marks_in; /* from other terminals; or NULL */
    struct kf_recorder *recorder; /* NULL: a replay, or there is no folder for it */
    struct kf_term *term;         /* NULL: lines */
    struct kf_ui ui;
    struct kf_settings saved; /* as in the files */
    struct kf_reload reload;
    struct kf_error unwatched; /* code KF_OK, or why nobody will say that the files change */
    bool files_changed;        /* and have not been read again */
    struct kf_line line;
    int64_t start_ns, frame_ns, notice_ns; /* frame_ns: when the next one is due */
    unsigned marks, bells;
    bool quit, time_is_up;
    struct kf_view view, shown; /* the newest, and the one on the screen */
    struct kf_grid grid;
};

/* For the handlers of signals.c, which can be given nothing. */
static _Atomic(struct kf_term *) terminal;

static void give_back_terminal(void)
{
    kf_term_restore_in_signal(atomic_load(&terminal));
}

static bool time_is_up(struct ui_thread *thread, int64_t now_ns)
{
    thread->time_is_up = (double)(now_ns - thread->start_ns) * 1e-9 >= thread->config->seconds;
    return thread->time_is_up;
}

/* Sleeps until a signal, a key or `until_ns`. */
static void sleep_until(const struct ui_thread *thread, int64_t now_ns, int64_t until_ns)
{
    struct pollfd fds[3] = {{.fd = kf_signals_fd(), .events = POLLIN},
                            {.fd = thread->term ? kf_term_fd(thread->term) : -1, .events = POLLIN},
                            {.fd = thread->term ? thread->reload.watch.fd : -1, .events = POLLIN}};
    const int64_t wait_ns = until_ns > now_ns ? until_ns - now_ns : 0;
    (void)poll(fds, 3, (int)((wait_ns + 999999) / 1000000));
}

static void suspend(struct ui_thread *thread)
{
    if (thread->term)
        kf_term_suspend(thread->term);
    kf_signals_suspend();
    if (thread->term)
        kf_term_resume(thread->term);
    thread->frame_ns = INT64_MIN;
}

/* False when the session is to end. */
static bool take_signals(struct ui_thread *thread)
{
    const struct kf_signals signals = kf_signals_take();
    if (signals.stop)
        suspend(thread);
    if (signals.resize)
        thread->frame_ns = INT64_MIN;
    if (signals.end) /* else a hang-up that only the terminal told of would be forgotten */
        thread->end->signal = signals.end;
    return signals.end == 0;
}

/* ---- keys ---- */

KF_PRINTF_LIKE(3, 4)
static void answer(struct ui_thread *thread, int64_t now_ns, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(thread->ui.notice, sizeof thread->ui.notice, format, args);
    va_end(args);
    thread->notice_ns = now_ns + NOTICE_NS;
}

static void request(struct ui_thread *thread, int64_t now_ns, enum kf_request_kind kind, const struct kf_ask *ask)
{
    struct kf_request request = {.kind = kind, .value = ask->value};
    char words[KF_VIEW_TEXT];
    if (kind == KF_REQUEST_MARK && !ask->text[0])
        (void)snprintf(request.text, sizeof request.text, "mark %u", ++thread->marks);
    else
        (void)snprintf(request.text, sizeof request.text, "%s", ask->text);
    if (kind == KF_REQUEST_MARK)
        request.value = fmax(0, thread->view.t_s - ask->value);
    if (kind == KF_REQUEST_SEEK && ask->action == KF_ACTION_SEEK_TO)
        request.value -= thread->view.t_s;
    if (kf_pump_request(thread->pump, &request) != KF_OK)
        answer(thread, now_ns, "too many keys at once: this one was dropped");
    else if (kind == KF_REQUEST_MARK)
        answer(thread, now_ns, "%s set", request.text);
    else if (kind == KF_REQUEST_RECORD)
        answer(thread, now_ns,
               !thread->recorder                           ? "there is no folder to record to"
               : thread->view.recording == KF_RECORDING_ON ? "recording ended"
                                                           : "recording begins");
    else if (kind == KF_REQUEST_BASELINE)
        answer(thread, now_ns, thread->view.baseline_open ? "baseline ended" : "new baseline: run relaxed, b ends it");
    else if (kf_live_answer(&thread->view, thread->ui.units, &request, words))
        answer(thread, now_ns, "%s", words);
}

/* The names of [feedback] mode, as the settings write them. */
static const char *const feedback_modes[] = {[KF_FEEDBACK_BANDWIDTH] = "bandwidth",
                                             [KF_FEEDBACK_CONTINUOUS] = "continuous",
                                             [KF_FEEDBACK_FADED] = "faded",
                                             [KF_FEEDBACK_OFF] = "off"};
enum { FEEDBACK_MODES = sizeof feedback_modes / sizeof feedback_modes[0] };

/* The mode after the one in force. */
static unsigned next_feedback(const char *now)
{
    for (unsigned i = 0; i < FEEDBACK_MODES; i++)
        if (strcmp(feedback_modes[i], now) == 0)
            return (i + 1) % FEEDBACK_MODES;
    return KF_FEEDBACK_BANDWIDTH;
}

/* What goes into the session's log just as it was asked for. False: ask is none of these. */
static bool control(struct ui_thread *thread, int64_t now_ns, const struct kf_ask *ask)
{
    struct kf_request request = {.kind = KF_REQUEST_CONTROL, .value = ask->value, .source = ask->index};
    if (ask->action == KF_ACTION_ALIGN) {
        request.control = KF_CONTROL_ALIGN;
        answer(thread, now_ns, "aligning anew: stand straight, then jog");
    } else if (ask->action == KF_ACTION_QUIET) {
        request.control = KF_CONTROL_QUIET;
        request.value = !thread->view.quiet;
        answer(thread, now_ns, thread->view.quiet ? "the quiet block has ended" : "quiet block: no cues");
    } else if (ask->action == KF_ACTION_FEEDBACK) {
        request.control = KF_CONTROL_FEEDBACK;
        request.value = next_feedback(thread->view.feedback);
        answer(thread, now_ns, "feedback: %s", feedback_modes[(unsigned)request.value]);
    } else if (ask->action == KF_ACTION_SITE) {
        request.control = KF_CONTROL_SITE;
        (void)snprintf(request.text, sizeof request.text, "%s", ask->text);
        answer(thread, now_ns, "stream %.0f: %s", ask->value, ask->text);
    } else {
        return false;
    }
    if (kf_pump_request(thread->pump, &request) != KF_OK)
        answer(thread, now_ns, "too many keys at once: this one was dropped");
    return true;
}

/* ---- settings files that others change ---- */

/* What the screen itself saved is nothing new. */
static void follow_own(struct ui_thread *thread)
{
    struct kf_live_problem first = {0};
    const struct kf_settings_listener listener = {kf_live_keep_first, &first};
    if (thread->reload.watch.fd < 0 || thread->files_changed || !kf_reload_pending(&thread->reload))
        return;
    if (kf_reload_read(&thread->reload, &listener) == KF_OK)
        kf_reload_done(&thread->reload);
}

static void read_again(struct ui_thread *thread, int64_t now_ns)
{
    struct kf_live_problem first = {0};
    const struct kf_settings_listener listener = {kf_live_keep_first, &first};
    struct kf_settings fresh = thread->view.settings;
    char words[KF_LIVE_ANSWER] = "";
    struct kf_error error = {0};
    unsigned changed = 0;
    if (!thread->config->layers) {
        answer(thread, now_ns, "this session has no settings files");
        return;
    }
    (void)kf_reload_pending(&thread->reload);
    thread->files_changed = false;
    if (kf_reload_read(&thread->reload, &listener) != KF_OK)
        (void)snprintf(words, sizeof words, "not read, %u wrong: %.120s", first.count, first.text);
    else if (kf_reload_merge(&thread->reload, &fresh, &changed, &error) != KF_OK)
        (void)snprintf(words, sizeof words, "not read: %.140s", error.text);
    else if (changed == 0 || kf_live_apply(thread->pump, &fresh, &thread->view.settings, words)) {
        /* Values of the command line that contradict the new files hold: then what is saved is told by the old ones. */
        (void)kf_reload_merge(&thread->reload, &thread->saved, NULL, NULL);
        kf_reload_done(&thread->reload);
        (void)snprintf(words, sizeof words, changed > 0 ? "settings read again: %u changed" : "settings read again",
                       changed);
    }
    (void)kf_text_clean(thread->ui.notice, sizeof thread->ui.notice, words);
    thread->notice_ns = now_ns + 2 * NOTICE_NS;
}

static void look_at_files(struct ui_thread *thread, int64_t now_ns)
{
    if (kf_reload_pending(&thread->reload))
        thread->files_changed = true;
    if (thread->files_changed && now_ns >= thread->notice_ns)
        answer(thread, now_ns, "the settings' files have changed: R reads them");
}

/* The settings screen's draft: applied, and saved when asked. False: the action is another. */
static bool act_on_settings(struct ui_thread *thread, int64_t now_ns, const struct kf_ask *ask)
{
    const struct kf_settings draft = *kf_pane_settings(&thread->ui.pane, &thread->view.settings);
    char words[KF_LIVE_ANSWER] = "";
    bool saved = false;
    if (ask->action != KF_ACTION_APPLY && ask->action != KF_ACTION_SAVE && ask->action != KF_ACTION_PROFILE)
        return false;
    const bool holds = kf_live_apply(thread->pump, &draft, &thread->view.settings, words);
    if (holds && ask->action == KF_ACTION_SAVE)
        saved = kf_live_save(thread->config->settings_path, &draft, &thread->saved, words);
    else if (holds && ask->action == KF_ACTION_PROFILE)
        saved = kf_live_save_profile(thread->config->profiles_path, ask->text, &draft, words);
    if (saved && ask->action == KF_ACTION_SAVE)
        thread->saved = draft;
    if (saved)
        follow_own(thread);
    answer(thread, now_ns, "%s", words);
    return true;
}

/* A typed time becomes a place to seek to. */
static void go_to(struct ui_thread *thread, int64_t now_ns, const struct kf_ask *ask)
{
    const struct kf_ask seek = {.action = KF_ACTION_SEEK_TO, .value = kf_text_seconds(ask->text)};
    if (isnan(seek.value))
        answer(thread, now_ns, "'%.40s' is no time: 83, or 1:23", ask->text);
    else
        request(thread, now_ns, KF_REQUEST_SEEK, &seek);
}

/* The file named is read anew each time: it may have been edited since. */
static void compare(struct ui_thread *thread, int64_t now_ns, const char *path)
{
    struct kf_settings other = thread->config->session.engine.settings;
    const struct kf_request end = {.kind = KF_REQUEST_DIFF};
    const char *name = strrchr(path, '/');
    char words[KF_LIVE_ANSWER];
    enum kf_status status = KF_OK;
    if (!*path)
        status = kf_pump_request(thread->pump, &end);
    else if (!kf_live_read_over(path, &other, words))
        answer(thread, now_ns, "not compared: %.140s", words);
    else
        status = kf_pump_compare(thread->pump, &other, name ? name + 1 : path);
    if (status == KF_ERR_UNAVAILABLE)
        answer(thread, now_ns, "not compared: there is no recording to read again");
    else if (status != KF_OK)
        answer(thread, now_ns, "too many keys at once: this one was dropped");
}

static void act(struct ui_thread *thread, int64_t now_ns, struct kf_ask ask)
{
    static const struct {
        enum kf_action action;
        enum kf_request_kind kind;
    } table[] = {
        {KF_ACTION_PAUSE, KF_REQUEST_PAUSE},         {KF_ACTION_BASELINE, KF_REQUEST_BASELINE},
        {KF_ACTION_MARK, KF_REQUEST_MARK},           {KF_ACTION_BELT, KF_REQUEST_BELT},
        {KF_ACTION_MUTE, KF_REQUEST_MUTE},           {KF_ACTION_SEEK, KF_REQUEST_SEEK},
        {KF_ACTION_SPEED, KF_REQUEST_SPEED},         {KF_ACTION_STRIDE, KF_REQUEST_STRIDE},
        {KF_ACTION_MARK_STEP, KF_REQUEST_MARK_STEP}, {KF_ACTION_LOOP, KF_REQUEST_LOOP},
        {KF_ACTION_SEEK_TO, KF_REQUEST_SEEK},        {KF_ACTION_RECORD, KF_REQUEST_RECORD},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].action == ask.action) {
            request(thread, now_ns, table[i].kind, &ask);
            return;
        }
    if (control(thread, now_ns, &ask) || act_on_settings(thread, now_ns, &ask))
        return;
    if (ask.action == KF_ACTION_GO_TO) {
        go_to(thread, now_ns, &ask);
    } else if (ask.action == KF_ACTION_DIFF) {
        compare(thread, now_ns, ask.text);
    } else if (ask.action == KF_ACTION_QUIT) {
        thread->quit = true;
    } else if (ask.action == KF_ACTION_THEME) {
        kf_term_theme(thread->term, thread->ui.theme);
        answer(thread, now_ns, "colours: %s", kf_theme_name(thread->ui.theme));
    } else if (ask.action == KF_ACTION_RELOAD) {
        read_again(thread, now_ns);
    } else if (ask.action == KF_ACTION_REDRAW) {
        kf_term_redraw(thread->term);
    } else if (ask.action != KF_ACTION_NONE) {
        answer(thread, now_ns, "not in this session");
    }
}

static void take_marks(struct ui_thread *thread, int64_t now_ns)
{
    struct kf_request request = {.kind = KF_REQUEST_MARK};
    char text[KF_MARK_TEXT];
    for (int i = 0; i < MARKS_AT_ONCE && kf_mark_box_take(thread->marks_in, text); i++) {
        (void)snprintf(request.text, sizeof request.text, "%s", text);
        answer(thread, now_ns, kf_pump_request(thread->pump, &request) == KF_OK ? "%s set" : "%s: dropped, too many",
               request.text);
    }
}

static void hung_up(struct ui_thread *thread)
{
    thread->quit = true;
    if (thread->end->signal == 0)
        thread->end->signal = SIGHUP;
}

static struct kf_ask clicked(struct ui_thread *thread)
{
    int x = 0, y = 0;
    kf_term_click(thread->term, &x, &y);
    return kf_ui_click(&thread->ui, &thread->shown, &thread->grid, x, y);
}

static void take_keys(struct ui_thread *thread, int64_t now_ns)
{
    enum kf_status status = KF_OK;
    uint32_t key = 0;
    while (!thread->quit && (status = kf_term_key(thread->term, &key)) == KF_OK) {
        const struct kf_ask ask = key == KF_KEY_CLICK ? clicked(thread) : kf_ui_key(&thread->ui, &thread->shown, key);
        if (thread->ui.notice[0])
            thread->notice_ns = now_ns + NOTICE_NS;
        act(thread, now_ns, ask);
        thread->frame_ns = now_ns;
    }
    if (status == KF_ERR_END)
        hung_up(thread);
}

/* ---- the screen ---- */

/* One ring, however many cues came since the last frame. */
static bool bell_is_due(struct ui_thread *thread)
{
    const bool due = thread->view.bells != thread->bells;
    thread->bells = thread->view.bells;
    return due;
}

static void draw(struct ui_thread *thread, int64_t now_ns)
{
    int columns = 0, rows = 0;
    const bool more = kf_pump_view(thread->pump, &thread->view);
    if (!more && isnan(thread->view.t_s)) /* it ended without a sample: there is nothing to look at */
        thread->quit = true;
    if (!thread->ui.frozen)
        thread->shown = thread->view;
    if (now_ns >= thread->notice_ns)
        thread->ui.notice[0] = '\0';
    kf_term_size(thread->term, &columns, &rows);
    kf_grid_init(&thread->grid, columns, rows, kf_term_glyphs(thread->term));
    if (thread->config->layers)
        kf_live_origins(&thread->ui.pane, kf_reload_layers(&thread->reload));
    kf_live_preview(&thread->ui.pane, &thread->view);
    kf_screen_draw(&thread->grid, &thread->shown, &thread->ui);
    kf_ui_settle(&thread->ui, &thread->grid);
    if (kf_term_present(thread->term, &thread->grid) == KF_ERR_END)
        hung_up(thread);
    if (bell_is_due(thread))
        kf_term_bell(thread->term);
}

static void run_screen(struct ui_thread *thread)
{
    const int64_t period_ns = SECOND_NS / thread->config->frame_rate_hz;
    int64_t now_ns = thread->start_ns;
    if (thread->unwatched.code != KF_OK)
        answer(thread, now_ns, "%s; R reads them", thread->unwatched.text);
    if (thread->ui.with[0])
        compare(thread, now_ns, thread->ui.with);
    while (take_signals(thread) && !thread->quit && !time_is_up(thread, now_ns)) {
        take_keys(thread, now_ns);
        take_marks(thread, now_ns);
        look_at_files(thread, now_ns);
        if (now_ns >= thread->frame_ns) {
            draw(thread, now_ns);
            thread->frame_ns = now_ns + period_ns;
        }
        sleep_until(thread, now_ns, thread->frame_ns);
        now_ns = kf_clock_monotonic_ns();
    }
}

/* ---- lines ---- */

/* Writes it all, or notes why not; a signal that ends the session ends this, too. */
static bool write_out(struct ui_thread *thread, const char *text, size_t count)
{
    while (count > 0) {
        const ssize_t written = write(STDOUT_FILENO, text, count);
        if (written < 0 && errno == EINTR && take_signals(thread))
            continue;
        if (written < 0) {
            thread->end->output_errno = errno == EINTR ? 0 : errno;
            return false;
        }
        text += written;
        count -= (size_t)written;
    }
    return true;
}

static bool say_news(struct ui_thread *thread)
{
    char page[LINE_PAGE];
    size_t count = 0;
    while ((count = kf_line_news(&thread->line, &thread->view, page, sizeof page)) > 0)
        if (!write_out(thread, page, count))
            return false;
    return !bell_is_due(thread) || !isatty(STDOUT_FILENO) || write_out(thread, "\a", 1);
}

/* Someone who sits there expects a screen. `why` is that of kf_term_open. */
static bool explain_lines(struct ui_thread *thread, const char *why)
{
    char text[LINE_PAGE];
    const int count = snprintf(text, sizeof text, "--:--  note: %s. Ctrl-C ends\n", why);
    return !isatty(STDOUT_FILENO) || write_out(thread, text, (size_t)count);
}

static void run_lines(struct ui_thread *thread, const char *why)
{
    int64_t now_ns = thread->start_ns;
    bool more = explain_lines(thread, why);
    while (more && take_signals(thread) && !time_is_up(thread, now_ns)) {
        take_marks(thread, now_ns);
        more = kf_pump_view(thread->pump, &thread->view);
        if (!say_news(thread))
            return;
        if (more)
            sleep_until(thread, now_ns, now_ns + LINES_NS);
        now_ns = kf_clock_monotonic_ns();
    }
}

/* ---- from beginning to end ---- */

static enum kf_status open_capture(struct ui_thread *thread, struct kf_session *session, struct kf_error *error)
{
    const int64_t now_ns = kf_clock_monotonic_ns();
    const struct kf_capture_config config = {.path = thread->config->capture_path,
                                             .overwrite = thread->config->capture_overwrite,
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
    thread->capture = kf_capture_open(&config, error);
    kf_session_capture(session, thread->capture);
    return thread->capture ? KF_OK : error->code;
}

/* Without a folder a session that shall not be recorded runs all the same. */
static enum kf_status open_recorder(struct ui_thread *thread, struct kf_session *session,
                                    const struct kf_session_config *session_config, struct kf_error *error)
{
    char folder[KF_RECORDER_PATH];
    struct kf_engine_config engine = session_config->engine;
    struct kf_recorder_config config = {.folder = folder,
                                        .athlete = session_config->athlete,
                                        .engine = &engine,
                                        .source = kf_session_view(session, kf_clock_monotonic_ns())->source,
                                        .wall_ns = kf_clock_wall_ns(),
                                        .on = thread->config->record};
    if (kf_session_is_replay(session))
        return KF_OK;
    for (engine.pod_count = 0; engine.pod_count < KF_PODS_MAX && session_config->uri[engine.pod_count];)
        engine.pod_count++;
    if (kf_recorder_folder(thread->config->record_folder, getenv("XDG_DATA_HOME"), getenv("HOME"), folder,
                           sizeof folder, error) != KF_OK)
        return config.on ? error->code : KF_OK;
    thread->recorder = kf_recorder_open(&config, error);
    kf_session_recorder(session, thread->recorder);
    return thread->recorder ? KF_OK : error->code;
}

/* Once the session is open: everything that shows it. Owns the session. */
static enum kf_status show(struct ui_thread *thread, struct kf_session *session,
                           const struct kf_session_config *session_config, struct kf_error *error)
{
    char why[sizeof error->text] = "";
    if (open_capture(thread, session, error) != KF_OK ||
        open_recorder(thread, session, session_config, error) != KF_OK ||
        kf_term_open(&thread->term, &thread->config->term, error) == KF_ERR_IO) {
        kf_session_close(session);
        return error->code;
    }
    if (!thread->term)
        (void)snprintf(why, sizeof why, "%s", error->text);
    atomic_store(&terminal, thread->term);
    if (!kf_session_is_replay(session))
        thread->marks_in = kf_mark_box_open(getenv("XDG_RUNTIME_DIR"), NULL); /* a session does without */
    thread->start_ns = kf_clock_monotonic_ns();
    thread->pump = kf_pump_start(session, session_config, error);
    if (!thread->pump)
        kf_session_close(session);
    else if (thread->term)
        run_screen(thread);
    else
        run_lines(thread, why);
    atomic_store(&terminal, NULL);
    kf_term_close(thread->term);
    return thread->pump ? kf_pump_stop(thread->pump, thread->time_is_up, error) : error->code;
}

/* With a screen the engine waits for a pod that has gone; lines end with their source. */
static enum kf_status run(struct ui_thread *thread, struct kf_session_config *session_config, struct kf_error *error)
{
    struct kf_session *session = NULL;
    enum kf_status status = KF_OK;
    session_config->reopen = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    session = kf_session_open(session_config, error);
    if (!session)
        return error->code;
    status = show(thread, session, session_config, error);
    (void)kf_capture_close(thread->capture, &thread->end->capture);
    kf_mark_box_close(thread->marks_in);
    (void)kf_recorder_close(thread->recorder, &thread->end->recording);
    return status;
}

enum kf_status kf_live_run(const struct kf_live_config *config, struct kf_live_end *end, struct kf_error *error)
{
    struct ui_thread *thread = calloc(1, sizeof *thread);
    struct kf_session_config session_config = config->session;
    enum kf_status status = KF_OK;
    *end = (struct kf_live_end){0};
    if (!thread)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for the screen");
    status = kf_signals_open(give_back_terminal, error);
    if (status == KF_OK) {
        thread->config = config;
        thread->saved = config->session.engine.settings;
        thread->end = end;
        thread->frame_ns = INT64_MIN;
        thread->reload.watch.fd = -1;
        if (config->layers) /* R reads them all the same */
            (void)kf_reload_open(&thread->reload, config->layers, &config->request, &thread->unwatched);
        kf_ui_init(&thread->ui);
        thread->ui.theme = config->term.theme;
        thread->ui.units = config->units;
        (void)snprintf(thread->ui.with, sizeof thread->ui.with, "%s", config->compare_path ? config->compare_path : "");
        kf_line_init(&thread->line);
        status = run(thread, &session_config, error);
        kf_reload_close(&thread->reload);
        kf_signals_close();
    }
    free(thread);
    return status;
}
