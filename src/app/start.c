/* start.c - what a person can begin with is looked up when the screen opens and when asked again; ports also when one
 * appears. While it is only being looked at, the program sleeps in poll. */
#include "config.h"

#include "app/start.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/history_cache.h"
#include "app/history_show.h"
#include "app/signals.h"
#include "settings/athletes.h"
#include "source/hotplug.h"
#include "source/serial.h"
#include "ui/keys.h"
#include "ui/text.h"

enum { LOOK_MS = 2000 }; /* how often ports are listed where nobody tells of them */

struct starter {
    const struct kf_start_config *config;
    struct kf_start_choice *choice;
    struct kf_term *term;
    struct kf_hotplug *hotplug; /* or NULL */
    struct kf_start_view view;
    struct kf_start_ui ui;
    struct kf_grid grid;
};

static _Atomic(struct kf_term *) terminal;

static void give_back_terminal(void)
{
    kf_term_restore_in_signal(atomic_load(&terminal));
}

/* ---- what there is ---- */

static void list_ports(struct kf_start_view *view)
{
    struct kf_serial_port port[KF_START_ITEMS];
    int count = kf_serial_list(port, KF_START_ITEMS, NULL);
    view->port_count = 0;
    count = count > KF_START_ITEMS ? KF_START_ITEMS : count;
    for (int i = 0; i < count; i++) {
        struct kf_start_item *item = &view->port[view->port_count];
        char about[256];
        if (!port[i].usb) /* a board's built-in ports have no pod */
            continue;
        (void)snprintf(about, sizeof about, "%s%s%s", port[i].description, *port[i].usb_serial ? ", serial " : "",
                       port[i].usb_serial);
        (void)kf_text_clean(item->name, sizeof item->name, port[i].path);
        (void)kf_text_clean(item->about, sizeof item->about, about);
        (void)snprintf(item->source, sizeof item->source, "%s", port[i].path);
        view->port_count++;
    }
}

static void list_athletes(struct kf_start_view *view, const struct kf_folders *folders)
{
    struct kf_file_names *names = calloc(1, sizeof *names);
    view->athlete_count = 0;
    if (!names)
        return;
    kf_athletes_list(folders, names);
    for (unsigned i = 0; i < names->count && i < KF_START_ATHLETES; i++)
        (void)kf_text_clean(view->athlete[view->athlete_count++], KF_START_NAME, names->name[i]);
    free(names);
}

/* Names of sessions begin with their date and time: the newest is the last. */
static int newest_first(const void *a, const void *b)
{
    return strcmp(((const struct kf_start_item *)b)->name, ((const struct kf_start_item *)a)->name);
}

/* "2026-11-22_1430_Ada.kfs" -> "2026-11-22 14:30 Ada". */
static void show_name(char *out, size_t size, const char *file)
{
    int date = 0, hour = 0, minute = 0;
    char text[256];
    const int length = (int)(strlen(file) - strlen(".kfs"));
    if (sscanf(file, "%*4d-%*2d-%*2d_%n%2d%2d_", &date, &hour, &minute) == 2 && date == 11 && length > 16)
        (void)snprintf(text, sizeof text, "%.10s %02d:%02d %.*s", file, hour, minute, length - 16, file + 16);
    else
        (void)snprintf(text, sizeof text, "%.*s", length, file);
    (void)kf_text_clean(out, size, text);
}

