/* test_pod_clocks.c - protects strides from what a pod's clock can do, for every format that carries one: a single
 * frame with an absurd time, a little or very far ahead, costs some strides and no more; and a counter that begins
 * again (micros() after 71.6 minutes, Xbus' SampleTimeFine after five days) costs none at all. A simulated runner wears
 * two pods of the same kind, on thigh and shank. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/settings_apply.h"
#include "kneefold/podlink.h"
#include "pod/crc16.h"
#include "source/sim.h"

enum { RATE_HZ = 200, FRAME_ROOM = 512 };

#define BASE_US UINT64_C(1000000)

static const double run_s = 45, trouble_at_s = 25, degrees = 180 / 3.14159265358979323846;

struct pod {
    enum kf_site site;
    uint64_t base_us; /* what its clock says at the run's beginning */
    unsigned sent;
    struct kf_podlink_encoder encoder;
};

/* ---- one sample as each format sends it, `time_us` on the pod's clock ---- */

static size_t put_podlink(struct pod *pod, const struct kf_sample *sample, uint64_t time_us, uint8_t *out)
{
    struct kf_podlink_descriptor descriptor = {.layout = 1, .name = "pod", .name_length = 3, .stream_count = 1};
    size_t made = 0;
    descriptor.stream[0] = (struct kf_podlink_stream){1,
                                                      KF_PODLINK_IMU6,
                                                      (uint8_t)(pod->site == KF_SITE_THIGH_R ? 4 : 6),
                                                      KF_PODLINK_F32,
                                                      6,
                                                      RATE_HZ,
                                                      1.0f,
                                                      1.0f,
                                                      1e3f,
                                                      1e4f};
    if (pod->sent % RATE_HZ == 0)
        made = kf_podlink_encode_descriptor(&pod->encoder, (uint32_t)time_us, &descriptor, out);
    kf_podlink_begin(&pod->encoder, KF_PODLINK_SAMPLES, (uint32_t)time_us);
    kf_podlink_put_u16(&pod->encoder, 1);
    kf_podlink_put_block(&pod->encoder, 1, 1);
    for (unsigned i = 0; i < 6; i++)
        kf_podlink_put_count(&pod->encoder, KF_PODLINK_F32, sample->value[i] * (i < 3 ? 1.0f : (float)degrees));
    return made + kf_podlink_end(&pod->encoder, out + made);
}

static size_t put_csv(struct pod *pod, const struct kf_sample *sample, uint64_t time_us, uint8_t *out)
{
    const float *v = sample->value;
    (void)pod;
    return (size_t)snprintf((char *)out, FRAME_ROOM, "%lu,%.5f,%.5f,%.5f,%.5f,%.5f,%.5f\n",
                            (unsigned long)(uint32_t)time_us, (double)v[0], (double)v[1], (double)v[2],
                            (double)v[3] * degrees, (double)v[4] * degrees, (double)v[5] * degrees);
}

static size_t put_ximu3(struct pod *pod, const struct kf_sample *sample, uint64_t time_us, uint8_t *out)
{
    const float *v = sample->value;
    (void)pod;
    return (size_t)snprintf((char *)out, FRAME_ROOM, "I,%llu,%.5f,%.5f,%.5f,%.6f,%.6f,%.6f\r\n",
                            (unsigned long long)time_us, (double)v[3] * degrees, (double)v[4] * degrees,
                            (double)v[5] * degrees, (double)v[0] / 9.80665, (double)v[1] / 9.80665,
                            (double)v[2] / 9.80665);
}

static size_t put_vectornav(struct pod *pod, const struct kf_sample *sample, uint64_t time_us, uint8_t *out)
{
    static const uint8_t header[] = {0xFA, 0x01, 0x01, 0x02};
    size_t at = sizeof header;
    (void)pod;
    memcpy(out, header, sizeof header);
    for (unsigned i = 0; i < 8; i++)
        out[at++] = (uint8_t)(time_us * 1000 >> 8 * i);
    for (unsigned i = 0; i < 6; i++, at += 4)
        memcpy(out + at, &sample->value[i], 4);
    const uint16_t crc = kf_crc16_push(0, out + 1, at - 1);
    out[at++] = (uint8_t)(crc >> 8);
    out[at++] = (uint8_t)crc;
    return at;
}

