/* cmd_config.c - `kneefold config`: which settings are in force, who set them, and whether a file is right.
 *
 * show prints an ini file that reads back to the same settings; check says everything that is wrong in one go. */
#include "config.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cli/command.h"
#include "cli/common.h"
#include "cli/complain.h"
#include "cli/config_change.h"
#include "core/suggest.h"

struct options {
    struct kf_common common;
    bool origin, template;
    const char *action;
    char **files;
    int file_count;
};

struct action {
    const char *name;
    int (*run)(struct options *options);
    bool takes_words;
};

static const char doc[] = "Show, check, find or change the settings.\v"
                          "  show          the settings in force, as an ini file\n"
                          "  check [FILE]  read FILE (or all layers) and say everything that is wrong\n"
                          "  path          the files that are read, in order\n"
                          "  edit          open the user's file in $VISUAL or $EDITOR, and check it\n"
                          "  set S.K=V...  set values in the user's file, keeping all else in it\n"
                          "  unset S.K...  take values out of it\n"
                          "edit, set and unset change -c's FILE or the user's profile of that NAME instead when given.";

static void print_place(struct kf_settings_layers *layers, struct kf_place place, bool origin)
{
    const struct kf_settings_origin *from = kf_place_origin(&layers->origin, place);
    char value[KF_SETTING_VALUE_MAX], line[KF_SETTING_VALUE_MAX + 64];
    kf_place_value(&layers->settings, place, value, sizeof value);
    (void)snprintf(line, sizeof line, "%s =%s%s", place.row->key, *value ? " " : "", value);
    if (!origin)
        puts(line);
    else if (!from->file)
        printf("%-40s ; built in\n", line);
    else
        printf("%-40s ; %s%s%u\n", line, from->file, strcmp(from->file, "-o") == 0 ? " " : ":", from->line);
}

static int show(struct options *options)
{
    char section[KF_SECTION_MAX], last[KF_SECTION_MAX] = "";
    if (options->template) {
        kf_settings_template(stdout);
        return EX_OK;
    }
    const int status = kf_common_settings(&options->common);
    if (status != 0)
        return status;
    struct kf_settings_layers *layers = &options->common.layers;
    for (unsigned i = 0; i < kf_place_count(&layers->settings); i++) {
        const struct kf_place place = kf_place_at(i);
        kf_place_section(&layers->settings, place, section, sizeof section);
        if (strcmp(section, last) != 0)
            printf("%s[%s]\n", *last ? "\n" : "", section);
        memcpy(last, section, sizeof last);
        print_place(layers, place, options->origin);
    }
    return EX_OK;
}

static int check(struct options *options)
{
    int worst = EX_OK;
    if (options->file_count == 0) {
        worst = kf_common_settings(&options->common);
        if (worst == EX_OK)
            puts("settings are good");
        return worst;
    }
    for (int i = 0; i < options->file_count; i++) {
        const int status = kf_common_check_file(options->files[i], NULL);
        if (status == EX_OK)
            printf("%s is good\n", options->files[i]);
        else
            worst = status;
    }
    return worst;
}

static void print_path(const char *what, const char *path, bool read)
{
    printf("%-8s %s%s\n", what, *path ? path : "(no home directory)", read ? "" : " (not there)");
}

static int path(struct options *options)
{
    const int status = kf_common_settings(&options->common);
    const struct kf_settings_layers *layers = &options->common.layers;
    if (status != 0)
        return status;
    print_path("system", layers->system_path, layers->system_read);
    print_path("user", layers->user_path, layers->user_read);
    if (options->common.profile)
        print_path("profile", layers->profile_path, true);
    if (options->common.config_file)
        print_path("-c", options->common.config_file, true);
    return EX_OK;
}

static int set(struct options *options)
{
    return kf_config_set(&options->common, options->files, options->file_count);
}

static int unset(struct options *options)
{
    return kf_config_unset(&options->common, options->files, options->file_count);
}

static int edit(struct options *options)
{
    return kf_config_edit(&options->common);
}

static const struct action actions[] = {{"show", show, false}, {"check", check, true}, {"path", path, false},
                                        {"set", set, true},    {"unset", unset, true}, {"edit", edit, false}};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

static const struct argp_option argp_options[] = {
    {"origin", 'O', NULL, 0, "show: say which file and line set each value", 0},
    {"template", 'T', NULL, 0, "show: a commented file of all settings at their defaults, to start one's own from", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 'O':
        options->origin = true;
        return 0;
    case 'T':
        options->template = true;
        return 0;
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->common;
        return 0;
    case ARGP_KEY_ARG:
        if (options->action)
            return ARGP_ERR_UNKNOWN;
        options->action = arg;
        return 0;
    case ARGP_KEY_ARGS:
        options->files = state->argv + state->next;
        options->file_count = state->argc - state->next;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int unknown(const char *name)
{
    struct kf_suggestion nearest = {0};
    struct kf_error error;
    for (int i = 0; i < ACTIONS; i++)
        kf_suggest_offer(&nearest, name, actions[i].name);
    (void)kf_error_set(&error, KF_ERR_ARG, 0, "config cannot '%.80s'", name);
    if (nearest.word)
        kf_error_hint(&error, "did you mean '%s'?", nearest.word);
    else
        kf_error_hint(&error, "it can show, check, path, edit, set and unset");
    return kf_complain(&error);
}

static int config(int argc, char **argv)
{
    static const struct argp_child children[] = {{&kf_common_settings_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        argp_options, parse, "show|check|path|edit|set|unset [FILE|SECTION.KEY=VALUE...]", doc, children, NULL, NULL};
    struct options options = {0};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    if (!options.action)
        options.action = "show";
    for (int i = 0; i < ACTIONS; i++)
        if (strcmp(actions[i].name, options.action) == 0) {
            if (options.file_count > 0 && !actions[i].takes_words)
                return kf_complain_text(KF_ERR_ARG, "only `config check` takes files", "name a file with -c");
            return actions[i].run(&options);
        }
    return unknown(options.action);
}

const struct kf_command kf_command_config = {"config", "show, check, find or change the settings", config};
