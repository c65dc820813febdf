/* test_store_damage.c - protects what is left of a session file that no crash made so: a copy cut short at any of 200
 * bytes, with its -wal, without, or with part of it, and a file harmed by another program while it is recorded. It is
 * read up to the cut, exactly, and says how far that is; or refused with a reason; the recording that was harmed says
 * so at its next commit. */
#include "store_help.h"

#include <sys/stat.h>

#include "fault_vfs.h"

enum { SECONDS = 60, EACH = 25, RECORDS = SECONDS * EACH, BYTES = 4000, CUTS = 200, PATH_ROOM = 192 };

static int64_t step_ns = INT64_C(1000000000) / EACH;

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Record `n`, of bytes that do not compress: the file is as large as a real one, and is checkpointed as one. */
static struct kf_record noise_record(unsigned n, uint8_t bytes[BYTES])
{
    uint32_t seed = n + 1;
    for (unsigned i = 0; i < BYTES; i++)
        bytes[i] = (uint8_t)(next_random(&seed) >> 5);
    return (struct kf_record){.host_ns = n * step_ns, .kind = KF_RECORD_READ, .bytes = bytes, .count = BYTES};
}

static void put_noise(struct kf_store_writer *writer, unsigned from, unsigned to)
{
    struct kf_error error = {0};
    uint8_t bytes[BYTES];
    for (unsigned n = from; n < to; n++) {
        const struct kf_record record = noise_record(n, bytes);
        if (kf_store_record(writer, &record, NAN, &error) != KF_OK)
            fail_msg("%s", error.text);
    }
}

static void put_conditions(struct kf_store_writer *writer)
{
    struct kf_error error = {0};
    assert_int_equal(kf_store_settings(writer, 0, "[athlete]\nname = X\n", &error), KF_OK);
    assert_int_equal(kf_store_meta(writer, "pod_count", "1", &error), KF_OK);
}

static struct kf_store_writer *create(const char *name)
{
    struct kf_error error = {0};
    struct kf_store_writer *writer = kf_store_create(store_path(name), FAULT_VFS, &error);
    if (!writer)
        fail_msg("%s", error.text);
    put_conditions(writer);
    return writer;
}

static off_t size_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? info.st_size : -1;
}

/* The first `count` bytes of a file, or all of it, under another name. */
static void copy_head(const char *from, const char *to, off_t count)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    char piece[4096];
    size_t got = 0;
    assert_true(in && out);
    while (count > 0 && (got = fread(piece, 1, count < 4096 ? (size_t)count : 4096, in)) > 0) {
        assert_int_equal(fwrite(piece, 1, got, out), got);
        count -= (off_t)got;
    }
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

/* ---- copies cut short ---- */

/* What became of the cuts: how many were refused, and of the others what was read. */
struct tally {
    unsigned refused, read;
    double worst_s; /* most of what should be there that was not */
};

/* Records read, exact ones; -1 refused. */
static int read_cut(const char *path, unsigned whole)
{
    struct kf_error error = {0};
    struct kf_store_reader *reader = kf_store_open(path, NULL, &error);
    struct kf_record record;
    uint8_t bytes[BYTES];
    unsigned n = 0;
    enum kf_status end = KF_OK;
    if (!reader) {
        assert_int_equal(error.code, KF_ERR_DATA);
        if (!strstr(error.text, "cut short") || !error.hint[0])
            fail_msg("%lld bytes: '%s' does not say 'cut short'", (long long)size_of(path), error.text);
        return -1;
    }
    while ((end = kf_store_next(reader, &record, &error)) == KF_OK) {
        const struct kf_record made = noise_record(n++, bytes);
        assert_int_equal(record.host_ns, made.host_ns);
        assert_int_equal(record.count, made.count);
        assert_memory_equal(record.bytes, made.bytes, made.count);
    }
    assert_true(end == KF_ERR_END || end == KF_ERR_DATA);
    assert_int_equal(kf_store_end_ns(reader), n > 0 ? (n - 1) * step_ns : 0);
    if (n < whole && kf_store_note(reader)[0] == '\0')
        fail_msg("%s: %u of %u records, and no word of it", path, n, whole);
    kf_store_close(reader);
    return (int)n;
}

/* A cut file should give as much of the log as it has of the bytes, but for the second it was cut in and the first
 * ones: their rows moved behind them when they no longer fitted into the table's first page. */
static void judge(struct tally *tally, int records, double share_s, off_t cut)
{
    const double read_s = records > 0 ? (double)records / EACH : 0;
    if (records < 0)
        tally->refused++;
    else
        tally->read++;
    if (share_s - read_s > tally->worst_s)
        tally->worst_s = share_s - read_s;
    if (share_s - read_s > 4)
        fail_msg("cut at byte %lld: %.1f s of about %.1f", (long long)cut, read_s, share_s);
}

