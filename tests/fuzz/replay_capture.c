/* replay_capture.c - replays a seeded corpus through fuzz_capture.c in every build, so that its promises hold without a
 * fuzzer: a small capture, whole and as records alone, damaged in thousands of ways. Arguments are files to replay
 * instead (a crash the fuzzer found). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_capture.h"
#include "replay.h"
#include "source/capture_format.h"

enum { ROOM = 4096, ROUNDS = 20000 };

struct input {
    size_t count;
    uint8_t bytes[ROOM];
};

static void put_records(struct input *input)
{
    static const uint32_t lengths[] = {1, 30, KF_CAPTURE_GONE, 200, 0};
    for (unsigned i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        kf_capture_put_record(input->bytes + input->count, (int64_t)i * 70000, lengths[i]);
        input->count += KF_CAPTURE_RECORD;
        if (lengths[i] >= KF_CAPTURE_EVENTS)
            continue;
        memset(input->bytes + input->count, (int)(65 + i), lengths[i]);
        input->count += lengths[i];
    }
}

static void make_seeds(struct input seeds[2])
{
    seeds[0].bytes[0] = 4;
    seeds[0].count = 1 + kf_capture_put_head((char *)seeds[0].bytes + 1, "pod", 12345);
    put_records(&seeds[0]);
    seeds[1].bytes[0] = 0;
    seeds[1].count = 1;
    put_records(&seeds[1]);
}

static const char letters[] = "\0\xff\n\x01:k";

int main(int argc, char **argv)
{
    static struct input seeds[2], victim;
    uint32_t random = 1;
    make_seeds(seeds);
    if (replay_files(argc, argv, LLVMFuzzerTestOneInput) != 0)
        return 1;
    for (unsigned round = 0; argc == 1 && round < ROUNDS; round++) {
        victim = seeds[round % 2];
        for (unsigned hits = 0; hits < round / 2 % 6; hits++)
            victim.count =
                damage(victim.bytes, victim.count, sizeof victim.bytes, letters, sizeof letters - 1, &random);
        (void)LLVMFuzzerTestOneInput(victim.bytes, victim.count);
    }
    printf("replay_capture: %d inputs kept every promise\n", argc == 1 ? ROUNDS : argc - 1);
    return 0;
}
