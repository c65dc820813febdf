/* test_sink.c - protects the coaching from what hears its cues: a command gets its words and nothing of ours, runs one
 * at a time, is ended when it hangs, leaves no zombie, and what is wrong with it is said once. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sink/sink.h"

#define SECOND_NS INT64_C(1000000000)

static char folder[64];
static struct kf_sinks sinks;
static int64_t now_ns;

static struct kf_cue cue_of(const char *text)
{
    struct kf_cue cue = {.has_leg = true, .leg = KF_LEFT, .name = "hamstring-drive"};
    (void)snprintf(cue.text, sizeof cue.text, "%s", text);
    return cue;
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/kf-sink.XXXXXX");
    kf_sinks_init(&sinks);
    now_ns = 0;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[96];
    (void)state;
    kf_sinks_close(&sinks);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void path_of(char path[96], const char *name)
{
    (void)snprintf(path, 96, "%s/%s", folder, name);
}

static void write_script(char path[96], const char *text)
{
    FILE *file;
    path_of(path, "script");
    file = fopen(path, "we");
    assert_non_null(file);
    (void)fprintf(file, "#!/bin/sh\n%s\n", text);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0700), 0);
}

static void say(const char *command, const char *text)
{
    const struct kf_sink_settings settings = {.command = command};
    const struct kf_cue cue = cue_of(text);
    now_ns += 6 * SECOND_NS;
    kf_sinks_cue(&sinks, &settings, &cue, now_ns);
}

/* Waits for the child's end and leaves it to be collected. */
static void child_ends(void)
{
    siginfo_t info;
    assert_true(sinks.child.pid > 0);
    while (waitid(P_PID, (id_t)sinks.child.pid, &info, WEXITED | WNOWAIT) < 0)
        assert_int_equal(errno, EINTR);
    kf_sinks_step(&sinks, now_ns);
    assert_int_equal(sinks.child.pid, 0);
}

static void read_file(const char *name, char *out, size_t size)
{
    char path[96];
    FILE *file;
    path_of(path, name);
    file = fopen(path, "re");
    assert_non_null(file);
    out[fread(out, 1, size - 1, file)] = '\0';
    (void)fclose(file);
}

static void splits_without_a_shell(void **state)
{
    static const struct {
        const char *command, *words; /* words joined by | */
    } cases[] = {
        {"say {text}", "say|Relax; rm -rf \"$HOME\""},
        {"  a\tb  c ", "a|b|c"},
        {"say 'a b' \"c 'd' e\" f\\ g", "say|a b|c 'd' e|f g"},
        {"x --{cue}={leg}", "x|--hamstring-drive=left"},
        {"x '{leg} leg: {text}'", "x|left leg: Relax; rm -rf \"$HOME\""},
        {"x '' \"\" y", "x|||y"},
        {"x 'a\\b' \"a\\\"b\" \\{leg}", "x|a\\b|a\"b|{leg}"},
        {"x {unknown} $HOME *", "x|{unknown}|$HOME|*"},
        {"x a\\", "x|a\\"},
    };
    static const char *const refused[] = {"", "   ", "say 'open", "say \"open", "x '\\\\''"};
    const struct kf_cue cue = cue_of("Relax; rm -rf \"$HOME\"");
    char *word[KF_SINK_WORDS + 1], room[KF_SINK_ROOM];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char joined[512] = "";
        assert_true(kf_sink_split(cases[i].command, &cue, word, room));
        for (unsigned k = 0; word[k]; k++)
            (void)snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s%s", k ? "|" : "", word[k]);
        assert_string_equal(joined, cases[i].words);
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (kf_sink_split(refused[i], &cue, word, room))
            fail_msg("%s", refused[i]);
}

static void fits_or_is_refused(void **state)
{
    char *word[KF_SINK_WORDS + 1], room[KF_SINK_ROOM], command[256] = "";
    struct kf_cue cue = cue_of("");
    (void)state;
    for (unsigned i = 0; i < KF_SINK_WORDS; i++)
        (void)snprintf(command + strlen(command), sizeof command - strlen(command), "a ");
    assert_true(kf_sink_split(command, &cue, word, room));
    (void)snprintf(command + strlen(command), sizeof command - strlen(command), "a");
    assert_false(kf_sink_split(command, &cue, word, room));
    memset(cue.text, 'x', sizeof cue.text - 1);
    cue.text[sizeof cue.text - 1] = '\0';
    command[0] = '\0';
    for (unsigned i = 0; i < 40; i++)
        (void)snprintf(command + strlen(command), sizeof command - strlen(command), "{text}");
    assert_false(kf_sink_split(command, &cue, word, room));
}

