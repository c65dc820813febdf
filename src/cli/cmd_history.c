/* cmd_history.c - kneefold history and compare: sessions under each other, and two beside each other. */
#include "config.h"

#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "app/history.h"
#include "app/history_cache.h"
#include "app/recorder.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/complain.h"

struct options {
    struct kf_common common;
    const char *words[2];
    int count, most;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->common;
        return 0;
    case ARGP_KEY_ARG:
        if (options->count == options->most)
            return ARGP_ERR_UNKNOWN;
        options->words[options->count++] = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* "%8.1f", or a dash in its place. */
static void print_figure(int width, int decimals, double value)
{
    if (isfinite(value))
        printf(" %*.*f", width, decimals, value);
    else
        printf(" %*s", width, "-");
}

static void print_day(int64_t started_ns)
{
    const time_t seconds = (time_t)(started_ns / INT64_C(1000000000));
    char day[32] = "";
    struct tm local;
    if (started_ns > 0 && localtime_r(&seconds, &local))
        (void)strftime(day, sizeof day, "%Y-%m-%d %H:%M", &local);
    printf("%-16s", *day ? day : "-");
}

/* ---- history ---- */

static double pulled_pct(const struct kf_history_session *session)
{
    return 100 * kf_history_pulled_share(session);
}

static double cues_a_minute(const struct kf_history_session *session)
{
    return session->minutes > 0 ? (double)session->cues / session->minutes : NAN;
}

static void print_session(const struct kf_history_session *session)
{
    const struct kf_summary_leg *leg = session->summary.leg;
    print_day(session->started_ns);
    printf("  %-12.12s", *session->athlete ? session->athlete : "-");
    print_figure(6, 1, session->minutes);
    printf(" %7llu", (unsigned long long)(leg[KF_LEFT].swings + leg[KF_RIGHT].swings));
    print_figure(8, 0, pulled_pct(session));
    print_figure(8, 1, kf_history_mean(session, "peak_knee_deg"));
    print_figure(5, 1, kf_history_sd(session, "peak_knee_deg"));
    print_figure(8, 3, kf_history_mean(session, "drive_nm_kg"));
    print_figure(6, 3, kf_history_sd(session, "drive_nm_kg"));
    print_figure(8, 1, kf_history_mean(session, "cadence_spm"));
    print_figure(7, 2, cues_a_minute(session));
    puts(session->complete ? "" : "  cut off");
}

static double peak_knee(const struct kf_history_session *session)
{
    return kf_history_mean(session, "peak_knee_deg");
}

static double drive(const struct kf_history_session *session)
{
    return kf_history_mean(session, "drive_nm_kg");
}

/* One character a session, the newest last, between the least and the most of them. */
static void print_trend(const char *name, const struct kf_history_session *sessions, unsigned count,
                        double (*figure)(const struct kf_history_session *))
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const unsigned first = count > 60 ? count - 60 : 0;
    double least = INFINITY, most = -INFINITY;
    for (unsigned i = first; i < count; i++) {
        const double value = figure(&sessions[i]);
        least = isfinite(value) ? fmin(least, value) : least;
        most = isfinite(value) ? fmax(most, value) : most;
    }
    printf("  %-20s ", name);
    for (unsigned i = first; i < count; i++) {
        const double value = figure(&sessions[i]);
        fputs(!isfinite(value) ? " " : bars[most > least ? (int)(7.999 * (value - least) / (most - least)) : 3],
              stdout);
    }
    if (most >= least)
        printf("  %.3g to %.3g", least, most);
    putchar('\n');
}

/* Acquisition against retention, for sessions that had both. */
static void print_retention(const struct kf_history_session *sessions, unsigned count)
{
    bool any = false;
    for (unsigned i = 0; i < count; i++) {
        const struct kf_retention *retention = &sessions[i].retention;
        if (retention->told.judged == 0 || retention->alone.judged == 0)
            continue;
        if (!any)
            puts("feedback           on: swings pulled,%  drive   off: swings pulled,%  drive");
        any = true;
        print_day(sessions[i].started_ns);
        printf("  %11llu", (unsigned long long)retention->told.judged);
        print_figure(8, 0, 100 * kf_retention_pulled_share(&retention->told));
        print_figure(6, 3, kf_retention_drive_nm_kg(&retention->told));
        printf("  %12llu", (unsigned long long)retention->alone.judged);
        print_figure(8, 0, 100 * kf_retention_pulled_share(&retention->alone));
        print_figure(6, 3, kf_retention_drive_nm_kg(&retention->alone));
        putchar('\n');
    }
}

