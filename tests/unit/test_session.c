/* test_session.c - protects whole sessions from source to view, driven by hand with invented time: the demo gives its
 * cue in time, replay says exactly what a straight reading says, a link that stalls or goes away is seen and comes
 * back.
 */
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>

#include <cmocka.h>

#include "app/view_pods.h"
#include "log_file.h"
#include "session_help.h"

static int poll_fd(const struct kf_session *session)
{
    int fd[KF_PODS_MAX] = {-1};
    return kf_session_poll_fds(session, fd) > 0 ? fd[0] : -1;
}

static void test_demo_gives_its_cue_in_time(void **state)
{
    struct heard heard = {0};
    struct kf_session_config config = session_config("sim:demo", &heard);
    struct kf_session *session = NULL;
    const struct kf_view *view = NULL;
    int64_t now_ns = 5000 * MS;
    (void)state;
    config.engine.auto_baseline = true;
    session = open_session(&config);
    view = run(session, &now_ns, 1.0);
    assert_int_equal(view->link, KF_LINK_OK);
    assert_string_equal(view->format, "podlink");
    assert_true(fabs(view->rate_hz - 200) < 1);
    view = run(session, &now_ns, 10.0);
    assert_true(view->running);
    assert_true(view->leg[KF_LEFT].path_count > 20 && isfinite(view->leg[KF_LEFT].now.knee_rad));
    view = run(session, &now_ns, 29.0);
    assert_true(view->judging);
    assert_true(heard.cues > 0 && view->cue_count == heard.cues);
    assert_true(view->leg[KF_LEFT].baseline.kind != KF_BASELINE_NONE);
    assert_true(view->leg[KF_LEFT].base_count > 20);
    kf_session_close(session);
}

/* ---- replay against straight reading ---- */

static struct heard read_straight(const char *path, size_t chunk)
{
    struct heard heard = {0};
    const struct kf_session_config config = session_config(path, &heard);
    struct kf_engine *engine = kf_engine_create(&config.engine, &config.listener, NULL);
    FILE *file = fopen(path, "rb");
    uint8_t bytes[4096];
    size_t count = 0;
    assert_non_null(engine);
    assert_non_null(file);
    while ((count = fread(bytes, 1, chunk, file)) > 0)
        kf_engine_push(engine, bytes, count);
    assert_int_equal(kf_engine_finish(engine, NULL), KF_OK);
    (void)fclose(file);
    kf_engine_destroy(engine);
    return heard;
}

static void test_replay_says_what_a_straight_reading_says(void **state)
{
    static const size_t chunks[] = {1, 2, 7, 64};
    const struct log_file log = log_file_simulate(60);
    const struct heard straight = read_straight(log.path, 4096);
    (void)state;
    assert_true(straight.swings > 100 && straight.cues > 0);
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        const struct heard pieces = read_straight(log.path, chunks[i]);
        assert_memory_equal(&pieces, &straight, sizeof straight);
    }
    for (double speed = 0.5; speed <= 16; speed *= 5.6) {
        struct heard heard = {0};
        struct kf_session_config config = session_config(log.path, &heard);
        struct kf_session *session = NULL;
        int64_t now_ns = 0;
        config.speed = speed;
        session = open_session(&config);
        assert_true(kf_session_is_replay(session));
        assert_non_null(strstr(log.path, kf_session_view(session, 0)->source)); /* the header names the file */
        assert_string_not_equal(kf_session_view(session, 0)->source, "");
        (void)run(session, &now_ns, 61 / speed);
        assert_true(kf_session_over(session));
        assert_int_equal(kf_session_result(session, NULL), KF_OK);
        assert_memory_equal(&heard, &straight, sizeof straight);
        kf_session_close(session);
    }
    log_file_remove(&log);
}

/* ---- the log ---- */

struct tape {
    FILE *file;
    unsigned reads, controls, ticks;
};

