/* cmd_compare.c - kneefold compare: two sessions beside each other, and how sure their differences are. */
#include "config.h"

#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "app/history_pair.h"
#include "app/history_show.h"
#include "cli/column.h"
#include "cli/command.h"
#include "cli/complain.h"

struct options {
    const char *words[2];
    int count;
    bool json;
};

enum { OPTION_JSON = 0x100 };

static const struct argp_option argp_options[] = {
    {"json", OPTION_JSON, NULL, 0, "one object", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->count == 2)
            kf_complain_usage(state, "two sessions at a time, not '%s', too", arg);
        options->words[options->count++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (options->count != 2)
            kf_complain_usage(state, "compare takes two sessions: A.kfs B.kfs");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- how they were run ---- */

static void print_speed(const struct kf_pair_side *side)
{
    char text[48] = "not known";
    if (isfinite(side->belt_mean_mps) && side->belt_most_mps - side->belt_least_mps < .05)
        (void)snprintf(text, sizeof text, "%.2f", side->belt_mean_mps);
    else if (isfinite(side->belt_mean_mps))
        (void)snprintf(text, sizeof text, "%.2f (%.2f to %.2f)", side->belt_mean_mps, side->belt_least_mps,
                       side->belt_most_mps);
    printf(" %-24s", text);
}

static void print_known(const char *name, int decimals, double a, double b)
{
    const double value[] = {a, b};
    printf("%-16s", name);
    for (int i = 0; i < 2; i++)
        if (isfinite(value[i]))
            printf(" %-24.*f", decimals, value[i]);
        else
            printf(" %-24s", "not known");
    putchar('\n');
}

static void print_conditions(const struct kf_pair *pair)
{
    struct kf_ui_session shown[2];
    const struct kf_pair_side *side = pair->side;
    for (int i = 0; i < 2; i++)
        kf_history_show(&shown[i], &side[i].session);
    printf("%-16s %-24s %-24s\n", "", "A", "B");
    printf("%-16s %-24s %-24s\n", "began", shown[0].day, shown[1].day);
    printf("%-16s ", "athlete");
    kf_column_print(24, shown[0].athlete);
    putchar(' ');
    kf_column_print(24, shown[1].athlete);
    putchar('\n');
    print_known("minutes", 1, side[0].session.minutes, side[1].session.minutes);
    printf("%-16s", "belt, m/s");
    print_speed(&side[0]);
    print_speed(&side[1]);
    putchar('\n');
    print_known("baseline at, m/s", 2, side[0].baseline_mps, side[1].baseline_mps);
    print_known("cues a minute", 2, shown[0].value[KF_FIGURE_CUES], shown[1].value[KF_FIGURE_CUES]);
    print_known("shown, s/min", 1, shown[0].value[KF_FIGURE_SHOWN], shown[1].value[KF_FIGURE_SHOWN]);
}

/* ---- figures ---- */

/* No "-0.000". */
static void print_number(int width, int decimals, double value)
{
    if (isfinite(value))
        printf(" %*.*f", width, decimals, fabs(value) < .5 * pow(10, -decimals) ? 0 : value);
    else
        printf(" %*s", width, "-");
}

static void print_figure(const struct kf_pair_figure *figure)
{
    const bool share = strcmp(figure->key->name, "pulled") == 0;
    const double scale = share ? 100 : 1;
    const int decimals = share || strcmp(figure->key->unit, "deg/s") == 0 ? 1 : 3;
    printf("%-24s", share ? "pulled, % of judged" : figure->key->name);
    for (int i = 0; i < 2; i++) {
        print_number(9, decimals, scale * figure->mean[i]);
        print_number(7, decimals, share ? NAN : figure->sd[i]);
    }
    print_number(9, decimals, scale * figure->difference);
    print_number(7, decimals, scale * figure->margin);
    print_number(6, 1, share ? NAN : figure->effect);
    puts(figure->stands ? " *" : "");
}

/* What a coach asks for first. */
static bool is_main(const struct kf_pair_figure *figure)
{
    static const char *const names[] = {"pulled", "drive_nm_kg", "peak_knee_deg", "cadence_spm"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(figure->key->name, names[i]) == 0)
            return true;
    return false;
}

/* Returns how many are beyond chance. */
static unsigned print_figures(const struct kf_pair *pair, bool main)
{
    unsigned stands = 0;
    for (unsigned i = 0; i < pair->count; i++) {
        if (is_main(&pair->figure[i]) != main)
            continue;
        print_figure(&pair->figure[i]);
        stands += pair->figure[i].stands;
    }
    putchar('\n');
    return stands;
}

static void print_warnings(const struct kf_pair *pair)
{
    const struct kf_history_session *a = &pair->side[0].session, *b = &pair->side[1].session;
    if (strcmp(a->athlete, b->athlete) != 0)
        puts("These are two athletes: their figures differ for that alone.");
    if (kf_pair_speed_differs(pair))
        puts("The belt's speed differs, and with it most figures change: no difference here is learning.");
    else if (isnan(pair->side[0].belt_mean_mps) || isnan(pair->side[1].belt_mean_mps))
        puts("The belt's speed is not known of both: were they run at the same?");
    for (unsigned i = 0; i < pair->setting_count && i < KF_PAIR_SETTINGS; i++)
        printf("setting %s: %s and %s\n", pair->setting[i].name, pair->setting[i].value[0], pair->setting[i].value[1]);
    if (pair->setting_count > KF_PAIR_SETTINGS)
        printf("and %u settings more differ\n", pair->setting_count - KF_PAIR_SETTINGS);
    if (strcmp(a->version, b->version) != 0)
        printf("recorded by different versions, %s and %s: see replay --check\n", a->version, b->version);
    if (!a->complete || !b->complete)
        printf("%s was cut off\n", a->complete ? "B" : b->complete ? "A" : "each");
}

static void print_comparison(const struct kf_pair *pair)
{
    print_conditions(pair);
    print_warnings(pair);
    printf("\n%-24s %9s %7s %9s %7s %9s %8s %6s\n", "", "A mean", "sd", "B mean", "sd", "B - A", "±95 %", "in sd");
    const unsigned main = print_figures(pair, true), stands = main + print_figures(pair, false);
    if (pair->known == 0) {
        printf("Too short to tell a difference from chance: that takes %d swings of each.\n", KF_PAIR_LEAST);
        return;
    }
    if (stands == 0)
        printf("No difference is more than chance makes among %u figures.\n", pair->known);
    else
        printf("* more than chance makes among %u figures. The two sessions differ in it; why (learning, tiredness,\n"
               "  shoes, how the straps sat) two sessions cannot tell: kneefold history shows whether it stays.\n",
               pair->known);
}

static int compare(int argc, char **argv)
{
    static const char doc[] = "Compare two sessions, figure by figure, over both legs.\v"
                              "sd is the spread from swing to swing, ±95 % the error of the difference from ten blocks "
                              "of each session, 'in sd' the difference in spreads.";
    static const struct argp argp = {argp_options, parse, "A.kfs B.kfs", doc, NULL, NULL, NULL};
    struct options options = {.count = 0};
    struct kf_error error = {0};
    int status = EX_OK;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    struct kf_pair *both = calloc(1, sizeof *both);
    if (!both)
        return kf_complain_text(KF_ERR_UNAVAILABLE, "not enough memory to compare sessions", NULL);
    if (kf_pair_read(options.words[0], options.words[1], both, &error) != KF_OK)
        status = kf_complain(&error);
    else if (options.json)
        kf_pair_write_json(stdout, both);
    else
        print_comparison(both);
    free(both);
    return status;
}

const struct kf_command kf_command_compare = {"compare", "two sessions, figure by figure", compare};
