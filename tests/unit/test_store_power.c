/* test_store_power.c - protects a recording from a failing power, which is worse than a kill: of what was written since
 * a file's last sync any part may be missing, out of order and torn. The writes and syncs of one recording, with its
 * checkpoint in the middle and its end, are kept; at 200 seeded moments the files are put together as a disk may have
 * them then. Every one opens, SQLite finds it whole, and at most a second is missing. */
#include "store_help.h"

#include <fcntl.h>

#include <sqlite3.h>

#include "fault_vfs.h"

enum { RUNS = 200, EACH = 25, SECONDS = 50, RECORDS = EACH * SECONDS, BYTES = 4096, SECTOR = 512, OPS_MAX = 40000 };

#define STEP_NS (INT64_C(1000000000) / EACH)

struct op {
    enum fault_file file;
    enum fault_op op;
    uint8_t *bytes;
    int64_t count, at;
    int64_t now_ns; /* host time of the last record that was taken by then */
};

static struct op ops[OPS_MAX];
static unsigned op_count;
static int64_t now_ns = -1;

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void keep(enum fault_file file, enum fault_op op, const void *bytes, int64_t count, int64_t at)
{
    struct op *kept = &ops[op_count++];
    assert_true(op_count < OPS_MAX);
    *kept = (struct op){file, op, NULL, count, at, now_ns};
    if (count > 0) {
        kept->bytes = malloc((size_t)count);
        assert_non_null(kept->bytes);
        memcpy(kept->bytes, bytes, (size_t)count);
    }
}

/* ---- the recording ---- */

/* Of bytes that do not compress, so that 50 s of them need a checkpoint. */
static struct kf_record noise_record(unsigned n, uint8_t bytes[BYTES])
{
    uint32_t seed = n + 1;
    for (unsigned i = 0; i < BYTES; i++)
        bytes[i] = (uint8_t)(next_random(&seed) >> 5);
    return (struct kf_record){.host_ns = n * STEP_NS, .kind = KF_RECORD_READ, .bytes = bytes, .count = BYTES};
}

static void copy(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    char piece[4096];
    size_t got = 0;
    assert_non_null(out);
    while (in && (got = fread(piece, 1, sizeof piece, in)) > 0)
        assert_int_equal(fwrite(piece, 1, got, out), got);
    if (in)
        (void)fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* What was there when the trace began is in base.kfs and base.kfs-wal. */
static void record(void)
{
    struct kf_error error = {0};
    uint8_t bytes[BYTES];
    struct kf_store_writer *writer = kf_store_create(store_path("x.kfs"), FAULT_VFS, &error);
    assert_non_null(writer);
    copy(store_path("x.kfs"), store_path("base.kfs"));
    copy(store_path("x.kfs-wal"), store_path("base.kfs-wal"));
    fault_trace = keep;
    for (unsigned n = 0; n < RECORDS; n++) {
        const struct kf_record made = noise_record(n, bytes);
        assert_int_equal(kf_store_record(writer, &made, NAN, &error), KF_OK);
        now_ns = made.host_ns;
    }
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    fault_trace = NULL;
}

/* ---- the disk after the power has failed ---- */

static const char *const suffixes[FAULT_FILES] = {"", "-wal", "-journal"};

static void open_file(int fd[FAULT_FILES], enum fault_file file, int flags)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s%s", store_path("disk.kfs"), suffixes[file]);
    if (fd[file] < 0)
        fd[file] = open(path, O_RDWR | flags, 0600);
    assert_true(fd[file] >= 0);
}

static void delete_file(int fd[FAULT_FILES], enum fault_file file)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s%s", store_path("disk.kfs"), suffixes[file]);
    (void)unlink(path);
    if (fd[file] >= 0)
        (void)close(fd[file]);
    fd[file] = -1;
}

