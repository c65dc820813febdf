/* stage.c - see stage.h. Time is counted in poll timeouts, so no clock is read and nothing sleeps on purpose. */
#include "config.h"

#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/sim.h"

enum { TICK_MS = 20, QUIET_MS = 300, ARGUMENTS_MAX = 16 };

static void die(const char *what)
{
    fprintf(stderr, "stage: %s: %s\n", what, strerror(errno));
    abort();
}

static int check(int result, const char *what)
{
    if (result < 0)
        die(what);
    return result;
}

void stage_open(struct stage *stage)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char folder[] = "/tmp/kf-live-XXXXXX";
    memset(stage, 0, sizeof *stage);
    stage->fd = stage->terminal = stage->pod = -1;
    if (!mkdtemp(folder))
        die("mkdtemp");
    (void)snprintf(stage->pod_path, sizeof stage->pod_path, "%s/pod", folder);
    memcpy(address.sun_path, stage->pod_path, strlen(stage->pod_path) + 1);
    stage->listener = check(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    check(bind(stage->listener, (const struct sockaddr *)&address, sizeof address), "bind");
    check(listen(stage->listener, 1), "listen");
}

void stage_end_pod(struct stage *stage)
{
    uint8_t commands[4096];
    (void)shutdown(stage->pod, SHUT_WR);
    while (read(stage->pod, commands, sizeof commands) > 0) /* closed unread they would reset the connection */
        continue;
}

void stage_close(struct stage *stage)
{
    if (stage->pid > 0) {
        (void)kill(stage->pid, SIGKILL);
        (void)waitpid(stage->pid, NULL, 0);
    }
    kf_sim_destroy(stage->sim);
    if (stage->pod >= 0)
        (void)close(stage->pod);
    if (stage->fd >= 0)
        (void)close(stage->fd);
    if (stage->terminal >= 0)
        (void)close(stage->terminal);
    (void)close(stage->listener);
    (void)unlink(stage->pod_path);
    *strrchr(stage->pod_path, '/') = '\0';
    (void)rmdir(stage->pod_path);
}

static void open_terminal(struct stage *stage)
{
    const struct winsize size = {.ws_col = 100, .ws_row = 30};
    stage->fd = check(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
    if (grantpt(stage->fd) != 0 || unlockpt(stage->fd) != 0)
        die("unlockpt");
    stage->terminal = check(open(ptsname(stage->fd), O_RDWR | O_NOCTTY | O_CLOEXEC), "open terminal");
    check(ioctl(stage->terminal, TIOCSWINSZ, &size), "TIOCSWINSZ");
    check(tcgetattr(stage->terminal, &stage->before), "tcgetattr");
}

static void set_environment(const struct stage *stage)
{
    (void)setenv("TERM", "xterm", 1);
    (void)setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    (void)setenv("NCURSES_GPM_TERMS", "none", 1); /* gpm's library, loaded on a console, leaks ten bytes */
    for (int i = 0; stage->environment && stage->environment[i]; i++) {
        char name[64];
        const char *value = strchr(stage->environment[i], '=');
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(stage->environment[i], "="), stage->environment[i]);
        (void)(value ? setenv(name, value + 1, 1) : unsetenv(name));
    }
}

static void set_input(const struct stage *stage)
{
    int ends[2] = {-1, -1};
    switch (stage->input) {
    case STAGE_INPUT_USUAL:
        if (stage->terminal >= 0)
            (void)dup2(stage->terminal, STDIN_FILENO);
        else
            (void)dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
        return;
    case STAGE_INPUT_NULL:
        (void)dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
        return;
    case STAGE_INPUT_CLOSED:
        (void)close(STDIN_FILENO);
        return;
    case STAGE_INPUT_SILENT: /* both ends are the program's: it never ends */
        check(pipe(ends), "pipe");
        (void)dup2(ends[0], STDIN_FILENO);
        return;
    }
}

