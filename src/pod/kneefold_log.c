/* kneefold_log.c - the driver "kneefold-log": CSV logs, version 1 (design.md), of any size and in any pieces.
 *
 * Gives each line of 64 KiB at most (lines.h; a byte-order mark is allowed) to its reader. Whatever is wrong with a
 * line is reported with line and column, counted, and the line skipped. */
#include <math.h>
#include <string.h>

#include "drivers.h"
#include "log_state.h"
#include "report.h"

static const char bom[] = "\xef\xbb\xbf";
enum { BOM_BYTES = 3 };

struct log_span kf_log_trim(struct log_span span)
{
    if (span.at > span.end)
        span.at = span.end;
    while (span.at < span.end && (*span.at == ' ' || *span.at == '\t'))
        span.at++;
    while (span.at < span.end && (span.end[-1] == ' ' || span.end[-1] == '\t'))
        span.end--;
    return span;
}

bool kf_log_span_is(struct log_span span, const char *word)
{
    const size_t length = (size_t)(span.end - span.at);
    return strlen(word) == length && memcmp(span.at, word, length) == 0;
}

bool kf_log_cut(struct log_span *rest, char separator, struct log_span *part)
{
    if (!rest->at || rest->at > rest->end || (rest->at == rest->end && separator == ' '))
        return false;
    const char *cut = memchr(rest->at, separator, (size_t)(rest->end - rest->at));
    *part = (struct log_span){rest->at, cut ? cut : rest->end};
    rest->at = cut ? cut + 1 : rest->end + 1;
    return true;
}

void kf_log_bad(struct log *log, uint64_t line, uint64_t column, const char *expected, struct log_span found,
                const struct kf_pod_sink *sink)
{
    char shown[LOG_SHOWN_BYTES];
    const size_t length = found.end > found.at ? (size_t)(found.end - found.at) : 0;
    log->stats.bad_lines++;
    log->stats.bad_frames++;
    if (length == 0)
        kf_pod_problem(sink, line, column, "expected %s, found nothing", expected);
    else
        kf_pod_problem(sink, line, column, "expected %s, found '%s'", expected,
                       kf_pod_escape(shown, sizeof shown, found.at, length));
}

static void take_line(void *state, const char *at, const char *end, const struct kf_pod_sink *sink)
{
    struct log *log = state;
    struct log_span line = {at, end};
    if (log->lines.number == 1 && end - at >= BOM_BYTES && memcmp(at, bom, BOM_BYTES) == 0)
        line.at += BOM_BYTES;
    if (log->stage == LOG_REFUSED || kf_log_trim(line).at == line.end)
        return;
    if (*line.at == '#')
        kf_log_take_comment(log, line, sink);
    else if (log->stage == LOG_BEFORE_HEADER)
        kf_log_take_header(log, line, sink);
    else
        kf_log_take_row(log, line, sink);
}

static void refuse_line(void *state, const struct kf_pod_sink *sink)
{
    static const char more[] = "more";
    struct log *log = state;
    kf_log_bad(log, log->lines.number, LOG_LINE_MAX + 1, "a line of at most 65536 bytes",
               (struct log_span){more, more + 4}, sink);
}

static struct kf_pod_line_reader reader_of(struct log *log)
{
    return (struct kf_pod_line_reader){.lines = &log->lines,
                                       .stats = &log->stats,
                                       .text = log->gathered,
                                       .longest = LOG_LINE_MAX,
                                       .take = take_line,
                                       .refuse = refuse_line,
                                       .state = log};
}

static void push(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    const struct kf_pod_line_reader reader = reader_of(state);
    kf_pod_lines_push(&reader, bytes, count, sink);
}

static void finish(void *state, const struct kf_pod_sink *sink)
{
    struct log *log = state;
    const struct kf_pod_line_reader reader = reader_of(log);
    kf_pod_lines_finish(&reader, sink);
    kf_log_end_rows(log, sink);
    kf_log_release(&log->held, INFINITY, sink);
    if (log->stage == LOG_BEFORE_HEADER)
        kf_pod_problem(sink, log->lines.number, 1,
                       "expected a line of column names (time_s, trunk.acc_x_mps2, ...), found the end");
}

static void init(void *state)
{
    struct log *log = state;
    memset(log, 0, offsetof(struct log, gathered));
    log->held.newest = -1;
    kf_pod_stats_init(&log->stats);
    kf_pod_lines_init(&log->lines);
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
        kf_pod_track_init(&log->track[i]);
}

/* 2: begins with `word`; 1: may, too short to say; 0: does not. */
static int begins(const uint8_t *bytes, size_t count, const char *word)
{
    const size_t length = strlen(word);
    const size_t shared = count < length ? count : length;
    if (memcmp(bytes, word, shared) != 0)
        return 0;
    return count >= length ? 2 : 1;
}

/* A log says so in its first line; one whose comments were stripped begins with the time's column. */
static int sniff(const uint8_t *bytes, size_t count)
{
    if (count == 0)
        return 1;
    const int marked = begins(bytes, count, bom);
    if (marked == 1)
        return 1;
    if (marked == 2) {
        bytes += BOM_BYTES;
        count -= BOM_BYTES;
    }
    const int by_line = begins(bytes, count, "# kneefold-log"), by_column = begins(bytes, count, "time_s,");
    return by_line > by_column ? by_line : by_column;
}

const struct kf_pod_driver kf_log_driver = {
    .name = "kneefold-log",
    .state_size = sizeof(struct log),
    .sniff = sniff,
    .init = init,
    .push = push,
    .finish = finish,
    .stats = kf_pod_stats_first,
    .command = NULL,
};
