/* history_pair.c - see history_pair.h. Each file is read twice: for how many swings have a number, and then block by
 * block. */
#include "config.h"

#include "app/history_pair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/conditions.h"
#include "app/json.h"
#include "app/marks.h"
#include "settings/settings.h"
#include "store/reader.h"
#include "ui/text.h"

static const double same_speed_mps = .1; /* as in a baseline: the moment then differs by its noise */

struct blocks {
    uint64_t total, seen; /* swings of this session that have the number */
    double sum[KF_PAIR_BLOCKS];
    uint64_t count[KF_PAIR_BLOCKS];
};

/* What a second reading of one session gathers. */
struct gather {
    struct blocks row[KF_SUMMARY_ROWS];
    double known_t_s;                        /* of the first swing whose drive is known */
    double belt_t_s, belt_mps;               /* since then; NAN */
    double covered_s, weighted, least, most; /* seconds of known speed, and m/s times those */
    double baseline_mps;
};

/* ---- chance ---- */

/* The normal quantile of upper tail q: Abramowitz and Stegun 26.2.23, within 4.5e-4. */
static double normal_quantile(double q)
{
    const double t = sqrt(-2 * log(q));
    return t - (2.515517 + t * (.802853 + t * .010328)) / (1 + t * (1.432788 + t * (.189269 + t * .001308)));
}

/* Abramowitz and Stegun 26.7.5: Student's quantile by that of the normal distribution. */
double kf_pair_t(double p, double freedom)
{
    const double z = normal_quantile(p / 2), z2 = z * z, n = freedom;
    const double g1 = z * (z2 + 1) / 4, g2 = z * ((5 * z2 + 16) * z2 + 3) / 96,
                 g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
                 g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    return z + g1 / n + g2 / (n * n) + g3 / (n * n * n) + g4 / (n * n * n * n);
}

/* The square of the error of a mean; NAN when there are too few swings. */
static double error_of(const struct blocks *blocks)
{
    double mean = 0, square = 0;
    if (blocks->total < KF_PAIR_LEAST)
        return NAN;
    for (int i = 0; i < KF_PAIR_BLOCKS; i++)
        mean += blocks->sum[i] / (double)blocks->count[i] / KF_PAIR_BLOCKS;
    for (int i = 0; i < KF_PAIR_BLOCKS; i++)
        square += pow(blocks->sum[i] / (double)blocks->count[i] - mean, 2);
    return square / (KF_PAIR_BLOCKS - 1) / KF_PAIR_BLOCKS;
}

/* Welch's: sessions may be of unlike spread. */
static double freedom_of(double a, double b)
{
    const double both = a + b;
    return both > 0 ? (KF_PAIR_BLOCKS - 1) * both * both / (a * a + b * b) : KF_PAIR_BLOCKS - 1;
}

/* ---- reading ---- */

static void note_speed(struct gather *gather, double until_s)
{
    const double seconds = until_s - gather->belt_t_s;
    if (isfinite(gather->known_t_s) && isnan(gather->baseline_mps) && gather->known_t_s < until_s)
        gather->baseline_mps = gather->belt_mps;
    if (!isfinite(gather->belt_mps) || !(seconds > 0))
        return;
    gather->covered_s += seconds;
    gather->weighted += seconds * gather->belt_mps;
    gather->least = fmin(gather->least, gather->belt_mps);
    gather->most = fmax(gather->most, gather->belt_mps);
}

static bool take_belt(void *context, double t_s, double speed_mps)
{
    struct gather *gather = context;
    if (!isfinite(t_s) || !isfinite(speed_mps))
        return true;
    note_speed(gather, t_s);
    gather->belt_t_s = fmax(t_s, 0);
    gather->belt_mps = speed_mps;
    return true;
}

static bool take_stride(void *context, const struct kf_swing *swing)
{
    struct gather *gather = context;
    if (isnan(gather->known_t_s) && isfinite(swing->drive_nm_kg))
        gather->known_t_s = swing->t_to_s;
    for (unsigned row = 0; row < KF_SUMMARY_ROWS; row++) {
        struct blocks *blocks = &gather->row[row];
        const double value = kf_swing_number(swing, &kf_swing_keys[row]);
        if (!isfinite(value) || blocks->seen >= blocks->total)
            continue;
        const uint64_t block = blocks->seen++ * KF_PAIR_BLOCKS / blocks->total;
        blocks->sum[block] += value;
        blocks->count[block]++;
    }
    return true;
}

