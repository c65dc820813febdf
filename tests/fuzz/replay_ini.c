/* replay_ini.c - replays a seeded corpus through fuzz_ini.c in every build, so that its promises hold without a fuzzer:
 * good files with settings and cues, damaged in thousands of ways. Arguments are files to replay instead (a crash the
 * fuzzer found); --write FOLDER stores the seeds for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_ini.h"
#include "replay.h"

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

static int write_seeds(const char *folder)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        const struct input input = make_seed(i);
        if (write_seed(folder, "ini-", i, input.bytes, input.count) != 0)
            return 1;
    }
    return 0;
}

static const char letters[] = "\0\n\r[]=:; \xff\x1b#.-9";

int main(int argc, char **argv)
{
    static struct input victim;
    uint32_t random = 1;
    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return write_seeds(argv[2]);
    if (replay_files(argc, argv, LLVMFuzzerTestOneInput) != 0)
        return 1;
    for (unsigned round = 0; argc == 1 && round < ROUNDS; round++) {
        victim = make_seed(round % SEEDS);
        for (unsigned hits = round / SEEDS % 6; hits > 0 && victim.count > 2; hits--)
            victim.count =
                damage(victim.bytes, victim.count, sizeof victim.bytes, letters, sizeof letters - 1, &random);
        (void)LLVMFuzzerTestOneInput(victim.bytes, victim.count);
    }
    printf("replay_ini: %d inputs kept every promise\n", argc == 1 ? ROUNDS : argc - 1);
    return 0;
}