/* The op as far as it reached the disk: all of it when it was synced after, else none, all, or some sectors. */
static void apply(int fd[FAULT_FILES], const struct op *op, bool synced, uint32_t *seed)
{
    const uint32_t luck = synced ? 1 : next_random(seed) % 3;
    if (op->op == FAULT_OP_DELETE) {
        delete_file(fd, op->file);
        return;
    }
    if (op->op == FAULT_OP_SYNC || luck == 0)
        return;
    open_file(fd, op->file, O_CREAT);
    if (op->op == FAULT_OP_TRUNCATE) {
        assert_int_equal(ftruncate(fd[op->file], op->at), 0);
        return;
    }
    for (int64_t at = 0; at < op->count; at += SECTOR) {
        const int64_t left = op->count - at, count = left < SECTOR ? left : SECTOR;
        if (luck == 1 || next_random(seed) % 2)
            assert_int_equal(pwrite(fd[op->file], op->bytes + at, (size_t)count, op->at + at), count);
    }
}

/* The power fails behind op `end`. */
static void make_disk(unsigned end, uint32_t *seed)
{
    int fd[FAULT_FILES] = {-1, -1, -1};
    unsigned synced[FAULT_FILES] = {0};
    copy(store_path("base.kfs"), store_path("disk.kfs"));
    copy(store_path("base.kfs-wal"), store_path("disk.kfs-wal"));
    delete_file(fd, FAULT_FILE_JOURNAL);
    for (unsigned i = 0; i < end; i++)
        if (ops[i].op == FAULT_OP_SYNC)
            synced[ops[i].file] = i;
    for (unsigned i = 0; i < end; i++)
        apply(fd, &ops[i], i < synced[ops[i].file], seed);
    for (unsigned i = 0; i < FAULT_FILES; i++)
        if (fd[i] >= 0)
            (void)close(fd[i]);
}

static void assert_whole(const char *path)
{
    sqlite3 *sqlite = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(path, &sqlite, SQLITE_OPEN_READWRITE, FAULT_VFS), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(sqlite, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(sqlite), SQLITE_OK);
}

/* Host time that the log reaches, by its records, each of them compared; -1 none. */
static int64_t read_disk(void)
{
    struct kf_error error = {0};
    struct kf_store_reader *reader = kf_store_open(store_path("disk.kfs"), NULL, &error);
    struct kf_record got;
    uint8_t bytes[BYTES];
    unsigned n = 0;
    if (!reader)
        fail_msg("%s", error.text);
    while (kf_store_next(reader, &got, &error) == KF_OK) {
        const struct kf_record made = noise_record(n++, bytes);
        assert_int_equal(got.host_ns, made.host_ns);
        assert_int_equal(got.count, made.count);
        assert_memory_equal(got.bytes, made.bytes, made.count);
    }
    assert_int_equal(error.code, KF_ERR_END);
    kf_store_close(reader);
    assert_whole(store_path("disk.kfs"));
    return ((int64_t)n - 1) * STEP_NS;
}

static void test_power_failures(void **state)
{
    uint32_t seed = 7;
    double worst_s = 0;
    unsigned checkpointing = 0;
    (void)state;
    record();
    for (unsigned run = 0; run < RUNS; run++) {
        unsigned end = next_random(&seed) % (op_count + 1);
        while (run % 2 && ops[end % op_count].file != FAULT_FILE_MAIN) /* half of them in a checkpoint */
            end = (end + 1) % op_count;
        checkpointing += end < op_count && ops[end].file == FAULT_FILE_MAIN;
        make_disk(end, &seed);
        const int64_t left_ns = read_disk(), last_ns = end > 0 ? ops[end - 1].now_ns : -1;
        const double lost_s = (double)(last_ns - left_ns) * 1e-9;
        if (lost_s > worst_s)
            worst_s = lost_s;
        if (last_ns - left_ns > KF_STORE_COMMIT_NS)
            fail_msg("run %u, op %u, %.2f s: only %.2f s are there", run, end, (double)last_ns * 1e-9,
                     (double)left_ns * 1e-9);
    }
    print_message("%u power failures, %u of them in a checkpoint, over %u writes and syncs: %.2f s lost at worst\n",
                  RUNS, checkpointing, op_count, worst_s);
    assert_in_range(checkpointing, RUNS / 2, RUNS - 20);
    for (unsigned i = 0; i < op_count; i++)
        free(ops[i].bytes);
}

static int set_up(void **state)
{
    fault_vfs_register();
    return make_store_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_power_failures)};
    return cmocka_run_group_tests(tests, set_up, remove_store_folder);
}