static void become_program(const struct stage *stage, int output, const char *const *arguments)
{
    const char *program = getenv("KNEEFOLD"), *argv[ARGUMENTS_MAX] = {"kneefold", arguments[0]};
    char pod[80];
    (void)snprintf(pod, sizeof pod, "unix:%s", stage->pod_path);
    const bool records = argv[1] && (strcmp(argv[1], "live") == 0 || strcmp(argv[1], "demo") == 0);
    if (records) /* not where the person who runs the test keeps sessions; what comes after may say otherwise */
        argv[2] = "-orecord.enabled=no";
    for (int i = 1, at = records ? 3 : 2; argv[1] && arguments[i] && at + 1 < ARGUMENTS_MAX; i++)
        argv[at++] = strcmp(arguments[i], "POD") == 0 ? pod : arguments[i];
    set_input(stage);
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
    set_environment(stage);
    if (stage->ignores_hangup)
        (void)signal(SIGHUP, SIG_IGN);
    (void)execv(program ? program : "./kneefold", (char *const *)argv);
    _exit(127);
}

/* What a shell does with a job: a process group of its own, which gets the terminal. */
static void be_shell(const struct stage *stage, const char *const *arguments)
{
    static const char word[] = "STOPPED\n";
    int status = 0;
    const pid_t job = fork();
    (void)signal(SIGTTOU, SIG_IGN);
    (void)setpgid(job, job); /* both do, so that it is done when either goes on */
    (void)tcsetpgrp(stage->terminal, job ? job : getpid());
    (void)signal(SIGTTOU, SIG_DFL);
    if (job == 0)
        become_program(stage, stage->terminal, arguments);
    while (waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status))
        (void)!write(stage->terminal, word, sizeof word - 1);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* The suite may itself be a background job, whose children ignore what a person at a terminal would send. */
static void heed_signals(void)
{
    static const int sent[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP, SIGCONT};
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++)
        (void)signal(sent[i], SIG_DFL);
}

static void be_child(const struct stage *stage, int output, const char *const *arguments)
{
    heed_signals();
    if (stage->terminal >= 0) {
        (void)setsid();
        (void)ioctl(stage->terminal, TIOCSCTTY, 0);
    }
    if (stage->job)
        be_shell(stage, arguments);
    become_program(stage, output, arguments);
}

void stage_run(struct stage *stage, bool on_terminal, const char *const *arguments)
{
    int ends[2] = {-1, -1};
    if (on_terminal)
        open_terminal(stage);
    else
        check(pipe(ends), "pipe");
    stage->pid = check(fork(), "fork");
    if (stage->pid == 0)
        be_child(stage, on_terminal ? stage->terminal : ends[1], arguments);
    if (on_terminal)
        return;
    (void)close(ends[1]);
    stage->fd = ends[0];
}

void stage_accept(struct stage *stage)
{
    struct pollfd listener = {.fd = stage->listener, .events = POLLIN};
    if (poll(&listener, 1, STAGE_LIMIT_MS) != 1)
        die("the program does not connect");
    stage->pod = check(accept(stage->listener, NULL, NULL), "accept");
    (void)fcntl(stage->pod, F_SETFL, O_NONBLOCK);
    (void)fcntl(stage->pod, F_SETFD, FD_CLOEXEC);
}

/* Takes what there is, waiting at most one tick. False at the end of the output. */
static bool take_output(struct stage *stage, int wait_ms)
{
    struct pollfd fd = {.fd = stage->fd, .events = POLLIN};
    ssize_t count = 0;
    if (poll(&fd, 1, wait_ms) < 1)
        return true;
    count = read(stage->fd, stage->output + stage->count, STAGE_OUTPUT_MAX - 1 - stage->count);
    if (count <= 0)
        return false;
    stage->count += (size_t)count;
    stage->output[stage->count] = '\0';
    return true;
}

void stage_resize(struct stage *stage, int columns, int rows)
{
    const struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    check(ioctl(stage->fd, TIOCSWINSZ, &size), "TIOCSWINSZ");
}

void stage_hang_up(struct stage *stage)
{
    (void)close(stage->terminal);
    (void)close(stage->fd);
    stage->terminal = stage->fd = -1;
}

