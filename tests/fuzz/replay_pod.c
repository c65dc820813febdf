/* replay_pod.c - replays a seeded corpus through fuzz_pod.c in every build, so that its promises hold without a fuzzer.
 *
 * The corpus is made here, by our own encoder and by hand, then damaged in thousands of ways. Arguments are files to
 * replay instead (a crash the fuzzer found); --write FOLDER stores the undamaged seeds for the fuzzer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../pods/podlink_maker.h"
#include "fuzz_pod.h"
#include "replay.h"
#include "seeds.h"

enum { ROOM = 1 << 16, SEEDS = 17, DAMAGES = 400 };

struct seed {
    size_t count;
    uint8_t bytes[ROOM];
};

static const char log_text[] =
    "# kneefold-log 1\n# athlete: mass_kg=70 height_m=1.75 sex=m\n# placement: thigh_l=0.50 shank_l=0.45\n"
    "# offset_m: thigh_l=0.06\n# belt: 0 3.96\n# mark: 0.01 baseline-start\n# mark: 0.3 baseline-end\n"
    "time_s,thigh_l.acc_x_mps2,thigh_l.acc_y_mps2,thigh_l.acc_z_mps2,thigh_l.gyr_x_dps,thigh_l.gyr_y_dps,"
    "thigh_l.gyr_z_dps,hamstring_l.emg_uv,note\n"
    "0.000,-0.08619,9.778,0.2107,0.06104,-0.1831,-0.1221,12.5,\n0.001,,,,,,,-3e1,x\n"
    "0.005,-0.09098,9.783,0.2251,1999.9,-0.1221,-6.1e-2,1,\n0.010,157,9.783,0.2251,1,-0.1221,-6.1e-2,,\n"
    "0.015,1,2,3,4,5,6,7,\n0.020,1,2,3,4,5,6,7,\n0.050,1,2,3,4,5,6,7,\n90.05,1,2,3,4,5,6,7,\n0.055,1,2,3,4,5,6,7,\n";

static const char csv_text[] =
    "half\nms,ax,ay,az,gx,gy,gz,thigh_l.acc_x_mps2,emg_mv,\r\n4294967200,0,0,2,0,0,250,1,2,\r\n"
    "4294967290 0 0 2 0 0 250 1 2\n4\t0,0,2,0,0,251,1,2\n14,0,0,2,0,0,250,1,2\n90014,0,0,2,0,0,250,1,2\n"
    "24,0,0,2,0,0,250,1,2\n1,0,0,2,0,0,250,1,2\n2,0,0,2,0,0,250,1,2\n3,0,0,2\n3,0,0,2\n3,0,0,2\n4,0,0,2\n";
static const char labelled_text[] = "a:1\ntime_us:10 acc_x_g:1 acc_y_g:1 acc_z_g:1 gyr_x_radps:1 gyr_y_radps:1 "
                                    "gyr_z_radps:1 emg_uv:7\ntime_us:5010 acc_x_g:1 acc_y_g:1 acc_z_g:1 gyr_x_radps:1 "
                                    "gyr_y_radps:1 gyr_z_radps:1 emg_uv:7\nemg_uv:3 emg_uv:4\nemg_uv:3 emg_uv:4\n"
                                    "emg_uv:3 emg_uv:4\nemg_uv:3 emg_uv:4\n";
static const char razor_text[] =
    "1\n1000, 0.01, -2.00, 0.50, 90.00, 0.00, -1.00, 10.1, 20.2, 30.3\n"
    "1010, 0.02, -2.00, 0.50, 90.00, 0.00, -1.00, 10.1, 20.2, 30.3\n10/31/2026,12:03:44.55,output_Hz,50\n"
    "1030, 0.02, -2.00, 0.50, 2000.0, 0.00, -1.00, 10.1, 20.2, 30.3\n";

static const char comma_text[] =
    "half\ntime_s;acc_x_g;acc_y_g;acc_z_g;gyr_x_dps;gyr_y_dps;gyr_z_dps\n0,5;0;-0,25;1,5;-2e0;0;0;\n"
    "0,51;0;0;1;0;0;10,5\n0,52;0;0;1;0;1,5,5;0\n0,53;0 0;1;0,0;0\n;;;\n0,54;0;0;1;0;0;1\n";

static void put_seed(struct seed *seed, uint8_t chunk, const void *bytes, size_t count)
{
    seed->bytes[0] = chunk;
    memcpy(seed->bytes + 1, bytes, count);
    seed->count = count + 1;
}

static void put_event(struct maker *maker, enum kf_podlink_type type, const char *payload, size_t count)
{
    kf_podlink_begin(&maker->encoder, type, maker->t_us);
    kf_podlink_put(&maker->encoder, payload, count);
    maker_end(maker);
}

/* A pod's life: events of all types, a loss, a restart. */
static void live(struct maker *maker)
{
    maker_describe(maker);
    for (int i = 0; i < 12; i++)
        maker_samples(maker);
    put_event(maker, KF_PODLINK_STATUS, "\x50\x00\x0f\x00\x09\x00\x00\x00\x00", 9);
    put_event(maker, KF_PODLINK_MARK, "\x01", 1);
    put_event(maker, KF_PODLINK_TEXT, "hello\x1b[2J", 9);
    put_event(maker, KF_PODLINK_PONG, "12345678", 8);
    put_event(maker, (enum kf_podlink_type)0x6e, "unknown", 7);
    put_event(maker, KF_PODLINK_DESCRIBE, "", 0);
    maker->encoder.seq = (uint16_t)(maker->encoder.seq + 3);
    maker->t_us += 60000;
    for (int i = 0; i < 6; i++)
        maker_samples(maker);
    maker_restart(maker);
    for (int i = 0; i < 4; i++)
        maker_samples(maker);
    maker->layout++;
    maker_describe(maker);
    for (int i = 0; i < 4; i++)
        maker_samples(maker);
}

