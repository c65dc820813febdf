/* command.c - a program of the coach's choice is run with each cue: to speak it, to light a lamp.
 *
 * It is started without a shell, so no text can become a command, with nothing of ours but three descriptors on
 * /dev/null (all others are close-on-exec), and never waited for: one at a time, collected in passing, ended with its
 * children when it takes too long. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kneefold/error.h"
#include "sink/sink.h"

extern char **environ;

#define SECOND_NS INT64_C(1000000000)
static const int64_t longest_ns = 10 * SECOND_NS; /* a sentence takes three */
static const int64_t apart_ns = SECOND_NS;        /* from one start to the next, whatever the settings of cues */

/* ---- words ---- */

static const char *placeholder(const char *at, const struct kf_cue *cue, size_t *length)
{
    static const char *const names[] = {"{text}", "{cue}", "{leg}"};
    const char *const values[] = {cue->text, cue->name,
                                  !cue->has_leg         ? "both"
                                  : cue->leg == KF_LEFT ? "left"
                                                        : "right"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        *length = strlen(names[i]);
        if (strncmp(at, names[i], *length) == 0)
            return values[i];
    }
    return NULL;
}

static bool put(char **out, const char *end, const char *text, size_t length)
{
    if ((size_t)(end - *out) <= length)
        return false;
    memcpy(*out, text, length);
    *out += length;
    return true;
}

/* One word from *in to *out. False when it does not fit or a quote stays open. */
static bool split_word(const char **in, const struct kf_cue *cue, char **out, const char *end)
{
    char quote = '\0';
    while (**in && (quote || !strchr(" \t", **in))) {
        size_t length = 1;
        const char *value = placeholder(*in, cue, &length);
        if (!quote && (**in == '"' || **in == '\'')) {
            quote = *(*in)++;
        } else if (quote && **in == quote) {
            quote = '\0';
            ++*in;
        } else if (value) {
            if (!put(out, end, value, strlen(value)))
                return false;
            *in += length;
        } else {
            if (**in == '\\' && quote != '\'' && (*in)[1])
                ++*in;
            if (!put(out, end, (*in)++, 1))
                return false;
        }
    }
    *(*out)++ = '\0';
    return quote == '\0';
}

bool kf_sink_split(const char *command, const struct kf_cue *cue, char *word[KF_SINK_WORDS + 1],
                   char room[KF_SINK_ROOM])
{
    char *out = room;
    unsigned count = 0;
    for (command += strspn(command, " \t"); *command; command += strspn(command, " \t")) {
        if (count == KF_SINK_WORDS || out >= room + KF_SINK_ROOM - 1)
            return false;
        word[count++] = out;
        if (!split_word(&command, cue, &out, room + KF_SINK_ROOM - 1))
            return false;
    }
    word[count] = NULL;
    return count > 0;
}

/* ---- trouble ---- */

/* Once a command: a lamp that is unplugged must not cover the header for the rest of the session. */
KF_PRINTF_LIKE(2, 3)
static void say(struct kf_sinks *sinks, const char *format, ...)
{
    va_list args;
    if (sinks->child.told)
        return;
    sinks->child.told = true;
    sinks->troubles++;
    va_start(args, format);
    (void)vsnprintf(sinks->trouble, sizeof sinks->trouble, format, args);
    va_end(args);
}

/* ---- the child ---- */

/* A child begins with our signal mask and with the signals we ignore: it gets the usual ones back. */
static int set_up_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    int error;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    (void)sigdelset(&all, SIGKILL);
    (void)sigdelset(&all, SIGSTOP);
    error = posix_spawnattr_setflags(attributes,
                                     (short)(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    error = error ? error : posix_spawnattr_setpgroup(attributes, 0);
    error = error ? error : posix_spawnattr_setsigmask(attributes, &none);
    return error ? error : posix_spawnattr_setsigdefault(attributes, &all);
}

static int spawn_with(posix_spawnattr_t *attributes, char *const word[], pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    error = error ? error : posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    error = error ? error : posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    error = error ? error : posix_spawnp(pid, word[0], &actions, attributes, word, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* 0 and *pid, or why not. */
static int spawn(char *const word[], pid_t *pid)
{
    posix_spawnattr_t attributes;
    int error = posix_spawnattr_init(&attributes);
    if (error)
        return error;
    error = set_up_attributes(&attributes);
    error = error ? error : spawn_with(&attributes, word, pid);
    (void)posix_spawnattr_destroy(&attributes);
    return error;
}

static void start(struct kf_sinks *sinks, const struct kf_cue *cue, int64_t now_ns)
{
    char *word[KF_SINK_WORDS + 1], room[KF_SINK_ROOM], why[KF_ERRNO_TEXT_MAX];
    struct kf_sink_child *child = &sinks->child;
    if (!kf_sink_split(child->command, cue, word, room)) {
        child->useless = true;
        say(sinks, "feedback.command has an open quote or too many words: it is not run");
        return;
    }
    const int error = spawn(word, &child->pid);
    if (error) {
        child->pid = 0;
        child->useless = error != EAGAIN && error != ENOMEM;
        say(sinks, "feedback.command: cannot run '%.60s': %s", word[0], kf_errno_text(error, why));
        return;
    }
    child->started++;
    child->any = true;
    child->started_ns = now_ns;
}

/* Collects the child when it has ended. */
static void collect(struct kf_sinks *sinks)
{
    int status = 0;
    if (waitpid(sinks->child.pid, &status, WNOHANG) == 0)
        return;
    sinks->child.pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        say(sinks, "feedback.command ended with status %d", WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        say(sinks, "feedback.command was ended by signal %d", WTERMSIG(status));
}

static void step(struct kf_sinks *sinks, int64_t now_ns)
{
    const struct kf_sink_child *child = &sinks->child;
    if (child->pid == 0)
        return;
    collect(sinks);
    if (child->pid == 0 || now_ns - child->started_ns < longest_ns)
        return;
    say(sinks, "feedback.command still runs after %d s: it is stopped", (int)(longest_ns / SECOND_NS));
    (void)kill(-child->pid, SIGKILL);
}

static void use_command(struct kf_sink_child *child, const char *command)
{
    if (strncmp(child->command, command, sizeof child->command - 1) == 0)
        return;
    (void)snprintf(child->command, sizeof child->command, "%s", command);
    child->told = child->useless = false;
}

static void cue(struct kf_sinks *sinks, const struct kf_sink_settings *settings, const struct kf_cue *said,
                int64_t now_ns)
{
    struct kf_sink_child *child = &sinks->child;
    use_command(child, settings->command);
    if (child->command[0] == '\0' || child->useless)
        return;
    step(sinks, now_ns);
    if (child->pid != 0 || (child->any && now_ns - child->started_ns < apart_ns))
        child->dropped++;
    else
        start(sinks, said, now_ns);
}

/* SIGKILL ends it at once, so collecting it does not wait. */
static void close_child(struct kf_sinks *sinks)
{
    const pid_t pid = sinks->child.pid;
    if (pid == 0)
        return;
    (void)kill(-pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    sinks->child.pid = 0;
}

const struct kf_sink_kind kf_sink_command = {.name = "command", .cue = cue, .step = step, .close = close_child};
