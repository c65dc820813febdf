/* test_kfs_replay.c - protects the replay of session files: wherever it is sent, forwards to where only the scan has
 * been or back, what follows is what playing straight through gives, to the last bit; --check finds nothing in a file
 * as it was recorded and everything that was changed in one. */
#include "store_help.h"

#include <sqlite3.h>

#include "app/conditions.h"
#include "app/recorder.h"
#include "app/replay.h"
#include "app/scan.h"
#include "app/session.h"
#include "app/settings_apply.h"
#include "app/verify.h"
#include "app/view_fill.h"

#define MS INT64_C(1000000)

enum { SWINGS_MAX = 1024, SECONDS = 150 };

static char path[KF_RECORDER_PATH];
static struct kf_engine_config config;

static struct {
    unsigned count;
    struct kf_swing swing[SWINGS_MAX];
} straight;

/* A session with keys pressed in it; its file's name goes to `to`. */
static void record_to(char to[KF_RECORDER_PATH], const char *first, const char *second)
{
    struct kf_settings settings;
    struct kf_error error = {0};
    struct kf_session_config session_config = {.uri = {first, second}, .speed = 1};
    struct kf_recorder_state state;
    int64_t now_ns = 0;
    kf_settings_default(&settings);
    session_config.engine = kf_settings_engine(&settings);
    session_config.engine.auto_baseline = true;
    session_config.engine.pod_count = second ? 2 : 1;
    struct kf_recorder *recorder = kf_recorder_open(
        &(struct kf_recorder_config){.folder = store_path("r"), .engine = &session_config.engine, .on = true}, &error);
    struct kf_session *session = kf_session_open(&session_config, &error);
    assert_true(recorder && session);
    kf_session_recorder(session, recorder);
    for (; now_ns < SECONDS * 1000 * MS; now_ns += 10 * MS) {
        if (now_ns == 60000 * MS)
            kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_BASELINE});
        if (now_ns == 90000 * MS)
            kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_BASELINE});
        kf_session_step(session, now_ns, true);
    }
    kf_session_close(session);
    kf_recorder_state(recorder, &state);
    memcpy(to, state.path, sizeof state.path);
    assert_int_equal(kf_recorder_close(recorder, &error), KF_OK);
}

static void keep_swing(void *context, const struct kf_engine_event *event)
{
    (void)context;
    if (event->kind != KF_ENGINE_OUTPUT || event->output->kind != KF_OUT_SWING)
        return;
    assert_true(straight.count < SWINGS_MAX);
    straight.swing[straight.count++] = *event->output->swing;
}

static void play_straight(void)
{
    const struct kf_engine_listener listener = {keep_swing, NULL};
    struct kf_error error = {0};
    struct kf_feed *feed = kf_feed_open(path, &error);
    struct kf_record record;
    assert_non_null(feed);
    assert_int_equal(kf_conditions_read(kf_feed_session(feed), &config, &error), KF_OK);
    config.want_frames = true;
    struct kf_engine *engine = kf_engine_create(&config, &listener, &error);
    while (kf_feed_next(feed, 64, &record, &error) == KF_OK)
        (void)kf_engine_take(engine, &record);
    assert_int_equal(kf_engine_finish(engine, &error), KF_OK);
    assert_in_range(straight.count, 200, SWINGS_MAX);
    kf_engine_destroy(engine);
    kf_feed_close(feed);
}

static int set_up(void **state)
{
    if (make_store_folder(state) != 0)
        return -1;
    record_to(path, "sim:demo", NULL);
    play_straight();
    return 0;
}

/* ---- seeking ---- */

struct follower { /* compares what it hears with what was heard straight through */
    double last_t_s;
    unsigned swings;
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct follower *follower = context;
    const struct kf_swing *swing = event->kind == KF_ENGINE_OUTPUT ? event->output->swing : NULL;
    unsigned at = 0;
    if (!swing || event->output->kind != KF_OUT_SWING)
        return;
    while (at < straight.count && straight.swing[at].id != swing->id)
        at++;
    assert_true(at < straight.count);
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        const double a = kf_swing_number(swing, &kf_swing_keys[i]),
                     b = kf_swing_number(&straight.swing[at], &kf_swing_keys[i]);
        if (!(a == b || (isnan(a) && isnan(b))))
            fail_msg("swing %u: %s is %.17g, straight %.17g", swing->id, kf_swing_keys[i].name, a, b);
    }
    assert_int_equal(swing->verdict, straight.swing[at].verdict);
    follower->swings++;
    follower->last_t_s = event->output->t_now_s;
}

