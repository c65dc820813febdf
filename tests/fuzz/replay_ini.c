/* replay_ini.c - replays a seeded corpus through fuzz_ini.c in every build, so that its promises hold without a fuzzer:
 * good files with settings and cues, damaged in thousands of ways. Arguments are files to replay instead (a crash the
 * fuzzer found); --write FOLDER stores the seeds for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_ini.h"

enum { ROOM = 8192, ROUNDS = 6000 };

struct input {
    size_t count;
    uint8_t bytes[ROOM];
};

static const char *const seeds[] = {
    "\x01\x01[athlete]\nname = Ann\nheight_m = 1.75 ; tall\nmass_kg=70\n\n[verdict]\np_pulled : .9\n",
    "\x10\x45\xef\xbb\xbf[feedback]\r\nwarmup_s = 360\r\n; gap_s = 5\r\nwording=external\r\n[display]\r\n\tfps = 10",
    "\x60\x81[cue hamstring-drive]\nenabled = no\nneed = 2\n[cue own]\nmetric = cadence_spm\nwhen = below\nlimit = "
    "165\n"
    "release = 168\nleg = both\nneed = 8\nof = 10\ncooldown_s = 45\npriority = 3\ntext = Quicker\n",
    "\x70\xc2[cue lean]\nmetric = trunk_lean_deg\nwhen = outside\nlimit_low = 2\nlimit_high = 12\ntext = Lean ; why\n",
    "\x30\x04[pod.csv]\ncolumns = time_ms acc_g gyr_dps\nrate_hz = 200\n[pod]\nformat = csv\nstream_0 = shank_l\n",
    "\x00\x08[athlete]\nname = a\n[placement]\nthigh_l = .4\nshank_r_offset_m = -.01\n",
};

enum { SEEDS = sizeof seeds / sizeof seeds[0] };

/* "\x00" ends the words of a C string: the two choosing bytes are not part of its length. */
static struct input make_seed(unsigned index)
{
    struct input input = {.count = 2};
    memcpy(input.bytes, seeds[index], 2);
    const size_t length = strlen(seeds[index] + 2);
    memcpy(input.bytes + 2, seeds[index] + 2, length);
    input.count += length;
    return input;
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Overwrites a byte, cuts the end off, takes a stretch out, or puts one in twice. */
static void damage(struct input *input, uint32_t *random)
{
    const size_t at = next_random(random) % input->count;
    size_t length = next_random(random) % 40;
    length = length < input->count - at ? length : input->count - at - 1;
    switch (next_random(random) % 5) {
    case 0:
        input->bytes[at] ^= (uint8_t)(1u << next_random(random) % 8);
        break;
    case 1:
        input->bytes[at] = (uint8_t) "\0\n\r[]=:; \xff\x1b#.-9"[next_random(random) % 15];
        break;
    case 2:
        input->count = at + 1;
        break;
    case 3:
        memmove(input->bytes + at, input->bytes + at + length, input->count - at - length);
        input->count -= length;
        break;
    default:
        if (input->count + length < ROOM) {
            memmove(input->bytes + at + length, input->bytes + at, input->count - at);
            input->count += length;
        }
        break;
    }
}

static int replay_file(const char *path)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    const size_t count = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    return LLVMFuzzerTestOneInput(bytes, count);
}

static int write_seeds(const char *folder)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        const struct input input = make_seed(i);
        char path[512];
        (void)snprintf(path, sizeof path, "%s/ini-%u", folder, i);
        FILE *file = fopen(path, "wb");
        if (!file || fwrite(input.bytes, 1, input.count, file) != input.count || fclose(file) != 0) {
            perror(path);
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    static struct input victim;
    uint32_t random = 1;
    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return write_seeds(argv[2]);
    for (int i = 1; i < argc; i++)
        if (replay_file(argv[i]) != 0)
            return 1;
    for (unsigned round = 0; argc == 1 && round < ROUNDS; round++) {
        victim = make_seed(round % SEEDS);
        for (unsigned hits = round / SEEDS % 6; hits > 0 && victim.count > 2; hits--)
            damage(&victim, &random);
        (void)LLVMFuzzerTestOneInput(victim.bytes, victim.count);
    }
    printf("replay_ini: %d inputs kept every promise\n", argc == 1 ? ROUNDS : argc - 1);
    return 0;
}
