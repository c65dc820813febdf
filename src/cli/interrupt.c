/* interrupt.c - remembers a signal, so that work can stop at a place of its own choosing. */
#include "config.h"

#include "cli/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t caught; /* the signal's number; 0 none */

static void remember(int number)
{
    caught = number;
}

void kf_interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = remember, .sa_flags = (int)SA_RESETHAND};
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

int kf_interrupt_status(void)
{
    return caught ? 128 + (int)caught : 0;
}
