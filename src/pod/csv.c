/* csv.c - the driver "csv": lines of numbers as any Arduino, ESP32 or MyoWare prints them, of any width.
 *
 * Lines are of 1 KiB at most (lines.h). The first, which may be half of one, is used only when it is a header; headers,
 * labels or the settings say what the columns are (csv_map.c). Times are those of a time column, from 0 at the first
 * row; without one, rows are counted: pod.csv.rate_hz, or the column output_Hz. */
#include <math.h>
#include <string.h>

#include "csv_number.h"
#include "csv_state.h"
#include "drivers.h"
#include "report.h"

static const double RATE_DEFAULT_HZ = 100; /* of lines that carry no time, when no setting says more */

void kf_csv_bad(struct csv *csv, uint64_t line, uint64_t column, const char *expected, struct csv_span found,
                const struct kf_pod_sink *sink)
{
    char shown[CSV_SHOWN_BYTES];
    csv->stats.bad_lines++;
    csv->stats.bad_frames++;
    if (csv->missed < UINT32_MAX)
        csv->missed++;
    kf_pod_problem(sink, line, column, "expected %s, found '%s'", expected,
                   kf_pod_escape(shown, sizeof shown, found.at, (size_t)(found.end - found.at)));
}

/* A line of names: what it explains holds from now on, unless it is too long or short for the rows that come. */
static void take_names(struct csv *csv, const struct kf_pod_sink *sink)
{
    const struct csv_fields *fields = &csv->fields;
    const uint64_t shape = kf_csv_bare_shape(fields->count);
    struct csv_map map;
    if (csv->configured)
        return;
    if ((csv->timed && csv->shape != shape) ||
        kf_csv_map_names(&map, &csv->stats, fields->name, fields->count, false) != NULL) {
        if (csv->shape != 0)
            kf_csv_bad(csv, csv->lines.number, 1, "numbers", csv->text, sink);
        return;
    }
    kf_csv_end_rows(csv, sink);
    csv->map = map;
    csv->shape = shape;
}

static void take_line(void *state, const char *at, const char *end, const struct kf_pod_sink *sink)
{
    struct csv *csv = state;
    struct csv_fields *fields = &csv->fields;
    const bool first = !csv->begun;
    csv->begun = true;
    if (at < end && (*at == '#' || (*at == '/' && at[1] == '/'))) /* a comment */
        return;
    csv->text = kf_csv_plain((struct csv_span){at, end}, csv->plain);
    kf_csv_cut(fields, csv->text);
    if (fields->form == CSV_NAMES)
        take_names(csv, sink);
    else if (first || (fields->form == CSV_OTHER && !fields->fault.at))
        return;
    else if (fields->form == CSV_OTHER)
        kf_csv_bad(csv, csv->lines.number, (uint64_t)(fields->fault.at - csv->text.at) + 1, "a number", fields->fault,
                   sink);
    else
        kf_csv_take_row(csv, sink);
}

static void refuse_line(void *state, const struct kf_pod_sink *sink)
{
    static const char more[] = "more";
    struct csv *csv = state;
    if (csv->begun)
        kf_csv_bad(csv, csv->lines.number, CSV_LINE_MAX + 1, "a line of at most 1024 bytes",
                   (struct csv_span){more, more + 4}, sink);
    csv->begun = true;
}

static struct kf_pod_line_reader reader_of(struct csv *csv)
{
    return (struct kf_pod_line_reader){.lines = &csv->lines,
                                       .stats = &csv->stats,
                                       .text = csv->gathered,
                                       .longest = CSV_LINE_MAX,
                                       .take = take_line,
                                       .refuse = refuse_line,
                                       .state = csv};
}

static void push(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    const struct kf_pod_line_reader reader = reader_of(state);
    kf_pod_lines_push(&reader, bytes, count, sink);
}

static void finish(void *state, const struct kf_pod_sink *sink)
{
    const struct kf_pod_line_reader reader = reader_of(state);
    kf_pod_lines_finish(&reader, sink);
    kf_csv_end_rows(state, sink);
}

static void init(void *state)
{
    struct csv *csv = state;
    memset(csv, 0, sizeof *csv);
    kf_pod_stats_init(&csv->stats);
    kf_pod_lines_init(&csv->lines);
    csv->rate_hz = RATE_DEFAULT_HZ;
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
        kf_pod_track_init(&csv->track[i]);
}

static const char too_many[] = CSV_TOO_MANY_COLUMNS;
static const char repeated[] = "names, and N( names ) for the same N times: 5(- acc_g gyr_dps)";

/* Columns as they are named one after the other, and where a group that is repeated began. */
struct name_list {
    struct csv_span name[CSV_COLUMN_MAX];
    unsigned count, from;
    long times; /* of the open group; 0 none */
};