static uint8_t *put_be(uint8_t *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        *out++ = (uint8_t)(value >> 8 * (bytes - 1 - i));
    return out;
}

static uint8_t *put_floats(uint8_t *out, uint64_t header, const float *value)
{
    out = put_be(out, header, 3);
    for (unsigned i = 0; i < 3; i++) {
        uint32_t bits = 0;
        memcpy(&bits, &value[i], sizeof bits);
        out = put_be(out, bits, 4);
    }
    return out;
}

static size_t put_xsens(struct pod *pod, const struct kf_sample *sample, uint64_t time_us, uint8_t *out)
{
    uint8_t *at = put_be(out, 0xFAFF3600, 4);
    unsigned sum = 0;
    at = put_be(at, 0x102002, 3);
    at = put_be(at, pod->sent & 0xFFFF, 2);
    at = put_be(at, 0x106004, 3);
    at = put_be(at, (uint32_t)(time_us / 100), 4);
    at = put_floats(at, 0x40200C, sample->value);
    at = put_floats(at, 0x80200C, sample->value + 3);
    out[3] = (uint8_t)(at - out - 4);
    for (const uint8_t *byte = out + 1; byte < at; byte++)
        sum += *byte;
    *at++ = (uint8_t)(0u - sum);
    return (size_t)(at - out);
}

static uint8_t *put_wit(uint8_t *out, uint8_t id, const uint8_t data[8])
{
    unsigned sum = 0x55u + id;
    *out++ = 0x55;
    *out++ = id;
    for (unsigned i = 0; i < 8; sum += data[i++])
        *out++ = data[i];
    *out++ = (uint8_t)sum;
    return out;
}

static void put_wit_numbers(uint8_t data[8], const float *value, double full)
{
    memset(data, 0, 8);
    for (unsigned i = 0; i < 3; i++) {
        const int raw = (int)fmax(-32766, fmin(32766, round((double)value[i] / full * 32768)));
        data[2 * i] = (uint8_t)(raw & 0xFF);
        data[2 * i + 1] = (uint8_t)(raw >> 8 & 0xFF);
    }
}

/* Its clock is a date: 2026-12-31 and so many milliseconds. */
static size_t put_witmotion(struct pod *pod, const struct kf_sample *sample, uint64_t time_us, uint8_t *out)
{
    const uint64_t ms = time_us / 1000, second = ms / 1000;
    const bool next_year = second >= 86400;
    const uint8_t date[8] = {(uint8_t)(next_year ? 27 : 26), (uint8_t)(next_year ? 1 : 12),
                             (uint8_t)(next_year ? 1 : 31),  (uint8_t)(second / 3600 % 24),
                             (uint8_t)(second / 60 % 60),    (uint8_t)(second % 60),
                             (uint8_t)(ms % 1000 & 0xFF),    (uint8_t)(ms % 1000 >> 8)};
    uint8_t data[8], *at = put_wit(out, 0x50, date);
    (void)pod;
    put_wit_numbers(data, sample->value, 16 * 9.80665);
    at = put_wit(at, 0x51, data);
    put_wit_numbers(data, sample->value + 3, 2000 / degrees);
    at = put_wit(at, 0x52, data);
    return (size_t)(at - out);
}

