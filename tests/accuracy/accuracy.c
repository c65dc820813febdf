/* accuracy.c - protects every figure kneefold promises: runs the recordings of ../shared/data through the engine as
 * analyze does, prints what was measured against what is known, and judges it by the limits agreed on.
 *
 * Exit status: 0 all limits kept, 1 one broken, 77 no data (set KNEEFOLD_SHARED to the folder that holds data/). */
#include <stdio.h>
#include <stdlib.h>

#include "trial.h"

static void gate_sanity(const struct trials *running, const struct trials *synthetic, struct gates *gates)
{
    const struct trials *both[] = {running, synthetic};
    unsigned repeated = 0, problems = 0;
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < both[i]->count; k++) {
            repeated += both[i]->trial[k].run->repeated;
            problems += both[i]->trial[k].run->problems;
        }
    gate_at_most(gates, "lines that could not be read", problems, 0, "");
    gate_at_most(gates, "swings that changed their verdict, or said it twice or never", repeated, 0, "");
}

int main(void)
{
    const char *shared = getenv("KNEEFOLD_SHARED");
    struct trials running, synthetic;
    struct gates gates = {0};
    char folder[3][2048];
    static const char *const names[] = {"running", "synthetic", "podlink"};
    for (int i = 0; i < 3; i++)
        snprintf(folder[i], sizeof folder[i], "%s/data/%s", shared ? shared : KF_SRCDIR "/../shared", names[i]);
    if (!trials_load(&running, folder[0], true) || !trials_load(&synthetic, folder[1], false))
        return 1;
    if (running.count == 0 || synthetic.count == 0) {
        printf("skipped: no recordings in '%s' (set KNEEFOLD_SHARED)\n", running.count ? folder[1] : folder[0]);
        trials_free(&running);
        trials_free(&synthetic);
        return 77;
    }
    running_tables(&running, &gates);
    synthetic_tables(&synthetic, &gates);
    cue_table(&running, &synthetic, &gates);
    latency_table(&running, &synthetic, &gates);
    chunk_table(&running, &synthetic, folder[2], &gates);
    gate_sanity(&running, &synthetic, &gates);
    trials_free(&running);
    trials_free(&synthetic);
    return gate_report(&gates) == 0 ? 0 : 1;
}
