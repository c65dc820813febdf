/* cmd_simulate.c - `kneefold simulate`: a runner that does not exist, as bytes on a port or as a file.
 *
 * Everything that reads pods can be tried and tested against it: in real time on a pseudo-terminal or socket, or as
 * fast as the machine can into a file or pipe, with the truth beside it. The options come from the simulator's own
 * table (sim_config.c), so that "sim:" takes the same names. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/clock.h"
#include "cli/command.h"
#include "cli/complain.h"
#include "cli/interrupt.h"
#include "cli/same_file.h"
#include "source/serve.h"
#include "source/sim.h"

enum { OWN_OPTIONS = 7, OPTIONS_MAX = 64, CHUNK = 65536, IDLE_MS = 20, ROW_KEY = 0x1000 };
enum { KEY_PTY = 0x100, KEY_TCP, KEY_UNIX, KEY_STDOUT, KEY_CSV, KEY_TRUTH, KEY_REAL_TIME };

static const double file_seconds = 120; /* of a file when no length is asked for */

static const char doc[] =
    "Simulate a runner with known hamstring pulls, as podlink bytes or a CSV log.\v"
    "--pty, --tcp and --unix stream in real time from the moment a client comes, and print where it is to connect; the "
    "others run as fast as they can. For example:\n"
    "  kneefold simulate --csv run.csv --truth run.json --pull 0.05,0.1,0.2\n"
    "  kneefold simulate --tcp 127.0.0.1:5000 --emg --drop 0.01";

enum output { OUT_NONE, OUT_PTY, OUT_TCP, OUT_UNIX, OUT_STDOUT, OUT_CSV };

struct job {
    struct kf_sim_config config;
    struct kf_error error; /* of an option, code 0 when all are good */
    enum output output;
    const char *address;    /* of the output: TCP address, socket path, CSV file */
    const char *truth_path; /* NULL: not wanted */
    bool real_time;
    struct kf_sim *sim;
    struct kf_sim_record record;
    bool truth_lost; /* there was no memory for a part of it */
    FILE *truth;
    uint8_t chunk[CHUNK];
};

