/* test_unplug.c - protects what is measured across an unplugged cable: a capture of a session whose pod went away in
 * the middle of a row says so, and read again gives the very strides of that session; the step cut by it is in neither.
 * The pod counts its rows and knows no time, so that only the capture can say how long it was away. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

#include "app/capture.h"
#include "app/feed.h"
#include "log_file.h"
#include "session_help.h"

static struct sockaddr_un name = {.sun_family = AF_UNIX};
static char uri[sizeof name.sun_path + 8];

/* Rows of a runner without their time, as a small board prints them. */
struct board {
    FILE *log;
    char line[4096];
    int listener, line_fd;
    int64_t host_ns; /* of the last row */
};

static void read_row(struct board *board)
{
    do
        assert_non_null(fgets(board->line, sizeof board->line, board->log));
    while (board->line[0] == '#');
}

/* Sends the row at hand from its second cell on, `part` of it (1: all). */
static void send_row(struct board *board, double part)
{
    const char *rest = strchr(board->line, ',') + 1;
    const size_t count = (size_t)((double)strlen(rest) * part);
    assert_int_equal(write(board->line_fd, rest, count), (ssize_t)count);
}

static void plug_in(struct board *board)
{
    board->line_fd = accept(board->listener, NULL, NULL);
    assert_true(board->line_fd >= 0);
}

/* Sends rows of so many seconds at 200 Hz, read as they come. */
static void stream(struct board *board, struct kf_session *session, double seconds)
{
    for (int i = 0; i < (int)(seconds * 200); i++) {
        read_row(board);
        send_row(board, 1);
        kf_session_step(session, board->host_ns += 5 * MS, 1);
    }
}

