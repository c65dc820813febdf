/* Protects what the simulator sends: the same bytes for a seed however they are read, podlink frames that our decoder
 * takes and counts (clean and over a bad line), CSV rows as design.md says, options alike on the command line and in a
 * URI, the live source, and the ports a client can reach it on. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kneefold/pod.h"
#include "kneefold/podlink.h"
#include "near.h"
#include "source/kind.h"
#include "source/serve.h"
#include "source/sim.h"

enum { BYTES_MAX = 1 << 20, SAMPLES_MAX = 40000 };

static uint8_t first_bytes[BYTES_MAX], other_bytes[BYTES_MAX];

static struct kf_sim *make(const char *text)
{
    struct kf_sim_config config;
    struct kf_error error;

    kf_sim_config_default(&config);
    if (kf_sim_config_parse(&config, text, &error) < 0)
        fail_msg("%s: %s", text, error.text);
    struct kf_sim *sim = kf_sim_create(&config, &error);
    assert_non_null(sim);
    return sim;
}

/* All bytes of a run, read `chunk` at a time, in steps of step_s (INFINITY: at once). */
static size_t read_all(struct kf_sim *sim, double step_s, size_t chunk, uint8_t bytes[BYTES_MAX])
{
    size_t count = 0;
    double until_s = step_s;

    for (;;) {
        assert_true(count + chunk <= BYTES_MAX);
        const int got = kf_sim_wire_read(sim, until_s, bytes + count, chunk);
        if (got == KF_ERR_END)
            return count;
        assert_true(got >= 0);
        count += (size_t)got;
        if (got == 0)
            until_s += step_s;
    }
}

static void test_same_seed_same_bytes(void **state)
{
    static const char text[] = "seconds=12,emg,drop=0.02,flip=0.02,junk=0.02,restart=6,seed=7";
    static const size_t chunks[] = {1, 7, 4096};
    struct kf_sim *sim = make(text);
    const size_t count = read_all(sim, INFINITY, 65536, first_bytes);

    (void)state;
    kf_sim_destroy(sim);
    for (unsigned i = 0; i < 3; i++) {
        sim = make(text);
        assert_int_equal(read_all(sim, .0173, chunks[i], other_bytes), count);
        assert_memory_equal(first_bytes, other_bytes, count);
        kf_sim_destroy(sim);
    }
    sim = make("seconds=12,emg,drop=0.02,flip=0.02,junk=0.02,restart=6,seed=8");
    const size_t other = read_all(sim, INFINITY, 65536, other_bytes);
    assert_true(other != count || memcmp(first_bytes, other_bytes, count) != 0);
    kf_sim_destroy(sim);
}

/* What a decoder makes of a run. */
static struct heard {
    unsigned samples, epochs, statuses;
    struct kf_sample sample[SAMPLES_MAX];
} heard;

static void hear(void *context, const struct kf_pod_item *item)
{
    (void)context;
    if (item->kind == KF_POD_SAMPLE && heard.samples < SAMPLES_MAX)
        heard.sample[heard.samples++] = item->u.sample;
    heard.epochs += item->kind == KF_POD_EPOCH;
    heard.statuses += item->kind == KF_POD_STATUS;
}

static struct kf_pod_stats decode(const uint8_t *bytes, size_t count)
{
    const struct kf_pod_driver *driver = kf_pod_driver_find("podlink");
    const struct kf_pod_sink sink = {hear, NULL};

    heard.samples = heard.epochs = heard.statuses = 0;
    void *decoder = calloc(1, driver->state_size);
    assert_non_null(decoder);
    driver->init(decoder);
    driver->push(decoder, bytes, count, &sink);
    driver->finish(decoder, &sink);
    const struct kf_pod_stats stats = *driver->stats(decoder);
    free(decoder);
    return stats;
}

static bool same_sample(const struct kf_sample *a, const struct kf_sample *b)
{
    for (int i = 0; i < 6; i++)
        if (!(fabs((double)(a->value[i] - b->value[i])) <= 1e-6 * fabs((double)b->value[i])))
            return false;
    return a->site == b->site && a->kind == b->kind && fabs(a->t_s - b->t_s) < 2.5e-3 && a->saturated == b->saturated;
}

