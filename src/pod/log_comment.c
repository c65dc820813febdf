/* log_comment.c - a log's '#' lines: the runner, the sensors' places, belt speeds and marks (design.md, CSV log).
 *
 * Comments without a known key are people's notes and are passed over. */
#include <math.h>
#include <string.h>

#include "csv_number.h"
#include "log_state.h"
#include "report.h"

/* A line being read, for messages. */
struct comment {
    struct log *log;
    const char *line; /* its first byte */
    const struct kf_pod_sink *sink;
};

static void bad(const struct comment *comment, const char *expected, struct log_span found)
{
    kf_log_bad(comment->log, comment->log->lines.number, (uint64_t)(found.at - comment->line) + 1, expected, found,
               comment->sink);
}

/* The whole span as a number in [low, high]. */
static bool get_number(struct log_span span, double low, double high, double *value)
{
    double number;
    const char *end = kf_csv_number(span.at, &number);
    if (end != span.end || !(number >= low && number <= high))
        return false;
    *value = number;
    return true;
}

static bool next_word(struct log_span *rest, struct log_span *word)
{
    *rest = kf_log_trim(*rest);
    return kf_log_cut(rest, ' ', word);
}

/* The next `key=value`; false at the end. A word without '=' is reported and passed over. */
static bool next_pair(const struct comment *comment, struct log_span *rest, struct log_span *key,
                      struct log_span *value)
{
    struct log_span word;
    while (next_word(rest, &word)) {
        const struct log_span whole = word;
        if (memchr(word.at, '=', (size_t)(word.end - word.at))) {
            (void)kf_log_cut(&word, '=', key);
            *value = word;
            return true;
        }
        bad(comment, "name=value", whole);
    }
    return false;
}

struct athlete_field {
    const char *name;
    size_t offset;
    double low, high;
    const char *expected;
};

static const struct athlete_field athlete_fields[] = {
    {"mass_kg", offsetof(struct kf_athlete, mass_kg), 10, 300, "a mass of 10 to 300 kg"},
    {"height_m", offsetof(struct kf_athlete, height_m), 0.8, 2.6, "a height of 0.8 to 2.6 m"},
    {"thigh_m", offsetof(struct kf_athlete, thigh_m), 0.1, 0.8, "a length of 0.1 to 0.8 m"},
    {"shank_m", offsetof(struct kf_athlete, shank_m), 0.1, 0.8, "a length of 0.1 to 0.8 m"},
};

static const struct athlete_field *find_field(struct log_span key)
{
    for (unsigned i = 0; i < sizeof athlete_fields / sizeof athlete_fields[0]; i++)
        if (kf_log_span_is(key, athlete_fields[i].name))
            return &athlete_fields[i];
    return NULL;
}

static void take_sex(const struct comment *comment, struct log_span value, enum kf_sex *sex)
{
    if (kf_log_span_is(value, "m"))
        *sex = KF_SEX_MALE;
    else if (kf_log_span_is(value, "f"))
        *sex = KF_SEX_FEMALE;
    else
        bad(comment, "m or f", value);
}

static void take_athlete(const struct comment *comment, struct log_span rest)
{
    struct kf_pod_item item = {.kind = KF_POD_ATHLETE, .t_s = NAN};
    struct log_span key, value;
    item.u.athlete =
        (struct kf_athlete){.mass_kg = NAN, .height_m = NAN, .thigh_m = NAN, .shank_m = NAN, .sex = KF_SEX_UNKNOWN};
    while (next_pair(comment, &rest, &key, &value)) {
        const struct athlete_field *field = find_field(key);
        if (field) {
            double *number = (double *)(void *)((char *)&item.u.athlete + field->offset);
            if (!get_number(value, field->low, field->high, number))
                bad(comment, field->expected, value);
        } else if (kf_log_span_is(key, "sex")) {
            take_sex(comment, value, &item.u.athlete.sex);
        } else {
            bad(comment, "mass_kg, height_m, thigh_m, shank_m or sex", key);
        }
    }
    comment->sink->item(comment->sink->context, &item);
}

static void take_places(const struct comment *comment, struct log_span rest, bool is_offset)
{
    struct log_span key, value;
    while (next_pair(comment, &rest, &key, &value)) {
        struct kf_pod_item item = {.kind = KF_POD_PLACEMENT, .t_s = NAN};
        const enum kf_site site = kf_site_from_name(key.at, (unsigned)(key.end - key.at));
        item.u.placement.site = site;
        item.u.placement.ratio = NAN;
        item.u.placement.offset_m = NAN;
        if (site == KF_SITE_NONE || site >= KF_SITE_BODY_COUNT)
            bad(comment, "a site of the body", key);
        else if (is_offset && !get_number(value, -0.5, 0.5, &item.u.placement.offset_m))
            bad(comment, "an offset of -0.5 to 0.5 m", value);
        else if (!is_offset && !get_number(value, 0, 1, &item.u.placement.ratio))
            bad(comment, "a fraction of 0 to 1", value);
        else
            comment->sink->item(comment->sink->context, &item);
    }
}

static void take_placement(const struct comment *comment, struct log_span rest)
{
    take_places(comment, rest, false);
}