/* Records one after another: the struct, then its bytes and its text. */
static void put_on_tape(void *context, const struct kf_record *record)
{
    struct tape *tape = context;
    const size_t text = record->kind == KF_RECORD_CONTROL ? strlen(record->text) + 1 : 0;
    tape->reads += record->kind == KF_RECORD_READ;
    tape->controls += record->kind == KF_RECORD_CONTROL;
    tape->ticks += record->kind == KF_RECORD_TICK;
    assert_int_equal(fwrite(record, sizeof *record, 1, tape->file), 1);
    if (record->count > 0)
        assert_int_equal(fwrite(record->bytes, 1, record->count, tape->file), record->count);
    if (text > 0)
        assert_int_equal(fwrite(record->text, 1, text, tape->file), text);
}

static struct heard play_tape(struct tape *tape, const struct kf_engine_config *config)
{
    struct heard heard = {0};
    const struct kf_engine_listener listener = {on_event, &heard};
    struct kf_engine *engine = kf_engine_create(config, &listener, NULL);
    static uint8_t bytes[64 * 1024];
    char text[128];
    struct kf_record record;
    rewind(tape->file);
    while (fread(&record, sizeof record, 1, tape->file) == 1) {
        assert_true(record.count <= sizeof bytes);
        assert_int_equal(fread(bytes, 1, record.count, tape->file), record.count);
        record.bytes = bytes;
        for (size_t i = 0; record.kind == KF_RECORD_CONTROL && (text[i] = (char)getc(tape->file)) != '\0';)
            assert_true(++i < sizeof text);
        record.text = text;
        (void)kf_engine_take(engine, &record);
    }
    kf_engine_destroy(engine);
    return heard;
}

static void control(struct kf_session *session, enum kf_request_kind kind, double value);

/* What the session's log holds is all the engine knows: played again it says the same, bit for bit. */
static void test_the_log_says_it_all(void **state)
{
    struct heard live = {0};
    struct tape tape = {.file = tmpfile()};
    struct kf_session_config config = session_config("sim:demo,drop=0.01,stall=3,stall-at=20", &live);
    const struct kf_request setting = {
        .kind = KF_REQUEST_CONTROL, .control = KF_CONTROL_SETTING, .text = "verdict.drive_limit_nm_kg=0.01"};
    struct kf_session *session = NULL;
    int64_t now_ns = 5000 * MS;
    (void)state;
    assert_non_null(tape.file);
    config.tap = (struct kf_record_listener){put_on_tape, &tape};
    config.engine.auto_baseline = true;
    config.engine.keep_looking = true;
    config.engine.want_frames = true;
    session = open_session(&config);
    (void)run(session, &now_ns, 15);
    control(session, KF_REQUEST_BELT, 0.1);
    control(session, KF_REQUEST_MARK, 0);
    (void)run(session, &now_ns, 15);
    kf_session_request(session, &setting);
    control(session, KF_REQUEST_BASELINE, 0);
    (void)run(session, &now_ns, 30);
    kf_session_close(session);
    assert_true(tape.controls == 4 && tape.ticks >= 2 && tape.reads > 1000);
    assert_true(live.swings > 60);
    const struct heard again = play_tape(&tape, &config.engine);
    assert_memory_equal(&again, &live, sizeof live);
    (void)fclose(tape.file);
}

static void control(struct kf_session *session, enum kf_request_kind kind, double value)
{
    const struct kf_request request = {.kind = kind, .value = value, .text = "hello"};
    kf_session_request(session, &request);
}

static void test_a_seek_back_shows_the_same_strides(void **state)
{
    const struct log_file log = log_file_simulate(60);
    const struct kf_session_config config = session_config(log.path, NULL);
    struct kf_session *session = open_session(&config);
    struct kf_view before;
    const struct kf_view *view = NULL;
    int64_t now_ns = 0;
    (void)state;
    before = *run(session, &now_ns, 50);
    control(session, KF_REQUEST_PAUSE, 0);
    control(session, KF_REQUEST_SEEK, -20);
    view = run(session, &now_ns, 1);
    assert_true(fabs(view->t_s - 30) < 0.05 && view->paused);
    control(session, KF_REQUEST_SEEK, before.t_s - view->t_s);
    view = run(session, &now_ns, 1);
    assert_true(fabs(view->t_s - before.t_s) < 0.05);
    assert_int_equal(view->stride_count, before.stride_count);
    for (unsigned i = 0; i + 2 < before.stride_count; i++) {
        assert_int_equal(view->stride[i].id, before.stride[i].id);
        assert_true(view->stride[i].drive_nm_kg == before.stride[i].drive_nm_kg);
    }
    control(session, KF_REQUEST_SPEED, 1);
    control(session, KF_REQUEST_SEEK, -INFINITY);
    view = run(session, &now_ns, 1);
    assert_true(view->speed == 2 && view->t_s < 0.05 && view->stride_count == 0);
    kf_session_close(session);
    log_file_remove(&log);
}

