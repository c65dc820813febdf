/* csv_map.c - what a column is, by its name: kneefold's own names, and those of loggers people can buy.
 *
 * A name says signal, axis and unit, and the site where it is known. An inertial stream needs all six channels; one
 * that lacks some is left out. A channel that comes again without a site belongs to the next sensor. */
#include <string.h>

#include "csv_state.h"

#define G_MPS2 9.80665
#define RAD_PER_DEG 0.017453292519943295769

struct name {
    enum csv_role role;
    enum kf_site site;
    unsigned channel, channels; /* channels: 3 for a name that stands for x, y and z */
    double scale;
};

struct unit {
    const char *name;
    double scale;
};

/* SIGNAL_UNIT, with an axis in between where there are axes. */
static const struct signal {
    const char *name;
    enum csv_role role;
    unsigned first; /* channel */
    bool has_axes;
    struct unit unit[5];
} signals[] = {
    {"time", CSV_TIME, 0, false, {{"_s", 1}, {"_ms", 1e-3}, {"_us", 1e-6}, {"_100us", 1e-4}}},
    {"acc", CSV_ACC, 0, true, {{"_mps2", 1}, {"_g", G_MPS2}, {"_mg", G_MPS2 * 1e-3}}},
    {"gyr", CSV_GYR, 3, true, {{"_dps", RAD_PER_DEG}, {"_radps", 1}}},
    {"emg", CSV_EMG, 0, false, {{"_uv", 1}, {"_mv", 1e3}, {"_v", 1e6}}},
};

/* Names of vendors' firmware, whose units are in their manuals: SparkFun's OpenLog Artemis (aX) and Razor (ax), and
 * Arduino's two clocks; the titles of x-io's programs say theirs. Xsens gives Gyr_X in deg/s or rad/s under one name
 * (DOT and MTw manuals): such a file needs pod.csv.columns. */
static const struct vendor {
    const char *name;
    struct name is;
} vendors[] = {
    {"aX", {CSV_ACC, KF_SITE_NONE, 0, 1, G_MPS2 * 1e-3}},
    {"aY", {CSV_ACC, KF_SITE_NONE, 1, 1, G_MPS2 * 1e-3}},
    {"aZ", {CSV_ACC, KF_SITE_NONE, 2, 1, G_MPS2 * 1e-3}},
    {"gX", {CSV_GYR, KF_SITE_NONE, 3, 1, RAD_PER_DEG}},
    {"gY", {CSV_GYR, KF_SITE_NONE, 4, 1, RAD_PER_DEG}},
    {"gZ", {CSV_GYR, KF_SITE_NONE, 5, 1, RAD_PER_DEG}},
    {"ax", {CSV_ACC, KF_SITE_NONE, 0, 1, G_MPS2}},
    {"ay", {CSV_ACC, KF_SITE_NONE, 1, 1, G_MPS2}},
    {"az", {CSV_ACC, KF_SITE_NONE, 2, 1, G_MPS2}},
    {"gx", {CSV_GYR, KF_SITE_NONE, 3, 1, RAD_PER_DEG}},
    {"gy", {CSV_GYR, KF_SITE_NONE, 4, 1, RAD_PER_DEG}},
    {"gz", {CSV_GYR, KF_SITE_NONE, 5, 1, RAD_PER_DEG}},
    {"output_Hz", {CSV_RATE, KF_SITE_NONE, 0, 1, 1}},
    {"ms", {CSV_TIME, KF_SITE_NONE, 0, 1, 1e-3}},
    {"millis", {CSV_TIME, KF_SITE_NONE, 0, 1, 1e-3}},
    {"us", {CSV_TIME, KF_SITE_NONE, 0, 1, 1e-6}},
    {"micros", {CSV_TIME, KF_SITE_NONE, 0, 1, 1e-6}},
    {"Time (s)", {CSV_TIME, KF_SITE_NONE, 0, 1, 1}},
    {"Timestamp (us)", {CSV_TIME, KF_SITE_NONE, 0, 1, 1e-6}},
    {"Gyroscope X (deg/s)", {CSV_GYR, KF_SITE_NONE, 3, 1, RAD_PER_DEG}},
    {"Gyroscope Y (deg/s)", {CSV_GYR, KF_SITE_NONE, 4, 1, RAD_PER_DEG}},
    {"Gyroscope Z (deg/s)", {CSV_GYR, KF_SITE_NONE, 5, 1, RAD_PER_DEG}},
    {"Accelerometer X (g)", {CSV_ACC, KF_SITE_NONE, 0, 1, G_MPS2}},
    {"Accelerometer Y (g)", {CSV_ACC, KF_SITE_NONE, 1, 1, G_MPS2}},
    {"Accelerometer Z (g)", {CSV_ACC, KF_SITE_NONE, 2, 1, G_MPS2}},
};

