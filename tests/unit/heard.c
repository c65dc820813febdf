/* heard.c - the sink that remembers (see heard.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "heard.h"

static void print_bytes(struct heard *heard, const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < count; i++)
        heard->print = (heard->print ^ byte[i]) * 1099511628211u; /* FNV-1a */
}

static void print_number(struct heard *heard, double number)
{
    const double known = isnan(number) ? 0.123456789 : number; /* any NaN is as good as another */
    print_bytes(heard, &known, sizeof known);
}

static void print_swing(struct heard *heard, const struct kf_swing *swing)
{
    const int words[] = {(int)swing->id,      (int)swing->leg,    (int)swing->trunk_site,
                         (int)swing->verdict, (int)swing->muscle, (int)swing->reason};
    print_bytes(heard, words, sizeof words);
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        print_number(heard, kf_swing_number(swing, &kf_swing_keys[i]));
}

static void print_frame(struct heard *heard, const struct kf_frame *frame)
{
    print_number(heard, frame->t_s);
    print_number(heard, frame->trunk_lean_rad);
    for (int i = 0; i < KF_LEG_COUNT; i++) {
        const struct kf_leg_frame *leg = &frame->leg[i];
        const int words[] = {leg->worn, leg->aligned, (int)leg->phase};
        print_bytes(heard, words, sizeof words);
        print_number(heard, leg->thigh_rad);
        print_number(heard, leg->shank_rad);
        print_number(heard, leg->knee_rad);
        print_number(heard, leg->knee_radps);
        print_number(heard, leg->knee_moment_nm_kg);
        print_number(heard, leg->emg);
        print_number(heard, leg->hip_rad);
        print_number(heard, leg->hip_moment_nm_kg);
        print_number(heard, leg->hamstring_mm[KF_BICEPS_LONG]);
    }
}

static void on_event(struct heard *heard, const struct kf_output *output)
{
    assert_true(heard->events < HEARD_MAX);
    heard->event[heard->events++] = (struct heard_event){*output->event, output->t_now_s};
    const int words[] = {(int)output->event->kind, (int)output->event->leg};
    print_bytes(heard, words, sizeof words);
    print_number(heard, output->event->t_s);
    print_number(heard, output->event->latency_ms);
}

static void on_output(void *context, const struct kf_output *output)
{
    struct heard *heard = context;
    assert_true(output->t_now_s >= heard->last_now_s);
    heard->last_now_s = output->t_now_s;
    switch (output->kind) {
    case KF_OUT_EVENT:
        on_event(heard, output);
        break;
    case KF_OUT_VERDICT:
        assert_true(heard->verdicts < HEARD_MAX);
        heard->verdict[heard->verdicts++] = *output->swing;
        print_swing(heard, output->swing);
        break;
    case KF_OUT_SWING:
        assert_true(heard->swings < HEARD_MAX);
        heard->swing[heard->swings++] = *output->swing;
        print_swing(heard, output->swing);
        break;
    case KF_OUT_BASELINE:
        heard->baselines++;
        break;
    case KF_OUT_FRAME:
        heard->frames++;
        print_frame(heard, output->frame);
        break;
    }
}

struct kf_pipeline_sink heard_by(struct heard *heard)
{
    memset(heard, 0, sizeof *heard);
    heard->last_now_s = -INFINITY;
    heard->print = 14695981039346656037u;
    return (struct kf_pipeline_sink){on_output, heard};
}

struct kf_pipeline_config heard_config(const struct exact_body *body)
{
    return (struct kf_pipeline_config){
        .athlete = exact_athlete(), .placement = body->placement, .limits = kf_limits_default()};
}

void heard_push_pose(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink, const struct exact_body *body,
                     const struct kf_sim_pose *pose, unsigned sites)
{
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        if (sites & 1u << site) {
            const struct kf_sample sample = exact_sample(body, (enum kf_site)site, pose);
            kf_pipeline_push(pipeline, &sample, sink);
        }
}

unsigned heard_count(const struct heard *heard, enum kf_verdict verdict, double from_s)
{
    unsigned count = 0;
    for (unsigned i = 0; i < heard->verdicts; i++)
        count += heard->verdict[i].verdict == verdict && heard->verdict[i].t_to_s >= from_s;
    return count;
}

unsigned heard_reasons(const struct heard *heard, enum kf_reason reason, double from_s)
{
    unsigned count = 0;
    for (unsigned i = 0; i < heard->verdicts; i++)
        count += heard->verdict[i].reason == reason && heard->verdict[i].t_to_s >= from_s;
    return count;
}