/* ---- the link ---- */

static void test_a_stall_is_seen_and_gets_over(void **state)
{
    const struct kf_session_config config = session_config("sim:stall=3,stall-at=2", NULL);
    struct kf_session *session = open_session(&config);
    const struct kf_view *view = NULL;
    int64_t now_ns = 0;
    (void)state;
    assert_int_equal(kf_session_view(session, 0)->link, KF_LINK_WAITING);
    view = run(session, &now_ns, 1.5);
    assert_int_equal(view->link, KF_LINK_OK);
    view = run(session, &now_ns, 2.5);
    assert_int_equal(view->link, KF_LINK_STALE);
    assert_true(view->age_s > 1.5 && view->age_s < 2.5);
    view = run(session, &now_ns, 2);
    assert_int_equal(view->link, KF_LINK_OK);
    kf_session_close(session);
}

/* A cue that stands for 6 s goes with the data it came from, and says nothing of what nobody sees. */
static void test_a_cue_goes_with_its_data(void **state)
{
    char uri[64] = "sim:demo";
    struct kf_session_config config = session_config(uri, NULL);
    const struct kf_view *view = NULL;
    int64_t now_ns = 0;
    (void)state;
    config.engine.auto_baseline = true;
    struct kf_session *session = open_session(&config);
    do
        view = run(session, &now_ns, .1);
    while (!view->cue.shown && now_ns < 60000 * MS);
    assert_true(view->cue.shown);
    const int cue_s = (int)(now_ns / (1000 * MS));
    assert_true(run(session, &now_ns, 2.5)->cue.shown);
    kf_session_close(session);
    (void)snprintf(uri, sizeof uri, "sim:demo,stall=4,stall-at=%d", cue_s + 1);
    session = open_session(&config);
    now_ns = 0;
    assert_true(run(session, &now_ns, cue_s + 1.5)->cue.shown);
    view = run(session, &now_ns, 1);
    assert_int_equal(view->link, KF_LINK_STALE);
    assert_false(view->cue.shown);
    kf_session_close(session);
}

static void test_the_end_of_a_source_is_the_end(void **state)
{
    const struct kf_session_config config = session_config("sim:seconds=2", NULL);
    struct kf_session *session = open_session(&config);
    int64_t now_ns = 0;
    (void)state;
    assert_int_equal(run(session, &now_ns, 3)->link, KF_LINK_ENDED);
    assert_true(kf_session_over(session));
    assert_int_equal(kf_session_result(session, NULL), KF_OK);
    assert_true(kf_session_wake_ns(session, now_ns) == INT64_MAX);
    kf_session_close(session);
}

