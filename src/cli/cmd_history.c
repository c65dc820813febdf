/* cmd_history.c - kneefold history: sessions under each other, and how their figures went. */
#include "config.h"

#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "app/history_cache.h"
#include "app/history_show.h"
#include "app/recorder.h"
#include "cli/column.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/complain.h"
#include "core/utf8.h"

enum { OPTION_JSON = 0x100, TREND_MOST = 60 };

static const struct argp_option argp_options[] = {
    {"json", OPTION_JSON, NULL, 0, "one object", 0},
    {0},
};

struct options {
    struct kf_common common;
    const char *athlete;
    bool json;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->common;
        return 0;
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->athlete)
            kf_complain_usage(state, "one athlete at a time, not '%s' and '%s'", options->athlete, arg);
        options->athlete = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- the list ---- */

static const struct column {
    const char *name;
    enum kf_figure figure;
    int width, decimals, spread; /* spread: width of its SD, 0 none */
} columns[] = {
    {"min", KF_FIGURE_MINUTES, 6, 1, 0},        {"swings", KF_FIGURE_SWINGS, 7, 0, 0},
    {"pulled,%", KF_FIGURE_PULLED, 9, 0, 0},    {"knee,deg", KF_FIGURE_KNEE, 9, 1, 5},
    {"drive,Nm/kg", KF_FIGURE_DRIVE, 12, 3, 6}, {"steps", KF_FIGURE_CADENCE, 6, 0, 0},
    {"cues/min", KF_FIGURE_CUES, 9, 2, 0},      {"shown,s/min", KF_FIGURE_SHOWN, 12, 1, 0},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* A number, or a dash in its place. */
static void print_number(int width, int decimals, double value)
{
    if (isfinite(value))
        printf("%*.*f", width, decimals, value);
    else
        printf("%*s", width, "-");
}

static void print_list(const struct kf_ui_session *session, unsigned count)
{
    printf("%-16s  %-12s", "began", "athlete");
    for (int i = 0; i < COLUMNS; i++)
        printf("%*s%*s", columns[i].width, columns[i].name, columns[i].spread, columns[i].spread ? "sd" : "");
    putchar('\n');
    for (unsigned i = 0; i < count; i++) {
        printf("%-16s  ", session[i].day);
        kf_column_print(12, *session[i].athlete ? session[i].athlete : "-");
        for (int j = 0; j < COLUMNS; j++) {
            print_number(columns[j].width, columns[j].decimals, session[i].value[columns[j].figure]);
            if (columns[j].spread)
                print_number(columns[j].spread, columns[j].decimals, session[i].sd[columns[j].figure]);
        }
        puts(session[i].cut_off ? "  cut off" : "");
    }
}

/* Acquisition against retention, for sessions that had both. */
static void print_retention(const struct kf_history_session *session, const struct kf_ui_session *shown, unsigned count)
{
    bool any = false;
    for (unsigned i = 0; i < count; i++) {
        const struct kf_retention *retention = &session[i].retention;
        if (retention->told.judged == 0 || retention->alone.judged == 0)
            continue;
        if (!any)
            puts("\nwith feedback (told) and without (alone)\n"
                 "began             athlete       told: judged pulled,%   drive   alone: judged pulled,%   drive");
        any = true;
        printf("%-16s  ", shown[i].day);
        kf_column_print(12, *shown[i].athlete ? shown[i].athlete : "-");
        printf("  %12llu", (unsigned long long)retention->told.judged);
        print_number(9, 0, shown[i].value[KF_FIGURE_PULLED_TOLD]);
        print_number(8, 3, shown[i].value[KF_FIGURE_DRIVE_TOLD]);
        printf("  %14llu", (unsigned long long)retention->alone.judged);
        print_number(9, 0, shown[i].value[KF_FIGURE_PULLED_ALONE]);
        print_number(8, 3, shown[i].value[KF_FIGURE_DRIVE_ALONE]);
        putchar('\n');
    }
}

/* ---- trends ---- */

/* One character a session, the newest last. */
static void print_trend(const struct kf_ui_trend *trend, const char *which, enum kf_figure figure,
                        const struct kf_ui_session *session, unsigned count, const char *athlete)
{
    char name[64];
    double least = NAN, most = NAN;
    if (!kf_ui_trend_range(trend, session, count, athlete, &least, &most))
        return;
    (void)snprintf(name, sizeof name, "%s%s, %s",
                   trend->other_name ? (figure <= KF_FIGURE_PULLED_ALONE ? "pulled, " : "drive, ") : trend->name,
                   trend->other_name ? which : "", trend->unit);
    printf("  %-26s ", name);
    for (unsigned i = 0; i < count; i++) {
        char block[4];
        if (strcmp(session[i].athlete, athlete) == 0)
            (void)fwrite(block, 1, kf_utf8_encode(kf_ui_trend_block(session[i].value[figure], least, most), block),
                         stdout);
    }
    printf("  %.*f to %.*f\n", trend->decimals, least, trend->decimals, most);
}

/* Of one runner: two in one line would show a change nobody made. Told and alone share their scale. */
static void print_trends(const struct kf_ui_session *session, unsigned count, const char *athlete)
{
    printf("\ntrends of %s, oldest to newest\n", *athlete ? athlete : "the unnamed");
    for (unsigned i = 0; i < KF_UI_TRENDS; i++) {
        const struct kf_ui_trend *trend = &kf_ui_trends[i];
        print_trend(trend, trend->value_name, trend->value, session, count, athlete);
        if (trend->other != KF_FIGURE_COUNT)
            print_trend(trend, trend->other_name, trend->other, session, count, athlete);
    }
}

static void print_all_trends(const struct kf_ui_session *session, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned before = 0, of_runner = 0;
        for (unsigned j = 0; j < count; j++) {
            const bool same = strcmp(session[j].athlete, session[i].athlete) == 0;
            before += same && j < i;
            of_runner += same;
        }
        const unsigned first = count > TREND_MOST && count - TREND_MOST > i ? count - TREND_MOST : i;
        if (before == 0 && of_runner > 1)
            print_trends(session + first, count - first, session[i].athlete);
    }
}