/* Turns frames into the records fuzz_pod.c seals again; in place, since a record is shorter than its frame. */
static size_t unframe(uint8_t *bytes, size_t count)
{
    uint8_t body[KF_PODLINK_FRAME_MAX];
    struct kf_podlink_frame frame;
    uint32_t t_us = 0;
    uint16_t seq = 0;
    size_t made = 0;
    for (size_t at = 0; at < count;) {
        const size_t length = strlen((const char *)bytes + at);
        const bool good = kf_podlink_open(bytes + at, length, body, &frame) == KF_PODLINK_OPENED;
        at += length + 1;
        if (!good || frame.length > 255)
            continue;
        const uint32_t step = (frame.t_us - t_us) >> 8;
        const uint8_t record[] = {frame.type, (uint8_t)(frame.seq - seq), (uint8_t)(step & 0xff),
                                  (uint8_t)(step >> 8 & 0xff), (uint8_t)frame.length};
        memcpy(bytes + made, record, sizeof record);
        memcpy(bytes + made + sizeof record, frame.payload, frame.length);
        made += sizeof record + frame.length;
        t_us += step << 8;
        seq = (uint16_t)(frame.seq + 1);
    }
    return made;
}

static void make_seeds(struct seed *seeds)
{
    static struct maker maker;
    static uint8_t made[SEED_ROOM];
    static const char edge[] =
        "\xef\xbb\xbftime_s,rectus_r.emg_uv\r\n1e400,1\r\n0,1e-400\r\n,\r\n\r\n1,123456789012345678901\r\n";
    maker_init(&maker);
    live(&maker);
    put_seed(&seeds[0], 6, maker.bytes, maker.length);
    maker_init(&maker);
    maker.t_us = UINT32_MAX - 100000;
    maker.encoder.seq = 65530;
    live(&maker);
    put_seed(&seeds[1], 0, maker.bytes, maker.length);
    put_seed(&seeds[2], 2, log_text, sizeof log_text - 1);
    put_seed(&seeds[3], 0, edge, sizeof edge - 1);
    put_seed(&seeds[4], 9, "", 0);
    put_seed(&seeds[6], 5, maker.bytes, unframe(maker.bytes, maker.length));
    put_seed(&seeds[7], 6, csv_text, sizeof csv_text - 1);
    put_seed(&seeds[8], 1, labelled_text, sizeof labelled_text - 1);
    put_seed(&seeds[9], 12, razor_text, sizeof razor_text - 1);
    put_seed(&seeds[5], 3, "\0\0\xff\x01\0time_s,\0", 13);
    put_seed(&seeds[10], 7, made, seed_bitalino(made));
    put_seed(&seeds[11], 32, made, seed_cyton(made));
    put_seed(&seeds[12], 4, made, seed_ximu3(made));
    put_seed(&seeds[13], 8, made, seed_witmotion(made));
    put_seed(&seeds[14], 2, made, seed_xsens(made));
    put_seed(&seeds[15], 10, made, seed_vectornav(made));
    put_seed(&seeds[16], 11, comma_text, sizeof comma_text - 1);
}

static int write_seeds(const struct seed *seeds, const char *folder)
{
    for (unsigned i = 0; i < SEEDS; i++)
        if (write_seed(folder, "seed", i, seeds[i].bytes, seeds[i].count) != 0)
            return 1;
    return 0;
}

static const char letters[] = "\0\xff\n,;.-9e#\x7f";

int main(int argc, char **argv)
{
    static struct seed seeds[SEEDS], victim;
    uint32_t random = 1;
    unsigned runs = 0;
    make_seeds(seeds);
    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return write_seeds(seeds, argv[2]);
    if (replay_files(argc, argv, LLVMFuzzerTestOneInput) != 0)
        return 1;
    for (unsigned i = 0; argc == 1 && i < SEEDS; i++) {
        (void)LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].count);
        for (unsigned round = 0; round < DAMAGES; round++, runs++) {
            victim = seeds[i];
            for (unsigned hits = 0; hits <= round % 8; hits++)
                victim.count =
                    damage(victim.bytes, victim.count, sizeof victim.bytes, letters, sizeof letters - 1, &random);
            (void)LLVMFuzzerTestOneInput(victim.bytes, victim.count);
        }
    }
    printf("replay_pod: %u inputs kept every promise\n", argc == 1 ? runs + SEEDS : (unsigned)argc - 1);
    return 0;
}