static void runs_with_its_words_and_nothing_of_ours(void **state)
{
    char path[96], command[192], said[512], held[512];
    const int null = open("/dev/null", O_RDONLY | O_CLOEXEC), ours = fcntl(null, F_DUPFD_CLOEXEC, 177);
    char number[16];
    (void)state;
    write_script(path, "cd \"${0%/*}\"; ls /proc/self/fd | tr '\\n' ' ' >fds\n"
                       "{ readlink /proc/$$/fd/0 /proc/$$/fd/2; printf '%s\\n' \"$@\"; } >words");
    (void)snprintf(command, sizeof command, "'%s' {leg} \"{text}\"", path);
    say(command, "two words");
    assert_int_equal(sinks.child.started, 1);
    child_ends();
    read_file("words", said, sizeof said);
    assert_string_equal(said, "/dev/null\n/dev/null\nleft\ntwo words\n");
    read_file("fds", held, sizeof held); /* whoever runs this test may have left some open for us: those pass */
    (void)snprintf(number, sizeof number, " %d ", ours);
    assert_true(strncmp(held, "0 1 ", 4) == 0 && !strstr(held, number));
    assert_int_equal(sinks.troubles, 0);
    (void)close(ours);
    (void)close(null);
}

/* The child's own child has been ended, too: that comes as soon, but nobody says when. */
static void nobody_reads(const char *fifo)
{
    int fd = -1;
    for (unsigned tries = 0; tries < 1000000; tries++) {
        fd = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
            break;
        (void)close(fd);
        (void)sched_yield();
    }
    assert_true(fd < 0 && errno == ENXIO);
}

static void one_at_a_time_and_ended_when_it_hangs(void **state)
{
    char path[96], fifo[96], command[192];
    (void)state;
    path_of(fifo, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    write_script(path, "cat \"$1\" &\nwait"); /* its child hangs, too */
    (void)snprintf(command, sizeof command, "%s %s", path, fifo);
    say(command, "");
    assert_int_equal(sinks.child.started, 1);
    say(command, ""); /* 6 s later */
    assert_int_equal(sinks.child.started, 1);
    assert_int_equal(sinks.child.dropped, 1);
    assert_int_equal(sinks.troubles, 0);
    now_ns += 4 * SECOND_NS;
    kf_sinks_step(&sinks, now_ns);
    assert_int_equal(sinks.troubles, 1);
    assert_non_null(strstr(sinks.trouble, "still runs after 10 s"));
    child_ends();
    nobody_reads(fifo);
    say(command, ""); /* coaching goes on, and so do tries */
    assert_int_equal(sinks.child.started, 2);
    now_ns += 10 * SECOND_NS;
    kf_sinks_step(&sinks, now_ns);
    child_ends();
    assert_int_equal(sinks.troubles, 1);
}

static void not_more_than_one_a_second(void **state)
{
    const struct kf_sink_settings settings = {.command = "true"};
    const struct kf_cue cue = cue_of("");
    (void)state;
    say("true", "");
    child_ends();
    kf_sinks_cue(&sinks, &settings, &cue, now_ns + SECOND_NS / 2);
    assert_int_equal(sinks.child.started, 1);
    assert_int_equal(sinks.child.dropped, 1);
    kf_sinks_cue(&sinks, &settings, &cue, now_ns + SECOND_NS);
    assert_int_equal(sinks.child.started, 2);
}

static void says_once_what_is_wrong(void **state)
{
    (void)state;
    say("/no/such/program {text}", "");
    assert_int_equal(sinks.troubles, 1);
    assert_non_null(strstr(sinks.trouble, "cannot run '/no/such/program'"));
    assert_int_equal(sinks.child.pid, 0);
    say("/no/such/program {text}", "");
    assert_int_equal(sinks.troubles, 1);
    say("say 'open", ""); /* another command has troubles of its own */
    assert_int_equal(sinks.troubles, 2);
    say("false", "");
    child_ends();
    assert_int_equal(sinks.troubles, 3);
    assert_non_null(strstr(sinks.trouble, "status 1"));
    say("false", "");
    child_ends();
    assert_int_equal(sinks.troubles, 3);
    say("", "");
    assert_int_equal(sinks.troubles, 3);
}

static void closes_without_a_zombie(void **state)
{
    char fifo[96], command[192];
    (void)state;
    path_of(fifo, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    (void)snprintf(command, sizeof command, "cat %s", fifo);
    say(command, "");
    assert_true(sinks.child.pid > 0);
    kf_sinks_close(&sinks);
    assert_true(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

static void the_bell_rings_when_wanted(void **state)
{
    const struct kf_cue cue = cue_of("");
    (void)state;
    kf_sinks_cue(&sinks, &(struct kf_sink_settings){.bell = true, .command = ""}, &cue, 0);
    kf_sinks_cue(&sinks, &(struct kf_sink_settings){.bell = false, .command = ""}, &cue, 0);
    assert_int_equal(sinks.bells, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(splits_without_a_shell, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fits_or_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(runs_with_its_words_and_nothing_of_ours, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_at_a_time_and_ended_when_it_hangs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(not_more_than_one_a_second, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_once_what_is_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(closes_without_a_zombie, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_bell_rings_when_wanted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