pid_t stage_foreground(const struct stage *stage)
{
    return tcgetpgrp(stage->fd);
}

/* A pod on a socket or on a serial port. */
static ssize_t put(int pod, const uint8_t *bytes, size_t count)
{
    return isatty(pod) ? write(pod, bytes, count) : send(pod, bytes, count, MSG_NOSIGNAL);
}

static bool send_bytes(struct stage *stage, const uint8_t *bytes, size_t count, bool reading)
{
    int waited_ms = 0;
    while (count > 0) {
        struct pollfd pod = {.fd = stage->pod, .events = POLLOUT};
        const ssize_t sent = put(stage->pod, bytes, count);
        if (sent > 0) {
            bytes += sent;
            count -= (size_t)sent;
            continue;
        }
        if (sent < 0 && errno != EAGAIN)
            return false;
        if (poll(&pod, 1, TICK_MS) == 0 && (waited_ms += TICK_MS) > STAGE_LIMIT_MS)
            return false;
        if (reading)
            (void)take_output(stage, 0);
    }
    return true;
}

static struct kf_sim *demo_runner(void)
{
    struct kf_sim_config config;
    struct kf_sim *sim = NULL;
    kf_sim_config_default(&config);
    if (kf_sim_config_parse(&config, "demo", NULL) == KF_OK)
        sim = kf_sim_create(&config, NULL);
    if (!sim)
        die("simulator");
    return sim;
}

bool stage_feed(struct stage *stage, double until_s, bool reading)
{
    uint8_t bytes[4096];
    int count = 0;
    bool taken = true;
    if (!stage->sim)
        stage->sim = demo_runner();
    while (taken && (count = kf_sim_wire_read(stage->sim, until_s, bytes, sizeof bytes)) > 0)
        taken = send_bytes(stage, bytes, (size_t)count, reading);
    return taken;
}

void stage_settle(struct stage *stage)
{
    size_t before = 0;
    do {
        before = stage->count;
        (void)take_output(stage, QUIET_MS);
    } while (stage->count > before);
}

bool stage_has(const struct stage *stage, const char *text)
{
    return strstr(stage->output, text) != NULL;
}

bool stage_expect(struct stage *stage, size_t *from, const char *text)
{
    for (int waited_ms = 0; waited_ms < STAGE_LIMIT_MS; waited_ms += TICK_MS) {
        const char *found = strstr(stage->output + *from, text);
        if (found) {
            *from = (size_t)(found - stage->output) + strlen(text);
            return true;
        }
        if (!take_output(stage, TICK_MS))
            return strstr(stage->output + *from, text) != NULL;
    }
    return false;
}

void stage_type(struct stage *stage, const char *keys)
{
    if (write(stage->fd, keys, strlen(keys)) < 0)
        die("typing");
}

/* What the program wrote last may still be on its way through the terminal: until a tick brings nothing. */
static void take_the_rest(struct stage *stage)
{
    size_t before = 0;
    do {
        before = stage->count;
    } while (take_output(stage, TICK_MS) && stage->count > before && stage->count < STAGE_OUTPUT_MAX - 1);
}

int stage_wait(struct stage *stage)
{
    for (int waited_ms = 0; waited_ms < STAGE_LIMIT_MS; waited_ms += TICK_MS) {
        int status = 0;
        struct rusage used;
        const bool more = stage->fd >= 0 && take_output(stage, TICK_MS);
        if (wait4(stage->pid, &status, WNOHANG, &used) == stage->pid) {
            stage->pid = 0;
            stage->cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
            if (more)
                take_the_rest(stage);
            return status;
        }
        if (!more)
            (void)poll(NULL, 0, TICK_MS);
    }
    return -1;
}

bool stage_is_restored(const struct stage *stage)
{
    struct termios now;
    check(tcgetattr(stage->terminal, &now), "tcgetattr");
    return now.c_iflag == stage->before.c_iflag && now.c_oflag == stage->before.c_oflag &&
           now.c_lflag == stage->before.c_lflag;
}
