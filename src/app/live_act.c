/* live_act.c - what a person asks for with a key, carried out: as a request to the session, on the settings and their
 * files, or on the terminal; and every key gets its answer in the footer. */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/live_answer.h"
#include "app/live_settings.h"
#include "app/live_state.h"
#include "kneefold/feedback_plan.h"
#include "ui/text.h"

void kf_live_say(struct kf_live *live, int64_t now_ns, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(live->ui.notice, sizeof live->ui.notice, format, args);
    va_end(args);
    live->notice_ns = now_ns + KF_LIVE_NOTICE_NS;
}

static void request(struct kf_live *live, int64_t now_ns, enum kf_request_kind kind, const struct kf_ask *ask)
{
    struct kf_request request = {.kind = kind, .value = ask->value};
    char words[KF_VIEW_TEXT];
    if (kind == KF_REQUEST_MARK && !ask->text[0])
        (void)snprintf(request.text, sizeof request.text, "mark %u", ++live->marks);
    else
        (void)snprintf(request.text, sizeof request.text, "%s", ask->text);
    if (kind == KF_REQUEST_MARK)
        request.value = fmax(0, live->view.t_s - ask->value);
    if (kind == KF_REQUEST_SEEK && ask->action == KF_ACTION_SEEK_TO)
        request.value -= live->view.t_s;
    if (kf_pump_request(live->pump, &request) != KF_OK)
        kf_live_say(live, now_ns, "too many keys at once: this one was dropped");
    else if (kind == KF_REQUEST_MARK)
        kf_live_say(live, now_ns, "%s set", request.text);
    else if (kind == KF_REQUEST_RECORD)
        kf_live_say(live, now_ns,
                    !live->recorder                           ? "there is no folder to record to"
                    : live->view.recording == KF_RECORDING_ON ? "recording ended"
                                                              : "recording begins");
    else if (kind == KF_REQUEST_BASELINE)
        kf_live_say(live, now_ns, live->view.baseline_open ? "baseline ended" : "new baseline: run relaxed, b ends it");
    else if (kf_live_answer(&live->view, live->ui.units, &request, words))
        kf_live_say(live, now_ns, "%s", words);
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
static bool control(struct kf_live *live, int64_t now_ns, const struct kf_ask *ask)
{
    struct kf_request request = {.kind = KF_REQUEST_CONTROL, .value = ask->value, .source = ask->index};
    if (ask->action == KF_ACTION_ALIGN) {
        request.control = KF_CONTROL_ALIGN;
        kf_live_say(live, now_ns, "aligning anew: stand straight, then jog");
    } else if (ask->action == KF_ACTION_QUIET) {
        request.control = KF_CONTROL_QUIET;
        request.value = !live->view.quiet;
        kf_live_say(live, now_ns, live->view.quiet ? "the quiet block has ended" : "quiet block: no cues");
    } else if (ask->action == KF_ACTION_FEEDBACK) {
        request.control = KF_CONTROL_FEEDBACK;
        request.value = next_feedback(live->view.feedback);
        kf_live_say(live, now_ns, "feedback: %s", feedback_modes[(unsigned)request.value]);
    } else if (ask->action == KF_ACTION_SITE) {
        request.control = KF_CONTROL_SITE;
        (void)snprintf(request.text, sizeof request.text, "%s", ask->text);
        kf_live_say(live, now_ns, "stream %.0f: %s", ask->value, ask->text);
    } else {
        return false;
    }
    if (kf_pump_request(live->pump, &request) != KF_OK)
        kf_live_say(live, now_ns, "too many keys at once: this one was dropped");
    return true;
}

/* ---- settings files that others change ---- */

/* What the screen itself saved is nothing new. */
static void follow_own(struct kf_live *live)
{
    struct kf_live_problem first = {0};
    const struct kf_settings_listener listener = {kf_live_keep_first, &first};
    if (live->reload.watch.fd < 0 || live->files_changed || !kf_reload_pending(&live->reload))
        return;
    if (kf_reload_read(&live->reload, &listener) == KF_OK)
        kf_reload_done(&live->reload);
}

static void read_again(struct kf_live *live, int64_t now_ns)
{
    struct kf_live_problem first = {0};
    const struct kf_settings_listener listener = {kf_live_keep_first, &first};
    struct kf_settings fresh = live->view.settings;
    char words[KF_LIVE_ANSWER] = "";
    struct kf_error error = {0};
    unsigned changed = 0;
    if (!live->config->layers) {
        kf_live_say(live, now_ns, "this session has no settings files");
        return;
    }
    (void)kf_reload_pending(&live->reload);
    live->files_changed = false;
    if (kf_reload_read(&live->reload, &listener) != KF_OK)
        (void)snprintf(words, sizeof words, "not read, %u wrong: %.120s", first.count, first.text);
    else if (kf_reload_merge(&live->reload, &fresh, &changed, &error) != KF_OK)
        (void)snprintf(words, sizeof words, "not read: %.140s", error.text);
    else if (changed == 0 || kf_live_apply(live->pump, &fresh, &live->view.settings, words)) {
        /* Values of the command line that contradict the new files hold: then what is saved is told by the old ones. */
        (void)kf_reload_merge(&live->reload, &live->saved, NULL, NULL);
        kf_reload_done(&live->reload);
        (void)snprintf(words, sizeof words, changed > 0 ? "settings read again: %u changed" : "settings read again",
                       changed);
    }
    (void)kf_text_clean(live->ui.notice, sizeof live->ui.notice, words);
    live->notice_ns = now_ns + 2 * KF_LIVE_NOTICE_NS;
}

void kf_live_look_at_files(struct kf_live *live, int64_t now_ns)
{
    if (kf_reload_pending(&live->reload))
        live->files_changed = true;
    if (live->files_changed && now_ns >= live->notice_ns)
        kf_live_say(live, now_ns, "the settings' files have changed: R reads them");
}

/* The settings screen's draft: applied, and saved when asked. False: the action is another. */
static bool act_on_settings(struct kf_live *live, int64_t now_ns, const struct kf_ask *ask)
{
    const struct kf_settings draft = *kf_pane_settings(&live->ui.pane, &live->view.settings);
    char words[KF_LIVE_ANSWER] = "";
    bool saved = false;
    if (ask->action != KF_ACTION_APPLY && ask->action != KF_ACTION_SAVE && ask->action != KF_ACTION_PROFILE)
        return false;
    const bool holds = kf_live_apply(live->pump, &draft, &live->view.settings, words);
    if (holds && ask->action == KF_ACTION_SAVE)
        saved = kf_live_save(live->config->settings_path, &draft, &live->saved, words);
    else if (holds && ask->action == KF_ACTION_PROFILE)
        saved = kf_live_save_profile(live->config->profiles_path, ask->text, &draft, words);
    if (saved && ask->action == KF_ACTION_SAVE)
        live->saved = draft;
    if (saved)
        follow_own(live);
    kf_live_say(live, now_ns, "%s", words);
    return true;
}

/* A typed time becomes a place to seek to. */
static void go_to(struct kf_live *live, int64_t now_ns, const struct kf_ask *ask)
{
    const struct kf_ask seek = {.action = KF_ACTION_SEEK_TO, .value = kf_text_seconds(ask->text)};
    if (isnan(seek.value))
        kf_live_say(live, now_ns, "'%.40s' is no time: 83, or 1:23", ask->text);
    else
        request(live, now_ns, KF_REQUEST_SEEK, &seek);
}

/* The file named is read anew each time: it may have been edited since. */
void kf_live_compare(struct kf_live *live, int64_t now_ns, const char *path)
{
    struct kf_settings other = live->config->session.engine.settings;
    const struct kf_request end = {.kind = KF_REQUEST_DIFF};
    const char *name = strrchr(path, '/');
    char words[KF_LIVE_ANSWER];
    enum kf_status status = KF_OK;
    if (!*path)
        status = kf_pump_request(live->pump, &end);
    else if (!kf_live_read_over(path, &other, words))
        kf_live_say(live, now_ns, "not compared: %.140s", words);
    else
        status = kf_pump_compare(live->pump, &other, name ? name + 1 : path);
    if (status == KF_ERR_UNAVAILABLE)
        kf_live_say(live, now_ns, "not compared: there is no recording to read again");
    else if (status != KF_OK)
        kf_live_say(live, now_ns, "too many keys at once: this one was dropped");
}

void kf_live_act(struct kf_live *live, int64_t now_ns, struct kf_ask ask)
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
            request(live, now_ns, table[i].kind, &ask);
            return;
        }
    if (control(live, now_ns, &ask) || act_on_settings(live, now_ns, &ask))
        return;
    if (ask.action == KF_ACTION_GO_TO) {
        go_to(live, now_ns, &ask);
    } else if (ask.action == KF_ACTION_DIFF) {
        kf_live_compare(live, now_ns, ask.text);
    } else if (ask.action == KF_ACTION_QUIT) {
        live->quit = true;
    } else if (ask.action == KF_ACTION_THEME) {
        kf_term_theme(live->term, live->ui.theme);
        kf_live_say(live, now_ns, "colours: %s", kf_theme_name(live->ui.theme));
    } else if (ask.action == KF_ACTION_RELOAD) {
        read_again(live, now_ns);
    } else if (ask.action == KF_ACTION_REDRAW) {
        kf_term_redraw(live->term);
    } else if (ask.action != KF_ACTION_NONE) {
        kf_live_say(live, now_ns, "not in this session");
    }
}