static bool is_word(struct csv_span span, const char *word)
{
    const size_t length = strlen(word);
    return (size_t)(span.end - span.at) == length && memcmp(span.at, word, length) == 0;
}

/* Takes `word` off the front of *span. */
static bool take_word(struct csv_span *span, const char *word)
{
    const size_t length = strlen(word);
    if ((size_t)(span->end - span->at) < length || memcmp(span->at, word, length) != 0)
        return false;
    span->at += length;
    return true;
}

static bool read_signal(struct csv_span span, const struct signal *signal, struct name *name)
{
    static const char *const axes[] = {"_x", "_y", "_z"};
    unsigned channel = signal->first, channels = signal->has_axes ? 3 : 1;
    if (!take_word(&span, signal->name))
        return false;
    for (unsigned axis = 0; signal->has_axes && axis < 3; axis++)
        if (channels == 3 && take_word(&span, axes[axis])) {
            channel += axis;
            channels = 1;
        }
    for (const struct unit *unit = signal->unit; unit->name; unit++)
        if (is_word(span, unit->name)) {
            *name = (struct name){signal->role, name->site, channel, channels, unit->scale};
            return true;
        }
    return false;
}

static bool read_name(struct csv_span span, struct name *name)
{
    const char *dot = memchr(span.at, '.', (size_t)(span.end - span.at));
    *name = (struct name){.role = CSV_IGNORED, .site = KF_SITE_NONE, .channels = 1};
    for (unsigned i = 0; i < sizeof vendors / sizeof vendors[0]; i++)
        if (is_word(span, vendors[i].name)) {
            *name = vendors[i].is;
            return true;
        }
    if (dot) {
        name->site = kf_site_from_name(span.at, (unsigned)(dot - span.at));
        span.at = dot + 1;
    }
    for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (read_signal(span, &signals[i], name)) {
            const bool is_muscle = name->site >= KF_SITE_HAMSTRING_L && name->site <= KF_SITE_GLUTEUS_R;
            const bool is_timing = name->role == CSV_TIME;
            if (!dot)
                return true;
            return name->site != KF_SITE_NONE && !is_timing &&
                   (name->role == CSV_EMG ? is_muscle : name->site < KF_SITE_BODY_COUNT);
        }
    return false;
}

/* Streams under construction. A column's slot is its place here until they are complete. */
struct group {
    enum kf_site site;
    enum kf_kind kind;
    unsigned mask;
};

struct groups {
    unsigned count;
    struct group group[KF_POD_MAX_STREAMS];
};

static bool is_complete(const struct group *group)
{
    return group->mask == (group->kind == KF_KIND_EMG ? 0x01u : 0x3fu);
}

/* The first stream that lacks this channel; -1 when its place is taken, or there is no room. */
static int find_group(struct groups *groups, const struct name *name, unsigned channel)
{
    const enum kf_kind kind = name->role == CSV_EMG ? KF_KIND_EMG : KF_KIND_IMU6;
    for (unsigned i = 0; i < groups->count; i++) {
        const struct group *group = &groups->group[i];
        if (group->site != name->site || group->kind != kind)
            continue;
        if (!(group->mask & 1u << channel))
            return (int)i;
        if (name->site != KF_SITE_NONE)
            return -1;
    }
    if (groups->count == KF_POD_MAX_STREAMS)
        return -1;
    groups->group[groups->count] = (struct group){name->site, kind, 0};
    return (int)groups->count++;
}