static void add_session(struct kf_start_view *view, const char *folder, const char *file)
{
    struct kf_start_item item = {.name = ""};
    struct stat status;
    if ((size_t)snprintf(item.source, sizeof item.source, "%s/%s", folder, file) >= sizeof item.source ||
        stat(item.source, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    show_name(item.name, sizeof item.name, file);
    (void)snprintf(item.about, sizeof item.about, "%.1f MB", (double)status.st_size * 1e-6);
    if (view->session_count < KF_START_ITEMS)
        view->session[view->session_count++] = item;
    else if (newest_first(&item, &view->session[KF_START_ITEMS - 1]) < 0)
        view->session[KF_START_ITEMS - 1] = item;
    qsort(view->session, view->session_count, sizeof view->session[0], newest_first);
}

static void list_sessions(struct kf_start_view *view, const char *folder)
{
    DIR *dir = *folder ? opendir(folder) : NULL;
    const struct dirent *entry = NULL;
    view->session_count = 0;
    while (dir && (entry = readdir(dir)) != NULL) {
        const size_t length = strlen(entry->d_name);
        if (length > 4 && strcmp(entry->d_name + length - 4, ".kfs") == 0)
            add_session(view, folder, entry->d_name);
    }
    if (dir)
        (void)closedir(dir);
}

static void look_for_ports(struct starter *starter)
{
    const unsigned before = starter->view.port_count;
    list_ports(&starter->view);
    kf_start_relisted(&starter->ui, before, starter->view.port_count);
}

static void look(struct starter *starter)
{
    look_for_ports(starter);
    list_athletes(&starter->view, &starter->config->layers->folders);
    list_sessions(&starter->view, starter->config->recordings);
}

static void choose_athlete(struct starter *starter, const char *name)
{
    for (unsigned i = 0; i < starter->view.athlete_count; i++)
        if (strcmp(starter->view.athlete[i], name) == 0)
            starter->ui.athlete = i + 1;
}

/* The first look at a long session takes a while; after that its figures come from the cache. */
static void list_history(struct starter *starter)
{
    const char *athlete = kf_start_athlete(&starter->ui, &starter->view);
    struct kf_ui_history *out = &starter->view.history;
    struct kf_history *history = calloc(1, sizeof *history);
    struct kf_error error = {0};
    char cache[KF_HISTORY_CACHE_PATH];
    memset(out, 0, sizeof *out);
    (void)kf_text_clean(out->whose, sizeof out->whose, *athlete ? athlete : "all athletes");
    kf_history_cache_folder(getenv("XDG_CACHE_HOME"), getenv("HOME"), cache);
    if (!history) {
        (void)snprintf(out->trouble, sizeof out->trouble, "not enough memory to read the sessions");
        return;
    }
    if (kf_history_folder(starter->config->recordings, cache, *athlete ? athlete : NULL, history, &error) != KF_OK)
        (void)kf_text_clean(out->trouble, sizeof out->trouble, error.text);
    for (unsigned i = history->count > KF_UI_SESSIONS ? history->count - KF_UI_SESSIONS : 0; i < history->count; i++)
        kf_history_show(&out->session[out->count++], &history->session[i]);
    kf_history_show_broken(history, out->broken, sizeof out->broken);
    kf_history_free(history);
    free(history);
}

/* ---- the loop ---- */

static void store_athlete(struct starter *starter)
{
    struct kf_error error = {0};
    const struct kf_settings *draft = &starter->ui.draft;
    if (kf_athlete_save(&starter->config->layers->folders, draft->athlete_name, draft, &error) != KF_OK) {
        (void)snprintf(starter->ui.notice, sizeof starter->ui.notice, "not stored: %.140s", error.text);
        return;
    }
    look(starter);
    kf_start_saved(&starter->ui, &starter->view);
}

/* False when something was chosen. */
static bool act(struct starter *starter, const struct kf_start_ask *ask)
{
    switch (ask->action) {
    case KF_START_NONE:
        return true;
    case KF_START_LOOK:
        look(starter);
        (void)snprintf(starter->ui.notice, sizeof starter->ui.notice, "looked again: %u pod%s",
                       starter->view.port_count, starter->view.port_count == 1 ? "" : "s");
        return true;
    case KF_START_HISTORY:
        list_history(starter);
        return true;
    case KF_START_ATHLETE:
        store_athlete(starter);
        return true;
    case KF_START_REDRAW:
        kf_term_redraw(starter->term);
        return true;
    case KF_START_QUIT:
    case KF_START_DEMO:
    case KF_START_LIVE:
    case KF_START_REPLAY:
        break;
    }
    starter->choice->action = ask->action;
    (void)snprintf(starter->choice->source, sizeof starter->choice->source, "%s", ask->source);
    return false;
}

static uint32_t clicked(struct starter *starter, double *value)
{
    int x = 0, y = 0;
    kf_term_click(starter->term, &x, &y);
    return kf_grid_hot_at(&starter->grid, x, y, value);
}

/* False when the session is to begin, or all is to end. */
static bool take_keys(struct starter *starter)
{
    enum kf_status status = KF_OK;
    uint32_t key = 0;
    while ((status = kf_term_key(starter->term, &key)) == KF_OK) {
        double value = 0;
        if (key == KF_KEY_CLICK)
            key = clicked(starter, &value);
        const struct kf_start_ask ask = kf_start_key(&starter->ui, &starter->view, key, value);
        if (!act(starter, &ask))
            return false;
    }
    if (status == KF_ERR_END)
        starter->choice->signal = SIGHUP;
    return status != KF_ERR_END;
}

static bool take_signals(struct starter *starter)
{
    const struct kf_signals signals = kf_signals_take();
    if (signals.stop) {
        kf_term_suspend(starter->term);
        kf_signals_suspend();
        kf_term_resume(starter->term);
    }
    starter->choice->signal = signals.end;
    return signals.end == 0;
}

static void draw(struct starter *starter)
{
    int columns = 0, rows = 0;
    kf_term_size(starter->term, &columns, &rows);
    kf_grid_init(&starter->grid, columns, rows, kf_term_glyphs(starter->term));
    kf_start_draw(&starter->grid, &starter->view, &starter->ui);
    (void)kf_term_present(starter->term, &starter->grid);
}

static void loop(struct starter *starter)
{
    do {
        struct pollfd fds[3] = {{.fd = kf_signals_fd(), .events = POLLIN},
                                {.fd = kf_term_fd(starter->term), .events = POLLIN},
                                {.fd = kf_hotplug_fd(starter->hotplug), .events = POLLIN}};
        draw(starter);
        const int woken = poll(fds, 3, starter->hotplug ? -1 : LOOK_MS);
        if (woken == 0 || (fds[2].revents & POLLIN)) {
            (void)kf_hotplug_take(starter->hotplug); /* one that has gone is news, too */
            look_for_ports(starter);
        }
    } while (take_signals(starter) && take_keys(starter));
}

enum kf_status kf_start_run(const struct kf_start_config *config, struct kf_start_choice *choice,
                            struct kf_error *error)
{
    struct starter *starter = calloc(1, sizeof *starter);
    if (!starter)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for the screen");
    starter->config = config;
    starter->choice = choice;
    choice->action = KF_START_QUIT;
    choice->signal = 0;
    enum kf_status status = kf_signals_open(give_back_terminal, error);
    if (status == KF_OK) {
        status = kf_term_open(&starter->term, &config->term, error);
        atomic_store(&terminal, starter->term);
        if (starter->term) {
            kf_start_init(&starter->ui);
            starter->hotplug = kf_hotplug_open();
            look(starter);
            choose_athlete(starter, choice->athlete);
            loop(starter);
            (void)snprintf(choice->athlete, sizeof choice->athlete, "%s",
                           kf_start_athlete(&starter->ui, &starter->view));
        }
        atomic_store(&terminal, NULL);
        kf_hotplug_close(starter->hotplug);
        kf_term_close(starter->term);
        kf_signals_close();
    }
    free(starter);
    return status;
}