/* Each sample made must have been heard, in its stream's order; a clock 180 ppm fast is 2.2 ms off after 12 s. */
static void test_decoded_samples(void **state)
{
    static const char *const cases[] = {"seconds=10,emg", "seconds=12,wrap,drift=180,frame-ms=20",
                                        "seconds=8,rate=1000,frame-ms=50,emg,legs=right,no-trunk"};

    (void)state;
    for (unsigned c = 0; c < 3; c++) {
        struct kf_sample samples[KF_SIM_TICK_MAX];
        unsigned at[KF_SITE_COUNT] = {0}, count, made = 0;
        struct kf_sim *sim = make(cases[c]);
        const struct kf_pod_stats stats = decode(first_bytes, read_all(sim, INFINITY, 65536, first_bytes));
        const struct kf_sim_wire_stats sent = kf_sim_wire_stats_of(sim);
        kf_sim_destroy(sim);
        assert_int_equal(stats.good_frames, sent.frames);
        assert_int_equal(stats.bad_frames + stats.lost_frames + stats.undescribed + stats.duplicate_frames, 0);
        assert_true(heard.statuses >= 8);
        sim = make(cases[c]);
        while ((count = kf_sim_next(sim, samples)) > 0)
            for (unsigned i = 0; i < count; i++, made++) {
                unsigned *k = &at[samples[i].site];
                while (*k < heard.samples && heard.sample[*k].site != samples[i].site)
                    ++*k;
                assert_true(*k < heard.samples);
                assert_true(same_sample(&heard.sample[(*k)++], &samples[i]));
            }
        assert_int_equal(made, heard.samples);
        kf_sim_destroy(sim);
    }
}

static void test_faults_are_counted(void **state)
{
    (void)state;
    struct kf_sim *sim = make("seconds=60,drop=0.02");
    struct kf_pod_stats stats = decode(first_bytes, read_all(sim, INFINITY, 65536, first_bytes));
    struct kf_sim_wire_stats sent = kf_sim_wire_stats_of(sim);
    kf_sim_destroy(sim);
    assert_true(sent.dropped > 50);
    assert_int_equal(stats.good_frames + stats.undescribed + sent.dropped, sent.frames);
    assert_in_range(stats.lost_frames, sent.dropped - 3, sent.dropped); /* those at both ends show nothing */
    sim = make("seconds=60,flip=0.02,junk=0.01");
    stats = decode(first_bytes, read_all(sim, INFINITY, 65536, first_bytes));
    sent = kf_sim_wire_stats_of(sim);
    kf_sim_destroy(sim);
    assert_true(sent.flipped > 50 && sent.junk > 20);
    assert_true(stats.bad_frames > 60 && stats.good_frames > sent.frames - 2 * (sent.flipped + sent.junk));
    print_message("bad line: %u frames, %u flipped, %u with junk; %u good, %u bad, %u lost\n", (unsigned)sent.frames,
                  (unsigned)sent.flipped, (unsigned)sent.junk, (unsigned)stats.good_frames, (unsigned)stats.bad_frames,
                  (unsigned)stats.lost_frames);
}

static void test_restart(void **state)
{
    (void)state;
    struct kf_sim *sim = make("seconds=20,restart=10");
    const struct kf_pod_stats stats = decode(first_bytes, read_all(sim, INFINITY, 65536, first_bytes));
    kf_sim_destroy(sim);
    assert_int_equal(stats.epochs, 2);
    assert_int_equal(stats.lost_frames, 0);
    assert_int_equal(heard.samples, 19 * 200 * 5);
}

/* A stall delays and loses nothing. */
static void test_stall(void **state)
{
    (void)state;
    struct kf_sim *sim = make("seconds=10,stall=3,stall-at=4");
    size_t count = 0;
    for (double t_s = 0; t_s < 6.9; t_s += .01) {
        const int got = kf_sim_wire_read(sim, t_s, other_bytes + count, 65536);
        assert_true(got >= 0);
        if (t_s > 4.02)
            assert_int_equal(got, 0);
        count += (size_t)got;
    }
    assert_near(kf_sim_wire_due_s(sim), 7, 1e-9);
    for (int got; (got = kf_sim_wire_read(sim, INFINITY, other_bytes + count, 65536)) > 0;)
        count += (size_t)got;
    kf_sim_destroy(sim);
    sim = make("seconds=10");
    assert_int_equal(read_all(sim, INFINITY, 65536, first_bytes), count);
    assert_memory_equal(first_bytes, other_bytes, count);
    kf_sim_destroy(sim);
}

