/* test_recorder.c - protects recordings as a whole: what a session said is in its file and comes out again, to the last
 * bit, when the file's log is taken by a new engine under the file's own conditions; names and modes are private and
 * collide with nothing; a disk that is full, failing or locked stops or costs the recording, never the session. */
#include "store_help.h"

#include <sys/stat.h>

#include <sqlite3.h>

#include "app/conditions.h"
#include "app/recorder.h"
#include "app/recorder_path.h"
#include "app/session.h"
#include "app/settings_apply.h"
#include "app/verify.h"
#include "fault_vfs.h"
#include "settings/settings.h"

#define MS INT64_C(1000000)
#define WALL_NS INT64_C(1795375280000000000) /* 2026-11-22 19:21:20 UTC */

static struct kf_session_config demo_config(void)
{
    struct kf_settings settings;
    struct kf_session_config config = {.uri = {"sim:demo"}, .speed = 1, .athlete = "Ada \"../\" Löve"};
    kf_settings_default(&settings);
    settings.athlete_height_m = 1.75;
    settings.feedback_warmup_s = 12;
    config.engine = kf_settings_engine(&settings);
    config.engine.auto_baseline = true;
    config.engine.belt_mps = 3.96;
    return config;
}

static struct kf_recorder *open_recorder(const struct kf_session_config *session, const char *folder, bool on,
                                         size_t room, const char *vfs, struct kf_error *error)
{
    const struct kf_recorder_config config = {.folder = folder,
                                              .athlete = session->athlete,
                                              .source = "sim",
                                              .engine = &session->engine,
                                              .wall_ns = WALL_NS,
                                              .on = on,
                                              .room = room,
                                              .vfs = vfs};
    return kf_recorder_open(&config, error);
}

static struct kf_session *open_session(const struct kf_session_config *config, struct kf_recorder *recorder)
{
    struct kf_error error = {0};
    struct kf_session *session = kf_session_open(config, &error);
    if (!session)
        fail_msg("%s", error.text);
    kf_session_recorder(session, recorder);
    return session;
}

static void run(struct kf_session *session, int64_t *now_ns, double seconds)
{
    const int64_t until_ns = *now_ns + (int64_t)(seconds * 1e9);
    for (; *now_ns < until_ns; *now_ns += 10 * MS)
        kf_session_step(session, *now_ns, true);
}

/* ---- replaying by hand ---- */

struct heard {
    struct kf_store_reader *reader;
    unsigned swings, verdicts, cues, marks;
    struct kf_cue cue[64];
};

static void assert_same_swing(const struct kf_swing *a, const struct kf_swing *b)
{
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        const double x = kf_swing_number(a, &kf_swing_keys[i]), y = kf_swing_number(b, &kf_swing_keys[i]);
        if (!(x == y || (isnan(x) && isnan(y))))
            fail_msg("swing %u: %s is %.17g, stored %.17g", a->id, kf_swing_keys[i].name, x, y);
    }
    assert_true(a->verdict == b->verdict && a->reason == b->reason && a->leg == b->leg && a->muscle == b->muscle);
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct heard *heard = context;
    struct kf_error error = {0};
    struct kf_swing stored;
    if (event->kind == KF_ENGINE_CUE)
        heard->cue[heard->cues++ % 64] = *event->cue;
    if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_MARK)
        heard->marks++;
    if (event->kind != KF_ENGINE_OUTPUT)
        return;
    heard->verdicts += event->output->kind == KF_OUT_VERDICT;
    if (event->output->kind != KF_OUT_SWING)
        return;
    heard->swings++;
    assert_int_equal(kf_store_stride_of(heard->reader, event->output->swing->id, &stored, &error), KF_OK);
    assert_same_swing(event->output->swing, &stored);
}

static bool count_stride(void *context, const struct kf_swing *swing)
{
    (void)swing;
    ++*(unsigned *)context;
    return true;
}

