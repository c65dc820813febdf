/* podlink_time.c - the pod's clock: unwraps its 32 bits, counts lost frames, and tells a loss from a restart.
 *
 * A restarted pod counts anew, so its next seq looks like a great loss; only the time gone by tells them apart
 * (podlink.md, Time). Everything here follows from the frames alone, never from when they arrived. */
#include "podlink_state.h"

#include <math.h>

static const double FADE = 1.0 - 1.0 / 256;             /* memory of the usual frame period, in frames */
static const double TOLERANCE = 0.20;                   /* podlink.md: a jump that time does not explain within 20 % */
static const int64_t EVENT_SLACK_US = 1000000;          /* an event may be told this much late */
static const int64_t END_OF_TIME_US = INT64_C(1) << 61; /* no pod lives 73,000 years: sums stay in range */
/* In frames' steps; the protocol leaves them open. Before MOVES_TO_JUDGE no period is usual; a step of STALL_FACTOR
 * usual ones teaches nothing of it; jitter may explain SLACK_MOVES mean steps. */
enum { MOVES_TO_JUDGE = 4, STALL_FACTOR = 8, SLACK_MOVES = 3, MOVE_MEMORY = 64 };

static int64_t signed_us(uint32_t difference)
{
    return difference <= INT32_MAX ? (int64_t)difference : (int64_t)difference - (int64_t)UINT32_MAX - 1;
}

static double usual_period_us(const struct podlink_clock *clock)
{
    return clock->moves >= MOVES_TO_JUDGE ? clock->span_us / clock->frames : 0;
}

/* The frame's time, unwrapped to the turn of the clock that lies nearest to where `missing` lost frames put it. */
static int64_t unwrap(const struct podlink_clock *clock, uint32_t t_us, unsigned missing)
{
    const int64_t expected = missing ? (int64_t)(usual_period_us(clock) * (missing + 1)) : 0;
    const uint32_t gone = t_us - clock->t_us;
    return clock->now_us + expected + signed_us(gone - (uint32_t)expected);
}

/* The checksum behind the payload. */
static uint16_t checksum(const struct kf_podlink_frame *frame)
{
    return kf_podlink_get_u16(frame->payload + frame->length);
}

/* The last frame's seq again, or a late copy of one of the last frames. A pod restarted within its first frames
 * repeats seq and time, but not the checksum. */
static bool is_duplicate(const struct podlink_clock *clock, const struct kf_podlink_frame *frame)
{
    const unsigned count = clock->recent_count < PODLINK_RECENT ? clock->recent_count : PODLINK_RECENT;
    if (clock->seq == frame->seq)
        return true;
    for (unsigned i = 0; i < count; i++)
        if (clock->recent[i].seq == frame->seq && clock->recent[i].t_us == frame->t_us &&
            clock->recent[i].crc == checksum(frame))
            return true;
    return false;
}

static bool time_explains(const struct podlink_clock *clock, unsigned missing, int64_t gone_us)
{
    const double period_us = usual_period_us(clock);
    if (missing == 0 || !(period_us > 0))
        return true;
    const double unexplained_us = fabs(period_us * (missing + 1) - (double)gone_us);
    return unexplained_us <= fmax(TOLERANCE * (double)gone_us, SLACK_MOVES * clock->move_us);
}

static bool falls_back(const struct podlink_clock *clock, const struct kf_podlink_frame *frame, int64_t now_us,
                       const int64_t *after_us)
{
    if (now_us > END_OF_TIME_US)
        return true;
    if (frame->type == KF_PODLINK_SAMPLES)
        return after_us && now_us < *after_us;
    return now_us < clock->newest_us - EVENT_SLACK_US;
}

/* What one step from a frame to the very next teaches about the usual period. */
static void learn_step(struct podlink_clock *clock, int64_t step_us)
{
    const double period_us = usual_period_us(clock);
    const double step = (double)step_us;
    if (period_us > 0 && step > STALL_FACTOR * fmax(period_us, clock->move_us))
        return;
    clock->frames = clock->frames * FADE + 1;
    clock->span_us = clock->span_us * FADE + step;
    if (step_us > 0) {
        clock->moves++;
        clock->move_us += (step - clock->move_us) / (clock->moves < MOVE_MEMORY ? clock->moves : MOVE_MEMORY);
    }
}

static void remember(struct podlink_clock *clock, const struct kf_podlink_frame *frame, int64_t now_us)
{
    const unsigned at = clock->recent_count++ % PODLINK_RECENT;
    if (clock->recent_count == 2 * PODLINK_RECENT)
        clock->recent_count = PODLINK_RECENT;
    clock->recent[at].seq = frame->seq;
    clock->recent[at].t_us = frame->t_us;
    clock->recent[at].crc = checksum(frame);
    clock->newest_us = clock->running && clock->newest_us > now_us ? clock->newest_us : now_us;
    clock->running = true;
    clock->seq = frame->seq;
    clock->t_us = frame->t_us;
    clock->now_us = now_us;
    clock->sampled |= frame->type == KF_PODLINK_SAMPLES;
}

enum podlink_arrival kf_podlink_clock_take(struct podlink_clock *clock, const struct kf_podlink_frame *frame,
                                           bool same_boot, const int64_t *after_us, uint64_t *lost)
{
    *lost = 0;
    if (!clock->running) {
        remember(clock, frame, frame->t_us);
        return PODLINK_NEXT;
    }
    if (is_duplicate(clock, frame))
        return PODLINK_DUPLICATE;
    const unsigned missing = (uint16_t)(frame->seq - clock->seq - 1u);
    const int64_t now_us = unwrap(clock, frame->t_us, missing);
    if (falls_back(clock, frame, now_us, after_us))
        return PODLINK_RESTART;
    if (!same_boot && !time_explains(clock, missing, now_us - clock->now_us))
        return PODLINK_RESTART;
    if (missing == 0 && clock->sampled)
        learn_step(clock, now_us - clock->now_us);
    *lost = missing;
    remember(clock, frame, now_us);
    return PODLINK_NEXT;
}