static size_t command(enum kf_podlink_type type, uint32_t token, uint8_t *out)
{
    struct kf_podlink_encoder encoder = {0};

    kf_podlink_begin(&encoder, type, 0);
    if (type == KF_PODLINK_PING)
        kf_podlink_put_u32(&encoder, token);
    return kf_podlink_end(&encoder, out);
}

static void test_host_commands(void **state)
{
    uint8_t frame[KF_PODLINK_FRAME_MAX], answer[4096];
    struct kf_sim *sim = make("seconds=10");

    (void)state;
    while (kf_sim_wire_read(sim, .5, answer, sizeof answer) > 0)
        continue;
    kf_sim_wire_write(sim, (const uint8_t *)"noise\0", 6);
    kf_sim_wire_write(sim, frame, command(KF_PODLINK_STOP, 0, frame));
    assert_int_equal(kf_sim_wire_read(sim, .8, answer, sizeof answer), 0);
    const size_t count = command(KF_PODLINK_PING, 0x12345678, frame);
    for (size_t i = 0; i < count; i++)
        kf_sim_wire_write(sim, frame + i, 1);
    const int got = kf_sim_wire_read(sim, .9, answer, sizeof answer);
    assert_true(got > 10 && kf_cobs_decode(answer, (size_t)got - 1, answer) == 18);
    assert_int_equal(answer[0], KF_PODLINK_PONG);
    assert_memory_equal(answer + 8, "\x78\x56\x34\x12", 4);
    kf_sim_wire_write(sim, frame, command(KF_PODLINK_START, 0, frame));
    assert_true(kf_sim_wire_read(sim, 1.0, answer, sizeof answer) > 200);
    kf_sim_destroy(sim);
}

static void test_options(void **state)
{
    static const char *const bad[] = {"pull=2",  "pull=",      "seed=1.5", "rate=300",     "swap=arms", "emg=2",
                                      "nothing", "speed=fast", "drop=-1",  "pull=0.1,nan", "seconds=0", "tilt"};
    struct kf_sim_config config;
    struct kf_error error;

    (void)state;
    kf_sim_config_default(&config);
    assert_int_equal(kf_sim_config_parse(&config, "", &error), KF_OK);
    assert_int_equal(
        kf_sim_config_parse(&config, "pull=0.05,.1,0.2,emg,seed=9,lean=-3,swap=legs,thigh-ratio=0.6,always", &error),
        KF_OK);
    assert_int_equal(config.pull_count, 3);
    assert_near(config.pull[1], .1, 0);
    assert_true(config.emg && config.seed == 9 && config.lean_deg == -3 && config.swap == KF_SIM_SWAP_LEGS);
    assert_near(config.placement.ratio[KF_SITE_THIGH_R], .6, 0);
    assert_int_equal(config.pattern, KF_SIM_ALWAYS);
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        kf_sim_config_default(&config);
        if (kf_sim_config_parse(&config, bad[i], &error) != KF_ERR_ARG || !error.text[0] || !error.hint[0])
            fail_msg("'%s' was taken, or refused without a word", bad[i]);
    }
    kf_sim_config_default(&config);
    config.rate_hz = 7;
    assert_null(kf_sim_create(&config, &error));
}