static bool same_cue(void *context, const struct kf_store_cue *cue)
{
    struct heard *heard = context;
    const struct kf_cue *said = &heard->cue[heard->cues++];
    assert_true(cue->t_s == said->t_s && cue->leg == said->leg && cue->has_leg == said->has_leg);
    assert_string_equal(cue->name, said->name);
    assert_string_equal(cue->text, said->text);
    return true;
}

/* The file's dose of each cue is the coach's, but for what its last second added. */
static void assert_doses(struct kf_store_reader *reader, const struct kf_coach *coach, double t_s)
{
    unsigned doses = 0;
    for (unsigned i = 0; i < coach->rules.count; i++) {
        const struct kf_cue_dose dose = kf_coach_dose(coach, i, t_s);
        char key[KF_CUE_NAME_MAX + 8], text[256], said[64];
        (void)snprintf(key, sizeof key, "dose.%s", dose.name);
        (void)snprintf(said, sizeof said, "\"r\":{\"said\":%u,\"withheld\":%u,\"banner_s\":%.0f", dose.said[KF_RIGHT],
                       dose.withheld[KF_RIGHT], floor(dose.banner_s[KF_RIGHT]));
        if (!kf_store_meta_of(reader, key, text, sizeof text))
            continue;
        doses++;
        if (dose.said[KF_RIGHT] + dose.withheld[KF_RIGHT] > 0 && !strstr(text, said))
            fail_msg("%s is %s, not %s", key, text, said);
    }
    assert_true(doses > 0);
}

/* Takes the whole log into a new engine and compares with what is stored. */
static void assert_replays(const char *path, unsigned marks)
{
    struct kf_error error = {0};
    struct heard heard = {.reader = kf_store_open(path, NULL, &error)};
    const struct kf_engine_listener listener = {on_event, &heard};
    struct kf_engine_config config;
    struct kf_engine *engine = NULL;
    struct kf_record record;
    unsigned strides = 0, cues = 0;
    const struct kf_store_rows rows = {.stride = count_stride, .context = &strides};
    const struct kf_store_rows cue_rows = {.cue = same_cue, .context = &heard};
    if (!heard.reader)
        fail_msg("%s", error.text);
    assert_true(kf_store_complete(heard.reader));
    if (kf_conditions_read(heard.reader, &config, &error) != KF_OK)
        fail_msg("%s", error.text);
    assert_true(config.settings.feedback_warmup_s == 12 && config.settings.athlete_height_m == 1.75);
    assert_true(config.auto_baseline && config.belt_mps == 3.96 && isnan(config.baseline_from_s));
    engine = kf_engine_create(&config, &listener, &error);
    assert_non_null(engine);
    while (kf_store_next(heard.reader, &record, &error) == KF_OK)
        (void)kf_engine_take(engine, &record);
    assert_int_equal(error.code, KF_ERR_END);
    assert_int_equal(kf_engine_finish(engine, &error), KF_OK);
    assert_int_equal(kf_store_each(heard.reader, &rows, &error), KF_OK);
    assert_int_equal(strides, heard.verdicts);
    assert_in_range(heard.swings, strides - 2, strides);
    assert_int_equal(heard.marks, marks);
    assert_in_range(heard.cues, 1, 64);
    cues = heard.cues;
    heard.cues = 0;
    assert_int_equal(kf_store_each(heard.reader, &cue_rows, &error), KF_OK);
    assert_int_equal(heard.cues, cues);
    assert_doses(heard.reader, kf_engine_coach(engine), kf_engine_time_s(engine));
    kf_engine_destroy(engine);
    kf_store_close(heard.reader);
}