static enum kf_status read_side(const char *path, struct kf_pair_side *side, struct gather *gather,
                                struct kf_engine_config *config, struct kf_error *error)
{
    const struct kf_store_rows rows = {.stride = take_stride, .belt = take_belt, .context = gather};
    struct kf_history_session *session = &side->session;
    enum kf_status status = kf_history_read(path, session, error);
    if (status != KF_OK)
        return status;
    for (unsigned row = 0; row < KF_SUMMARY_ROWS; row++)
        gather->row[row].total =
            session->summary.leg[KF_LEFT].number[row].count + session->summary.leg[KF_RIGHT].number[row].count;
    struct kf_store_reader *reader = kf_store_open(path, NULL, error);
    if (!reader)
        return error->code;
    gather->known_t_s = gather->baseline_mps = NAN;
    gather->least = INFINITY;
    gather->most = -INFINITY;
    status = kf_conditions_read(reader, config, error);
    gather->belt_mps = status == KF_OK ? config->belt_mps : NAN;
    if (status == KF_OK)
        status = kf_store_each(reader, &rows, error);
    note_speed(gather, 60 * session->minutes);
    kf_store_close(reader);
    side->belt_mean_mps = gather->covered_s > 0 ? gather->weighted / gather->covered_s : NAN;
    side->belt_least_mps = gather->covered_s > 0 ? gather->least : NAN;
    side->belt_most_mps = gather->covered_s > 0 ? gather->most : NAN;
    side->baseline_mps = gather->baseline_mps;
    return status;
}

/* ---- what differs ---- */

static bool is_figure(const struct kf_swing_key *key)
{
    return key->is_number && strncmp(key->name, "t_", 2) != 0 && strcmp(key->name, "latency_ms") != 0;
}

static void compare_row(struct kf_pair *pair, const struct gather *gather, unsigned row)
{
    struct kf_pair_figure *figure = &pair->figure[pair->count];
    const struct kf_swing_key *key = &kf_swing_keys[row];
    const double a = error_of(&gather[0].row[row]), b = error_of(&gather[1].row[row]);
    *figure = (struct kf_pair_figure){.key = key};
    for (int i = 0; i < 2; i++) {
        figure->mean[i] = kf_history_mean(&pair->side[i].session, key->name);
        figure->sd[i] = kf_history_sd(&pair->side[i].session, key->name);
    }
    if (!isfinite(figure->mean[0]) && !isfinite(figure->mean[1]))
        return;
    pair->count++;
    figure->difference = figure->mean[1] - figure->mean[0];
    figure->margin = kf_pair_t(.05, freedom_of(a, b)) * sqrt(a + b); /* NAN of NAN */
    const double spread = sqrt((figure->sd[0] * figure->sd[0] + figure->sd[1] * figure->sd[1]) / 2);
    figure->effect = spread > 0 ? figure->difference / spread : NAN;
    if (isfinite(figure->margin))
        pair->known++;
}

static void judge(struct kf_pair *pair, const struct gather *gather)
{
    for (unsigned i = 0; i < pair->count; i++) {
        struct kf_pair_figure *figure = &pair->figure[i];
        const size_t row = (size_t)(figure->key - kf_swing_keys);
        const double a = error_of(&gather[0].row[row]), b = error_of(&gather[1].row[row]);
        figure->stands =
            fabs(figure->difference) > kf_pair_t(.05 / pair->known, freedom_of(a, b)) * sqrt(a + b); /* false of NAN */
    }
}

/* Of what is shown, stored or listened to no figure depends. */
static bool bears_on_figures(const struct kf_setting *row)
{
    static const char *const without[] = {"display", "record", "pod", "profile"};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        if (strncmp(row->section, without[i], strlen(without[i])) == 0)
            return false;
    return !(strcmp(row->section, "athlete") == 0 && strcmp(row->key, "name") == 0);
}

static void compare_settings(struct kf_pair *pair, const struct kf_engine_config *config)
{
    for (unsigned i = 0; i < KF_SETTING_ROWS; i++) {
        const struct kf_setting *row = &kf_setting_table[i];
        char value[2][KF_SETTING_VALUE_MAX];
        for (int j = 0; j < 2; j++)
            kf_setting_value(&config[j].settings, row, value[j], sizeof value[j]);
        if (!bears_on_figures(row) || strcmp(value[0], value[1]) == 0)
            continue;
        if (pair->setting_count < KF_PAIR_SETTINGS) {
            struct kf_pair_setting *out = &pair->setting[pair->setting_count];
            (void)snprintf(out->name, sizeof out->name, "%s.%s", row->section, row->key);
            for (int j = 0; j < 2; j++)
                (void)kf_text_clean(out->value[j], sizeof out->value[j], value[j]);
        }
        pair->setting_count++;
    }
}

