/* config_change.c - changes a settings file from the command line, so that a script, or a coach with an editor, cannot
 * leave one behind that will not be read. */
#include "config.h"

#include "cli/config_change.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/complain.h"
#include "settings/write.h"

enum { CHANGES_MAX = 64 };

/* Where to write, into `path`, and the settings below that file, into *below. Returns 0 or the exit status. */
static int find_file(struct kf_common *common, char path[KF_SETTINGS_PATH_MAX], struct kf_settings_layers *below)
{
    struct kf_common lower = {.assignment_count = 0};
    const bool own = !common->config_file && !common->profile;
    kf_common_paths(&lower);
    *path = '\0';
    if (common->config_file)
        (void)snprintf(path, KF_SETTINGS_PATH_MAX, "%s", common->config_file);
    else if (common->profile && strchr(common->profile, '/'))
        (void)snprintf(path, KF_SETTINGS_PATH_MAX, "%s", common->profile);
    else if (common->profile && kf_file_name_good(common->profile) && lower.layers.folders.config[0])
        kf_folder_file(path, lower.layers.folders.profiles[0], common->profile);
    else if (!common->profile)
        (void)snprintf(path, KF_SETTINGS_PATH_MAX, "%s", lower.layers.user_path);
    if (!*path)
        return kf_complain_text(KF_ERR_ARG, "there is no file to change: no home directory, or no name of a profile",
                                "name a file with -c FILE");
    if (own)
        lower.layers.user_path[0] = '\0';
    const int status = kf_common_load_layers(&lower);
    *below = lower.layers;
    return status;
}

static int change(struct kf_common *common, const struct kf_change *changes, unsigned count)
{
    char path[KF_SETTINGS_PATH_MAX];
    static struct kf_settings_layers below;
    struct kf_error error;
    const int status = find_file(common, path, &below);
    if (status != 0)
        return status;
    const struct kf_change_file file = {.path = path, .base = &below.settings};
    return kf_settings_change(&file, changes, count, &error) == KF_OK ? EX_OK : kf_complain(&error);
}

static int change_words(struct kf_common *common, char **words, int count, bool set)
{
    struct kf_change changes[CHANGES_MAX];
    char section[CHANGES_MAX][KF_SECTION_MAX], key[CHANGES_MAX][KF_SECTION_MAX], name[2 * KF_SECTION_MAX];
    struct kf_error error;
    if (count == 0)
        return kf_complain_text(KF_ERR_ARG, set ? "set what?" : "unset what?",
                                set ? "kneefold config set feedback.gap_s=10" : "kneefold config unset feedback.gap_s");
    if (count > CHANGES_MAX)
        return kf_complain_text(KF_ERR_ARG, "more than 64 values at once", "use `kneefold config edit`");
    for (int i = 0; i < count; i++) {
        const char *value = NULL;
        (void)snprintf(name, sizeof name, "%s=", words[i]);
        if (kf_assignment_split(set ? words[i] : name, section[i], key[i], &value, &error) != KF_OK) {
            error.code = KF_ERR_ARG;
            return kf_complain(&error);
        }
        changes[i] = (struct kf_change){section[i], key[i], set ? value : NULL};
    }
    return change(common, changes, (unsigned)count);
}

int kf_config_set(struct kf_common *common, char **words, int count)
{
    return change_words(common, words, count, true);
}

int kf_config_unset(struct kf_common *common, char **words, int count)
{
    return change_words(common, words, count, false);
}

/* The template, where there is no file yet. */
static int make_file(const char *path)
{
    struct kf_text_file file = {NULL, 0};
    struct kf_error error;
    int status = EX_OSERR;
    if (access(path, F_OK) == 0)
        return EX_OK;
    FILE *stream = open_memstream(&file.text, &file.length);
    if (stream) {
        kf_settings_template(stream);
        if (fclose(stream) == 0)
            status = kf_text_file_save(&file, path, &error) == KF_OK ? EX_OK : kf_complain(&error);
    }
    kf_text_file_free(&file);
    return status;
}

/* Runs the editor as git and crontab do: a shell takes its words apart, the path is one of them whatever is in it. */
static int run_editor(const char *editor, const char *path)
{
    char command[1024];
    const int length = snprintf(command, sizeof command, "%s \"$1\"", editor);
    int state = 0;
    if (length < 0 || (size_t)length >= sizeof command)
        return -1;
    (void)fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGPIPE, SIG_DFL);
        (void)signal(SIGXFSZ, SIG_DFL);
        (void)execl("/bin/sh", "sh", "-c", command, "sh", path, (char *)NULL);
        _exit(127);
    }
    if (child < 0)
        return -1;
    /* Ctrl-C is the editor's while it runs. */
    void (*const interrupted)(int) = signal(SIGINT, SIG_IGN);
    while (waitpid(child, &state, 0) < 0 && errno == EINTR)
        continue;
    (void)signal(SIGINT, interrupted);
    return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

static bool wants_again(void)
{
    char answer[16] = "";
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return false;
    fputs("Edit it again? [Y/n] ", stderr);
    return fgets(answer, sizeof answer, stdin) && answer[0] != 'n' && answer[0] != 'N';
}

int kf_config_edit(struct kf_common *common)
{
    char path[KF_SETTINGS_PATH_MAX], text[256];
    static struct kf_settings_layers below;
    const char *editor = getenv("VISUAL");
    if (!editor || !*editor)
        editor = getenv("EDITOR");
    if (!editor || !*editor)
        editor = "vi";
    int status = find_file(common, path, &below);
    if (status == EX_OK)
        status = make_file(path);
    if (status != EX_OK)
        return status;
    for (;;) {
        const int left = run_editor(editor, path);
        if (left != 0) {
            (void)snprintf(text, sizeof text, "the editor '%.150s' failed (%d)", editor, left);
            return kf_complain_text(KF_ERR_UNAVAILABLE, text, "VISUAL and EDITOR name another");
        }
        status = kf_common_check_file(path, &below.settings);
        if (status == EX_OK || !wants_again())
            return status;
    }
}