static void test_record_and_replay(void **state)
{
    const struct kf_session_config config = demo_config();
    struct kf_error error = {0};
    struct kf_recorder *recorder = open_recorder(&config, store_path("a/b"), true, 0, NULL, &error);
    struct kf_session *session = NULL;
    struct kf_recorder_state recording;
    struct stat info;
    int64_t now_ns = 77 * MS;
    (void)state;
    assert_non_null(recorder);
    session = open_session(&config, recorder);
    run(session, &now_ns, 40);
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_MARK, .text = "half way"});
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_MUTE});
    run(session, &now_ns, 10);
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_MUTE});
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_BELT, .value = 0.1});
    run(session, &now_ns, 40);
    kf_session_close(session);
    kf_recorder_state(recorder, &recording);
    assert_true(recording.on && recording.status == KF_OK && recording.lost == 0);
    assert_int_equal(kf_recorder_close(recorder, &error), KF_OK);
    assert_int_equal(stat(store_path("a"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(stat(recording.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_replays(recording.path, 1);
}

/* ---- names ---- */

static void assert_path(const char *athlete, unsigned number, const char *expected)
{
    char path[256];
    assert_true(kf_recorder_path(path, sizeof path, "/f", WALL_NS, athlete, number));
    assert_string_equal(path, expected);
}

static void test_names(void **state)
{
    char path[64];
    struct kf_error error = {0};
    (void)state;
    assert_int_equal(setenv("TZ", "UTC", 1), 0);
    assert_path("Ada", 1, "/f/2026-11-22_1921_Ada.kfs");
    assert_path("Ada", 2, "/f/2026-11-22_1921_Ada-2.kfs");
    assert_path("", 1, "/f/2026-11-22_1921_runner.kfs");
    assert_path("../../etc/passwd", 1, "/f/2026-11-22_1921_etc_passwd.kfs");
    assert_path("\n\x1b]0;x\a Bo O'Neil;rm", 1, "/f/2026-11-22_1921_0_x_Bo_O_Neil_rm.kfs");
    assert_path("a name that goes on for much longer than any name", 1,
                "/f/2026-11-22_1921_a_name_that_goes_on_for_much_lon.kfs");
    assert_false(kf_recorder_path(path, 20, "/f", WALL_NS, "Ada", 1));
    assert_int_equal(kf_recorder_folder("", "/x", "/home/a", path, sizeof path, &error), KF_OK);
    assert_string_equal(path, "/x/kneefold");
    assert_int_equal(kf_recorder_folder("", "not/absolute", "/home/a", path, sizeof path, &error), KF_OK);
    assert_string_equal(path, "/home/a/.local/share/kneefold");
    assert_int_equal(kf_recorder_folder("here", NULL, NULL, path, sizeof path, &error), KF_OK);
    assert_string_equal(path, "here");
    assert_int_equal(kf_recorder_folder("", NULL, NULL, path, sizeof path, &error), KF_ERR_CONFIG);
}

static void test_refused_before_the_run(void **state)
{
    const struct kf_session_config config = demo_config();
    struct kf_error error = {0};
    FILE *file = fopen(store_path("occupied"), "w");
    (void)state;
    assert_true(file && fclose(file) == 0);
    assert_null(open_recorder(&config, store_path("occupied"), true, 0, NULL, &error));
    assert_int_equal(error.code, KF_ERR_IO);
    assert_non_null(strstr(error.hint, "record.enabled=no"));
    assert_null(open_recorder(&config, store_path("occupied/below"), true, 0, NULL, &error));
    assert_int_equal(error.code, KF_ERR_IO);
    assert_null(open_recorder(&config, "/proc/kneefold", true, 0, NULL, &error));
    assert_int_equal(error.code, KF_ERR_IO);
}

/* ---- on and off ---- */

static void test_toggle(void **state)
{
    const struct kf_session_config config = demo_config();
    struct kf_error error = {0};
    struct kf_recorder *recorder = open_recorder(&config, store_path("toggle"), false, 0, NULL, &error);
    struct kf_session *session = open_session(&config, recorder);
    struct kf_recorder_state recording = {0};
    struct kf_store_reader *reader = NULL;
    struct kf_engine_config conditions;
    struct kf_record record;
    char late[8];
    int64_t now_ns = 0;
    (void)state;
    run(session, &now_ns, 2);
    kf_recorder_state(recorder, &recording);
    assert_false(recording.on);
    assert_string_equal(recording.path, "");
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_CONTROL,
                                                     .control = KF_CONTROL_SETTING,
                                                     .text = "verdict.knee_excess_deg=11"});
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_RECORD});
    while (kf_recorder_state(recorder, &recording), !recording.on)
        assert_int_equal(recording.status, KF_OK);
    run(session, &now_ns, 3);
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_RECORD});
    while (kf_recorder_state(recorder, &recording), recording.on)
        assert_int_equal(recording.status, KF_OK);
    run(session, &now_ns, 2);
    kf_session_close(session);
    assert_int_equal(kf_recorder_close(recorder, &error), KF_OK);
    reader = kf_store_open(recording.path, NULL, &error);
    assert_non_null(reader);
    assert_true(kf_store_complete(reader) && kf_store_meta_of(reader, "began_late", late, sizeof late));
    assert_int_equal(kf_conditions_read(reader, &conditions, &error), KF_OK);
    assert_true(conditions.settings.verdict_knee_excess_deg == 11); /* those in force then, not at the beginning */
    assert_int_equal(kf_store_next(reader, &record, &error), KF_OK);
    assert_in_range(record.host_ns, 1900 * MS, 2100 * MS);
    assert_in_range(kf_store_end_ns(reader), 4900 * MS, 5100 * MS);
    kf_store_close(reader);
}