static void seek_about(bool scanned)
{
    static const double places[] = {120, 100, 5, 140, 61, 149, 0, 75, 74.5, 110, 90, 33, -5, 145};
    struct follower follower = {0};
    const struct kf_engine_listener listener = {on_event, &follower};
    struct kf_error error = {0};
    struct kf_engine *engine = kf_engine_create(&config, &listener, &error);
    struct kf_view_fill *fill = calloc(1, sizeof *fill);
    const struct kf_replay_config replay_config = {
        .uri = path, .speed = 16, .engine = engine, .companion = fill, .companion_size = sizeof *fill};
    struct kf_replay *replay = kf_replay_open(&replay_config, &error);
    struct kf_scan *scan = calloc(1, sizeof *scan);
    const atomic_bool never = false;
    int64_t now_ns = 0;
    assert_true(engine && fill && replay && scan);
    if (scanned) {
        const struct kf_scan_keyframes keyframes = {kf_replay_keyframes(replay), NULL};
        assert_int_equal(kf_scan_run(scan, path, &config, &keyframes, &never), KF_OK);
        assert_true(fabs(scan->end_s - SECONDS) < 0.1);
        assert_int_equal(scan->mark_count, 0);
    }
    kf_replay_step(replay, now_ns);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const unsigned before = follower.swings;
        kf_replay_seek(replay, places[i]);
        do
            kf_replay_step(replay, now_ns);
        while (kf_replay_seeking(replay));
        assert_true(kf_engine_time_s(engine) >= places[i] && kf_engine_time_s(engine) < fmax(places[i], 0) + 0.2);
        for (int step = 0; step < 25; step++) /* 4 s */
            kf_replay_step(replay, now_ns += 10 * MS);
        assert_true(follower.swings > before || places[i] < 10 || places[i] > 145);
    }
    kf_replay_close(replay);
    kf_engine_destroy(engine);
    free(fill);
    free(scan);
}

static void test_seek(void **state)
{
    (void)state;
    seek_about(false);
}

static void test_seek_where_only_the_scan_was(void **state)
{
    (void)state;
    seek_about(true);
}

/* ---- checking ---- */

static char said[64 * 1024];

static void say(void *context, const char *line)
{
    (void)context;
    (void)snprintf(said + strlen(said), sizeof said - strlen(said), "%s\n", line);
}

static void tamper(const char *sql)
{
    sqlite3 *sqlite = NULL;
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(sqlite);
}

static void test_check(void **state)
{
    struct kf_verify_report report;
    struct kf_error error = {0};
    (void)state;
    assert_int_equal(kf_verify_session(path, &config, say, NULL, &report, &error), KF_OK);
    assert_string_equal(said, "");
    assert_true(report.differences == 0 && report.strides >= straight.count && report.cues > 0);
    tamper("UPDATE strides SET peak_knee_deg = peak_knee_deg + 1e-9, verdict = 'pulled' WHERE id = 20;"
           "DELETE FROM strides WHERE id = 30; INSERT INTO cues SELECT NULL, t_s, cue, leg, text FROM cues LIMIT 1;"
           "UPDATE cues SET t_s = t_s + 1 WHERE id = 1;"
           "UPDATE verdicts SET drive_nm_kg = drive_nm_kg + 1e-9, reason = 'walking' WHERE id = 40;"
           "DELETE FROM verdicts WHERE id = 41; UPDATE cues SET text = 'Stop' WHERE id = 2;"
           "UPDATE meta SET value = '0.0.7' WHERE key = 'version'");
    assert_int_equal(kf_verify_session(path, &config, say, NULL, &report, &error), KF_OK);
    assert_int_equal(report.differences, 9);
    assert_string_equal(report.version, "0.0.7"); /* as the command says first */
    assert_non_null(strstr(said, ": drive_nm_kg was"));
    assert_non_null(strstr(said, ": reason was walking, is "));
    assert_non_null(strstr(said, "verdict 41, toe-off"));
    assert_non_null(strstr(said, ": peak_knee_deg was"));
    assert_non_null(strstr(said, ": verdict was pulled, is "));
    assert_non_null(strstr(said, "verdict 40, "));
    assert_non_null(strstr(said, "stride 20, "));
    assert_non_null(strstr(said, " toe-off at "));
    assert_non_null(strstr(said, ", 'Stop', is "));
    double was = 0, is = 0; /* a difference in the last digits is shown */
    assert_int_equal(sscanf(strstr(said, "peak_knee_deg was"), "peak_knee_deg was %lf, is %lf", &was, &is), 2);
    assert_true(was != is && fabs(was - is) < 1e-6);
    assert_non_null(strstr(said, "stride 30"));
    assert_non_null(strstr(said, "cue 1 was"));
    assert_non_null(strstr(said, "cues are stored"));
}

/* Two pods whose clocks drift apart and whose bytes come late: the order of reads is part of the log. */
static void test_two_pods(void **state)
{
    static char two[KF_RECORDER_PATH];
    struct kf_engine_config as_recorded;
    struct kf_verify_report report;
    struct kf_error error = {0};
    (void)state;
    record_to(two, "sim:sites=left,drift=200,jitter=10", "sim:sites=right,drift=-300,jitter=15");
    struct kf_store_reader *reader = kf_store_open(two, NULL, &error);
    assert_int_equal(kf_conditions_read(reader, &as_recorded, &error), KF_OK);
    kf_store_close(reader);
    assert_int_equal(as_recorded.pod_count, 2);
    said[0] = '\0';
    assert_int_equal(kf_verify_session(two, &as_recorded, say, NULL, &report, &error), KF_OK);
    assert_string_equal(said, "");
    assert_int_equal(report.differences, 0);
    assert_in_range(report.strides, 300, 600);
    assert_in_range(report.verdicts, 300, 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_seek), cmocka_unit_test(test_seek_where_only_the_scan_was),
                                       cmocka_unit_test(test_check), cmocka_unit_test(test_two_pods)};
    return cmocka_run_group_tests(tests, set_up, remove_store_folder);
}
