/* podlink_maker.h - a small pod made of our own encoder, for tests and fuzz seeds: one trunk IMU (i16), one hamstring
 * EMG (i24), and a clock, sequence and boot id the test can bend. */
#ifndef KF_TEST_PODLINK_MAKER_H
#define KF_TEST_PODLINK_MAKER_H

#include <stdint.h>
#include <string.h>

#include "kneefold/podlink.h"

enum { MAKER_ROOM = 1 << 18, MAKER_IMU = 1, MAKER_EMG = 2, MAKER_IMU_HZ = 200, MAKER_EMG_HZ = 1000 };

struct maker {
    struct kf_podlink_encoder encoder;
    uint16_t layout;
    uint32_t boot_id;
    uint32_t t_us;
    int16_t counter; /* value of the next IMU sample's first channel */
    size_t length;
    uint8_t bytes[MAKER_ROOM];
};

static inline void maker_init(struct maker *maker)
{
    memset(maker, 0, sizeof *maker);
    maker->layout = 7;
    maker->boot_id = 1;
}

/* Ends the frame begun in the encoder and appends it. */
static inline void maker_end(struct maker *maker)
{
    uint8_t frame[KF_PODLINK_FRAME_MAX];
    const size_t length = kf_podlink_end(&maker->encoder, frame);
    if (length > sizeof maker->bytes - maker->length)
        return;
    memcpy(maker->bytes + maker->length, frame, length);
    maker->length += length;
}

static inline void maker_describe(struct maker *maker)
{
    uint8_t frame[KF_PODLINK_FRAME_MAX];
    const struct kf_podlink_descriptor descriptor = {
        .layout = maker->layout,
        .name = "maker",
        .name_length = 5,
        .stream_count = 2,
        .boot_id = maker->boot_id,
        .stream = {{MAKER_IMU, KF_PODLINK_IMU6, 1, KF_PODLINK_I16, 6, MAKER_IMU_HZ, 0.01f, 0.1f, 100.0f, 1000.0f},
                   {MAKER_EMG, KF_PODLINK_EMG, 33, KF_PODLINK_I24, 1, MAKER_EMG_HZ, 0.5f, 0.0f, 0.0f, 0.0f}}};
    const size_t length = kf_podlink_encode_descriptor(&maker->encoder, maker->t_us, &descriptor, frame);
    memcpy(maker->bytes + maker->length, frame, length);
    maker->length += length;
}

/* A SAMPLES frame of 4 IMU and 20 EMG samples; 20 ms pass. */
static inline void maker_samples(struct maker *maker)
{
    kf_podlink_begin(&maker->encoder, KF_PODLINK_SAMPLES, maker->t_us);
    kf_podlink_put_u16(&maker->encoder, maker->layout);
    kf_podlink_put_block(&maker->encoder, MAKER_IMU, 4);
    for (int i = 0; i < 24; i++)
        kf_podlink_put_count(&maker->encoder, KF_PODLINK_I16, (float)(i % 6 == 0 ? maker->counter++ : i));
    kf_podlink_put_block(&maker->encoder, MAKER_EMG, 20);
    for (int i = 0; i < 20; i++)
        kf_podlink_put_count(&maker->encoder, KF_PODLINK_I24, (float)(i * 100 - 1000));
    maker_end(maker);
    maker->t_us += 20000;
}

/* The pod loses power: it counts, clocks and is called anew. */
static inline void maker_restart(struct maker *maker)
{
    maker->encoder.seq = 0;
    maker->t_us = 0;
    maker->boot_id++;
}

#endif
