/* cmd_diff.c - `kneefold diff`: what another file of settings would have said of a recording. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "app/diff.h"
#include "app/json.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/complain.h"
#include "cli/interrupt.h"
#include "ui/text.h"

enum { OPTION_WITH = 0x100, OPTION_JSON, EXIT_DIFFERS = 1 };

static const char doc[] = "Judge a recording by the settings in force, and again with OTHER.ini read over "
                          "them.\vPrinted are the verdicts and "
                          "cues that change. The status is 0 when nothing does, 1 when something does.";

static const struct argp_option argp_options[] = {
    {"with", OPTION_WITH, "OTHER.ini", 0, "the settings to compare with, read over those in force", 0},
    {"json", OPTION_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

struct options {
    struct kf_common common;
    const char *file, *with;
    bool json;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_WITH:
        options->with = arg;
        return 0;
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->child_inputs[1] = &options->common;
        return 0;
    case ARGP_KEY_ARG:
        kf_common_take_file(&options->file, arg, state);
        return 0;
    case ARGP_KEY_END:
        if (!options->file)
            kf_complain_usage(state, "no FILE to judge");
        if (strcmp(options->file, "-") == 0)
            kf_complain_usage(state, "FILE is read twice: standard input cannot be");
        if (!options->with)
            kf_complain_usage(state, "no settings to compare with: add --with OTHER.ini");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- writing ---- */

static const char *leg_word(bool has_leg, enum kf_leg leg)
{
    return !has_leg ? "-" : leg == KF_LEFT ? "l" : "r";
}

static void print_swing(const struct kf_diff_change *change)
{
    const struct kf_diff_swing *before = change->swing[0], *after = change->swing[1];
    const struct kf_diff_swing *any = before ? before : after;
    printf("%9.2f  %s  swing %-4u ", change->t_s, leg_word(true, any->leg), any->id);
    for (int i = 0; i < KF_DIFF_SIDES; i++) {
        const struct kf_diff_swing *swing = change->swing[i];
        if (!swing)
            fputs("not found", stdout);
        else
            printf("%s (%s%s%s)", kf_verdict_name(swing->verdict),
                   swing->reason == KF_REASON_NONE ? "cut short" : kf_reason_name(swing->reason),
                   swing->muscle == KF_MUSCLE_UNKNOWN ? "" : ", ",
                   swing->muscle == KF_MUSCLE_UNKNOWN ? "" : kf_muscle_name(swing->muscle));
        fputs(i == 0 ? " -> " : "\n", stdout);
    }
}

static void print_text(const struct kf_diff *diff, const struct options *options)
{
    char file[256], with[256];
    (void)kf_text_clean(file, sizeof file, options->file);
    (void)kf_text_clean(with, sizeof with, options->with);
    printf("%s, and with %s\n\n", file, with);
    printf("        swings  verdict changes  passive  pulled  unclear (before -> after)\n");
    for (int side = 0; side < KF_LEG_COUNT; side++) {
        const struct kf_diff_leg *leg = &diff->leg[side];
        static const enum kf_verdict order[] = {KF_PASSIVE, KF_PULLED, KF_UNCLEAR};
        printf("%-6s  %6zu  %15zu", side == KF_LEFT ? "left" : "right", leg->swings, leg->verdicts);
        for (int k = 0; k < 3; k++) {
            size_t before = 0, after = 0;
            for (int other = 0; other <= KF_PULLED; other++) {
                before += leg->from_to[order[k]][other];
                after += leg->from_to[other][order[k]];
            }
            printf("  %zu -> %zu", before, after);
        }
        putchar('\n');
    }
    printf("cues    %zu -> %zu, %zu of them on one side only\n", diff->side[0].cue_count, diff->side[1].cue_count,
           diff->cues_changed);
    if (diff->change_count > 0)
        printf("\n      t_s leg\n");
    for (size_t i = 0; i < diff->change_count; i++) {
        const struct kf_diff_change *change = &diff->change[i];
        const struct kf_diff_cue *cue = change->cue[0] ? change->cue[0] : change->cue[1];
        if (cue)
            printf("%9.2f  %s  cue %s: %s\n", change->t_s, leg_word(cue->has_leg, cue->leg), cue->name,
                   change->cue[0] ? "said -> not said" : "not said -> said");
        else
            print_swing(change);
    }
}

static void json_side(struct kf_json *json, const char *key, const struct kf_diff_swing *swing)
{
    kf_json_key(json, key);
    if (!swing) {
        kf_json_null(json);
        return;
    }
    const struct kf_swing judged = {.reason = swing->reason};
    kf_json_open(json, '{');
    kf_json_pair_count(json, "id", swing->id);
    kf_json_pair_string(json, "verdict", kf_verdict_name(swing->verdict));
    kf_json_pair_string(json, "muscle", kf_muscle_name(swing->muscle));
    kf_json_pair_string(json, "reason", kf_swing_word(&judged, kf_swing_key_find("reason")));
    kf_json_close(json, '}');
}

