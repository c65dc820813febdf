/* conditions.c - the whole ini text in force, and beside it what the command line and the kind of run decided. */
#include "config.h"

#include "app/conditions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/settings_apply.h"
#include "settings/number.h"
#include "settings/write.h"

/* What is no setting: rows of `meta`. */
static const struct {
    const char *key;
    size_t offset;
    bool is_number; /* else a bool */
} runs[] = {
    {"auto_baseline", offsetof(struct kf_engine_config, auto_baseline), false},
    {"athlete_fixed", offsetof(struct kf_engine_config, athlete_fixed), false},
    {"keep_looking", offsetof(struct kf_engine_config, keep_looking), false},
    {"belt_mps", offsetof(struct kf_engine_config, belt_mps), true},
    {"baseline_from_s", offsetof(struct kf_engine_config, baseline_from_s), true},
    {"baseline_to_s", offsetof(struct kf_engine_config, baseline_to_s), true},
};

enum { RUNS = sizeof runs / sizeof runs[0] };

/* ---- writing ---- */

enum kf_status kf_conditions_write(struct kf_store_writer *writer, const struct kf_engine_config *config,
                                   int64_t host_ns, struct kf_error *error)
{
    char text[KF_NUMBER_TEXT_MAX], *ini = malloc(KF_STORE_INI_MAX);
    enum kf_status status = KF_OK;
    if (!ini || kf_settings_whole(&config->settings, ini, KF_STORE_INI_MAX) >= KF_STORE_INI_MAX) {
        free(ini);
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for the settings of a session");
    }
    status = kf_store_settings(writer, host_ns, ini, error);
    free(ini);
    if (status == KF_OK)
        status = kf_store_meta(writer, "program", "kneefold", error);
    if (status == KF_OK)
        status = kf_store_meta(writer, "version", PACKAGE_VERSION, error);
    if (status == KF_OK) {
        (void)kf_number_write(text, config->pod_count == 0 ? 1 : config->pod_count);
        status = kf_store_meta(writer, "pod_count", text, error);
    }
    for (int i = 0; i < RUNS && status == KF_OK; i++) {
        const char *field = (const char *)config + runs[i].offset;
        double number = 0;
        bool yes = false;
        memcpy(runs[i].is_number ? (void *)&number : (void *)&yes, field,
               runs[i].is_number ? sizeof number : sizeof yes);
        if (runs[i].is_number && isnan(number))
            continue;
        (void)kf_number_write(text, runs[i].is_number ? number : yes);
        status = kf_store_meta(writer, runs[i].key, text, error);
    }
    return status;
}

/* ---- reading ---- */

struct told {
    char text[160];
};

static void on_problem(void *context, const struct kf_settings_problem *problem)
{
    struct told *told = context;
    if (told->text[0] == '\0')
        (void)snprintf(told->text, sizeof told->text, "line %u: %s", problem->line, problem->text);
}

static enum kf_status read_settings(struct kf_store_reader *reader, struct kf_settings *settings,
                                    struct kf_error *error)
{
    struct told told = {""};
    const struct kf_settings_listener listener = {on_problem, &told};
    struct kf_settings_text file = {.name = "settings"};
    char *ini = malloc(KF_STORE_INI_MAX);
    enum kf_status status = KF_OK;
    if (!ini)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for the settings of a session");
    if (kf_store_ini(reader, ini, KF_STORE_INI_MAX)) {
        file.text = ini;
        file.length = strlen(ini);
        status = kf_settings_restore(settings, &file, &listener);
    }
    free(ini);
    if (status == KF_OK)
        return KF_OK;
    kf_error_set(error, KF_ERR_DATA, 0, "the session's own settings cannot be used: %s", told.text);
    kf_error_hint(error, "judge it by others: -c FILE");
    return KF_ERR_DATA;
}

enum kf_status kf_conditions_read(struct kf_store_reader *reader, struct kf_engine_config *config,
                                  struct kf_error *error)
{
    struct kf_settings settings;
    char text[KF_NUMBER_TEXT_MAX];
    double pods = 1;
    kf_settings_default(&settings);
    if (read_settings(reader, &settings, error) != KF_OK)
        return error->code;
    *config = kf_settings_engine(&settings);
    if (kf_store_meta_of(reader, "pod_count", text, sizeof text) && kf_number_read(text, &pods) && pods >= 1 &&
        pods <= KF_PODS_MAX)
        config->pod_count = (unsigned)pods;
    for (int i = 0; i < RUNS; i++) {
        char *field = (char *)config + runs[i].offset;
        double number = 0;
        if (!kf_store_meta_of(reader, runs[i].key, text, sizeof text) || !kf_number_read(text, &number))
            continue;
        const bool yes = number > 0;
        memcpy(field, runs[i].is_number ? (void *)&number : (const void *)&yes,
               runs[i].is_number ? sizeof number : sizeof yes);
    }
    return KF_OK;
}

void kf_conditions_keep(struct kf_engine_config *config, const struct kf_engine_config *recorded)
{
    config->pod_count = recorded->pod_count;
    for (int i = 0; i < RUNS; i++)
        memcpy((char *)config + runs[i].offset, (const char *)recorded + runs[i].offset,
               runs[i].is_number ? sizeof(double) : sizeof(bool));
}
