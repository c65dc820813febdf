/* soak.h - hours of a simulated session through the whole live path and the recorder, as fast as it goes, with time
 * invented: what bench_session measures, `make soak` runs for a day and test_soak for ten minutes. */
#ifndef KF_SOAK_H
#define KF_SOAK_H

#include <stdint.h>

#include "app/engine.h"

struct soak {
    char path[1024]; /* of the session file, once it has been run */
    double hours, belt_mps;
    uint64_t bytes, lost; /* of the file; records that found no room */
    long first_kib,
        last_kib; /* resident memory after half of the time (the ring has been round), and at the end; 0 not known */
    uint64_t swings[2];                              /* in the first and the last quarter of the time */
    double peak_knee_deg[2], stride_s[2], pulled[2]; /* their means there */
    uint64_t cues;
};

/* Runs `hours` of the demo's runner below `folder`. 0, or -1 with a line on stderr. */
int soak_run(struct soak *soak, double hours, const char *folder);

#endif