/* A pod a leg: one session, one log, and each pod's link by itself. */
static void test_two_pods_are_one_session(void **state)
{
    struct heard live = {0};
    struct tape tape = {.file = tmpfile()};
    struct kf_session_config config = session_config("sim:demo,sites=left,jitter=8,drift=120", &live);
    struct kf_session *session = NULL;
    const struct kf_view *view = NULL;
    int64_t now_ns = 7000 * MS;
    (void)state;
    assert_non_null(tape.file);
    config.uri[1] = "sim:demo,sites=right,jitter=8,drift=-80,seconds=45";
    config.tap = (struct kf_record_listener){put_on_tape, &tape};
    config.engine.auto_baseline = config.engine.keep_looking = config.engine.want_frames = true;
    config.engine.pod_count = 2;
    session = open_session(&config);
    view = run(session, &now_ns, 40);
    assert_int_equal(view->pod_count, 2);
    assert_int_equal(view->link, KF_LINK_OK);
    assert_true(view->leg[KF_LEFT].shank.worn && view->leg[KF_RIGHT].shank.worn && view->judging);
    assert_int_equal(view->pods[0].stream[0].site, KF_SITE_TRUNK);
    assert_int_equal(view->pods[1].stream[0].site, KF_SITE_THIGH_R);
    assert_true(fabs(view->pods[0].drift_ppm - 120) < 30 && fabs(view->pods[1].drift_ppm + 80) < 30);
    assert_true(view->pods[0].align_error_ms == 0 && view->pods[1].align_error_ms < 2);
    assert_true(view->pods[1].battery_pct > 0 && fabs(view->pods[1].rate_hz - 200) < 1);
    assert_string_equal(view->message, "");
    view = run(session, &now_ns, 7); /* the right pod has ended; the left runs on */
    assert_int_equal(view->pods[0].link, KF_LINK_OK);
    assert_int_equal(view->pods[1].link, KF_LINK_ENDED);
    assert_int_equal(view->link, KF_LINK_GONE);
    assert_true(kf_view_pods_see(view, true, KF_LEFT) && !kf_view_pods_see(view, true, KF_RIGHT));
    assert_false(kf_view_pods_see(view, false, KF_LEFT) || (view->cue.shown && view->cue.leg == KF_RIGHT));
    assert_true(view->pods[1].age_s > 1.5 && view->pods[0].age_s < .1);
    assert_false(kf_session_over(session));
    kf_session_close(session);
    const struct heard again = play_tape(&tape, &config.engine);
    assert_true(live.swings > 80);
    assert_memory_equal(&again, &live, sizeof live);
    (void)fclose(tape.file);
}

static void test_a_recording_is_not_one_of_several(void **state)
{
    struct kf_session_config config = session_config("sim:", NULL);
    const struct log_file log = log_file_simulate(2);
    struct kf_error error = {0};
    (void)state;
    config.uri[1] = log.path;
    config.uri[2] = "sim:";
    assert_null(kf_session_open(&config, &error));
    assert_non_null(strstr(error.text, "cannot be one of several sources"));
    config.uri[1] = "pty:/nonexistent";
    assert_null(kf_session_open(&config, &error));
    log_file_remove(&log);
}

static void test_keys_reach_the_engine(void **state)
{
    const struct kf_session_config config = session_config("sim:", NULL);
    struct kf_session *session = open_session(&config);
    const struct kf_view *view = NULL;
    int64_t now_ns = 0;
    (void)state;
    (void)run(session, &now_ns, 1);
    control(session, KF_REQUEST_MUTE, 0);
    control(session, KF_REQUEST_MARK, 0);
    control(session, KF_REQUEST_BELT, 0.1);
    control(session, KF_REQUEST_BELT, 0.1);
    control(session, KF_REQUEST_PAUSE, 0); /* replay only: no effect */
    view = kf_session_view(session, now_ns);
    assert_true(view->muted && !view->paused);
    assert_true(fabs(view->belt_mps - 3.1) < 1e-9);
    assert_int_equal(view->mark_count, 1);
    assert_string_equal(view->mark[0].text, "hello");
    kf_session_close(session);
}

/* Whether the pod's end has heard commands to describe itself and to start. The kernel passes on what is written to a
 * pseudo-terminal when it finds the time. */
static bool was_asked(int pod)
{
    struct pollfd state = {.fd = pod, .events = POLLIN};
    uint8_t asked[512];
    ssize_t heard = 0;
    while (heard <= 16 && poll(&state, 1, 5000) == 1 && (state.revents & POLLIN)) {
        const ssize_t count = read(pod, asked, sizeof asked);
        if (count <= 0)
            break;
        heard += count;
    }
    return heard > 16;
}

/* A pod on a pseudo-terminal whose name is a link, so that it can be plugged in again. */
static int plug_in(const char *link)
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    (void)unlink(link);
    assert_int_equal(symlink(ptsname(master), link), 0);
    return master;
}

