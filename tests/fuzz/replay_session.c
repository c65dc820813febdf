/* replay_session.c - replays a seeded corpus through fuzz_session.c in every build: a small session, damaged in some
 * thousand ways and cut at every page. Arguments are files to replay instead (a crash the fuzzer found). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz_session.h"
#include "replay.h"
#include "store/writer.h"

enum { ROOM = 256 * 1024, ROUNDS = 2000 };

static uint8_t seed[ROOM], input[ROOM];

static size_t read_file(const char *path, uint8_t *bytes)
{
    FILE *file = fopen(path, "rb");
    const size_t count = file ? fread(bytes, 1, ROOM, file) : 0;
    if (file)
        (void)fclose(file);
    return count;
}

static size_t make_seed(void)
{
    char folder[] = "/tmp/kneefold-seed-XXXXXX", path[64];
    struct kf_error error;
    struct kf_swing swing = kf_swing_unknown();
    struct kf_store_writer *writer = NULL;
    if (!mkdtemp(folder))
        return 0;
    (void)snprintf(path, sizeof path, "%s/s.kfs", folder);
    writer = kf_store_create(path, NULL, &error);
    if (!writer)
        return 0;
    for (int i = 0; i < 60; i++) {
        const struct kf_record read = {.host_ns = i * INT64_C(100000000), .bytes = seed, .count = 40 + (size_t)i};
        const struct kf_record mark = {
            .host_ns = read.host_ns, .kind = KF_RECORD_CONTROL, .control = KF_CONTROL_MARK, .text = "note"};
        const struct kf_store_cue cue = {i, "drive", "text", true, KF_LEFT};
        swing.id = (unsigned)i + 1;
        (void)kf_store_record(writer, i % 7 ? &read : &mark, i * 0.1, &error);
        (void)kf_store_stride(writer, &swing, &error);
        (void)kf_store_cue(writer, &cue, &error);
    }
    (void)kf_store_settings(writer, 0, "[athlete]\n", &error);
    (void)kf_store_finish(writer, &error);
    const size_t count = read_file(path, seed);
    (void)unlink(path);
    (void)rmdir(folder);
    return count;
}

int main(int argc, char **argv)
{
    uint32_t random = 7;
    if (argc > 1)
        return replay_files(argc, argv, LLVMFuzzerTestOneInput);
    const size_t count = make_seed();
    if (count == 0)
        return 1;
    for (size_t cut = 0; cut <= count; cut += 512)
        (void)LLVMFuzzerTestOneInput(seed, cut);
    for (int round = 0; round < ROUNDS; round++) {
        const unsigned flips = 1 + next_random(&random) % 8;
        memcpy(input, seed, count);
        for (unsigned i = 0; i < flips; i++) {
            /* Half of them near the beginning of a page, where SQLite keeps its lists. */
            const size_t at = next_random(&random) % 2
                                  ? next_random(&random) % count
                                  : next_random(&random) % (count / 4096) * 4096 + next_random(&random) % 120;
            input[at] = (uint8_t)next_random(&random);
        }
        (void)LLVMFuzzerTestOneInput(input, count);
    }
    printf("replay_session: %d damaged sessions, %zu bytes each\n", ROUNDS, count);
    return 0;
}