static void json_verdicts(struct kf_json *json, const struct kf_diff *diff)
{
    kf_json_key(json, "verdicts");
    kf_json_open(json, '[');
    for (size_t i = 0; i < diff->change_count; i++) {
        const struct kf_diff_change *change = &diff->change[i];
        const struct kf_diff_swing *any = change->swing[0] ? change->swing[0] : change->swing[1];
        if (!any)
            continue;
        kf_json_open(json, '{');
        kf_json_pair_number(json, "t_to_s", change->t_s);
        kf_json_pair_string(json, "leg", leg_word(true, any->leg));
        json_side(json, "from", change->swing[0]);
        json_side(json, "to", change->swing[1]);
        kf_json_close(json, '}');
    }
    kf_json_close(json, ']');
}

static void json_cues(struct kf_json *json, const struct kf_diff *diff)
{
    kf_json_key(json, "cues");
    kf_json_open(json, '[');
    for (size_t i = 0; i < diff->change_count; i++) {
        const struct kf_diff_change *change = &diff->change[i];
        const struct kf_diff_cue *cue = change->cue[0] ? change->cue[0] : change->cue[1];
        if (!cue)
            continue;
        kf_json_open(json, '{');
        kf_json_pair_number(json, "t_s", change->t_s);
        kf_json_pair_string(json, "cue", cue->name);
        kf_json_pair_string(json, "leg", cue->has_leg ? leg_word(true, cue->leg) : NULL);
        kf_json_pair_string(json, "from", change->cue[0] ? "said" : "not-said");
        kf_json_pair_string(json, "to", change->cue[1] ? "said" : "not-said");
        kf_json_close(json, '}');
    }
    kf_json_close(json, ']');
}

static void json_counts(struct kf_json *json, const struct kf_diff *diff)
{
    static const char *const key[] = {"l", "r"};
    for (int side = 0; side < KF_LEG_COUNT; side++) {
        const struct kf_diff_leg *leg = &diff->leg[side];
        kf_json_key(json, key[side]);
        kf_json_open(json, '{');
        kf_json_pair_count(json, "swings", leg->swings);
        kf_json_pair_count(json, "changed", leg->changed);
        kf_json_pair_count(json, "verdicts_changed", leg->verdicts);
        for (int before = 0; before <= KF_PULLED; before++)
            for (int after = 0; after <= KF_PULLED; after++) {
                char name[32];
                (void)snprintf(name, sizeof name, "%s_%s", kf_verdict_name((enum kf_verdict)before),
                               kf_verdict_name((enum kf_verdict)after));
                kf_json_pair_count(json, name, leg->from_to[before][after]);
            }
        kf_json_close(json, '}');
    }
}

static void print_json(const struct kf_diff *diff, const struct options *options)
{
    struct kf_json json = {.out = stdout};
    kf_json_open(&json, '{');
    kf_json_pair_string(&json, "file", options->file);
    kf_json_pair_string(&json, "with", options->with);
    json_counts(&json, diff);
    kf_json_pair_count(&json, "cues_from", diff->side[0].cue_count);
    kf_json_pair_count(&json, "cues_to", diff->side[1].cue_count);
    json_verdicts(&json, diff);
    json_cues(&json, diff);
    kf_json_close(&json, '}');
    putchar('\n');
}

/* A closed pipe ends quietly, as with analyze. */
static int print(const struct kf_diff *diff, const struct options *options)
{
    if (options->json)
        print_json(diff, options);
    else
        print_text(diff, options);
    if (fflush(stdout) != 0 || ferror(stdout))
        return errno == EPIPE ? EX_OK : kf_complain_output(errno, NULL);
    return diff->change_count > 0 ? EXIT_DIFFERS : EX_OK;
}

/* ---- both ---- */

static int compare(const struct options *options, const struct kf_engine_config *config,
                   const struct kf_settings *other)
{
    struct kf_diff diff = {0};
    struct kf_error error = {0};
    const struct kf_engine_config second = kf_diff_other(config, other);
    kf_interrupt_catch();
    const enum kf_status done = kf_diff_recording(&diff, options->file, config, &second, &kf_interrupt_watch, &error);
    int status = kf_interrupt_status();
    if (status == EX_OK && done != KF_OK)
        status = kf_complain(&error);
    if (status == EX_OK)
        status = print(&diff, options);
    kf_diff_free(&diff);
    return status;
}

static int run(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&kf_common_argp, 0, NULL, 0}, {&kf_common_baseline_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, "FILE --with OTHER.ini", doc, children, NULL, NULL};
    struct options options = {.json = false};
    struct kf_engine_config config;
    struct kf_settings other;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    options.common.recording = options.file;
    int status = kf_common_load(&options.common, &config);
    if (status != EX_OK)
        return status;
    kf_common_skip_warmup(&options.common, &config);
    other = config.settings;
    status = kf_common_read_over(options.with, &other);
    return status == EX_OK ? compare(&options, &config, &other) : status;
}

const struct kf_command kf_command_diff = {"diff", "judge a recording by two settings: verdicts and cues that change",
                                           run};