static const char *end_group(struct name_list *list)
{
    const unsigned length = list->count - list->from;
    if (list->times == 0 || length == 0)
        return repeated;
    if ((unsigned long)list->times * length > CSV_COLUMN_MAX - list->from)
        return too_many;
    for (; list->times > 1; list->times--, list->count += length)
        memcpy(list->name + list->count, list->name + list->from, length * sizeof list->name[0]);
    list->times = 0;
    return NULL;
}

/* "N(" begins a group when it has digits before it; returns what follows, or NULL when this is none. */
static const char *begin_group(struct name_list *list, const char *at)
{
    const size_t digits = strspn(at, "0123456789");
    if (digits == 0 || digits > 3 || at[digits] != '(' || list->times != 0)
        return NULL;
    list->times = 0;
    for (size_t i = 0; i < digits; i++)
        list->times = list->times * 10 + (at[i] - '0');
    list->from = list->count;
    return list->times > 0 ? at + digits + 1 : NULL;
}

static const char *read_names(struct name_list *list, const char *at)
{
    for (at += strspn(at, ", \t"); *at; at += strspn(at, ", \t")) {
        const size_t length = strcspn(at, ", \t()");
        const char *expected = NULL;
        if (*at == ')') {
            expected = end_group(list);
            at++;
        } else if (at[length] == '(') {
            at = begin_group(list, at);
            expected = at ? NULL : repeated;
        } else if (list->count == CSV_COLUMN_MAX) {
            expected = too_many;
        } else {
            list->name[list->count++] = (struct csv_span){at, at + length};
            at += length;
        }
        if (expected)
            return expected;
    }
    return list->times == 0 ? NULL : repeated;
}

/* Names between blanks or commas, as a header line would have them; "-" for a column that does not matter; N(...) for
 * sensors whose files were pasted side by side. */
static const char *set_columns(struct csv *csv, const char *text)
{
    struct name_list list = {.count = 0};
    const char *expected = read_names(&list, text);
    if (!expected)
        expected = kf_csv_map_names(&csv->map, &csv->stats, list.name, list.count, true);
    csv->configured = expected == NULL;
    return expected;
}

static const char *configure(void *state, const char *key, const char *value)
{
    struct csv *csv = state;
    double rate_hz = 0;
    if (strcmp(key, "columns") == 0)
        return set_columns(csv, value);
    if (strcmp(key, "rate_hz") != 0)
        return "columns or rate_hz";
    const char *end = kf_csv_number(value, &rate_hz);
    if (!end || *end != '\0' || !(rate_hz >= 0.1 && rate_hz <= 1e5))
        return "a rate of 0.1 to 1e5 Hz";
    csv->rate_hz = rate_hz;
    return NULL;
}

/* OpenSim's tables (.sto, .mot) are numbers, too: of angles and orientations, no sensor's. */
static bool is_opensim(const char *at, const char *end)
{
    static const char mark[] = "\nendheader";
    for (; end - at >= (ptrdiff_t)sizeof mark - 1; at++)
        if (memcmp(at, mark, sizeof mark - 1) == 0)
            return true;
    return false;
}

/* Eight whole lines in a row, of one shape and four fields at least; the first line may be half of one. */
static int sniff(const uint8_t *bytes, size_t count)
{
    enum { LINES = 8, FIELDS = 4 };
    struct csv_fields fields;
    const char *at = memchr(bytes, '\n', count), *end = (const char *)bytes + count;
    char plain[CSV_LINE_MAX + 1];
    uint64_t shape = 0;
    unsigned lines = 0;
    if (is_opensim((const char *)bytes, end))
        return 0;
    while (at && ++at < end) {
        struct csv_span line = {at, memchr(at, '\n', (size_t)(end - at))};
        if (!line.end)
            break;
        at = line.end;
        if (line.end > line.at && line.end[-1] == '\r')
            line.end--;
        const bool fits = line.end - line.at <= CSV_LINE_MAX;
        if (fits)
            kf_csv_cut(&fields, kf_csv_plain(line, plain));
        if (!fits || (fields.form != CSV_BARE && fields.form != CSV_LABELLED) || fields.count < FIELDS) {
            lines = 0;
            continue;
        }
        lines = lines > 0 && fields.shape == shape ? lines + 1 : 1;
        shape = fields.shape;
        if (lines == LINES)
            return 2;
    }
    return 1;
}

static const unsigned bauds[] = {115200, 9600, 921600, 0};

const struct kf_pod_driver kf_csv_driver = {
    .name = "csv",
    .state_size = sizeof(struct csv),
    .bauds = bauds,
    .sniff = sniff,
    .init = init,
    .push = push,
    .finish = finish,
    .stats = kf_pod_stats_first,
    .command = NULL,
    .configure = configure,
};