/* Counts the commas of each line and checks what stands before the first. */
static void test_csv(void **state)
{
    static const char text[] = "seconds=0.1,emg,legs=right";
    struct kf_sample samples[KF_SIM_TICK_MAX];
    struct kf_sim *sim = make(text);
    char line[4096], want[32];
    FILE *file = tmpfile();
    unsigned count, rows = 0;

    (void)state;
    assert_non_null(file);
    kf_sim_csv_header(kf_sim_config_of(sim), file);
    while ((count = kf_sim_next(sim, samples)) > 0)
        kf_sim_csv_tick(samples, count, file);
    kf_sim_destroy(sim);
    rewind(file);
    static const char *const head[] = {"# kneefold-log 1\n",
                                       "# athlete: mass_kg=70 height_m=1.75 sex=m\n",
                                       "# placement: thigh_r=0.5 shank_r=0.45\n",
                                       "# offset_m: thigh_r=0.06 shank_r=0.04\n",
                                       "# belt: 0 3.96\n",
                                       "# mark: 9 baseline-start\n",
                                       "# mark: 22 baseline-end\n"};
    for (unsigned i = 0; i < sizeof head / sizeof *head; i++) {
        assert_non_null(fgets(line, sizeof line, file));
        assert_string_equal(line, head[i]);
    }
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(strncmp(line, "time_s,trunk.acc_x_mps2,", 24), 0);
    assert_non_null(strstr(line, ",shank_r.gyr_z_dps,hamstring_r.emg_uv\n"));
    for (; fgets(line, sizeof line, file); rows++) {
        unsigned commas = 0, empty = 0;
        (void)snprintf(want, sizeof want, "%.6f,", rows / 1000.0);
        assert_int_equal(strncmp(line, want, strlen(want)), 0);
        for (const char *c = line; *c; c++) {
            commas += *c == ',';
            empty += *c == ',' && c[1] == ',';
        }
        assert_int_equal(commas, 19);
        assert_int_equal(empty, rows % 5 == 0 ? 0 : 18);
    }
    assert_int_equal(rows, 100);
    (void)fclose(file);
}

/* Every brace closed, both arrays there, as many swings as recorded. */
static void test_truth_json(void **state)
{
    static char text[1 << 17];
    struct kf_sim *sim = make("seconds=30,pull=0.1");
    struct kf_sample samples[KF_SIM_TICK_MAX];
    struct kf_sim_record record = {NULL, 0, 0};
    struct kf_sim_truth truth;
    unsigned swings = 0, written = 0;
    int depth = 0;

    (void)state;
    while (kf_sim_next(sim, samples) > 0)
        while (kf_sim_truth_next(sim, &truth)) {
            assert_int_equal(kf_sim_record_add(&record, &truth), KF_OK);
            swings += truth.kind == KF_SIM_SWING;
        }
    FILE *file = tmpfile();
    assert_non_null(file);
    kf_sim_record_write(&record, kf_sim_config_of(sim), file);
    kf_sim_record_free(&record);
    kf_sim_destroy(sim);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    for (const char *c = text; *c; c++)
        depth += (*c == '{' || *c == '[') - (*c == '}' || *c == ']');
    assert_int_equal(depth, 0);
    for (const char *c = text; (c = strstr(c, "\"mean_knee_moment_nm_kg\": ")); c++)
        written++;
    assert_int_equal(written, swings);
    assert_true(swings > 60);
    assert_non_null(strstr(text, "\"relaxed_until_s\": 22,"));
    assert_null(strstr(text, "nan"));
}

/* The live source by an invented clock: nothing early, everything in the end. */
static void test_source(void **state)
{
    struct kf_error error;
    struct kf_source *source = kf_source_sim.open("seconds=2,seed=5", &error);
    int64_t now_ns = 123456789;
    size_t count = 0;
    int got;

    (void)state;
    assert_non_null(source);
    assert_true(source->ops->wake_ns(source, now_ns) <= now_ns);
    while ((got = source->ops->read(source, now_ns, first_bytes + count, 4096, &error)) != KF_ERR_END) {
        if (got == KF_ERR_AGAIN) {
            const int64_t wake_ns = source->ops->wake_ns(source, now_ns);
            assert_true(wake_ns > now_ns && wake_ns - now_ns <= 20000000);
            now_ns = wake_ns;
            continue;
        }
        assert_true(got > 0);
        count += (size_t)got;
    }
    assert_near((double)(now_ns - 123456789) * 1e-9, 2, .011);
    assert_int_equal(source->ops->read(source, now_ns, first_bytes, 4096, &error), KF_ERR_END);
    source->ops->close(source);
    struct kf_sim *sim = make("seconds=2,seed=5");
    assert_int_equal(read_all(sim, INFINITY, 65536, other_bytes), count);
    kf_sim_destroy(sim);
    assert_null(kf_source_sim.open("pull=7", &error));
    assert_int_equal(error.code, KF_ERR_ARG);
}