static void test_a_pod_that_went_away_comes_back(void **state)
{
    char link[] = "/tmp/kf-pty-XXXXXX", uri[64] = "";
    struct kf_session_config config = session_config(uri, NULL);
    struct kf_session *session = NULL;
    int64_t now_ns = 0;
    int master = -1;
    (void)state;
    (void)close(mkstemp(link));
    (void)snprintf(uri, sizeof uri, "pty:%s", link);
    master = plug_in(link);
    config.reopen = true;
    session = open_session(&config);
    kf_session_step(session, now_ns, false);
    assert_true(was_asked(master));
    (void)close(master);
    kf_session_step(session, now_ns += 10 * MS, true);
    assert_int_equal(kf_session_view(session, now_ns)->link, KF_LINK_GONE);
    assert_true(kf_session_wake_ns(session, now_ns) == now_ns + 500 * MS);
    now_ns += 500 * MS;
    kf_session_step(session, now_ns, false); /* not there yet: the next try is later */
    assert_int_equal(poll_fd(session), -1);
    assert_true(kf_session_wake_ns(session, now_ns) == now_ns + 1000 * MS);
    master = plug_in(link);
    now_ns += 1000 * MS;
    kf_session_step(session, now_ns, false);
    assert_true(poll_fd(session) >= 0);
    assert_true(was_asked(master));
    assert_false(kf_session_over(session));
    kf_session_close(session);
    (void)close(master);
    (void)unlink(link);
}

/* Closed in order, with nothing unread: the kernel says "end of file", as it would of a file. */
static void test_a_connection_closed_in_order_is_waited_for(void **state)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    char uri[sizeof name.sun_path + 8] = "";
    struct kf_session_config config = session_config(uri, NULL);
    struct kf_session *session = NULL;
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)state;
    (void)snprintf(name.sun_path, sizeof name.sun_path, "/tmp/kf-session-%ld", (long)getpid());
    (void)snprintf(uri, sizeof uri, "unix:%s", name.sun_path);
    (void)unlink(name.sun_path);
    assert_int_equal(bind(listener, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(listener, 1), 0);
    config.reopen = true;
    session = open_session(&config);
    kf_session_step(session, 0, false);
    const int pod = accept(listener, NULL, NULL);
    assert_true(pod >= 0 && was_asked(pod));
    (void)close(pod);
    kf_session_step(session, 10 * MS, true);
    assert_int_equal(kf_session_view(session, 10 * MS)->link, KF_LINK_GONE);
    assert_false(kf_session_over(session));
    kf_session_step(session, 510 * MS, false);
    assert_true(poll_fd(session) >= 0);
    kf_session_close(session);
    (void)close(listener);
    (void)unlink(name.sun_path);
}

/* The network pod restarts, and its socket listens without letting anybody in: the belt runs on for 20 s, and the other
 * pod does not miss a sample. */
static void test_a_pod_that_does_not_answer_holds_nobody_up(void **state)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    char uri[sizeof name.sun_path + 8] = "";
    struct kf_session_config config = session_config("sim:demo", NULL);
    const struct kf_view *view = NULL;
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0), other = socket(AF_UNIX, SOCK_STREAM, 0);
    int64_t now_ns = 0;
    (void)state;
    (void)snprintf(name.sun_path, sizeof name.sun_path, "/tmp/kf-session-%ld", (long)getpid());
    (void)snprintf(uri, sizeof uri, "unix:%s", name.sun_path);
    (void)unlink(name.sun_path);
    assert_int_equal(bind(listener, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(listener, 0), 0);
    config.uri[1] = uri;
    config.reopen = true;
    struct kf_session *session = open_session(&config);
    (void)close(accept(listener, NULL, NULL));
    assert_int_equal(connect(other, (const struct sockaddr *)&name, sizeof name), 0); /* the queue is full */
    kf_session_step(session, now_ns, 2);
    view = run(session, &now_ns, 20);
    assert_int_equal(view->pods[1].link, KF_LINK_GONE);
    assert_int_equal(view->pods[1].reopened, 0);
    assert_int_equal(view->pods[0].link, KF_LINK_OK);
    assert_true(view->pods[0].loss_pct == 0 && view->pods[0].stream[0].samples >= 3990);
    assert_true(fabs(view->pods[0].rate_hz - 200) < 1);
    (void)close(accept(listener, NULL, NULL));
    view = run(session, &now_ns, 9);
    assert_int_equal(view->pods[1].reopened, 1);
    kf_session_close(session);
    (void)close(other);
    (void)close(listener);
    (void)unlink(name.sun_path);
}

