/* frames.c - prints what the podlink encoder makes: once as the library's build, once as firmware's, whose objects have
 * no library behind them (test_firmware.sh compares the two). A pod of every sample format, all lengths of groups in
 * the byte stuffing, and values at and beyond what a format holds.
 *
 *   frames            the bytes of all frames
 *   frames example    the frame of podlink(7)'s example, in hex */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kneefold/podlink.h"

static struct kf_podlink_encoder encoder;
static uint8_t frame[KF_PODLINK_FRAME_MAX];

static void print(size_t count)
{
    (void)fwrite(frame, 1, count, stdout);
}

static void print_descriptor(void)
{
    static const struct kf_podlink_descriptor descriptor = {
        .layout = 3,
        .uid = {1, 2, 3, 0, 0, 6, 7, 255},
        .firmware_major = 1,
        .firmware_minor = 20,
        .name = "all formats",
        .name_length = 11,
        .stream_count = 3,
        .stream = {{1, KF_PODLINK_IMU6, 3, KF_PODLINK_I16, 6, 200, 0.0047884f, 0.061035f, 156.9f, 2000.0f},
                   {2, KF_PODLINK_EMG, 33, KF_PODLINK_I24, 1, 1000, 0.0223f, 0.0f, 187500.0f, 0.0f},
                   {3, KF_PODLINK_FORCE, 65, KF_PODLINK_F32, 1, 100, 1.0f, 0.0f, 10.0f, 0.0f}},
        .boot_id = 0xdeadbeef,
    };
    print(kf_podlink_encode_descriptor(&encoder, 123456789, &descriptor, frame));
}

/* The values a rounding or clamping mistake would show at. */
static void print_samples(uint32_t t_us)
{
    static const float values[] = {
        0.0f,       0.49f, 0.5f,  -0.5f,      1.5f,        32767.4f,  40000.0f,        -40000.0f,        -32768.0f,
        8388607.0f, 1e9f,  -1e9f, 8388606.5f, -8388608.0f, 123456.7f, (float)INFINITY, (float)-INFINITY, (float)NAN};
    for (int format = KF_PODLINK_I16; format <= KF_PODLINK_F32; format++) {
        kf_podlink_begin(&encoder, KF_PODLINK_SAMPLES, t_us);
        kf_podlink_put_u16(&encoder, 3);
        kf_podlink_put_block(&encoder, (uint8_t)format, sizeof values / sizeof values[0]);
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
            kf_podlink_put_count(&encoder, (enum kf_podlink_format)format, values[i]);
        print(kf_podlink_end(&encoder, frame));
    }
}

/* Texts of 0 to 1024 bytes, one too long, runs with and without zeros around the longest group. */
static void print_lengths(void)
{
    static uint8_t text[KF_PODLINK_PAYLOAD_MAX + 1];
    for (size_t length = 0; length <= sizeof text; length++) {
        memset(text, (int)(length % 3), length);
        if (length > 0)
            text[length / 2] = 0;
        kf_podlink_begin(&encoder, KF_PODLINK_TEXT, (uint32_t)length << 20);
        kf_podlink_put(&encoder, text, length);
        print(kf_podlink_end(&encoder, frame));
    }
}

static void print_example(void)
{
    static const int16_t counts[6] = {0, 0, 2048, 1, -1, 300};
    encoder.seq = 7;
    kf_podlink_begin(&encoder, KF_PODLINK_SAMPLES, 1000000);
    kf_podlink_put_u16(&encoder, 1);
    kf_podlink_put_block(&encoder, 1, 1);
    for (int i = 0; i < 6; i++)
        kf_podlink_put_u16(&encoder, (uint16_t)counts[i]);
    const size_t count = kf_podlink_end(&encoder, frame);
    for (size_t i = 0; i < count; i++)
        printf("%s%02x", i > 0 ? " " : "", frame[i]);
    putchar('\n');
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "example") == 0) {
        print_example();
        return fflush(stdout) != 0;
    }
    encoder.seq = 65530;
    print_descriptor();
    for (uint32_t t_us = 0; t_us < 20; t_us++)
        print_samples(t_us * 300000000u);
    print_lengths();
    return fflush(stdout) != 0;
}