static void take_offset(const struct comment *comment, struct log_span rest)
{
    take_places(comment, rest, true);
}

static void hold(const struct comment *comment, double t_s, double speed_mps, const struct log_span *text,
                 struct log_span shown)
{
    if (kf_log_hold(&comment->log->held, t_s, speed_mps, text) != KF_OK)
        bad(comment, text ? "at most 256 marks ahead of their time" : "at most 2048 speeds ahead of their time", shown);
}

static bool get_time(const struct comment *comment, struct log_span *rest, double *t_s)
{
    struct log_span word = *rest = kf_log_trim(*rest);
    if (next_word(rest, &word) && get_number(word, -LOG_TIME_LIMIT_S, LOG_TIME_LIMIT_S, t_s))
        return true;
    bad(comment, "a time in s", word);
    return false;
}

static void take_belt(const struct comment *comment, struct log_span rest)
{
    double t_s, speed_mps;
    if (!get_time(comment, &rest, &t_s))
        return;
    rest = kf_log_trim(rest);
    if (!get_number(rest, 0, 20, &speed_mps))
        bad(comment, "a speed of 0 to 20 m/s", rest);
    else
        hold(comment, t_s, speed_mps, NULL, rest);
}

static void take_mark(const struct comment *comment, struct log_span rest)
{
    double t_s;
    if (!get_time(comment, &rest, &t_s))
        return;
    rest = kf_log_trim(rest);
    if (rest.at == rest.end)
        bad(comment, "a mark's text", rest);
    else
        hold(comment, t_s, NAN, &rest, rest);
}

/* Days from 1970-01-01 to a date of the Gregorian calendar (Hinnant, chrono-compatible low-level date algorithms,
 * days_from_civil): years begin in March, so that a leap day is a year's last. */
static int64_t days_of(int year, int month, int day)
{
    const int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "2026-11-22T19:21:20.123Z" as export writes it, in ns since 1970. */
static bool get_moment(struct log_span span, int64_t *wall_ns)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    static const int low[] = {1970, 1, 1, 0, 0, 0, 0}, high[] = {2200, 12, 31, 23, 59, 60, 999};
    int part[7] = {0}, at = 0;
    if (span.end - span.at != (ptrdiff_t)(sizeof form - 1))
        return false;
    for (size_t i = 0; i < sizeof form - 1; i++) {
        const char c = span.at[i];
        if (form[i] != 'd' ? c != form[i] : c < '0' || c > '9')
            return false;
        if (form[i] == 'd')
            part[at] = part[at] * 10 + (c - '0');
        else
            at++;
    }
    for (int i = 0; i < 7; i++)
        if (part[i] < low[i] || part[i] > high[i])
            return false;
    const int64_t hours = days_of(part[0], part[1], part[2]) * 24 + part[3];
    *wall_ns = ((hours * 60 + part[4]) * 60 + part[5]) * INT64_C(1000000000) + part[6] * INT64_C(1000000);
    return true;
}

static const char a_moment[] = "a time of day as 2026-11-22T19:21:20.123Z";

static void take_started(const struct comment *comment, struct log_span rest)
{
    struct kf_pod_item item = {.kind = KF_POD_STARTED, .t_s = NAN};
    rest = kf_log_trim(rest);
    if (get_moment(rest, &item.u.started.wall_ns))
        comment->sink->item(comment->sink->context, &item);
    else
        bad(comment, a_moment, rest);
}

/* Of the mark on the line before. */
static void take_marked_at(const struct comment *comment, struct log_span rest)
{
    int64_t wall_ns = 0;
    rest = kf_log_trim(rest);
    if (!get_moment(rest, &wall_ns))
        bad(comment, a_moment, rest);
    else if (!kf_log_held_moment(&comment->log->held, wall_ns))
        bad(comment, "a mark on the line before", rest);
}

static void take_magic(struct log *log, const struct comment *comment, struct log_span rest)
{
    rest = kf_log_trim(rest);
    if (kf_log_span_is(rest, "1"))
        return;
    bad(comment, "log version 1", rest);
    log->stage = LOG_REFUSED;
}

struct comment_key {
    const char *name;
    void (*take)(const struct comment *comment, struct log_span rest);
};

static const struct comment_key comment_keys[] = {
    {"athlete:", take_athlete}, {"placement:", take_placement}, {"offset_m:", take_offset},     {"belt:", take_belt},
    {"mark:", take_mark},       {"started:", take_started},     {"marked-at:", take_marked_at},
};

void kf_log_take_comment(struct log *log, struct log_span line, const struct kf_pod_sink *sink)
{
    const struct comment comment = {log, line.at, sink};
    struct log_span rest = {line.at + 1, line.end}, key;
    if (!next_word(&rest, &key))
        return;
    if (log->lines.number == 1 && kf_log_span_is(key, "kneefold-log")) {
        take_magic(log, &comment, rest);
        return;
    }
    for (unsigned i = 0; i < sizeof comment_keys / sizeof comment_keys[0]; i++)
        if (kf_log_span_is(key, comment_keys[i].name))
            comment_keys[i].take(&comment, rest);
}
