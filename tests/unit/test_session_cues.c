/* test_session_cues.c - protects the cues of a whole session: what hears them cannot change them, and its capture says
 * the same ones at the same times, as often as it is read; and what a replay's watcher sets holds wherever it is sent.
 */
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
#include "log_file.h"
#include "session_help.h"

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

/* Limits, mode and mute, set at one place of a recording, hold at all others; later ones void the earlier. */
static void test_what_a_watcher_sets_holds(void **state)
{
    const struct log_file log = log_file_simulate(30);
    const struct kf_session_config config = session_config(log.path, NULL);
    struct kf_session *session = open_session(&config);
    const struct kf_view *view = NULL;
    struct kf_request request = {.kind = KF_REQUEST_CONTROL, .control = KF_CONTROL_SETTING};
    int64_t now_ns = 0;
    (void)state;
    (void)run(session, &now_ns, 20);
    for (unsigned i = 0; i < 100; i++) {
        (void)snprintf(request.text, sizeof request.text, "verdict.knee_excess_deg=%u\n", 5 + i % 5);
        kf_session_request(session, &request);
        (void)snprintf(request.text, sizeof request.text, "verdict.drive_limit_nm_kg=0.03\nfeedback.gap_s=%u\n",
                       1 + i % 7);
        kf_session_request(session, &request);
    }
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_MUTE});
    view = run(session, &now_ns, .2);
    assert_true(view->settings.verdict_knee_excess_deg == 9 && view->muted);
    for (int i = 0; i < 3; i++) {
        const double to_s[] = {-INFINITY, INFINITY, -7};
        kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_SEEK, .value = to_s[i]});
        view = run(session, &now_ns, 1);
        assert_true(view->settings.verdict_knee_excess_deg == 9);
        assert_true(view->settings.verdict_drive_limit_nm_kg == .03 && view->settings.feedback_gap_s == 2);
        assert_true(view->muted);
    }
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_MUTE});
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_SEEK, .value = -INFINITY});
    view = run(session, &now_ns, 1);
    assert_false(view->muted);
    kf_session_close(session);
    log_file_remove(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bad_command_disturbs_nothing),
        cmocka_unit_test(test_a_capture_says_the_same_cues),
        cmocka_unit_test(test_what_a_watcher_sets_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