/* ---- a disk that fails ---- */

static void say_nothing(void *context, const char *line)
{
    (void)context;
    (void)line;
}

/* What a recording that was cut off says is what its log gives: not less, and nothing of an end it never saw. */
static void assert_checks(const char *path, bool complete)
{
    struct kf_error error = {0};
    struct kf_engine_config config;
    struct kf_verify_report report;
    struct kf_store_reader *reader = kf_store_open(path, NULL, &error);
    assert_non_null(reader);
    assert_int_equal(kf_store_complete(reader), complete);
    assert_int_equal(kf_conditions_read(reader, &config, &error), KF_OK);
    kf_store_close(reader);
    assert_int_equal(kf_verify_session(path, &config, say_nothing, NULL, &report, &error), KF_OK);
    assert_int_equal(report.differences, 0);
    assert_true(report.strides > 10);
}

static void assert_stops(enum fault_kind kind, const char *words)
{
    const struct kf_session_config config = demo_config();
    struct kf_error error = {0};
    struct kf_recorder *recorder = open_recorder(&config, store_path("faults"), true, 0, FAULT_VFS, &error);
    struct kf_session *session = NULL;
    struct kf_recorder_state recording = {0};
    const struct kf_view *view = NULL;
    int64_t now_ns = 0;
    assert_non_null(recorder);
    session = open_session(&config, recorder);
    run(session, &now_ns, 20);
    while (kf_recorder_behind(recorder) > 0) /* the writer has come so far */
        continue;
    fault = (struct fault){.kind = kind};
    run(session, &now_ns, 40);
    while (kf_recorder_state(recorder, &recording), recording.on)
        run(session, &now_ns, 0.05);
    view = kf_session_view(session, now_ns);
    assert_int_equal(view->recording, KF_RECORDING_FAILED);
    assert_non_null(strstr(view->message, "RECORDING STOPPED"));
    if (!strstr(recording.error.text, words))
        fail_msg("'%s' does not say '%s'", recording.error.text, words);
    assert_true(view->stride_count > 20); /* coaching went on */
    kf_session_close(session);
    assert_int_not_equal(kf_recorder_close(recorder, &error), KF_OK);
    fault = (struct fault){0};
    struct kf_store_reader *reader = kf_store_open(recording.path, NULL, &error);
    if (!reader)
        fail_msg("%s", error.text);
    assert_false(kf_store_complete(reader));
    assert_true(kf_store_end_ns(reader) >= 18000 * MS);
    kf_store_close(reader);
    assert_checks(recording.path, false);
}

static void test_failing_disk(void **state)
{
    (void)state;
    assert_stops(FAULT_FULL, "the disk is full");
    assert_stops(FAULT_READ_ONLY, "read-only");
    assert_stops(FAULT_WRITE, "the disk failed");
    assert_stops(FAULT_SYNC, "the disk failed");
}

static void delete_both(const char *path)
{
    char wal[256];
    (void)snprintf(wal, sizeof wal, "%s-wal", path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(wal), 0);
}

