/* test_store_kill.c - protects what a coach loses when everything goes wrong at once: after a SIGKILL at any of 200
 * moments, and after writes that stop at any of 200 bytes, the file opens, SQLite finds it whole, its log is an exact
 * beginning of what was recorded, and at most the last second of it is missing. Moments are seeded, time is the log's.
 */
#include "store_help.h"

#include <inttypes.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include "fault_vfs.h"

enum { RUNS = 200, RECORDS = 400 };

/* What a child says before it dies. */
struct shared {
    int64_t bytes, cut_ns; /* written in all; host time of the record during which the writes stopped */
};

static struct shared *shared;

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void die(void)
{
    (void)raise(SIGKILL);
    _exit(1);
}

/* The child: records until the killing record, or all of them with the writes cut after so many bytes. */
static void record(const char *path, unsigned kill_at, int64_t cut_after)
{
    struct kf_error error = {0};
    uint8_t bytes[512];
    struct kf_store_writer *writer = kf_store_create(path, FAULT_VFS, &error);
    if (!writer)
        _exit(2);
    fault = (struct fault){.kind = cut_after >= 0 ? FAULT_CUT : FAULT_NONE, .after = cut_after};
    for (unsigned n = 0; n < RECORDS; n++) {
        const struct kf_record made = made_record(n, bytes);
        if (n == kill_at)
            die();
        (void)kf_store_record(writer, &made, n * 0.02, &error);
        if (cut_after < 0 || (int64_t)fault.bytes_written <= cut_after)
            shared->cut_ns = made.host_ns;
        shared->bytes = (int64_t)fault.bytes_written;
    }
    (void)kf_store_finish(writer, &error);
    shared->bytes = (int64_t)fault.bytes_written;
    die();
}

static void run_child(const char *path, unsigned kill_at, int64_t cut_after)
{
    int status = 0;
    pid_t pid = 0;
    shared->cut_ns = -1;
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        record(path, kill_at, cut_after);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void assert_whole(const char *path)
{
    sqlite3 *sqlite = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(path, &sqlite, SQLITE_OPEN_READWRITE, FAULT_VFS),
                     SQLITE_OK); /* it syncs nothing */
    assert_int_equal(sqlite3_prepare_v2(sqlite, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(sqlite), SQLITE_OK);
}

/* The file as it was left: returns the host time its log reaches, -1 none. */
static int64_t open_what_is_left(const char *path, bool *complete)
{
    struct kf_error error = {0};
    enum kf_status end = KF_OK;
    struct kf_store_reader *reader = kf_store_open(path, NULL, &error);
    unsigned read = 0;
    if (!reader)
        fail_msg("%s", error.text);
    *complete = kf_store_complete(reader);
    assert_int_equal(*kf_store_note(reader) == '\0', *complete);
    read = read_made(reader, 0, &end);
    assert_int_equal(end, KF_ERR_END);
    kf_store_close(reader);
    assert_whole(path);
    return ((int64_t)read - 1) * MADE_STEP_NS;
}

static void test_killed(void **state)
{
    uint32_t seed = 20261122;
    int64_t worst_ns = 0;
    char name[32];
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        const unsigned kill_at = 1 + next_random(&seed) % (RECORDS - 1);
        const int64_t last_ns = (int64_t)(kill_at - 1) * MADE_STEP_NS;
        bool complete = true;
        int64_t left_ns = 0;
        (void)snprintf(name, sizeof name, "kill%d.kfs", i);
        run_child(store_path(name), kill_at, -1);
        left_ns = open_what_is_left(store_path(name), &complete);
        assert_false(complete);
        if (last_ns - left_ns > worst_ns)
            worst_ns = last_ns - left_ns;
        if (last_ns - left_ns > KF_STORE_COMMIT_NS)
            fail_msg("killed at %.2f s: only %.2f s are there", (double)last_ns * 1e-9, (double)left_ns * 1e-9);
    }
    print_message("%d kills: %.2f s lost at worst, by the times of the records\n", RUNS, (double)worst_ns * 1e-9);
}

static void test_cut(void **state)
{
    uint32_t seed = 3;
    char name[32];
    int64_t all = 0, worst_ns = 0;
    unsigned completed = 0;
    (void)state;
    run_child(store_path("whole.kfs"), RECORDS, INT64_MAX);
    all = shared->bytes;
    assert_true(all > 100000);
    for (int i = 0; i < RUNS; i++) {
        const int64_t after = (int64_t)(next_random(&seed) % (uint32_t)all);
        bool complete = true;
        int64_t left_ns = 0;
        (void)snprintf(name, sizeof name, "cut%d.kfs", i);
        run_child(store_path(name), RECORDS, after);
        left_ns = open_what_is_left(store_path(name), &complete);
        completed += complete;
        if (shared->cut_ns - left_ns > worst_ns)
            worst_ns = shared->cut_ns - left_ns;
        if (shared->cut_ns - left_ns > KF_STORE_COMMIT_NS)
            fail_msg("cut at byte %" PRId64 ", %.2f s: only %.2f s are there", after, (double)shared->cut_ns * 1e-9,
                     (double)left_ns * 1e-9);
    }
    print_message("%d cut writes: %.2f s lost at worst\n", RUNS, (double)worst_ns * 1e-9);
    assert_in_range(completed, 0, RUNS / 2); /* most cuts hit the recording, not its last words */
}

static int set_up(void **state)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fault_vfs_register();
    return shared == MAP_FAILED ? -1 : make_store_folder(state);
}

/* Pages of a whole file come back as other bytes, or not at all, from the n-th read on: it is refused, or read up to
 * there, with a reason; what is given is what was recorded. */
static void read_damaged(const char *path, enum fault_kind kind, int64_t after, unsigned *refused, unsigned *cut)
{
    struct kf_error error = {0};
    enum kf_status end = KF_OK;
    fault = (struct fault){.kind = kind, .after = after};
    struct kf_store_reader *reader = kf_store_open(path, FAULT_VFS, &error);
    if (!reader) {
        ++*refused;
        assert_true(error.code < 0 && error.text[0]);
    } else if (read_made(reader, 0, &end) < RECORDS) {
        ++*cut;
        assert_true(end == KF_ERR_DATA || end == KF_ERR_IO);
    }
    kf_store_close(reader);
    fault = (struct fault){0};
}

static void test_damaged_pages(void **state)
{
    const char *path = store_path("damaged.kfs");
    struct kf_error error = {0};
    uint8_t bytes[512];
    unsigned refused = 0, cut = 0;
    (void)state;
    struct kf_store_writer *writer = kf_store_create(path, NULL, &error);
    assert_non_null(writer);
    for (unsigned n = 0; n < RECORDS; n++) {
        const struct kf_record made = made_record(n, bytes);
        assert_int_equal(kf_store_record(writer, &made, n * 0.02, &error), KF_OK);
    }
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    for (int64_t after = 0; after < 60; after++) {
        read_damaged(path, FAULT_CORRUPT, after, &refused, &cut);
        read_damaged(path, FAULT_READ, after, &refused, &cut);
    }
    print_message("120 damaged readings: %u refused, %u read up to the damage, %u unharmed\n", refused, cut,
                  120 - refused - cut);
    assert_true(refused > 0 && cut > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_killed), cmocka_unit_test(test_cut),
                                       cmocka_unit_test(test_damaged_pages)};
    return cmocka_run_group_tests(tests, set_up, remove_store_folder);
}
