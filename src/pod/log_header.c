/* log_header.c - which column of a log feeds which channel of which site; what of it cannot be used, and why.
 *
 * A line before the header that names no time_s is malformed and passed over; a header that leaves nothing to decode
 * refuses the file, because guessing at columns would make up a measurement. */
#include <string.h>

#include "log_state.h"
#include "report.h"

struct column_name {
    const char *name; /* behind "SITE." */
    uint8_t role, channel;
};

static const struct column_name column_names[] = {
    {"acc_x_mps2", LOG_ACC, 0}, {"acc_y_mps2", LOG_ACC, 1}, {"acc_z_mps2", LOG_ACC, 2}, {"gyr_x_dps", LOG_GYR, 3},
    {"gyr_y_dps", LOG_GYR, 4},  {"gyr_z_dps", LOG_GYR, 5},  {"emg_uv", LOG_EMG, 0},
};
enum { NAME_COUNT = sizeof column_names / sizeof column_names[0], IMU_MASK = 0x3f, EMG_MASK = 0x01 };

static const struct column_name *find_name(struct log_span name)
{
    for (unsigned i = 0; i < NAME_COUNT; i++)
        if (kf_log_span_is(name, column_names[i].name))
            return &column_names[i];
    return NULL;
}

/* NULL, or why the column cannot be used; *out is set accordingly. */
static const char *resolve(struct log *log, struct log_span name, bool *has_time, struct log_column *out)
{
    struct log_span rest = name, site_name;
    *out = (struct log_column){.role = LOG_IGNORED};
    if (kf_log_span_is(name, "time_s")) {
        if (*has_time)
            return "it is there twice";
        *has_time = true;
        out->role = LOG_TIME;
        return NULL;
    }
    (void)kf_log_cut(&rest, '.', &site_name);
    const enum kf_site site = kf_site_from_name(site_name.at, (unsigned)(site_name.end - site_name.at));
    const struct column_name *known = find_name(rest);
    if (!known || site == KF_SITE_NONE)
        return "its name is unknown";
    const bool is_emg = known->role == LOG_EMG;
    const bool is_muscle = site >= KF_SITE_HAMSTRING_L && site <= KF_SITE_GLUTEUS_R;
    if (is_emg ? !is_muscle : site >= KF_SITE_BODY_COUNT)
        return "this site has no such channel";
    const int slot = kf_pod_stats_slot(&log->stats, site, is_emg ? KF_KIND_EMG : KF_KIND_IMU6);
    if (slot < 0)
        return "there are too many streams";
    const uint8_t bit = (uint8_t)(1u << known->channel);
    if (log->full_mask[slot] & bit)
        return "it is there twice";
    log->full_mask[slot] |= bit;
    *out = (struct log_column){.role = known->role, .slot = (uint8_t)slot, .channel = known->channel};
    return NULL;
}

static const char *first_missing(uint8_t mask)
{
    for (unsigned i = 0; i < LOG_CHANNELS; i++)
        if (!(mask & 1u << i))
            return column_names[i].name;
    return "";
}

/* Drops streams that can never give a sample; returns how many remain. */
static unsigned drop_incomplete(struct log *log, const struct kf_pod_sink *sink)
{
    struct kf_pod_stats *stats = &log->stats;
    unsigned kept = 0;
    int new_slot[KF_POD_MAX_STREAMS];
    for (unsigned i = 0; i < stats->stream_count; i++) {
        const uint8_t mask = log->full_mask[i];
        const bool complete = mask == (stats->stream[i].kind == KF_KIND_EMG ? EMG_MASK : IMU_MASK);
        new_slot[i] = complete ? (int)kept : -1;
        if (!complete) {
            kf_pod_problem(sink, log->lines.number, 1,
                           "%s lacks %s and cannot be used: an inertial sensor needs all six columns",
                           kf_site_name(stats->stream[i].site), first_missing(mask));
            continue;
        }
        stats->stream[kept] = stats->stream[i];
        log->full_mask[kept++] = mask;
    }
    stats->stream_count = kept;
    for (unsigned i = 0; i < log->column_count && i < LOG_COLUMN_MAX; i++) {
        struct log_column *column = &log->column[i];
        if (column->role <= LOG_TIME)
            continue;
        if (new_slot[column->slot] < 0)
            column->role = LOG_IGNORED;
        else
            column->slot = (uint8_t)new_slot[column->slot];
    }
    return kept;
}

static bool names_time(struct log_span line)
{
    struct log_span rest = line, name;
    while (kf_log_cut(&rest, ',', &name))
        if (kf_log_span_is(kf_log_trim(name), "time_s"))
            return true;
    return false;
}

/* Tells of the columns passed over: the first by its name, the others by their number. */
struct ignored {
    unsigned count;
    uint64_t column;
    struct log_span name;
    const char *why;
};

static void say_ignored(const struct log *log, const struct ignored *ignored, const struct kf_pod_sink *sink)
{
    char shown[LOG_SHOWN_BYTES], more[48] = "";
    if (ignored->count == 0)
        return;
    if (ignored->count > 1)
        (void)snprintf(more, sizeof more, " (and %u more)", ignored->count - 1);
    kf_pod_problem(sink, log->lines.number, ignored->column, "column '%s' is ignored%s: %s",
                   kf_pod_escape(shown, sizeof shown, ignored->name.at, (size_t)(ignored->name.end - ignored->name.at)),
                   more, ignored->why);
}

void kf_log_take_header(struct log *log, struct log_span line, const struct kf_pod_sink *sink)
{
    struct log_span rest = line, name;
    struct ignored ignored = {.count = 0};
    bool has_time = false;
    if (!names_time(line)) {
        kf_log_bad(log, log->lines.number, 1, "column names with time_s among them", line, sink);
        return;
    }
    for (log->column_count = 0; kf_log_cut(&rest, ',', &name); log->column_count++) {
        struct log_column column;
        const struct log_span trimmed = kf_log_trim(name);
        const char *why = log->column_count < LOG_COLUMN_MAX ? resolve(log, trimmed, &has_time, &column)
                                                             : "there are too many columns";
        if (log->column_count < LOG_COLUMN_MAX)
            log->column[log->column_count] = column;
        if (why && ignored.count++ == 0)
            ignored = (struct ignored){1, (uint64_t)(name.at - line.at) + 1, trimmed, why};
    }
    say_ignored(log, &ignored, sink);
    log->stage = drop_incomplete(log, sink) > 0 && has_time ? LOG_ROWS : LOG_REFUSED;
    if (log->stage == LOG_REFUSED)
        kf_log_bad(log, log->lines.number, 1, "time_s and all six columns of a site (or a muscle's emg_uv)", line,
                   sink);
}
