/* interrupt.c - remembers a signal, so that work can stop at a place of its own choosing. */
#include "config.h"

#include "cli/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t caught; /* the signal's number; 0 none */

static void remember(int number)
{
    caught = number;
}

/* What the caller of the program ignores (nohup, scripts' background jobs) stays ignored. */
static void catch (int number)
{
    struct sigaction action = {.sa_handler = remember, .sa_flags = (int)SA_RESETHAND}, before;
    if (sigaction(number, &action, &before) == 0 && before.sa_handler == SIG_IGN)
        (void)sigaction(number, &before, NULL);
}

void kf_interrupt_catch(void)
{
    catch (SIGINT);
    catch (SIGTERM);
    catch (SIGHUP);
}

int kf_interrupt_status(void)
{
    return caught ? 128 + (int)caught : 0;
}

static bool go_on(void *context, const struct kf_feed *feed)
{
    (void)context;
    (void)feed;
    return !caught;
}

const struct kf_recording_watch kf_interrupt_watch = {.step = go_on};
