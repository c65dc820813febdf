/* gate.c - one line a limit, so that a failure names its figure. */
#include "gate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void note(struct gates *gates, const char *what, bool kept, const char *measured)
{
    if (gates->count == GATE_MAX) {
        fputs("more gates than GATE_MAX\n", stderr);
        exit(1);
    }
    struct gate *gate = &gates->gate[gates->count++];
    snprintf(gate->what, sizeof gate->what, "%s", what);
    snprintf(gate->measured, sizeof gate->measured, "%s", measured);
    gate->kept = kept;
}

void gate_at_most(struct gates *gates, const char *what, double value, double limit, const char *unit)
{
    char measured[64];
    snprintf(measured, sizeof measured, "%9.3f  at most  %6.4g %s", value, limit, unit);
    note(gates, what, value <= limit, measured);
}

void gate_at_least(struct gates *gates, const char *what, double value, double limit, const char *unit)
{
    char measured[64];
    snprintf(measured, sizeof measured, "%9.3f  at least %6.4g %s", value, limit, unit);
    note(gates, what, value >= limit, measured);
}

void gate_within(struct gates *gates, const char *what, double value, double limit, const char *unit)
{
    char measured[64];
    snprintf(measured, sizeof measured, "%+9.3f  within   %6.4g %s", value, limit, unit);
    note(gates, what, fabs(value) <= limit, measured);
}

unsigned gate_report(const struct gates *gates)
{
    unsigned broken = 0;
    printf("\nGates\n");
    for (unsigned i = 0; i < gates->count; i++) {
        const struct gate *gate = &gates->gate[i];
        printf("%s  %-62s %s\n", gate->kept ? "ok  " : "FAIL", gate->what, gate->measured);
        broken += !gate->kept;
    }
    if (broken)
        printf("%u of %u gates broken\n", broken, gates->count);
    else
        printf("all %u gates kept\n", gates->count);
    return broken;
}