static int print_history(const char *folder, const char *athlete)
{
    struct kf_history_session *sessions = NULL;
    unsigned count = 0, unreadable = 0;
    struct kf_error error = {0};
    char cache[KF_HISTORY_CACHE_PATH];
    kf_history_cache_folder(getenv("XDG_CACHE_HOME"), getenv("HOME"), cache);
    if (kf_history_folder(folder, cache, athlete, &sessions, &count, &unreadable, &error) != KF_OK) {
        free(sessions);
        return kf_complain(&error);
    }
    if (count > 0)
        puts("began             athlete         min  swings pulled,%  peak knee,deg  drive, Nm/kg   steps cues/min");
    for (unsigned i = 0; i < count; i++)
        print_session(&sessions[i]);
    print_retention(sessions, count);
    if (count > 1) {
        puts("trends, oldest to newest");
        print_trend("pulled, %", sessions, count, pulled_pct);
        print_trend("peak knee, deg", sessions, count, peak_knee);
        print_trend("drive, Nm/kg", sessions, count, drive);
        print_trend("cues a minute", sessions, count, cues_a_minute);
    }
    if (count == 0)
        printf("no sessions%s in %s\n", athlete ? " of this name" : "", folder);
    if (unreadable > 0)
        printf("%u files there cannot be read as sessions\n", unreadable);
    free(sessions);
    return EX_OK;
}

static int history(int argc, char **argv)
{
    static const char doc[] = "List recorded sessions, of all or of one ATHLETE, with their figures and trends.";
    static const struct argp_child children[] = {{&kf_common_settings_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {NULL, parse, "[ATHLETE]", doc, children, NULL, NULL};
    struct options options = {.most = 1};
    char folder[KF_RECORDER_PATH];
    struct kf_error error = {0};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    const int status = kf_common_settings(&options.common);
    if (status != 0)
        return status;
    if (kf_recorder_folder(options.common.layers.settings.record_folder, getenv("XDG_DATA_HOME"), getenv("HOME"),
                           folder, sizeof folder, &error) != KF_OK)
        return kf_complain(&error);
    return print_history(folder, options.words[0]);
}

const struct kf_command kf_command_history = {"history", "sessions and trends", history};

/* ---- compare ---- */

static void print_pair(const struct kf_history_session *a, const struct kf_history_session *b,
                       const struct kf_swing_key *key)
{
    const double x = kf_history_mean(a, key->name), y = kf_history_mean(b, key->name);
    char name[48];
    if (!isfinite(x) && !isfinite(y))
        return;
    (void)snprintf(name, sizeof name, "%s", key->name);
    printf("%-24s", name);
    print_figure(10, 3, x);
    print_figure(8, 3, kf_history_sd(a, key->name));
    print_figure(10, 3, y);
    print_figure(8, 3, kf_history_sd(b, key->name));
    print_figure(10, 3, y - x);
    putchar('\n');
}

static bool is_moment(const char *name)
{
    return strncmp(name, "t_", 2) == 0 || strcmp(name, "pulled") == 0;
}

static void print_comparison(const struct kf_history_session *a, const struct kf_history_session *b)
{
    printf("%-24s %10s %8s %10s %8s %10s\n", "", "A mean", "sd", "B mean", "sd", "B - A");
    printf("%-24s", "pulled, % of judged");
    print_figure(10, 1, pulled_pct(a));
    print_figure(8, 1, NAN);
    print_figure(10, 1, pulled_pct(b));
    print_figure(8, 1, NAN);
    print_figure(10, 1, pulled_pct(b) - pulled_pct(a));
    printf("\n%-24s", "cues a minute");
    print_figure(10, 2, cues_a_minute(a));
    print_figure(8, 1, NAN);
    print_figure(10, 2, cues_a_minute(b));
    print_figure(8, 1, NAN);
    print_figure(10, 2, cues_a_minute(b) - cues_a_minute(a));
    putchar('\n');
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        if (kf_swing_keys[i].is_number && !is_moment(kf_swing_keys[i].name))
            print_pair(a, b, &kf_swing_keys[i]);
    if (strcmp(a->version, b->version) != 0)
        printf("recorded by different versions, %s and %s: see replay --check\n", a->version, b->version);
}

static int compare(int argc, char **argv)
{
    static const char doc[] = "Compare two sessions, figure by figure, over both legs.";
    static const struct argp_child children[] = {{&kf_common_settings_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {NULL, parse, "A.kfs B.kfs", doc, children, NULL, NULL};
    struct options options = {.most = 2};
    struct kf_error error = {0};
    int status = EX_OK;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    if (options.count != 2)
        return kf_complain_text(KF_ERR_ARG, "compare takes two sessions", "kneefold compare A.kfs B.kfs");
    struct kf_history_session *pair = calloc(2, sizeof *pair);
    if (!pair)
        return kf_complain_text(KF_ERR_UNAVAILABLE, "not enough memory to compare sessions", NULL);
    if (kf_history_read(options.words[0], &pair[0], &error) != KF_OK ||
        kf_history_read(options.words[1], &pair[1], &error) != KF_OK)
        status = kf_complain(&error);
    else
        print_comparison(&pair[0], &pair[1]);
    free(pair);
    return status;
}

const struct kf_command kf_command_compare = {"compare", "two sessions, figure by figure", compare};
