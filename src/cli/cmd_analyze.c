/* cmd_analyze.c - `kneefold analyze`: what live would have said of a recording, as fast as the disk gives it.
 *
 * One engine and one pass a file, memory flat; the form of the output is a row of `forms`. A file that is refused does
 * not stop the next one: the exit status is the worst. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/analysis.h"
#include "app/clock.h"
#include "app/recording.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/complain.h"
#include "cli/interrupt.h"
#include "cli/same_file.h"
#include "ui/text.h"

enum { PROBLEMS_SHOWN = 5, PROGRESS_EVERY = 16 };

static const int64_t progress_after_ns = 1000000000;

enum { OPTION_JSON = 0x100, OPTION_JSONL, OPTION_CSV, OPTION_SAMPLES };

static const struct {
    int option;
    const struct kf_analysis_writer *writer;
} forms[] = {{OPTION_JSON, &kf_analysis_json}, {OPTION_JSONL, &kf_analysis_jsonl}, {OPTION_CSV, &kf_analysis_csv}};

struct options {
    struct kf_common common;
    const struct kf_analysis_writer *writer;
    const char *samples_path;
    char **files;
    int file_count;
};

struct work { /* one file */
    struct kf_analysis *analysis;
    const char *path;
    uint64_t problems;
    int64_t start_ns;
    unsigned pieces; /* read so far */
    bool watched;    /* standard error is a terminal */
    bool progress_shown;
};

static const char doc[] =
    "Say what recordings show: session files, or CSV logs, captures and the bytes of pods, plain or "
    "gzip; - is standard input.\vWithout a form of output a readable summary is printed. Every key and unit: "
    "man kneefold.";

static const struct argp_option argp_options[] = {
    {"json", OPTION_JSON, NULL, 0, "one JSON object a file", 0},
    {"jsonl", OPTION_JSONL, NULL, 0, "one JSON object a line: events, verdicts, swings and cues as they come", 0},
    {"csv", OPTION_CSV, NULL, 0, "one row a swing", 0},
    {"samples", OPTION_SAMPLES, "FILE.csv", 0, "also write angles, moment and phase of every moment to FILE.csv", 0},
    {0},
};

/* ---- the command line ---- */

static void choose_form(struct options *options, int key, struct argp_state *state)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (forms[i].option == key) {
            if (options->writer && options->writer != forms[i].writer)
                kf_complain_usage(state, "--%s and --%s exclude each other", options->writer->name,
                                  forms[i].writer->name);
            options->writer = forms[i].writer;
        }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_JSON:
    case OPTION_JSONL:
    case OPTION_CSV:
        choose_form(options, key, state);
        return 0;
    case OPTION_SAMPLES:
        options->samples_path = arg;
        return 0;
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->child_inputs[1] = &options->common;
        return 0;
    case ARGP_KEY_ARGS:
        options->files = state->argv + state->next;
        options->file_count = state->argc - state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        kf_complain_usage(state, "no FILE to analyze");
        return 0;
    case ARGP_KEY_SUCCESS:
        if (options->samples_path && options->file_count > 1)
            kf_complain_usage(state, "--samples takes one FILE at a time");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- one file ---- */

static void tell_problem(struct work *work, const struct kf_pod_item *item)
{
    char name[256], text[KF_POD_TEXT_MAX];
    if (work->problems++ >= PROBLEMS_SHOWN)
        return;
    (void)kf_text_clean(name, sizeof name, strcmp(work->path, "-") == 0 ? "standard input" : work->path);
    (void)kf_text_clean(text, sizeof text, item->u.problem.text);
    if (item->u.problem.line > 0)
        fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s\n", name, item->u.problem.line, item->u.problem.column, text);
    else
        fprintf(stderr, "%s: byte %" PRIu64 ": %s\n", name, item->u.problem.column, text);
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct work *work = context;
    if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_PROBLEM)
        tell_problem(work, event->item);
    kf_analysis_event(work->analysis, event);
}