/* Adds the columns a name stands for; false when there is no room or it is there already. */
static bool add_name(struct csv_map *map, struct groups *groups, const struct name *name)
{
    for (unsigned i = 0; i < name->channels; i++) {
        struct csv_column *column = &map->column[map->count];
        if (map->count == CSV_COLUMN_MAX)
            return false;
        map->count++;
        *column = (struct csv_column){
            .role = (uint8_t)name->role, .channel = (uint8_t)(name->channel + i), .scale = name->scale};
        if (name->role == CSV_TIME) {
            if (map->has_time)
                column->role = CSV_IGNORED;
            else
                map->time_scale = name->scale;
            map->has_time = true;
        }
        if (name->role < CSV_ACC)
            continue;
        const int place = find_group(groups, name, column->channel);
        if (place < 0) {
            column->role = CSV_IGNORED;
            return false;
        }
        groups->group[place].mask |= 1u << column->channel;
        column->slot = (uint8_t)place;
    }
    return true;
}

/* The row of a stream: by its site, or the first without a site and of this kind that the map does not use yet. */
static int find_slot(const struct csv_map *map, struct kf_pod_stats *stats, const struct group *group)
{
    if (group->site != KF_SITE_NONE)
        return kf_pod_stats_slot(stats, group->site, group->kind);
    for (unsigned slot = 0; slot < stats->stream_count; slot++)
        if (stats->stream[slot].site == KF_SITE_NONE && stats->stream[slot].kind == group->kind &&
            (map->stream_count == 0 || !memchr(map->slot, (int)slot, map->stream_count)))
            return (int)slot;
    return kf_pod_stats_slot_stream(stats, stats->stream_count, group->kind);
}

/* Gives complete streams their rows and drops the columns of the others. */
static void settle_groups(struct csv_map *map, struct kf_pod_stats *stats, const struct groups *groups)
{
    int slots[KF_POD_MAX_STREAMS];
    for (unsigned i = 0; i < groups->count; i++) {
        slots[i] = is_complete(&groups->group[i]) ? find_slot(map, stats, &groups->group[i]) : -1;
        if (slots[i] >= 0)
            map->slot[map->stream_count++] = (uint8_t)slots[i];
    }
    for (unsigned i = 0; i < map->count; i++) {
        struct csv_column *column = &map->column[i];
        if (column->role < CSV_ACC)
            continue;
        if (slots[column->slot] < 0)
            column->role = CSV_IGNORED;
        else
            column->slot = (uint8_t)slots[column->slot];
    }
}

const char *kf_csv_map_names(struct csv_map *map, struct kf_pod_stats *stats, const struct csv_span *names,
                             unsigned count, bool strict)
{
    struct csv_map made = {.count = 0};
    struct groups groups = {.count = 0};
    unsigned complete = 0;
    for (unsigned i = 0; i < count; i++) {
        struct name name;
        const bool known = (read_name(names[i], &name) && (strict || name.channels == 1)) || is_word(names[i], "-");
        if (strict && !known)
            return "names such as time_ms, acc_x_g, gyr_z_dps, thigh_r.acc_x_mps2, emg_uv, acc_g (x, y, z), or -";
        if (!known)
            name = (struct name){.role = CSV_IGNORED, .site = KF_SITE_NONE, .channels = 1};
        if (!add_name(&made, &groups, &name) && strict)
            return "each column of a site once, and " CSV_TOO_MANY_COLUMNS;
    }
    for (unsigned i = 0; i < groups.count; i++)
        complete += is_complete(&groups.group[i]);
    if (complete == 0 || (strict && complete < groups.count))
        return "all six of acc and gyr (or emg)";
    settle_groups(&made, stats, &groups);
    *map = made;
    return NULL;
}
