/* chunks.c - the same recording must say the same whatever pieces it comes in: serial ports, pipes and files all cut
 * differently, and a replay that judged otherwise than live would be worthless. */
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

static const size_t chunks[] = {1, 2, 7, 64, 4096};

struct counts {
    size_t recordings, passes, swings, unlike;
};

static void compare(const char *path, const char *way, const struct run *whole, struct run *other,
                    struct counts *counts)
{
    char why[128] = "unusable";
    counts->passes++;
    if (!other || !run_same(whole, other, why, sizeof why)) {
        counts->unlike++;
        printf("%s, %s: %s\n", path, way, why);
    }
    free(other);
}

static void check_recording(const char *path, struct counts *counts)
{
    struct run_input input = {.baseline_from_s = NAN, .baseline_to_s = NAN};
    uint8_t *bytes = run_load(path, &input.count);
    input.bytes = bytes;
    input.chunk = input.count;
    struct run *whole = bytes ? run_bytes(&input, path) : NULL;
    counts->recordings++;
    if (!whole) {
        counts->unlike++;
        free(bytes);
        return;
    }
    counts->swings += whole->swing_count;
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        char way[32];
        input.chunk = chunks[i];
        snprintf(way, sizeof way, "%zu bytes at a time", chunks[i]);
        compare(path, way, whole, run_bytes(&input, path), counts);
    }
    compare(path, "replay", whole, run_replay(path), counts);
    free(whole);
    free(bytes);
}

static void check_all(const struct trials *trials, struct counts *counts)
{
    for (size_t i = 0; i < trials->count; i++)
        check_recording(trials->trial[i].log_path, counts);
}

void chunk_table(const struct trials *running, const struct trials *synthetic, const char *podlink_folder,
                 struct gates *gates)
{
    struct counts counts = {0};
    glob_t found = {0};
    char pattern[4096];
    printf("\nIn pieces of 1, 2, 7, 64 and 4096 bytes and through replay against one piece, bit for bit\n");
    check_all(running, &counts);
    check_all(synthetic, &counts);
    snprintf(pattern, sizeof pattern, "%s/*.podlink", podlink_folder);
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            check_recording(found.gl_pathv[i], &counts);
    globfree(&found);
    printf("%zu recordings, %zu swings, %zu passes, %zu unlike\n", counts.recordings, counts.swings, counts.passes,
           counts.unlike);
    gate_at_most(gates, "passes in pieces or through replay that say something else", (double)counts.unlike, 0, "");
    gate_at_least(gates, "passes compared", (double)counts.passes, 6, "");
}