static void test_cut_copies(void **state)
{
    const char *path = store_path("done.kfs"), *cut_path = store_path("cut.kfs");
    struct kf_store_writer *writer = create("done.kfs");
    struct kf_error error = {0};
    struct tally tally = {0};
    uint32_t seed = 20261123;
    (void)state;
    put_noise(writer, 0, RECORDS);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    const off_t size = size_of(path);
    for (unsigned i = 0; i < CUTS; i++) {
        const off_t cut = 16 + (off_t)(next_random(&seed) % (uint32_t)(i < CUTS / 4 ? 32768 : size - 16));
        copy_head(path, cut_path, cut);
        judge(&tally, read_cut(cut_path, RECORDS), (double)SECONDS * (double)cut / (double)size, cut);
    }
    print_message("%u copies cut: %u read up to the cut, %u with nothing in them refused; at worst %.1f s short of"
                  " their share\n",
                  CUTS, tally.read, tally.refused, tally.worst_s);
    assert_true(tally.read > CUTS / 2 && tally.refused > 0);
}

/* Of a session so long that the table has pages between its root and its leaves, those are lost with the end. */
static void test_long_copy_cut(void **state)
{
    enum { LONG = 3000 }; /* 1500 rows, one a leaf: their pages' numbers no longer fit into the root */
    const char *path = store_path("long.kfs"), *cut_path = store_path("cut.kfs");
    struct kf_store_writer *writer = create("long.kfs");
    struct kf_error error = {0};
    (void)state;
    step_ns = INT64_C(500000000);
    put_noise(writer, 0, LONG);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    for (int percent = 5; percent < 100; percent += 15) {
        copy_head(path, cut_path, size_of(path) * percent / 100);
        const int records = read_cut(cut_path, LONG);
        if (records < LONG * (percent - 1) / 100)
            fail_msg("%d %% of the file gave %d of %d records", percent, records, LONG);
    }
    step_ns = INT64_C(1000000000) / EACH;
}

/* A recording that was killed, copied with and without its -wal, each cut. */
static void test_cut_pairs(void **state)
{
    char main[PATH_ROOM], wal[PATH_ROOM];
    const char *cut_main = store_path("pair.kfs"), *cut_wal = store_path("pair.kfs-wal");
    struct kf_store_writer *writer = create("live.kfs");
    struct tally alone = {0}, both = {0};
    uint32_t seed = 5;
    unsigned least = RECORDS;
    (void)state;
    (void)snprintf(main, sizeof main, "%s", store_path("live.kfs"));
    (void)snprintf(wal, sizeof wal, "%s", store_path("live.kfs-wal"));
    put_noise(writer, 0, RECORDS);
    const off_t main_size = size_of(main), wal_size = size_of(wal);
    assert_true(main_size > 1000000 && wal_size > 1000000); /* a checkpoint was made, and much came after it */
    for (unsigned i = 0; i < CUTS; i++) {
        const off_t cut = 16 + (off_t)(next_random(&seed) % (uint32_t)(main_size - 16));
        const off_t wal_cut = (off_t)(next_random(&seed) % (uint32_t)wal_size);
        copy_head(main, cut_main, cut);
        (void)unlink(cut_wal);
        const int without = read_cut(cut_main, RECORDS);
        copy_head(wal, cut_wal, i % 2 ? wal_size : wal_cut);
        const int with = read_cut(cut_main, RECORDS);
        alone.refused += without < 0;
        both.refused += with < 0;
        assert_true(with >= without); /* a -wal never makes it less */
        copy_head(main, cut_main, main_size);
        copy_head(wal, cut_wal, wal_cut);
        const int whole = read_cut(cut_main, RECORDS);
        assert_true(whole > 0);
        if ((unsigned)whole < least)
            least = (unsigned)whole;
    }
    print_message("%u pairs cut: without -wal %u refused, with it %u; main whole and -wal cut: %u of %u s at least\n",
                  CUTS, alone.refused, both.refused, least / EACH, SECONDS);
    kf_store_abandon(writer);
}

/* Opening an empty file would delete the -wal beside it. */
static void test_emptied(void **state)
{
    struct kf_error error = {0};
    char wal[PATH_ROOM];
    struct kf_store_writer *writer = create("a.kfs");
    (void)state;
    put_noise(writer, 0, 3 * EACH);
    (void)snprintf(wal, sizeof wal, "%s", store_path("empty.kfs-wal"));
    copy_head(store_path("a.kfs-wal"), wal, size_of(store_path("a.kfs-wal")));
    copy_head(store_path("a.kfs"), store_path("empty.kfs"), 0);
    const off_t before = size_of(wal);
    assert_null(kf_store_open(store_path("empty.kfs"), NULL, &error));
    assert_int_equal(error.code, KF_ERR_DATA);
    assert_non_null(strstr(error.text, "empty"));
    assert_true(before > 0 && size_of(wal) == before);
    kf_store_abandon(writer);
}

