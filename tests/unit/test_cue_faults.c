/* test_cue_faults.c - protects every shipped cue: on a simulated run made for it, it is said once its fault has set in
 * and not before, and a run without a fault hears none at all, with every rule switched on. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/engine.h"
#include "app/settings_apply.h"
#include "source/sim.h"

static const double relaxed_s = 26;       /* long enough for 30 strides a leg */
static const double fault_s = 4 + 2 + 26; /* when it begins to set in; it takes 4 s */
static const double seconds = 4 + 2 + 26 + 24;

struct heard {
    const char *wanted;
    unsigned wanted_count, early, others;
    double first_t_s;
    char other[KF_CUE_NAME_MAX];
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct heard *heard = context;
    if (event->kind != KF_ENGINE_CUE)
        return;
    heard->early += event->cue->t_s < fault_s;
    if (strcmp(event->cue->name, heard->wanted) == 0) {
        heard->first_t_s = heard->wanted_count++ == 0 ? event->cue->t_s : heard->first_t_s;
        return;
    }
    heard->others++;
    memcpy(heard->other, event->cue->name, sizeof heard->other);
}

/* A simulated run through the engine, its baseline marked as long as it is relaxed, with all rules on and no gap. */
static struct heard run(const char *wanted, const char *options)
{
    struct heard heard = {.wanted = wanted, .first_t_s = NAN};
    struct kf_sim_config sim_config;
    struct kf_settings settings;
    struct kf_error error = {0};
    static uint8_t bytes[65536];
    int count = 0;
    kf_sim_config_default(&sim_config);
    sim_config.seconds = seconds;
    sim_config.relaxed_s = relaxed_s;
    sim_config.pull[0] = 0;
    sim_config.pull_count = 1;
    assert_int_equal(kf_sim_config_parse(&sim_config, options, &error), KF_OK);
    kf_settings_default(&settings);
    settings.feedback_gap_s = 0;
    for (unsigned i = 0; i < settings.cues.count; i++)
        settings.cues.rule[i].enabled = 1;
    settings.athlete_height_m = sim_config.athlete.height_m;
    struct kf_engine_config config = kf_settings_engine(&settings);
    config.baseline_from_s = kf_sim_baseline_from_s(&sim_config);
    config.baseline_to_s = fault_s;
    struct kf_sim *sim = kf_sim_create(&sim_config, &error);
    struct kf_engine *engine = kf_engine_create(&config, &(struct kf_engine_listener){on_event, &heard}, &error);
    assert_true(sim && engine);
    while ((count = kf_sim_wire_read(sim, INFINITY, bytes, sizeof bytes)) > 0)
        kf_engine_push(engine, bytes, (size_t)count);
    assert_int_equal(kf_engine_finish(engine, &error), KF_OK);
    kf_engine_destroy(engine);
    kf_sim_destroy(sim);
    return heard;
}

static void every_cue_finds_its_fault(void **state)
{
    static const struct {
        const char *cue, *options;
        unsigned others; /* cues that this fault may bring along */
    } cases[] = {
        {"hamstring-drive", "pull=0.2,share=0.8", 0},
        {"hamstring-pull", "pull=0.2,share=0.8,emg", 99},           /* that is drive as well */
        {"hamstring-pull", "pull=0.2,share=0.8,emg,cocontract", 1}, /* which the quadriceps hide; the knee folds less */
        {"trunk-upright", "lean-drop=7", 0},
        {"trunk-forward", "lean-drop=-14", 0},
        {"hip-late", "hip-late=58", 99}, /* the knee folds little then; later still it looks like walking */
        {"fold-little", "fold-drop=15", 0},
        {"fold-late", "cadence-drop=24", 99}, /* slower in all */
        {"hip-extension", "sit=24", 0},
        {"cadence-low", "cadence-drop=14", 0},
        {"asymmetry-grown", "limp=9", 0},
    };
    struct kf_settings settings;
    (void)state;
    kf_settings_default(&settings);
    assert_int_equal(settings.cues.count + 1, sizeof cases / sizeof cases[0]); /* a new cue gets a run of its own */
    printf("%-16s %-24s %8s %6s %6s\n", "cue", "run", "after s", "said", "early");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct heard heard = run(cases[i].cue, cases[i].options);
        printf("%-16s %-24s %8.1f %6u %6u\n", cases[i].cue, cases[i].options, heard.first_t_s - fault_s,
               heard.wanted_count, heard.early);
        if (heard.wanted_count == 0 ||
            !(heard.first_t_s - fault_s < 20)) /* a change of pace looks like one of the belt, and is waited out */
            fail_msg("%s is not said within 20 s", cases[i].cue);
        if (heard.early > 0 || heard.others > cases[i].others)
            fail_msg("run for %s: %u early, %u others, the last %s", cases[i].cue, heard.early, heard.others,
                     heard.other);
    }
}

static void no_fault_no_cue(void **state)
{
    static const char *const runs[] = {"seed=1", "seed=2,speed=2.6", "seed=3,speed=4.8,lean=4", "seed=4,emg,rate=100",
                                       "seed=5,emg,pull=0.05,share=0.8"};
    (void)state;
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        const struct heard heard = run("", runs[i]);
        if (heard.others > 0)
            fail_msg("%s: %u cues, the last %s", runs[i], heard.others, heard.other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cue_finds_its_fault),
        cmocka_unit_test(no_fault_no_cue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