static void empty_both(const char *path)
{
    char wal[256];
    (void)snprintf(wal, sizeof wal, "%s-wal", path);
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(truncate(wal, 0), 0);
}

/* Somebody deletes or empties the files of a session that runs (test_store_damage.c has every way): it is said in the
 * same second, loudly, and coaching goes on; another recording can be begun. */
static void assert_noticed(void (*harm)(const char *path), const char *word)
{
    const struct kf_session_config config = demo_config();
    struct kf_error error = {0};
    struct kf_recorder *recorder = open_recorder(&config, store_path("harmed"), true, 0, NULL, &error);
    struct kf_session *session = open_session(&config, recorder);
    struct kf_recorder_state recording = {0};
    char path[KF_RECORDER_PATH];
    int64_t now_ns = 0;
    run(session, &now_ns, 20);
    while (kf_recorder_behind(recorder) > 0)
        continue;
    kf_recorder_state(recorder, &recording);
    memcpy(path, recording.path, sizeof path);
    harm(path);
    run(session, &now_ns, 2);
    while (kf_recorder_state(recorder, &recording), recording.on)
        run(session, &now_ns, 0.05);
    run(session, &now_ns, 20);
    assert_non_null(strstr(kf_session_view(session, now_ns)->message, "RECORDING STOPPED"));
    if (!strstr(recording.error.text, word))
        fail_msg("'%s' does not say '%s'", recording.error.text, word);
    assert_true(kf_session_view(session, now_ns)->stride_count > 20);
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_RECORD});
    while (kf_recorder_state(recorder, &recording), !recording.on)
        continue;
    kf_session_close(session);
    assert_string_not_equal(recording.path, path);
    assert_int_equal(kf_recorder_close(recorder, &error), KF_OK);
}

static void test_harmed_files(void **state)
{
    (void)state;
    assert_noticed(delete_both, "deleted");
    assert_noticed(empty_both, "emptied");
}

/* A disk that hangs: records wait, then are lost and counted, and it goes on after that. */
static void test_hanging_disk(void **state)
{
    const struct kf_session_config config = demo_config();
    struct kf_error error = {0};
    struct kf_recorder *recorder = open_recorder(&config, store_path("hangs"), true, 256 * 1024, FAULT_VFS, &error);
    struct kf_session *session = open_session(&config, recorder);
    struct kf_recorder_state recording = {0};
    int64_t now_ns = 0, stuck_ns = 0;
    char lost[24], told[24];
    (void)state;
    run(session, &now_ns, 3);
    atomic_store(&fault_stall, true);
    while (kf_recorder_state(recorder, &recording), recording.lost == 0)
        run(session, &now_ns, 1);
    assert_true(recording.on);
    stuck_ns = now_ns;
    atomic_store(&fault_stall, false);
    kf_session_close(session);
    kf_recorder_state(recorder, &recording);
    assert_int_equal(kf_recorder_close(recorder, &error), KF_OK);
    struct kf_store_reader *reader = kf_store_open(recording.path, NULL, &error);
    assert_non_null(reader);
    assert_true(kf_store_complete(reader) && kf_store_end_ns(reader) < stuck_ns);
    (void)snprintf(told, sizeof told, "%u", (unsigned)recording.lost);
    assert_true(kf_store_meta_of(reader, "lost_records", lost, sizeof lost));
    assert_string_equal(lost, told);
    kf_store_close(reader);
}