/* A line on the terminal that overwrites itself, once reading takes longer than a second. */
static void show_progress(struct work *work, const struct kf_feed *feed)
{
    uint64_t done = 0, total = 0;
    char name[64];
    if (!work->watched || kf_clock_monotonic_ns() - work->start_ns < progress_after_ns ||
        !kf_feed_progress(feed, &done, &total) || total == 0)
        return;
    (void)kf_text_clean(name, sizeof name, work->path);
    fprintf(stderr, "\r%s: %3.0f %%", name, 100.0 * (double)done / (double)total);
    work->progress_shown = true;
}

static bool go_on(void *context, const struct kf_feed *feed)
{
    struct work *work = context;
    if (++work->pieces % PROGRESS_EVERY == 0)
        show_progress(work, feed);
    return !kf_interrupt_status() && !work->analysis->write_errno;
}

/* Reads to the end. KF_ERR_END; KF_ERR_AGAIN when output failed or a signal came; another status with *error. */
static enum kf_status read_all(struct kf_feed *feed, struct kf_engine *engine, struct work *work,
                               struct kf_error *error)
{
    const struct kf_recording_watch watch = {.step = go_on, .context = work};
    work->start_ns = kf_clock_monotonic_ns();
    work->watched = isatty(STDERR_FILENO);
    const enum kf_status status = kf_recording_drain(feed, engine, &watch, error);
    if (work->progress_shown)
        fputs("\r\033[K", stderr);
    return status;
}

/* Errors of the engine do not name the file: it knows none. */
static int complain_of(const struct work *work, const struct kf_error *error)
{
    char text[sizeof error->text + 512];
    (void)snprintf(text, sizeof text, "'%s': %s", work->path, error->text);
    return kf_complain_text(error->code, text, error->hint);
}

static int output_failed(const struct kf_analysis *analysis)
{
    return analysis->write_errno == EPIPE ? EX_OK : kf_complain_output(analysis->write_errno, analysis->write_name);
}

/* Measured, but not judged: nobody said where these streams are worn. */
static void tell_unplaced(const struct kf_engine *engine, const struct work *work)
{
    const struct kf_pod_stats *stats = kf_engine_stats(engine, 0);
    char name[256], list[256] = "";
    unsigned first = stats->stream_count;
    for (unsigned i = stats->stream_count; i-- > 0;)
        if (kf_engine_stream_site(engine, 0, i) == KF_SITE_NONE)
            first = i;
    for (unsigned i = first, used = 0; i < stats->stream_count && used < sizeof list; i++)
        if (kf_engine_stream_site(engine, 0, i) == KF_SITE_NONE)
            used += (unsigned)snprintf(list + used, sizeof list - used, "%s%u (%s)", used ? ", " : "", i,
                                       kf_kind_name(stats->stream[i].kind));
    if (first == stats->stream_count)
        return;
    const char *site = stats->stream[first].kind == KF_KIND_EMG ? "hamstring_r" : "thigh_r";
    (void)kf_text_clean(name, sizeof name, strcmp(work->path, "-") == 0 ? "standard input" : work->path);
    fprintf(stderr,
            "%s: this %s does not say where it is worn: stream %s\n"
            "  say it in the settings, [pod] stream_%u = %s, or with -o pod.stream_%u=%s\n",
            name, kf_engine_driver(engine, 0)->name, list, first, site, first, site);
}

/* Everything after the last byte: the engine's last words, the report, the counts. */
static int finish(struct kf_engine *engine, struct work *work, enum kf_status read_status, struct kf_error *error)
{
    struct kf_error unusable;
    int status = EX_OK;
    if (kf_interrupt_status())
        return kf_interrupt_status();
    if (work->analysis->write_errno)
        return output_failed(work->analysis);
    const bool usable = kf_engine_finish(engine, &unusable) == KF_OK;
    if (work->problems > PROBLEMS_SHOWN)
        fprintf(stderr, "  ... %" PRIu64 " bad lines or frames in all, skipped\n", work->problems);
    tell_unplaced(engine, work);
    if (usable || (kf_engine_driver(engine, 0) && work->analysis->writer == &kf_analysis_json))
        kf_analysis_end(work->analysis); /* JSON tells the counts of what was not usable, too */
    if (work->analysis->write_errno)
        return output_failed(work->analysis);
    if (read_status != KF_ERR_END)
        status = kf_complain(error);
    else if (!usable)
        status = complain_of(work, &unusable);
    return status;
}

