/* signals.c - a signal may come at any instruction, so a handler may do next to nothing. Here it leaves a note and a
 * byte in a pipe; only a crash, and a process that does not end when told to, are dealt with on the spot. */
#include "config.h"

#include "app/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const int noted[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT}; /* the last: Ctrl-\, for a core */

enum { NOTED = sizeof noted / sizeof noted[0], CRASHES = sizeof crashes / sizeof crashes[0], CRASH_STACK = 64 * 1024 };

/* A handler has no argument: what it needs lives here, one set a process. */
static volatile sig_atomic_t came_end, came_resize, came_stop, came_continue;
static int pipe_fd[2] = {-1, -1};
static void (*give_back)(void);
static struct sigaction before[NOTED], before_crash[CRASHES], before_pipe, before_alarm, before_continue;
static _Alignas(max_align_t) unsigned char crash_stack[CRASH_STACK];

static void on_noted(int number)
{
    const int saved = errno;
    const char byte = 0;
    if (number == SIGWINCH) {
        came_resize = 1;
    } else if (number == SIGTSTP) {
        came_stop = 1;
    } else {
        if (came_end == 0)
            came_end = number;
        (void)alarm(KF_SIGNAL_GRACE_S);
    }
    if (write(pipe_fd[1], &byte, 1) < 0)
        errno = saved; /* full: the loop has enough to wake up for */
    errno = saved;
}

/* Whoever says go on before we have stopped does not want us to stop: nobody may be there to say it again. */
static void on_continue(int number)
{
    (void)number;
    came_stop = 0;
    came_continue = 1;
}

static void on_alarm(int number)
{
    (void)number;
    if (give_back)
        give_back();
    _exit(128 + came_end);
}

/* SA_RESETHAND has put the default back: raising again ends the process as it would have ended, core and all. */
static void on_crash(int number)
{
    if (give_back)
        give_back();
    (void)raise(number);
}

static void handle(int number, void (*handler)(int), int flags, struct sigaction *old)
{
    struct sigaction action = {.sa_flags = flags};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, old);
}

enum kf_status kf_signals_open(void (*restore)(void), struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];
    const stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
    if (pipe(pipe_fd) != 0)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, errno, "cannot make a pipe for signals: %s",
                            kf_errno_text(errno, why));
    for (int end = 0; end < 2; end++) {
        (void)fcntl(pipe_fd[end], F_SETFD, FD_CLOEXEC);
        (void)fcntl(pipe_fd[end], F_SETFL, O_NONBLOCK);
    }
    came_end = came_resize = came_stop = 0;
    give_back = restore;
    (void)sigaltstack(&stack, NULL);
    handle(SIGPIPE, SIG_IGN, 0, &before_pipe);
    handle(SIGALRM, on_alarm, 0, &before_alarm);
    handle(SIGCONT, on_continue, SA_RESTART, &before_continue);
    for (int i = 0; i < NOTED; i++) { /* without SA_RESTART: a write to a terminal that hangs comes back */
        handle(noted[i], on_noted, 0, &before[i]);
        if (before[i].sa_handler == SIG_IGN) /* nohup, and scripts' background jobs */
            (void)sigaction(noted[i], &before[i], NULL);
    }
    for (int i = 0; i < CRASHES; i++)
        handle(crashes[i], on_crash, (int)(SA_ONSTACK | SA_RESETHAND | SA_NODEFER), &before_crash[i]);
    return KF_OK;
}

void kf_signals_close(void)
{
    if (pipe_fd[0] < 0)
        return;
    (void)alarm(0);
    for (int i = 0; i < NOTED; i++)
        (void)sigaction(noted[i], &before[i], NULL);
    for (int i = 0; i < CRASHES; i++)
        (void)sigaction(crashes[i], &before_crash[i], NULL);
    (void)sigaction(SIGPIPE, &before_pipe, NULL);
    (void)sigaction(SIGALRM, &before_alarm, NULL);
    (void)sigaction(SIGCONT, &before_continue, NULL);
    for (int end = 0; end < 2; end++) {
        (void)close(pipe_fd[end]);
        pipe_fd[end] = -1;
    }
}

int kf_signals_fd(void)
{
    return pipe_fd[0];
}

struct kf_signals kf_signals_take(void)
{
    struct kf_signals signals = {0};
    char bytes[64];
    while (read(pipe_fd[0], bytes, sizeof bytes) > 0)
        continue;
    signals.end = came_end;
    signals.resize = came_resize != 0;
    signals.stop = came_stop != 0;
    came_resize = came_stop = 0;
    if (signals.stop)
        came_continue = 0;
    return signals;
}

void kf_signals_suspend(void)
{
    struct sigaction ours;
    sigset_t stop, mask;
    if (came_continue) /* while the terminal was being given back */
        return;
    handle(SIGTSTP, SIG_DFL, 0, &ours);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    (void)raise(SIGTSTP);
    (void)pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
    (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
    (void)sigaction(SIGTSTP, &ours, NULL);
}