static void test_without_reopening_it_is_over(void **state)
{
    char link[] = "/tmp/kf-pty-XXXXXX", uri[64] = "";
    struct kf_session_config config = session_config(uri, NULL);
    struct kf_session *session = NULL;
    struct kf_error error = {0};
    int master = -1;
    (void)state;
    (void)close(mkstemp(link));
    (void)snprintf(uri, sizeof uri, "pty:%s", link);
    master = plug_in(link);
    session = open_session(&config);
    (void)close(master);
    kf_session_step(session, 0, true);
    assert_true(kf_session_over(session));
    assert_int_equal(kf_session_result(session, &error), KF_ERR_UNAVAILABLE);
    kf_session_close(session);
    (void)unlink(link);
}

/* A silent pod beside one whose bytes make no sense, run for a second: a script that started it hears that nothing was
 * decoded, and of whom. Sessions that had samples end as ever. */
static void test_a_time_in_which_nothing_came_is_told(void **state)
{
    char path[2][32] = {"/tmp/kf-pty-XXXXXX", "/tmp/kf-pty-XXXXXX"}, uri[2][64] = {"", ""};
    struct kf_session_config config = session_config(uri[0], NULL);
    struct kf_error error = {0};
    int master[2] = {-1, -1};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        (void)close(mkstemp(path[i]));
        (void)snprintf(uri[i], sizeof uri[i], "pty:%s", path[i]);
        master[i] = plug_in(path[i]);
    }
    for (unsigned talks = 0; talks < 2; talks++) {
        struct kf_session *session = NULL;
        int64_t now_ns = 0;
        config.uri[1] = uri[1];
        session = open_session(&config);
        kf_session_step(session, 0, 0);
        if (talks)
            assert_int_equal(write(master[1], "~~~~", 4), 4);
        kf_session_step(session, 10 * MS, 2);
        (void)run(session, &now_ns, 1);
        assert_int_equal(kf_session_result(session, &error), KF_OK);
        kf_session_time_up(session);
        assert_true(kf_session_over(session));
        assert_int_equal(kf_session_result(session, &error), talks ? KF_ERR_DATA : KF_ERR_UNAVAILABLE);
        assert_non_null(strstr(error.text, path[talks]));
        assert_non_null(strstr(error.text, talks ? "unknown bytes: 7e 7e 7e 7e |~~~~|" : "is silent"));
        assert_non_null(strstr(error.hint, "--probe"));
        kf_session_close(session);
    }
    for (unsigned i = 0; i < 2; i++) {
        (void)close(master[i]);
        (void)unlink(path[i]);
    }
    config = session_config("sim:demo", NULL);
    struct kf_session *session = open_session(&config);
    int64_t now_ns = 0;
    (void)run(session, &now_ns, 1);
    kf_session_time_up(session);
    assert_int_equal(kf_session_result(session, NULL), KF_OK);
    kf_session_close(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_demo_gives_its_cue_in_time),
        cmocka_unit_test(test_replay_says_what_a_straight_reading_says),
        cmocka_unit_test(test_the_log_says_it_all),
        cmocka_unit_test(test_a_seek_back_shows_the_same_strides),
        cmocka_unit_test(test_a_stall_is_seen_and_gets_over),
        cmocka_unit_test(test_a_cue_goes_with_its_data),
        cmocka_unit_test(test_the_end_of_a_source_is_the_end),
        cmocka_unit_test(test_two_pods_are_one_session),
        cmocka_unit_test(test_a_recording_is_not_one_of_several),
        cmocka_unit_test(test_keys_reach_the_engine),
        cmocka_unit_test(test_a_pod_that_went_away_comes_back),
        cmocka_unit_test(test_a_connection_closed_in_order_is_waited_for),
        cmocka_unit_test(test_a_pod_that_does_not_answer_holds_nobody_up),
        cmocka_unit_test(test_without_reopening_it_is_over),
        cmocka_unit_test(test_a_time_in_which_nothing_came_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
