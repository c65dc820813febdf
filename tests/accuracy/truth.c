/* truth.c - reads truth files; whatever does not look as documented is refused, for a figure against half a truth is
 * worse than none. */
#include "truth.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool complain(const char *path, const char *what)
{
    fprintf(stderr, "%s: %s\n", path, what);
    return false;
}

static bool read_leg(const json_t *value, enum kf_leg *leg)
{
    const char *text = json_string_value(value);
    if (!text || (strcmp(text, "l") != 0 && strcmp(text, "r") != 0))
        return false;
    *leg = text[0] == 'l' ? KF_LEFT : KF_RIGHT;
    return true;
}

static bool read_event(const json_t *row, struct truth_event *event)
{
    const char *kind = json_string_value(json_array_get(row, 1));
    if (!json_is_number(json_array_get(row, 0)) || !kind || !read_leg(json_array_get(row, 2), &event->leg))
        return false;
    event->t_s = json_number_value(json_array_get(row, 0));
    event->kind = strcmp(kind, "to") == 0 ? KF_EVENT_TO : KF_EVENT_IC;
    return strcmp(kind, "to") == 0 || strcmp(kind, "ic") == 0;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static bool read_swing(const json_t *row, struct truth_swing *swing)
{
    *swing = (struct truth_swing){
        .pull = number(row, "pull"),
        .rf_drop = json_is_true(json_object_get(row, "rf_drop")),
        .t_to_s = number(row, "t_to"),
        .t_peak_knee_s = number(row, "t_peak_knee"),
        .peak_knee_deg = number(row, "peak_knee_deg"),
        .knee_to_deg = number(row, "knee_to_deg"),
        .thigh_to_deg = number(row, "thigh_to_deg"),
        .trunk_lean_deg = number(row, "trunk_lean_deg"),
        .mean_knee_moment_nm_kg = number(row, "mean_knee_moment_nm_kg"),
        .knee_work_j_kg = number(row, "knee_work_j_kg"),
    };
    return read_leg(json_object_get(row, "side"), &swing->leg) && isfinite(swing->t_to_s) &&
           isfinite(swing->t_peak_knee_s) && isfinite(swing->pull);
}

static bool read_lists(struct truth *truth, const json_t *root, const char *path)
{
    const json_t *events = json_object_get(root, "events"), *swings = json_object_get(root, "swings");
    truth->event_count = json_array_size(events);
    truth->swing_count = json_array_size(swings);
    if (truth->event_count == 0 || truth->swing_count == 0)
        return complain(path, "no events or no swings");
    truth->event = calloc(truth->event_count, sizeof *truth->event);
    truth->swing = calloc(truth->swing_count, sizeof *truth->swing);
    if (!truth->event || !truth->swing)
        return complain(path, "not enough memory");
    for (size_t i = 0; i < truth->event_count; i++)
        if (!read_event(json_array_get(events, i), &truth->event[i]))
            return complain(path, "an event that is not [time, \"ic\" or \"to\", \"l\" or \"r\"]");
    for (size_t i = 0; i < truth->swing_count; i++)
        if (!read_swing(json_array_get(swings, i), &truth->swing[i]))
            return complain(path, "a swing without side, pull or times");
    return true;
}

static bool read_json(struct truth *truth, const char *path)
{
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);
    if (!root)
        return complain(path, error.text);
    truth->valid_from_s = number(root, "valid_from_s");
    const bool read = read_lists(truth, root, path);
    json_decref(root);
    return read;
}

/* Columns of knee.csv, by its header, are time_s, then knee_r_deg and knee_l_deg in either order. */
static bool read_knee_rows(struct truth *truth, FILE *file, const char *path)
{
    char line[256];
    double t_s, first, second;
    size_t capacity = 0;
    if (!fgets(line, sizeof line, file))
        return complain(path, "empty");
    const bool right_first = strcmp(line, "time_s,knee_r_deg,knee_l_deg\n") == 0;
    if (!right_first && strcmp(line, "time_s,knee_l_deg,knee_r_deg\n") != 0)
        return complain(path, "a header other than time_s,knee_r_deg,knee_l_deg");
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%lf,%lf,%lf", &t_s, &first, &second) != 3)
            return complain(path, "a row that is not three numbers");
        if (truth->knee_count == capacity) {
            capacity = capacity ? 2 * capacity : 8192;
            struct truth_knee *more = realloc(truth->knee, capacity * sizeof *more);
            if (!more)
                return complain(path, "not enough memory");
            truth->knee = more;
        }
        struct truth_knee *row = &truth->knee[truth->knee_count++];
        row->t_s = t_s;
        row->knee_deg[KF_RIGHT] = right_first ? first : second;
        row->knee_deg[KF_LEFT] = right_first ? second : first;
    }
    return true;
}

bool truth_read(struct truth *truth, const char *json_path, const char *knee_path)
{
    *truth = (struct truth){0};
    if (!read_json(truth, json_path))
        return false;
    FILE *file = fopen(knee_path, "r");
    if (!file)
        return errno == ENOENT || complain(knee_path, strerror(errno));
    const bool read = read_knee_rows(truth, file, knee_path);
    fclose(file);
    return read;
}

void truth_free(struct truth *truth)
{
    free(truth->event);
    free(truth->swing);
    free(truth->knee);
    *truth = (struct truth){0};
}

double truth_knee_deg(const struct truth *truth, enum kf_leg leg, double t_s)
{
    size_t low = 0, high = truth->knee_count;
    if (high < 2 || !(t_s >= truth->knee[0].t_s) || !(t_s <= truth->knee[high - 1].t_s))
        return NAN;
    high--;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (truth->knee[middle].t_s <= t_s)
            low = middle;
        else
            high = middle;
    }
    const struct truth_knee *a = &truth->knee[low], *b = &truth->knee[high];
    const double share = (t_s - a->t_s) / (b->t_s - a->t_s);
    return a->knee_deg[leg] + share * (b->knee_deg[leg] - a->knee_deg[leg]);
}