/* ---- the whole ---- */

static int print_history(const struct kf_history *history, const char *athlete, const char *folder)
{
    struct kf_ui_session *shown = calloc(history->count + 1, sizeof *shown);
    if (!shown)
        return kf_complain_text(KF_ERR_UNAVAILABLE, "not enough memory for so many sessions", NULL);
    for (unsigned i = 0; i < history->count; i++)
        kf_history_show(&shown[i], &history->session[i]);
    if (history->count > 0) {
        print_list(shown, history->count);
        print_retention(history->session, shown, history->count);
        print_all_trends(shown, history->count);
    } else {
        printf("no sessions%s%s in %s: kneefold demo records one\n", athlete ? " of " : "", athlete ? athlete : "",
               folder);
    }
    free(shown);
    for (unsigned i = 0; i < history->broken_count && i < KF_HISTORY_BROKEN; i++)
        printf("%snot read: %s\n", i == 0 ? "\n" : "", history->broken[i].why);
    if (history->broken_count > KF_HISTORY_BROKEN)
        printf("and %u files more\n", history->broken_count - KF_HISTORY_BROKEN);
    return EX_OK;
}

static int read_history(const struct options *options, const char *folder, struct kf_history *history)
{
    char cache[KF_HISTORY_CACHE_PATH];
    struct kf_error error = {0};
    kf_history_cache_folder(getenv("XDG_CACHE_HOME"), getenv("HOME"), cache);
    if (kf_history_folder(folder, cache, options->athlete, history, &error) != KF_OK)
        return kf_complain(&error);
    if (options->json)
        kf_history_write_json(stdout, history);
    return options->json ? EX_OK : print_history(history, options->athlete, folder);
}

static int history(int argc, char **argv)
{
    static const char doc[] = "List recorded sessions, of all or of one ATHLETE, with their figures and trends.";
    static const struct argp_child children[] = {{&kf_common_settings_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, "[ATHLETE]", doc, children, NULL, NULL};
    struct options options = {.athlete = NULL};
    char folder[KF_RECORDER_PATH];
    struct kf_error error = {0};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    int status = kf_common_settings(&options.common);
    if (status != 0)
        return status;
    if (kf_recorder_folder(options.common.layers.settings.record_folder, getenv("XDG_DATA_HOME"), getenv("HOME"),
                           folder, sizeof folder, &error) != KF_OK)
        return kf_complain(&error);
    struct kf_history *all = calloc(1, sizeof *all);
    if (!all)
        return kf_complain_text(KF_ERR_UNAVAILABLE, "not enough memory for a history", NULL);
    status = read_history(&options, folder, all);
    kf_history_free(all);
    free(all);
    return status;
}

const struct kf_command kf_command_history = {"history", "sessions and trends", history};