static int analyze_file(struct kf_analysis *analysis, const struct kf_engine_config *config, const char *path)
{
    struct work work = {.analysis = analysis, .path = path};
    const struct kf_engine_listener listener = {on_event, &work};
    struct kf_engine *engine = NULL;
    struct kf_error error;
    int status;
    struct kf_feed *feed = kf_recording_open(path, &error);
    if (!feed)
        return kf_complain(&error);
    engine = kf_engine_create(config, &listener, &error);
    if (!engine) {
        status = kf_complain(&error);
    } else {
        kf_analysis_begin(analysis, path, engine);
        analysis->format = kf_feed_session(feed) ? "kfs" : NULL;
        const enum kf_status read_status = read_all(feed, engine, &work, &error);
        status = finish(engine, &work, read_status, &error);
    }
    kf_engine_destroy(engine);
    kf_feed_close(feed);
    return status;
}

/* ---- all files ---- */

static void configure(const struct options *options, struct kf_engine_config *config)
{
    kf_common_skip_warmup(&options->common, config);
    config->want_frames = options->samples_path != NULL;
}

/* A session is judged under its own conditions, any other file under those of the settings. */
static int analyze_any(struct options *options, const struct kf_engine_config *usual, struct kf_analysis *analysis,
                       const char *path)
{
    struct kf_engine_config config;
    int status = EX_OK;
    if (!kf_feed_is_session(path))
        return analyze_file(analysis, usual, path);
    options->common.recording = path;
    status = kf_common_load(&options->common, &config);
    if (status != 0)
        return status;
    configure(options, &config);
    return analyze_file(analysis, &config, path);
}

static int analyze_all(struct options *options, const struct kf_engine_config *config, struct kf_analysis *analysis)
{
    int worst = EX_OK;
    kf_interrupt_catch();
    for (int i = 0; i < options->file_count; i++) {
        const int status = analyze_any(options, config, analysis, options->files[i]);
        if (status > worst)
            worst = status;
        if (analysis->write_errno || kf_interrupt_status())
            break;
    }
    return worst;
}

static int open_samples(const struct options *options, FILE **samples)
{
    if (!options->samples_path)
        return EX_OK;
    if (kf_same_file(options->samples_path, options->files[0]))
        return kf_complain_text(KF_ERR_ARG, "--samples would overwrite the recording", "give it a file of its own");
    *samples = kf_common_create(options->samples_path);
    return *samples ? EX_OK : kf_complain_output(errno, options->samples_path);
}

/* Closing is when a full disk may show; what failed before has been said. */
static int close_samples(FILE *samples, const char *path, int status)
{
    if (samples && fclose(samples) != 0 && status == EX_OK)
        return kf_complain_output(errno, path);
    return status;
}

static int analyze(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&kf_common_argp, 0, NULL, 0}, {&kf_common_baseline_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, "FILE...", doc, children, NULL, NULL};
    struct options options = {.file_count = 0};
    struct kf_analysis analysis = {.out = stdout};
    struct kf_engine_config config;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    int status = kf_common_load(&options.common, &config);
    if (status != 0)
        return status;
    configure(&options, &config);
    analysis.samples_name = options.samples_path;
    analysis.writer = options.writer ? options.writer : &kf_analysis_text;
    status = open_samples(&options, &analysis.samples);
    if (status != EX_OK)
        return status;
    status = analyze_all(&options, &config, &analysis);
    kf_analysis_free(&analysis);
    return close_samples(analysis.samples, options.samples_path, status);
}

const struct kf_command kf_command_analyze = {"analyze", "say what recordings show (text, JSON, CSV)", analyze};