static const struct format {
    const char *driver;
    size_t (*put)(struct pod *pod, const struct kf_sample *sample, uint64_t time_us, uint8_t *out);
    uint64_t turn_us; /* its counter begins again */
} formats[] = {
    {"podlink", put_podlink, UINT64_C(1) << 32},         /* u32 us */
    {"csv", put_csv, UINT64_C(1) << 32},                 /* micros() */
    {"ximu3", put_ximu3, UINT64_C(1) << 32},             /* u64 us: no turn, but 32 bits could be kept of it */
    {"vectornav", put_vectornav, UINT64_C(1) << 32},     /* u64 ns, the same */
    {"xsens", put_xsens, (UINT64_C(1) << 32) * 100},     /* u32 of 100 us */
    {"witmotion", put_witmotion, UINT64_C(86400000000)}, /* a date, and a new year */
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

/* ---- a run ---- */

struct heard {
    unsigned swings, epochs, problems;
    double t_to_s[256], peak_deg[256], longest_pause_s;
    double host_s, last_host_s; /* now, and when the last swing was told */
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct heard *heard = context;
    if (event->kind == KF_ENGINE_ITEM) {
        heard->epochs += event->item->kind == KF_POD_EPOCH;
        heard->problems += event->item->kind == KF_POD_PROBLEM;
    }
    if (event->kind != KF_ENGINE_OUTPUT || event->output->kind != KF_OUT_SWING || heard->swings == 256)
        return;
    if (heard->swings > 0)
        heard->longest_pause_s = fmax(heard->longest_pause_s, heard->host_s - heard->last_host_s);
    heard->last_host_s = heard->host_s;
    heard->t_to_s[heard->swings] = event->output->swing->t_to_s;
    heard->peak_deg[heard->swings++] = event->output->swing->peak_knee_deg;
}

static struct kf_engine *open_engine(const struct format *format, const struct pod pod[2], struct heard *heard,
                                     const struct kf_sim_config *sim)
{
    struct kf_settings settings;
    kf_settings_default(&settings);
    kf_settings_set_runner(&settings, &sim->athlete, &sim->placement);
    struct kf_engine_config config = kf_settings_engine(&settings);
    config.pod_count = 2;
    config.keep_looking = true;
    for (unsigned i = 0; i < 2; i++) {
        config.pod[i].driver = kf_pod_driver_find(format->driver);
        config.pod[i].stream_site[0] = pod[i].site;
        assert_non_null(config.pod[i].driver);
    }
    config.option[config.option_count++] = (struct kf_pod_option){"csv", "columns", "time_us acc_mps2 gyr_dps"};
    *heard = (struct heard){0};
    struct kf_engine *engine = kf_engine_create(&config, &(struct kf_engine_listener){on_event, heard}, NULL);
    assert_non_null(engine);
    return engine;
}

/* What befalls a pod half a minute into the run. */
struct trouble {
    unsigned pod;  /* 2: none */
    double leap_s; /* one frame so far ahead */
    double held_s; /* its line is held up so long; of what it sent then only the beginning comes, all at once */
};

static const struct trouble none = {.pod = 2};

struct held {
    size_t count;
    uint8_t bytes[64 * FRAME_ROOM];
};

static void deliver(struct kf_engine *engine, unsigned pod, double host_s, const uint8_t *bytes, size_t count)
{
    const struct kf_record record = {.host_ns = (int64_t)(host_s * 1e9), .source = pod, .bytes = bytes, .count = count};
    if (count > 0)
        assert_int_equal(kf_engine_take(engine, &record), KF_OK);
}

/* One sample on its way from pod `i`, with what may befall it. */
static void send(const struct format *format, struct kf_engine *engine, struct pod *pod, unsigned i,
                 const struct trouble *trouble, struct held *held, const struct kf_sample *sample, double t_s)
{
    uint8_t bytes[FRAME_ROOM];
    const bool troubled = i == trouble->pod && t_s >= trouble_at_s;
    const bool leaps = troubled && t_s < trouble_at_s + .5 / RATE_HZ;
    const double pod_s = t_s + (leaps ? trouble->leap_s : 0), host_s = t_s + .004;
    const size_t made = format->put(pod, sample, pod->base_us + (uint64_t)(pod_s * 1e6 + .5), bytes);
    pod->sent++;
    if (troubled && t_s < trouble_at_s + trouble->held_s) {
        if (held->count + made > sizeof held->bytes / 2)
            return;
        memcpy(held->bytes + held->count, bytes, made);
        held->count += made;
        return;
    }
    deliver(engine, i, host_s, held->bytes, troubled ? held->count : 0);
    held->count = troubled ? 0 : held->count;
    deliver(engine, i, host_s, bytes, made);
}

static struct heard run(const struct format *format, uint64_t base_us, const struct trouble *trouble)
{
    struct pod pod[2] = {{.site = KF_SITE_THIGH_R, .base_us = base_us}, {.site = KF_SITE_SHANK_R, .base_us = base_us}};
    static struct held held;
    struct kf_sample samples[KF_SIM_TICK_MAX];
    struct kf_sim_config config;
    struct heard heard;
    held.count = 0;
    kf_sim_config_default(&config);
    assert_int_equal(kf_sim_config_parse(&config, "sites=right,seed=4", NULL), KF_OK);
    struct kf_sim *sim = kf_sim_create(&config, NULL);
    struct kf_engine *engine = open_engine(format, pod, &heard, &config);
    for (unsigned tick = 0; tick < (unsigned)(run_s * RATE_HZ); tick++) {
        const unsigned count = kf_sim_next(sim, samples);
        const double t_s = (double)tick / RATE_HZ;
        heard.host_s = t_s;
        for (unsigned i = 0; i < 2; i++)
            for (unsigned k = 0; k < count; k++)
                if (samples[k].site == pod[i].site)
                    send(format, engine, &pod[i], i, trouble, &held, &samples[k], t_s);
    }
    heard.longest_pause_s = fmax(heard.longest_pause_s, run_s - heard.last_host_s);
    kf_engine_destroy(engine);
    kf_sim_destroy(sim);
    return heard;
}

static void test_an_absurd_frame_costs_a_few_strides(void **state)
{
    static const double leaps_s[] = {2.9, 11, 59, 3e5};
    (void)state;
    for (unsigned f = 0; f < FORMATS; f++) {
        const struct heard sound = run(&formats[f], BASE_US, &none);
        assert_true(sound.swings > 40 && sound.epochs + sound.problems == 0);
        for (unsigned i = 0; i < 2 * sizeof leaps_s / sizeof leaps_s[0]; i++) {
            const struct trouble trouble = {.pod = i % 2, .leap_s = leaps_s[i / 2]};
            const struct heard heard = run(&formats[f], BASE_US, &trouble);
            if (heard.swings + 6 < sound.swings || heard.longest_pause_s > 4.5)
                fail_msg("%s, pod %u, %g s ahead: %u of %u swings, none for %.1f s", formats[f].driver, trouble.pod,
                         trouble.leap_s, heard.swings, sound.swings, heard.longest_pause_s);
            assert_true(heard.epochs + heard.problems > 0);
        }
    }
}

/* What comes after the hole is 12 s ahead of what comes before it, within one read: true, and believed. */
static void test_a_hole_in_what_was_held_up_is_believed(void **state)
{
    (void)state;
    for (unsigned f = 0; f < FORMATS; f++) {
        const struct heard heard = run(&formats[f], BASE_US, &(struct trouble){.pod = 1, .held_s = 12});
        if (heard.problems > 0 || heard.longest_pause_s > 15)
            fail_msg("%s: %u problems, no swing for %.1f s", formats[f].driver, heard.problems, heard.longest_pause_s);
    }
}

static void test_a_counter_that_begins_again_costs_nothing(void **state)
{
    (void)state;
    for (unsigned f = 0; f < FORMATS; f++) {
        const struct heard sound = run(&formats[f], BASE_US, &none);
        const struct heard turned = run(&formats[f], formats[f].turn_us - (uint64_t)(trouble_at_s * 1e6), &none);
        assert_int_equal(turned.epochs + turned.problems, 0);
        assert_int_equal(turned.swings, sound.swings);
        for (unsigned i = 0; i < sound.swings; i++) {
            assert_true(fabs(turned.t_to_s[i] - sound.t_to_s[i]) < .001);
            assert_true(fabs(turned.peak_deg[i] - sound.peak_deg[i]) < .1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_absurd_frame_costs_a_few_strides),
        cmocka_unit_test(test_a_hole_in_what_was_held_up_is_believed),
        cmocka_unit_test(test_a_counter_that_begins_again_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