/* What one file lacks is not counted again in the next. */
static void test_lost_of_each_file(void **state)
{
    const struct kf_session_config config = demo_config();
    struct kf_error error = {0};
    struct kf_recorder *recorder = open_recorder(&config, store_path("lacks"), true, 256 * 1024, FAULT_VFS, &error);
    struct kf_session *session = open_session(&config, recorder);
    struct kf_recorder_state recording = {0};
    char first[KF_RECORDER_PATH], lost[24];
    int64_t now_ns = 0;
    (void)state;
    run(session, &now_ns, 3);
    atomic_store(&fault_stall, true);
    while (kf_recorder_state(recorder, &recording), recording.lost == 0)
        run(session, &now_ns, 1);
    atomic_store(&fault_stall, false);
    memcpy(first, recording.path, sizeof first);
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_RECORD});
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_RECORD});
    while (kf_recorder_state(recorder, &recording), !recording.on || strcmp(recording.path, first) == 0)
        continue;
    assert_int_equal(recording.lost, 0);
    kf_session_close(session);
    assert_int_equal(kf_recorder_close(recorder, &error), KF_OK);
    struct kf_store_reader *reader = kf_store_open(recording.path, NULL, &error);
    assert_non_null(reader);
    assert_true(kf_store_meta_of(reader, "lost_records", lost, sizeof lost));
    assert_string_equal(lost, "0");
    kf_store_close(reader);
}

/* A recording that cannot begin because every name is taken says so. */
static void test_no_name_left(void **state)
{
    const struct kf_session_config config = demo_config();
    struct kf_error error = {0};
    const char *folder = store_path("taken");
    struct kf_recorder *recorder = open_recorder(&config, folder, false, 0, NULL, &error);
    struct kf_session *session = open_session(&config, recorder);
    (void)state;
    assert_int_equal(kf_recorder_make_folder(folder, &error), KF_OK);
    for (unsigned number = 1; number <= 1000; number++) {
        char path[KF_RECORDER_PATH];
        assert_true(kf_recorder_path(path, sizeof path, folder, WALL_NS, config.athlete, number));
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fclose(file), 0);
    }
    kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_RECORD});
    kf_session_close(session);
    assert_int_equal(kf_recorder_close(recorder, &error), KF_ERR_ARG);
    assert_non_null(strstr(error.text, "it exists"));
}

/* Nobody else can lock a recording: whoever tries is told, and nothing waits. One that is locked as it begins is
 * refused before the run. */
static void test_locked(void **state)
{
    const struct kf_session_config config = demo_config();
    struct kf_error error = {0};
    struct kf_recorder *recorder = open_recorder(&config, store_path("locked"), true, 0, NULL, &error);
    struct kf_session *session = open_session(&config, recorder);
    struct kf_recorder_state recording = {0};
    sqlite3 *other = NULL;
    int64_t now_ns = 0;
    (void)state;
    run(session, &now_ns, 3);
    kf_recorder_state(recorder, &recording);
    assert_int_equal(sqlite3_open(recording.path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_BUSY);
    assert_int_equal(sqlite3_exec(other, "SELECT count(*) FROM chunks", NULL, NULL, NULL), SQLITE_BUSY);
    assert_null(kf_store_open(recording.path, NULL, &error));
    assert_int_equal(error.code, KF_ERR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "being recorded"));
    run(session, &now_ns, 3);
    kf_session_close(session);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    assert_int_equal(kf_recorder_close(recorder, &error), KF_OK);
    struct kf_store_reader *reader = kf_store_open(recording.path, NULL, &error);
    assert_non_null(reader);
    assert_true(kf_store_complete(reader) && kf_store_end_ns(reader) > 5900 * MS);
    kf_store_close(reader);
    fault = (struct fault){.kind = FAULT_LOCK, .after = 1};
    assert_null(open_recorder(&config, store_path("locked2"), true, 0, FAULT_VFS, &error));
    fault = (struct fault){0};
    assert_int_equal(error.code, KF_ERR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "locked"));
    assert_non_null(strstr(error.hint, "record.enabled=no"));
}

static int set_up(void **state)
{
    fault_vfs_register();
    return make_store_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record_and_replay),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_refused_before_the_run),
        cmocka_unit_test(test_toggle),
        cmocka_unit_test(test_failing_disk),
        cmocka_unit_test(test_hanging_disk),
        cmocka_unit_test(test_lost_of_each_file),
        cmocka_unit_test(test_no_name_left),
        cmocka_unit_test(test_locked),
        cmocka_unit_test(test_harmed_files),
    };
    return cmocka_run_group_tests(tests, set_up, remove_store_folder);
}