/* ---- files harmed while they are recorded ---- */

static void delete_it(const char *path)
{
    assert_int_equal(unlink(path), 0);
}

static void rename_it(const char *path)
{
    char other[PATH_ROOM + 8];
    (void)snprintf(other, sizeof other, "%s.moved", path);
    assert_int_equal(rename(path, other), 0);
}

static void empty_it(const char *path)
{
    assert_int_equal(truncate(path, 0), 0);
}

static void halve_it(const char *path)
{
    assert_int_equal(truncate(path, size_of(path) / 2), 0);
}

static void replace_it(const char *path)
{
    rename_it(path);
    copy_head(store_path("done.kfs"), path, 100000);
}

static void remove_folder(const char *path)
{
    char folder[PATH_ROOM], wal[PATH_ROOM + 8];
    (void)snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    (void)snprintf(wal, sizeof wal, "%s-wal", path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(wal), 0);
    assert_int_equal(rmdir(folder), 0);
}

static const struct harm {
    const char *what, *suffix;
    void (*harm)(const char *path);
    const char *word, *saved_as; /* where the record can be read afterwards, from the session's path; NULL nowhere */
} harms[] = {
    {"the file deleted", "", delete_it, "deleted or renamed", NULL},
    {"the file renamed", "", rename_it, "deleted or renamed", ".moved"},
    {"the file replaced", "", replace_it, "deleted or renamed", NULL},
    {"the file emptied", "", empty_it, "cut short", NULL},
    {"the file halved", "", halve_it, "cut short", NULL},
    {"-wal deleted", "-wal", delete_it, "deleted or renamed", ""},
    {"-wal renamed", "-wal", rename_it, "deleted or renamed", ""},
    {"-wal emptied", "-wal", empty_it, "cut short", ""},
    {"-wal halved", "-wal", halve_it, "cut short", ""},
    {"the folder removed", "", remove_folder, "deleted or renamed", NULL},
};

/* What the harm left can be read: of a moved file everything, of a cut -wal what the last checkpoint had. */
static void assert_saved(const struct harm *harm, const char *path, unsigned records)
{
    char saved[PATH_ROOM + 16];
    int read = 0;
    if (!harm->saved_as)
        return;
    (void)snprintf(saved, sizeof saved, "%s%s", path, harm->saved_as);
    read = read_cut(saved, RECORDS);
    if (read < (int)records)
        fail_msg("%s: %d of %u records saved", harm->what, read, records);
}

static void assert_told(const struct harm *harm, unsigned number)
{
    char folder[PATH_ROOM], path[PATH_ROOM + 32], harmed[PATH_ROOM + 40];
    struct kf_error error = {0};
    uint8_t bytes[BYTES];
    unsigned n = RECORDS - 20 * EACH;
    const bool cut = strcmp(harm->word, "cut short") == 0;
    (void)snprintf(folder, sizeof folder, "%s", store_path("harm"));
    (void)snprintf(path, sizeof path, "%s%u/x.kfs", folder, number);
    (void)snprintf(harmed, sizeof harmed, "%s%s", path, harm->suffix);
    *strrchr(path, '/') = '\0';
    assert_int_equal(mkdir(path, 0700), 0);
    path[strlen(path)] = '/';
    struct kf_store_writer *writer = kf_store_create(path, FAULT_VFS, &error);
    assert_non_null(writer);
    put_conditions(writer);
    put_noise(writer, 0, n);
    harm->harm(harmed);
    for (enum kf_status status = KF_OK; status == KF_OK && n < RECORDS; n++) { /* the next commits say it */
        const struct kf_record record = noise_record(n, bytes);
        status = kf_store_record(writer, &record, NAN, &error);
    }
    assert_int_equal(error.code, KF_ERR_IO);
    if (!strstr(error.text, harm->word) || !error.hint[0])
        fail_msg("%s: '%s' does not say '%s'", harm->what, error.text, harm->word);
    assert_in_range(n, RECORDS - 20 * EACH, RECORDS - 18 * EACH);
    assert_int_equal(kf_store_finish(writer, &error), KF_ERR_IO);
    assert_saved(harm, path, cut ? 10 * EACH : RECORDS - 21 * EACH);
}

static void test_harmed_while_recorded(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof harms / sizeof harms[0]; i++)
        assert_told(&harms[i], i);
}

static int set_up(void **state)
{
    fault_vfs_register(); /* it syncs nothing */
    return make_store_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cut_copies), cmocka_unit_test(test_long_copy_cut),
                                       cmocka_unit_test(test_cut_pairs), cmocka_unit_test(test_emptied),
                                       cmocka_unit_test(test_harmed_while_recorded)};
    return cmocka_run_group_tests(tests, set_up, remove_store_folder);
}