/* A client on loopback TCP: bytes both ways, its leaving is told, the next one is taken. */
static void test_serve_tcp(void **state)
{
    struct kf_serve serve, second;
    struct kf_error error;
    struct sockaddr_in name = {.sin_family = AF_INET};
    uint8_t bytes[16];
    unsigned port;

    (void)state;
    assert_int_equal(kf_serve_tcp(&serve, "0", &error), KF_OK);
    assert_int_equal(sscanf(serve.where, "tcp:127.0.0.1:%u", &port), 1);
    assert_int_equal(kf_serve_tcp(&second, serve.where + 4, &error), KF_ERR_UNAVAILABLE);
    assert_int_equal(kf_serve_tcp(&second, "nowhere:", &error), KF_ERR_ARG);
    name.sin_port = htons((uint16_t)port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int turn = 0; turn < 2; turn++) {
        assert_false(kf_serve_connected(&serve));
        const int client = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(client, (const struct sockaddr *)&name, sizeof name), 0);
        assert_true(kf_serve_connected(&serve));
        assert_int_equal(kf_serve_read(&serve, bytes, sizeof bytes), KF_ERR_AGAIN);
        assert_int_equal(kf_serve_write(&serve, (const uint8_t *)"hello", 5), 5);
        assert_int_equal(read(client, bytes, sizeof bytes), 5);
        assert_int_equal(write(client, "x", 1), 1);
        assert_int_equal(kf_serve_read(&serve, bytes, sizeof bytes), 1);
        (void)close(client);
        assert_int_equal(kf_serve_read(&serve, bytes, sizeof bytes), KF_ERR_END);
    }
    kf_serve_close(&serve);
    kf_serve_close(&serve);
}

static void test_serve_pty(void **state)
{
    struct kf_serve serve;
    struct kf_error error;
    static const uint8_t sent[] = {0x00, 0x0a, 0x0d, 0x03, 0x11, 0x13, 0x1a, 0xff};
    uint8_t got[32];

    (void)state;
    if (kf_serve_pty(&serve, &error) < 0)
        skip(); /* no /dev/ptmx here */
    assert_false(kf_serve_connected(&serve));
    const int client = open(serve.where, O_RDWR | O_NOCTTY);
    assert_true(client >= 0);
    assert_true(kf_serve_connected(&serve));
    assert_int_equal(kf_serve_write(&serve, sent, sizeof sent), sizeof sent);
    assert_int_equal(read(client, got, sizeof got), sizeof sent);
    assert_memory_equal(got, sent, sizeof sent);
    (void)close(client);
    assert_false(kf_serve_connected(&serve));
    kf_serve_close(&serve);
}

static void test_serve_unix(void **state)
{
    struct kf_serve serve, second;
    struct kf_error error;
    char folder[] = "/tmp/kneefold-test-XXXXXX", path[64];

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/pod", folder);
    assert_int_equal(kf_serve_unix(&serve, path, &error), KF_OK);
    assert_int_equal(kf_serve_unix(&second, path, &error), KF_ERR_UNAVAILABLE); /* somebody listens */
    serve.remove[0] = '\0';                                                     /* as if it had died */
    kf_serve_close(&serve);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(kf_serve_unix(&serve, path, &error), KF_OK);
    kf_serve_close(&serve);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_seed_same_bytes),
        cmocka_unit_test(test_decoded_samples),
        cmocka_unit_test(test_faults_are_counted),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_stall),
        cmocka_unit_test(test_host_commands),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_truth_json),
        cmocka_unit_test(test_source),
        cmocka_unit_test(test_serve_tcp),
        cmocka_unit_test(test_serve_pty),
        cmocka_unit_test(test_serve_unix),
    };
    return cmocka_run_group_tests_name("sim_wire", tests, NULL, NULL);
}