/* A run of 60 s, unplugged for 3 s at its middle within a row; what it judged. */
static struct heard run_and_capture(const struct kf_session_config *config, struct heard *heard, const char *path)
{
    const struct log_file log = log_file_simulate(62);
    struct board board = {.log = fopen(log.path, "r"), .listener = socket(AF_UNIX, SOCK_STREAM, 0)};
    const struct kf_capture_config capture_config = {.path = path, .overwrite = true, .source = "board"};
    struct kf_capture *capture = kf_capture_open(&capture_config, NULL);
    assert_true(board.log && capture);
    assert_int_equal(bind(board.listener, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(board.listener, 1), 0);
    struct kf_session *session = open_session(config);
    kf_session_capture(session, capture);
    plug_in(&board);
    kf_session_step(session, 0, 0);
    read_row(&board); /* the names of the columns */
    send_row(&board, 1);
    stream(&board, session, 30);
    read_row(&board);
    send_row(&board, .5);
    kf_session_step(session, board.host_ns += 5 * MS, 1);
    (void)close(board.line_fd);
    kf_session_step(session, board.host_ns += 5 * MS, 1);
    assert_int_equal(kf_session_view(session, board.host_ns)->link, KF_LINK_GONE);
    for (int i = 0; i < 600; i++)
        read_row(&board);
    kf_session_step(session, board.host_ns += 3000 * MS, 0);
    plug_in(&board);
    stream(&board, session, 28);
    assert_int_equal(kf_session_view(session, board.host_ns)->pods[0].reopened, 1);
    kf_session_time_up(session);
    kf_session_close(session);
    assert_int_equal(kf_capture_close(capture, NULL), KF_OK);
    (void)close(board.line_fd);
    (void)close(board.listener);
    (void)fclose(board.log);
    (void)unlink(name.sun_path);
    log_file_remove(&log);
    return *heard;
}

static struct heard read_again(const struct kf_session_config *config, struct heard *heard, const char *path,
                               unsigned *breaks)
{
    struct kf_engine_config engine_config = config->engine;
    engine_config.keep_looking = true;
    struct kf_engine *engine = kf_engine_create(&engine_config, &config->listener, NULL);
    struct kf_feed *feed = kf_feed_open(path, NULL);
    struct kf_record record;
    assert_true(engine && feed);
    *heard = (struct heard){0};
    for (*breaks = 0; kf_feed_next(feed, 1 << 16, &record, NULL) == KF_OK;) {
        *breaks += record.kind != KF_RECORD_READ;
        assert_int_equal(kf_engine_take(engine, &record), KF_OK);
    }
    assert_int_equal(kf_engine_finish(engine, NULL), KF_OK);
    kf_feed_close(feed);
    kf_engine_destroy(engine);
    return *heard;
}

static void test_a_capture_knows_of_an_unplugged_cable(void **state)
{
    char path[] = "/tmp/kf-unplug-XXXXXX";
    struct heard heard = {0};
    struct kf_session_config config = session_config(uri, &heard);
    unsigned breaks = 0;
    (void)state;
    (void)close(mkstemp(path));
    config.engine.pod[0].driver = kf_pod_driver_find("csv");
    config.engine.option_count = 1;
    config.engine.option[0] = (struct kf_pod_option){"csv", "rate_hz", "200"};
    config.engine.auto_baseline = true;
    config.reopen = true;
    const struct heard live = run_and_capture(&config, &heard, path);
    assert_true(live.swings > 100);
    const struct heard again = read_again(&config, &heard, path, &breaks);
    assert_int_equal(breaks, 2); /* gone, and back */
    assert_int_equal(again.swings, live.swings);
    assert_int_equal(again.cues, live.cues);
    assert_true(again.hash == live.hash);
    (void)unlink(path);
}

/* Going back to before the unplugging tells of it again. */
static void test_a_feed_sent_back_tells_of_it_again(void **state)
{
    char path[] = "/tmp/kf-unplug-XXXXXX";
    const struct kf_capture_config config = {.path = path, .overwrite = true, .source = "board"};
    static const enum kf_record_kind kinds[] = {KF_RECORD_READ, KF_RECORD_GONE, KF_RECORD_BACK, KF_RECORD_READ,
                                                KF_RECORD_READ};
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    struct kf_feed_place place[KINDS];
    struct kf_record record;
    (void)state;
    (void)close(mkstemp(path));
    struct kf_capture *capture = kf_capture_open(&config, NULL);
    kf_capture_put(capture, 1, (const uint8_t *)"one", 3);
    kf_capture_gone(capture, 2);
    kf_capture_gone(capture, 3);
    kf_capture_put(capture, 4, (const uint8_t *)"two", 3);
    kf_capture_put(capture, 5, (const uint8_t *)"four", 4);
    kf_capture_gone(capture, 6); /* and nothing came after it */
    assert_int_equal(kf_capture_close(capture, NULL), KF_OK);
    struct kf_feed *feed = kf_feed_open(path, NULL);
    for (unsigned i = 0; i < KINDS; i++) {
        place[i] = kf_feed_tell(feed);
        assert_int_equal(kf_feed_next(feed, 1, &record, NULL), KF_OK);
        assert_int_equal(record.kind, kinds[i]);
        assert_int_equal(record.host_ns, i == 0 ? 1 : i < 4 ? 4 : 5);
    }
    assert_int_equal(kf_feed_next(feed, 1, &record, NULL), KF_ERR_END);
    for (unsigned back = 0; back < 2; back++) { /* from afar, then within what has been read */
        assert_int_equal(kf_feed_seek(feed, place[1], NULL), KF_OK);
        for (unsigned i = 1; i < KINDS - 1; i++) {
            assert_int_equal(kf_feed_next(feed, 1, &record, NULL), KF_OK);
            assert_int_equal(record.kind, kinds[i]);
            assert_int_equal(record.host_ns, 4);
        }
    }
    kf_feed_close(feed);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_capture_knows_of_an_unplugged_cable),
        cmocka_unit_test(test_a_feed_sent_back_tells_of_it_again),
    };
    (void)snprintf(name.sun_path, sizeof name.sun_path, "/tmp/kf-unplug-%ld", (long)getpid());
    (void)snprintf(uri, sizeof uri, "unix:%s", name.sun_path);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