static void choose_output(struct job *job, enum output output, const char *address, struct argp_state *state)
{
    if (job->output != OUT_NONE)
        kf_complain_usage(state, "only one of --pty, --tcp, --unix, --stdout and --csv can be had at a time");
    job->output = output;
    job->address = address;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    struct job *job = state->input;

    if (key >= ROW_KEY && key < ROW_KEY + OPTIONS_MAX) {
        if (job->error.code == KF_OK)
            (void)kf_sim_config_set(&job->config, kf_sim_options[key - ROW_KEY].name, argument, &job->error);
        return 0;
    }
    switch (key) {
    case KEY_PTY:
        choose_output(job, OUT_PTY, NULL, state);
        return 0;
    case KEY_TCP:
        choose_output(job, OUT_TCP, argument, state);
        return 0;
    case KEY_UNIX:
        choose_output(job, OUT_UNIX, argument, state);
        return 0;
    case KEY_STDOUT:
        choose_output(job, OUT_STDOUT, NULL, state);
        return 0;
    case KEY_CSV:
        choose_output(job, OUT_CSV, argument, state);
        return 0;
    case KEY_TRUTH:
        job->truth_path = argument;
        return 0;
    case KEY_REAL_TIME:
        job->real_time = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Our own options, then a row for each of the simulator's. */
static const struct argp_option *option_table(void)
{
    static const struct argp_option own[OWN_OPTIONS] = {
        {"pty", KEY_PTY, NULL, 0, "serve a pseudo-terminal and print its path", 1},
        {"tcp", KEY_TCP, "HOST:PORT", 0, "listen there (a port alone: loopback; port 0: a free one)", 1},
        {"unix", KEY_UNIX, "PATH", 0, "listen on a local socket", 1},
        {"stdout", KEY_STDOUT, NULL, 0, "podlink bytes to standard output", 1},
        {"csv", KEY_CSV, "FILE", 0, "a CSV log (- is standard output)", 1},
        {"truth", KEY_TRUTH, "FILE", 0, "what really happened, as JSON", 1},
        {"real-time", KEY_REAL_TIME, NULL, 0, "pace --stdout and --csv, too", 1},
    };
    static struct argp_option table[OPTIONS_MAX + 1];
    int count = 0;

    for (; count < OWN_OPTIONS; count++)
        table[count] = own[count];
    for (int row = 0; kf_sim_options[row].name && count < OPTIONS_MAX; row++, count++)
        table[count] = (struct argp_option){
            kf_sim_options[row].name, ROW_KEY + row, kf_sim_options[row].argument, 0, kf_sim_options[row].help, 2};
    return table;
}

static void note_truth(struct job *job)
{
    struct kf_sim_truth truth;

    while (kf_sim_truth_next(job->sim, &truth))
        if (job->truth && !job->truth_lost)
            job->truth_lost = kf_sim_record_add(&job->record, &truth) != KF_OK;
}

/* Sleeps until the simulation's second t_s has come. False when a signal came. */
static bool sleep_until(int64_t start_ns, double t_s)
{
    while (!kf_interrupt_status()) {
        const double left_ms = t_s * 1e3 - (double)(kf_clock_monotonic_ns() - start_ns) * 1e-6;
        if (left_ms <= 0)
            return true;
        (void)poll(NULL, 0, (int)fmin(ceil(left_ms), 1000));
    }
    return false;
}

/* Writes one more piece of the simulation. Positive: go on; 0: it is over; negative: writing failed (errno). */
static int write_csv_tick(struct job *job, FILE *file)
{
    struct kf_sample samples[KF_SIM_TICK_MAX];
    const unsigned count = kf_sim_next(job->sim, samples);

    if (count > 0)
        kf_sim_csv_tick(samples, count, file);
    return ferror(file) ? -1 : count > 0;
}

static int write_frames(struct job *job, double until_s, FILE *file)
{
    const int count = kf_sim_wire_read(job->sim, until_s, job->chunk, sizeof job->chunk);

    if (count > 0 && fwrite(job->chunk, 1, (size_t)count, file) < (size_t)count)
        return -1;
    return count != KF_ERR_END;
}

static int pump(struct job *job, FILE *file)
{
    const bool csv = job->output == OUT_CSV;
    const int64_t start_ns = kf_clock_monotonic_ns();
    int more = 1;

    if (csv)
        kf_sim_csv_header(&job->config, file);
    while (more > 0 && !kf_interrupt_status()) {
        const double due_s = csv ? kf_sim_pose_of(job->sim)->t_s : kf_sim_wire_due_s(job->sim);
        if (job->real_time && isfinite(due_s) && !sleep_until(start_ns, due_s))
            break;
        more = csv ? write_csv_tick(job, file) : write_frames(job, job->real_time ? due_s : INFINITY, file);
        if (more > 0 && job->real_time && fflush(file) != 0)
            more = -1;
        note_truth(job);
    }
    return more < 0 ? errno : 0;
}

/* --stdout and --csv. A stream of its own, so that what fails here is not said once more at exit. */
static int run_file(struct job *job)
{
    const bool to_stdout = job->output == OUT_STDOUT || strcmp(job->address, "-") == 0;
    const int fd = to_stdout ? dup(STDOUT_FILENO) : -1;
    FILE *file = to_stdout ? (fd < 0 ? NULL : fdopen(fd, "wb")) : fopen(job->address, "wb");

    if (!file)
        return kf_complain_output(errno, to_stdout ? NULL : job->address);
    if (!to_stdout && job->truth && kf_same_file(job->address, job->truth_path)) {
        (void)fclose(file);
        return kf_complain_text(KF_ERR_ARG, "--csv and --truth name the same file", "give each its own");
    }
    int fault = pump(job, file);
    if (fclose(file) != 0 && fault == 0)
        fault = errno;
    if (kf_interrupt_status() || fault == 0)
        return EX_OK;
    return kf_complain_output(fault, to_stdout ? NULL : job->address);
}

static enum kf_status open_server(struct job *job, struct kf_serve *serve, struct kf_error *error)
{
    switch (job->output) {
    case OUT_PTY:
        return kf_serve_pty(serve, error);
    case OUT_TCP:
        return kf_serve_tcp(serve, job->address, error);
    default:
        return kf_serve_unix(serve, job->address, error);
    }
}

/* Waits for the client, or until the simulation has something for it. */
static void wait_for(const struct kf_serve *serve, bool connected, bool pending, double wait_ms)
{
    struct pollfd state = {.fd = kf_serve_poll_fd(serve, connected),
                           .events = (short)(pending ? POLLIN | POLLOUT : POLLIN)};
    (void)poll(&state, 1, (int)fmin(fmax(ceil(wait_ms), 0), connected ? 1000 : IDLE_MS));
}

/* Streams in real time from the first client's coming until the end, whoever comes and goes. While nobody is there the
 * runner runs on and the bytes are lost; a slow client gets them late. */
static void stream(struct job *job, struct kf_serve *serve)
{
    size_t count = 0, sent = 0;
    int64_t start_ns = 0;
    bool started = false, ended = false;

    while (!kf_interrupt_status() && (!ended || sent < count)) {
        uint8_t heard[256];
        const bool connected = kf_serve_connected(serve);
        const int64_t now_ns = kf_clock_monotonic_ns();
        if (!started && connected) {
            started = true;
            start_ns = now_ns;
        }
        if (started && sent == count && !ended) {
            const int got = kf_sim_wire_read(job->sim, (double)(now_ns - start_ns) * 1e-9, job->chunk, CHUNK);
            ended = got == KF_ERR_END;
            count = got > 0 ? (size_t)got : 0;
            sent = 0;
        }
        const int taken = connected && sent < count ? kf_serve_write(serve, job->chunk + sent, count - sent) : 0;
        sent += taken > 0 ? (size_t)taken : 0;
        if (!connected || taken == KF_ERR_END)
            sent = count;
        const int got = connected ? kf_serve_read(serve, heard, sizeof heard) : 0;
        if (got > 0)
            kf_sim_wire_write(job->sim, heard, (size_t)got);
        note_truth(job);
        const double due_ms = kf_sim_wire_due_s(job->sim) * 1e3 - (double)(now_ns - start_ns) * 1e-6;
        if (sent < count)
            wait_for(serve, connected, true, 1000);
        else if (!ended)
            wait_for(serve, connected && got != KF_ERR_END, false, started && isfinite(due_ms) ? due_ms : 1000);
    }
}

/* --pty, --tcp and --unix. */
static int run_server(struct job *job)
{
    struct kf_serve serve;
    struct kf_error error;

    if (open_server(job, &serve, &error) < 0)
        return kf_complain(&error);
    puts(serve.where);
    if (fflush(stdout) == 0)
        stream(job, &serve);
    kf_serve_close(&serve);
    return EX_OK;
}

/* Opened before the run, so that a bad path is said before an hour is spent. */
static int open_truth(struct job *job)
{
    if (!job->truth_path)
        return EX_OK;
    job->truth = fopen(job->truth_path, "w");
    return job->truth ? EX_OK : kf_complain_output(errno, job->truth_path);
}

static int close_truth(struct job *job)
{
    int fault = 0;

    if (!job->truth)
        return EX_OK;
    errno = 0; /* of a write that failed earlier only the stream still knows */
    kf_sim_record_write(&job->record, &job->config, job->truth);
    if (ferror(job->truth))
        fault = errno ? errno : EIO;
    if (fclose(job->truth) != 0)
        fault = errno;
    if (fault)
        return kf_complain_output(fault, job->truth_path);
    return job->truth_lost
               ? kf_complain_text(KF_ERR_UNAVAILABLE, "the truth is incomplete: there was not enough memory",
                                  "simulate fewer seconds")
               : EX_OK;
}

static int check(struct job *job)
{
    if (job->error.code != KF_OK)
        return kf_complain(&job->error);
    if (job->output == OUT_NONE)
        return kf_complain_text(KF_ERR_ARG, "simulate: where to?",
                                "one of --pty, --tcp HOST:PORT, --unix PATH, --stdout, --csv FILE");
    if (job->output == OUT_STDOUT && isatty(STDOUT_FILENO))
        return kf_complain_text(KF_ERR_ARG, "simulate: podlink bytes would upset the terminal",
                                "send them into a pipe or file, or use --csv -");
    if ((job->output == OUT_STDOUT || job->output == OUT_CSV) && !job->real_time && isinf(job->config.seconds))
        job->config.seconds = file_seconds;
    return EX_OK;
}

static int simulate(int argc, char **argv)
{
    static struct job job;
    const struct argp argp = {option_table(), parse_option, NULL, doc, NULL, NULL, NULL};

    memset(&job, 0, sizeof job);
    kf_sim_config_default(&job.config);
    if (argp_parse(&argp, argc, argv, 0, NULL, &job) != 0)
        return EX_USAGE;
    int status = check(&job);
    if (status != EX_OK)
        return status;
    job.sim = kf_sim_create(&job.config, &job.error);
    if (!job.sim)
        return kf_complain(&job.error);
    status = open_truth(&job);
    if (status == EX_OK) {
        kf_interrupt_catch();
        const bool file = job.output == OUT_STDOUT || job.output == OUT_CSV;
        status = file ? run_file(&job) : run_server(&job);
        const int truth_status = close_truth(&job);
        status = status == EX_OK ? truth_status : status;
    }
    kf_sim_record_free(&job.record);
    kf_sim_destroy(job.sim);
    return status == EX_OK ? kf_interrupt_status() : status;
}

const struct kf_command kf_command_simulate = {"simulate", "a simulated runner, on a port or in a file", simulate};
