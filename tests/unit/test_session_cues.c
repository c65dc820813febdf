/* test_session_cues.c - protects the cues of a whole session: what hears them cannot change them, and its capture says
 * the same ones at the same times, as often as it is read. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/capture.h"
#include "app/recording.h"
#include "app/session.h"
#include "app/settings_apply.h"
#include "toy_driver.h"

#define MS INT64_C(1000000)

/* Everything judged, folded into one number that no change survives. */
struct heard {
    unsigned swings, cues;
    uint64_t hash;
};

static void fold(struct heard *heard, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    heard->hash = (heard->hash ^ bits) * UINT64_C(1099511628211);
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct heard *heard = context;
    if (event->kind == KF_ENGINE_CUE) {
        heard->cues++;
        fold(heard, event->cue->t_s);
    }
    if (event->kind != KF_ENGINE_OUTPUT || event->output->kind != KF_OUT_SWING)
        return;
    heard->swings++;
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        if (kf_swing_keys[i].is_number)
            fold(heard, kf_swing_number(event->output->swing, &kf_swing_keys[i]));
    fold(heard, event->output->swing->verdict);
}

static struct kf_session_config session_config(const char *uri, struct heard *heard)
{
    struct kf_session_config config = {.engine = toy_config(NULL), .uri = {uri}, .speed = 1};
    const struct kf_athlete runner = {70, 1.75, NAN, NAN, KF_SEX_MALE};
    const struct kf_placement placement = kf_placement_default();
    config.engine.settings.cues = (struct kf_cue_rules){.count = 1, .rule = {kf_cue_rule_hamstring_drive()}};
    kf_settings_set_runner(&config.engine.settings, &runner, &placement);
    if (heard)
        config.listener = (struct kf_engine_listener){on_event, heard};
    return config;
}

static struct kf_session *open_session(const struct kf_session_config *config)
{
    struct kf_error error = {0};
    struct kf_session *session = kf_session_open(config, &error);
    if (!session)
        fail_msg("%s", error.text);
    return session;
}

/* Steps every 10 ms from *now_ns for so long. */
static const struct kf_view *run(struct kf_session *session, int64_t *now_ns, double seconds)
{
    const int64_t until_ns = *now_ns + (int64_t)(seconds * 1e9);
    for (; *now_ns < until_ns; *now_ns += 10 * MS)
        kf_session_step(session, *now_ns, false);
    return kf_session_view(session, *now_ns);
}

/* What hears the cues cannot change them: a command that does not exist is said, and coaching goes on the same. */
static void test_a_bad_command_disturbs_nothing(void **state)
{
    struct heard heard[2] = {{0}};
    bool told = false;
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct kf_session_config config = session_config("sim:demo", &heard[i]);
        struct kf_session *session = NULL;
        int64_t now_ns = 0;
        config.engine.auto_baseline = true;
        config.engine.settings.feedback_bell = i;
        if (i == 1)
            (void)snprintf(config.engine.settings.feedback_command, KF_SETTING_TEXT_MAX, "/no/such/program {text}");
        session = open_session(&config);
        for (int second = 0; second < 45; second++)
            told = strstr(run(session, &now_ns, 1)->message, "cannot run '/no/such/program'") || told;
        assert_int_equal(kf_session_view(session, now_ns)->bells, i * (int)heard[i].cues);
        assert_int_equal(told, i == 1);
        kf_session_close(session);
    }
    assert_true(heard[0].cues > 1);
    assert_memory_equal(&heard[0], &heard[1], sizeof heard[0]);
}

/* Live, then from its capture, twice: the same strides, verdicts and cues at the same times. */
static void test_a_capture_says_the_same_cues(void **state)
{
    static const char path[] = "session-cues.kfcap";
    struct heard live = {0}, again[2] = {{0}};
    struct kf_session_config config = session_config("sim:seconds=70,relaxed=30,pull=0.2,share=0.8", &live);
    const struct kf_capture_config capture_config = {.path = path, .overwrite = true, .source = "sim"};
    struct kf_error error = {0};
    struct kf_session *session = NULL;
    struct kf_capture *capture = NULL;
    int64_t now_ns = 0;
    (void)state;
    config.engine.auto_baseline = true;
    session = open_session(&config);
    capture = kf_capture_open(&capture_config, &error);
    assert_non_null(capture);
    kf_session_capture(session, capture);
    run(session, &now_ns, 72);
    assert_true(kf_session_over(session));
    kf_session_close(session);
    assert_int_equal(kf_capture_close(capture, &error), KF_OK);
    assert_true(live.cues > 1);
    for (int i = 0; i < 2; i++) {
        const struct kf_engine_listener listener = {on_event, &again[i]};
        struct kf_engine *engine = kf_engine_create(&config.engine, &listener, &error);
        assert_non_null(engine);
        assert_int_equal(kf_recording_read(path, engine, NULL, &error), KF_OK);
        kf_engine_destroy(engine);
        assert_memory_equal(&again[i], &live, sizeof live);
    }
    assert_int_equal(remove(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bad_command_disturbs_nothing),
        cmocka_unit_test(test_a_capture_says_the_same_cues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
