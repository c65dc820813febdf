/* replay.h - what every replay of a fuzz target does: run the files it is given, keep the seeds it is asked for, and
 * damage them by a generator of its own, the same in every run. */
#ifndef FUZZ_REPLAY_H
#define FUZZ_REPLAY_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static inline uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Flips a bit, writes one of `letters`, cuts the end off, takes a stretch out or puts one in twice. The count that is
 * left: at least 1, at most `room`. */
static inline size_t damage(uint8_t *bytes, size_t count, size_t room, const char *letters, size_t letter_count,
                            uint32_t *random)
{
    const size_t at = next_random(random) % count;
    size_t length = next_random(random) % 40;
    length = length < count - at ? length : count - at - 1;
    switch (next_random(random) % 5) {
    case 0:
        bytes[at] ^= (uint8_t)(1u << next_random(random) % 8);
        return count;
    case 1:
        bytes[at] = (uint8_t)letters[next_random(random) % letter_count];
        return count;
    case 2:
        return at + 1;
    case 3:
        memmove(bytes + at, bytes + at + length, count - at - length);
        return count - length;
    default:
        if (count + length > room)
            return count;
        memmove(bytes + at + length, bytes + at, count - at);
        return count + length;
    }
}

/* Runs each file of the command line through the target. 0, or 1 when one cannot be read. */
static inline int replay_files(int argc, char **argv, int (*target)(const uint8_t *bytes, size_t count))
{
    static uint8_t bytes[1 << 22];
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            perror(argv[i]);
            return 1;
        }
        const size_t count = fread(bytes, 1, sizeof bytes, file);
        (void)fclose(file);
        (void)target(bytes, count);
    }
    return 0;
}

/* Writes a seed into the corpus `folder`. 0, or 1 with the reason on standard error. */
static inline int write_seed(const char *folder, const char *name, unsigned number, const uint8_t *bytes, size_t count)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s%u", folder, name, number);
    FILE *file = fopen(path, "wb");
    const int failed = !file || fwrite(bytes, 1, count, file) != count;
    if ((file && fclose(file) != 0) || failed) {
        perror(path);
        return 1;
    }
    return 0;
}

#endif
