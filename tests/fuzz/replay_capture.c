/* replay_capture.c - replays a seeded corpus through fuzz_capture.c in every build, so that its promises hold without a
 * fuzzer: a small capture, whole and as records alone, damaged in thousands of ways. Arguments are files to replay
 * instead (a crash the fuzzer found). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_capture.h"
#include "source/capture_format.h"

enum { ROOM = 4096, ROUNDS = 20000 };

struct input {
    size_t count;
    uint8_t bytes[ROOM];
};

static void put_records(struct input *input)
{
    static const uint32_t lengths[] = {1, 30, 200, 0};
    for (unsigned i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        kf_capture_put_record(input->bytes + input->count, (int64_t)i * 70000, lengths[i]);
        input->count += KF_CAPTURE_RECORD;
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

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Overwrites a byte, cuts the end off, or removes a stretch. */
static void damage(struct input *input, uint32_t *random)
{
    const size_t at = next_random(random) % input->count;
    size_t length = next_random(random) % 20;
    length = length < input->count - at ? length : input->count - at - 1;
    switch (next_random(random) % 4) {
    case 0:
        input->bytes[at] ^= (uint8_t)(1u << next_random(random) % 8);
        break;
    case 1:
        input->bytes[at] = (uint8_t) "\0\xff\n\x01:k"[next_random(random) % 6];
        break;
    case 2:
        input->count = at + 1;
        break;
    default:
        memmove(input->bytes + at, input->bytes + at + length, input->count - at - length);
        input->count -= length;
        break;
    }
}

static int replay_file(const char *path)
{
    static uint8_t bytes[1 << 22];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    const size_t count = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    return LLVMFuzzerTestOneInput(bytes, count);
}

int main(int argc, char **argv)
{
    static struct input seeds[2], victim;
    uint32_t random = 1;
    make_seeds(seeds);
    for (int i = 1; i < argc; i++)
        if (replay_file(argv[i]) != 0)
            return 1;
    for (unsigned round = 0; argc == 1 && round < ROUNDS; round++) {
        victim = seeds[round % 2];
        for (unsigned hits = 0; hits < round / 2 % 6; hits++)
            damage(&victim, &random);
        (void)LLVMFuzzerTestOneInput(victim.bytes, victim.count);
    }
    printf("replay_capture: %d inputs kept every promise\n", argc == 1 ? ROUNDS : argc - 1);
    return 0;
}