enum kf_status kf_pair_read(const char *a, const char *b, struct kf_pair *pair, struct kf_error *error)
{
    struct gather *gather = calloc(2, sizeof *gather);
    struct kf_engine_config *config = calloc(2, sizeof *config);
    enum kf_status status = KF_ERR_UNAVAILABLE;
    if (!gather || !config) {
        (void)kf_error_set(error, status, 0, "not enough memory to compare sessions");
        goto out;
    }
    status = read_side(a, &pair->side[0], &gather[0], &config[0], error);
    if (status == KF_OK)
        status = read_side(b, &pair->side[1], &gather[1], &config[1], error);
    if (status != KF_OK)
        goto out;
    for (unsigned row = 0; row < KF_SUMMARY_ROWS; row++)
        if (is_figure(&kf_swing_keys[row]))
            compare_row(pair, gather, row);
    judge(pair, gather);
    compare_settings(pair, config);
out:
    free(config);
    free(gather);
    return status;
}

bool kf_pair_speed_differs(const struct kf_pair *pair)
{
    const struct kf_pair_side *a = &pair->side[0], *b = &pair->side[1];
    return fabs(a->belt_mean_mps - b->belt_mean_mps) >= same_speed_mps ||
           fabs(a->baseline_mps - b->baseline_mps) >= same_speed_mps;
}

/* ---- JSON ---- */

static void write_side(struct kf_json *json, const char *key, const struct kf_pair_side *side)
{
    const struct kf_history_session *session = &side->session;
    char moment[KF_MOMENT_TEXT];
    kf_json_key(json, key);
    kf_json_open(json, '{');
    kf_json_pair_string(json, "file", session->path);
    kf_json_pair_string(json, "athlete", *session->athlete ? session->athlete : NULL);
    kf_json_pair_string(json, "started", kf_marks_moment(moment, session->started_ns) ? moment : NULL);
    kf_json_pair_string(json, "version", *session->version ? session->version : NULL);
    kf_json_pair_number(json, "minutes", session->minutes);
    kf_json_pair_number(json, "belt_mps", side->belt_mean_mps);
    kf_json_pair_number(json, "baseline_mps", side->baseline_mps);
    kf_json_pair_count(json, "cues", session->cues);
    kf_json_pair_number(json, "cue_shown_s", session->cue_shown_s);
    kf_json_close(json, '}');
}

static void write_figure(struct kf_json *json, const struct kf_pair_figure *figure)
{
    kf_json_key(json, figure->key->name);
    kf_json_open(json, '{');
    kf_json_pair_number(json, "a_mean", figure->mean[0]);
    kf_json_pair_number(json, "a_sd", figure->sd[0]);
    kf_json_pair_number(json, "b_mean", figure->mean[1]);
    kf_json_pair_number(json, "b_sd", figure->sd[1]);
    kf_json_pair_number(json, "difference", figure->difference);
    kf_json_pair_number(json, "margin_95", figure->margin);
    kf_json_pair_number(json, "effect_sd", figure->effect);
    kf_json_pair_bool(json, "stands", figure->stands);
    kf_json_close(json, '}');
}

void kf_pair_write_json(FILE *out, const struct kf_pair *pair)
{
    struct kf_json json = {out, false};
    kf_json_open(&json, '{');
    write_side(&json, "a", &pair->side[0]);
    write_side(&json, "b", &pair->side[1]);
    kf_json_key(&json, "figures");
    kf_json_open(&json, '{');
    for (unsigned i = 0; i < pair->count; i++)
        write_figure(&json, &pair->figure[i]);
    kf_json_close(&json, '}');
    kf_json_key(&json, "settings");
    kf_json_open(&json, '{');
    for (unsigned i = 0; i < pair->setting_count && i < KF_PAIR_SETTINGS; i++) {
        kf_json_key(&json, pair->setting[i].name);
        kf_json_open(&json, '[');
        kf_json_string(&json, pair->setting[i].value[0]);
        kf_json_string(&json, pair->setting[i].value[1]);
        kf_json_close(&json, ']');
    }
    kf_json_close(&json, '}');
    kf_json_close(&json, '}');
    putc('\n', out);
}
