/* test_source.c - protects what a source's URI means and that errors help, and that files, pipes and standard input,
 * plain or gzip, give exactly what was stored in reads of any size, tell damage from an end, and take nothing from the
 * heap while they are read. */
#include "config.h"

#include "source_help.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

#include "source/kind.h"

enum { DATA_SIZE = 300000 };

static uint8_t data[DATA_SIZE];
static uint8_t got[DATA_SIZE + 16];

/* Compresses into `out` as one gzip member; returns its size. */
static size_t gzip_bytes(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity)
{
    z_stream z = {0};

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)count;
    z.next_out = out;
    z.avail_out = (uInt)capacity;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&z), Z_OK);
    return capacity - z.avail_out;
}

/* Reads to whatever ends it; returns that, and the count. */
static int read_all(struct kf_source *source, size_t chunk, size_t *total, struct kf_error *error)
{
    int count;

    *total = 0;
    for (;;) {
        size_t room = sizeof got - *total < chunk ? sizeof got - *total : chunk;

        count = kf_source_read(source, 0, got + *total, room, error);
        if (count <= 0)
            return count;
        *total += (size_t)count;
    }
}

static void assert_reads(const char *uri, const uint8_t *expected, size_t size)
{
    static const size_t chunks[] = {1, 2, 7, 64, 4096, DATA_SIZE + 16};

    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        struct kf_error error;
        struct kf_source *source = kf_source_open(uri, &error);
        size_t total;

        assert_non_null(source);
        assert_int_equal(read_all(source, chunks[i], &total, &error), KF_ERR_END);
        assert_int_equal(total, size);
        assert_memory_equal(got, expected, size);
        assert_int_equal(kf_source_read(source, 0, got, 1, &error), KF_ERR_END);
        assert_non_null(strstr(error.text, "has ended"));
        kf_source_close(source);
    }
}

/* ------------------------------------------------------------------ URIs */

static void test_unknown_schemes(void **state)
{
    (void)state;
    assert_refused(NULL, KF_ERR_ARG, "no source given", "serial:, tcp:, unix:, pty:, file:, sim:");
    assert_refused("", KF_ERR_ARG, "no source given", "serial:");
    assert_refused("sreial:/dev/ttyACM0", KF_ERR_ARG, "unknown kind of source 'sreial:'", "did you mean 'serial:'?");
    assert_refused("tpc:pod:5000", KF_ERR_ARG, "'tpc:'", "did you mean 'tcp:'?");
    assert_refused("SIM:", KF_ERR_ARG, "'SIM:'", "did you mean 'sim:'?");
    assert_refused("http://pod/", KF_ERR_ARG, "'http:'", "known are serial:, tcp:, unix:, pty:, file:, sim:;");
    assert_refused("sim", KF_ERR_NO_INPUT, "cannot open 'sim': no such file", "did you mean 'sim:'?");
    assert_refused("no/such/log.csv", KF_ERR_NO_INPUT, "no such file or directory", "starts with one of");
    assert_refused("a\033[2Jb\n", KF_ERR_NO_INPUT, "'a?[2Jb?'", NULL);
}

static void test_malformed_rests(void **state)
{
    char path[200];

    (void)state;
    assert_refused("file:", KF_ERR_ARG, "no file named", "file:-");
    assert_refused("pty:", KF_ERR_ARG, "no device named", "pty:/dev/pts/");
    assert_refused("unix:", KF_ERR_ARG, "names no socket", "unix:PATH");
    memset(path, 'x', sizeof path);
    memcpy(path, "unix:", 5);
    path[sizeof path - 1] = '\0';
    assert_refused(path, KF_ERR_ARG, "names no socket", NULL);
    assert_refused("tcp:localhost", KF_ERR_ARG, "is not tcp:HOST:PORT", "for example");
    assert_refused("tcp::5000", KF_ERR_ARG, "is not tcp:HOST:PORT", NULL);
    assert_refused("tcp:localhost:0", KF_ERR_ARG, "is not tcp:HOST:PORT", NULL);
    assert_refused("tcp:localhost:65536", KF_ERR_ARG, "is not tcp:HOST:PORT", NULL);
    assert_refused("tcp:localhost:http", KF_ERR_ARG, "is not tcp:HOST:PORT", NULL);
    assert_refused("tcp:::1:5000", KF_ERR_ARG, "is not tcp:HOST:PORT", NULL);
    assert_refused("serial:", KF_ERR_ARG, "no serial port named", "@115200");
    assert_refused("serial:@9600", KF_ERR_ARG, "no serial port named", NULL);
    assert_refused("serial:/dev/ttyACM0@", KF_ERR_ARG, "no usable speed", "921600");
    assert_refused("serial:/dev/ttyACM0@fast", KF_ERR_ARG, "no usable speed", NULL);
    assert_refused("/dev/ttyACM0@-9600", KF_ERR_ARG, "no usable speed", NULL);
    assert_refused("serial:/dev/ttyACM0@99999999999999999999", KF_ERR_ARG, "no usable speed", NULL);
}

static void assert_printable(const char *text, size_t capacity, const char *expected)
{
    char out[64];

    assert_ptr_equal(kf_source_printable(out, capacity, text), out);
    assert_string_equal(out, expected);
}

static void test_printable(void **state)
{
    (void)state;
    assert_printable("plain", 64, "plain");
    assert_printable("Jörg \xe2\x96\x88 \xf0\x9f\x8f\x83", 64, "Jörg \xe2\x96\x88 \xf0\x9f\x8f\x83");
    assert_printable("\a\x1b]0;x\x7f", 64, "??]0;x?");
    assert_printable("\xc2\x9b"
                     "2J",
                     64, "?2J");                                                    /* C1: CSI */
    assert_printable("\xe2\x80\xae", 64, "?");                                      /* right-to-left override */
    assert_printable("\xc0\xaf\xed\xa0\x80\xff\xf4\x90\x80\x80", 64, "??????????"); /* overlong, surrogate, too large */
    assert_printable("\xe2\x96", 64, "??");                                         /* cut off */
    assert_printable("1234567", 8, "1234567");
    assert_printable("12345678", 8, "...5678");
    assert_printable("abc\xe2\x96\x88z", 8, "abc\xe2\x96\x88z");
    assert_printable("abcd\xe2\x96\x88z", 8, "...\xe2\x96\x88z");
    assert_printable("abcdef\xe2\x96\x88", 8, "...f\xe2\x96\x88");
}

/* ----------------------------------------------------------------- files */

static void test_plain_file(void **state)
{
    static const uint8_t nearly[] = {0x1f, 0x8b};
    const char *path = in_folder("plain");
    struct kf_error error;
    struct kf_source *source;
    uint64_t done = 7, total = 7;

    (void)state;
    write_file(path, data, sizeof data);
    assert_reads(path, data, sizeof data);
    assert_reads(uri_of("file", path), data, sizeof data);
    source = kf_source_open(path, &error);
    assert_non_null(source);
    assert_int_equal(kf_source_poll_fd(source), -1);
    assert_int_equal(kf_source_wake_ns(source, 42), 42);
    assert_false(kf_source_live(source));
    assert_string_equal(kf_source_name(source), path);
    assert_int_equal(kf_source_read(source, 0, got, 0, &error), KF_ERR_ARG);
    assert_int_equal(kf_source_read(source, 0, got, 1000, &error), 1000);
    assert_true(kf_source_progress(source, &done, &total));
    assert_int_equal(done, 1000);
    assert_int_equal(total, sizeof data);
    assert_int_equal(kf_source_write(source, data, 1, &error), KF_ERR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "takes no commands"));
    kf_source_close(source);
    kf_source_close(NULL);
    write_file(path, nearly, sizeof nearly);
    assert_reads(path, nearly, sizeof nearly);
    write_file(path, data, 0);
    assert_reads(path, data, 0);
    assert_reads("/dev/null", data, 0);
}

static void test_gzip_file(void **state)
{
    static uint8_t packed[DATA_SIZE + 4096];
    const char *path = in_folder("packed.gz");
    size_t half = gzip_bytes(data, 100000, packed, sizeof packed);
    size_t whole = half + gzip_bytes(data + 100000, DATA_SIZE - 100000, packed + half, sizeof packed - half);
    struct kf_error error;
    struct kf_source *source;
    uint64_t done, total;
    size_t count;

    (void)state;
    /* Two members and then padding, as tools that append make them. */
    memset(packed + whole, 0, 512);
    write_file(path, packed, whole + 512);
    assert_reads(path, data, sizeof data);
    write_file(path, packed, whole);
    source = kf_source_open(path, &error);
    assert_non_null(source);
    assert_int_equal(read_all(source, 4096, &count, &error), KF_ERR_END);
    assert_true(kf_source_progress(source, &done, &total));
    assert_int_equal(done, whole);
    assert_int_equal(total, whole);
    kf_source_close(source);
    /* Well packed data: much output waits behind little input. */
    memset(got, 0, sizeof got);
    write_file(path, packed, gzip_bytes(got, DATA_SIZE, packed, sizeof packed));
    memset(packed, 0, DATA_SIZE);
    assert_reads(path, packed, DATA_SIZE);
}

static void test_damaged_gzip(void **state)
{
    static uint8_t packed[DATA_SIZE + 4096];
    const char *path = in_folder("damaged.gz");
    size_t whole = gzip_bytes(data, DATA_SIZE, packed, sizeof packed);
    const size_t cuts[] = {3, 10, 17, 1000, whole / 2, whole - 9, whole - 8, whole - 1};
    struct kf_error error;
    struct kf_source *source;
    size_t count;

    (void)state;
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        write_file(path, packed, cuts[i]);
        source = kf_source_open(path, &error);
        assert_non_null(source);
        assert_int_equal(read_all(source, 777, &count, &error), KF_ERR_DATA);
        assert_non_null(strstr(error.text, "is cut off"));
        assert_true(count <= DATA_SIZE && (cuts[i] < whole - 8 || count == DATA_SIZE));
        assert_memory_equal(got, data, count);
        assert_int_equal(kf_source_read(source, 0, got, 1, &error), KF_ERR_DATA);
        kf_source_close(source);
    }
    packed[whole - 6] ^= 1; /* the checksum */
    write_file(path, packed, whole);
    source = kf_source_open(path, &error);
    assert_non_null(source);
    assert_int_equal(read_all(source, 4096, &count, &error), KF_ERR_DATA);
    assert_int_equal(count, DATA_SIZE);
    assert_non_null(strstr(error.text, "is damaged near byte"));
    assert_int_equal(kf_source_read(source, 0, got, 1, &error), KF_ERR_DATA);
    kf_source_close(source);
}

static void test_unreadable_files(void **state)
{
    const char *path = in_folder("secret");
    bool root = geteuid() == 0;

    (void)state;
    assert_refused(uri_of("file", folder), KF_ERR_NO_INPUT, "it is a directory", NULL);
    assert_refused(folder, KF_ERR_NO_INPUT, "it is a directory", NULL);
    assert_refused(uri_of("file", in_folder("missing")), KF_ERR_NO_INPUT, "no such file or directory", NULL);
    write_file(path, data, 10);
    assert_int_equal(chmod(path, 0), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    if (root)
        assert_int_equal(seteuid(65534), 0);
    assert_refused(uri_of("file", path), KF_ERR_NO_INPUT, "permission denied", NULL);
    if (root)
        assert_int_equal(seteuid(0), 0);
}

/* What a pipe holds is given at once, though the buffer asked for is larger: live data does not wait for more. */
static void test_pipe(void **state)
{
    struct kf_error error;
    struct kf_source *source;
    char path[32];
    uint64_t done, total;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    source = kf_source_open(path, &error);
    assert_non_null(source);
    assert_true(kf_source_live(source));
    assert_false(kf_source_progress(source, &done, &total));
    assert_true(kf_source_poll_fd(source) >= 0);
    assert_int_equal(kf_source_wake_ns(source, 42), INT64_MAX);
    assert_int_equal(write(ends[1], "abcde", 5), 5);
    assert_int_equal(kf_source_read(source, 0, got, 4, &error), 4);
    assert_int_equal(kf_source_wake_ns(source, 42), 42);
    assert_int_equal(kf_source_read(source, 0, got, sizeof got, &error), 1);
    assert_int_equal(write(ends[1], "xyz", 3), 3);
    assert_int_equal(kf_source_read(source, 0, got, sizeof got, &error), 3);
    assert_memory_equal(got, "xyz", 3);
    (void)close(ends[1]);
    assert_int_equal(kf_source_read(source, 0, got, sizeof got, &error), KF_ERR_END);
    kf_source_close(source);
    (void)close(ends[0]);
}

/* What a pipe has unpacked so far, however small the reads: nothing waits inside for the next input. */
static size_t unpack_half(const uint8_t *packed, size_t size, size_t chunk)
{
    struct kf_error error;
    struct kf_source *source;
    char path[32];
    size_t total;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    source = kf_source_open(path, &error);
    assert_non_null(source);
    assert_int_equal(fcntl(kf_source_poll_fd(source), F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(write(ends[1], packed, size), (ssize_t)size);
    assert_int_equal(read_all(source, chunk, &total, &error), KF_ERR_AGAIN);
    kf_source_close(source);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return total;
}

static void test_gzip_pipe(void **state)
{
    static uint8_t packed[4096];
    size_t size, whole;

    (void)state;
    memset(got, 0, sizeof got);
    size = gzip_bytes(got, DATA_SIZE, packed, sizeof packed);
    whole = unpack_half(packed, size / 2, sizeof got);
    assert_true(whole > 1000);
    assert_int_equal(unpack_half(packed, size / 2, 1), whole);
    assert_int_equal(unpack_half(packed, size / 2, 7), whole);
}

static void test_standard_input(void **state)
{
    static uint8_t packed[4096];
    size_t size = gzip_bytes((const uint8_t *)"hello", 5, packed, sizeof packed);
    int kept = dup(STDIN_FILENO), ends[2];

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        struct kf_error error;
        struct kf_source *source;
        size_t total;

        assert_int_equal(pipe(ends), 0);
        assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
        assert_int_equal(write(ends[1], packed, size), (ssize_t)size);
        (void)close(ends[1]);
        source = kf_source_open(turn == 0 ? "-" : "file:-", &error);
        assert_non_null(source);
        assert_string_equal(kf_source_name(source), "standard input");
        assert_int_equal(read_all(source, 64, &total, &error), KF_ERR_END);
        assert_int_equal(total, 5);
        assert_memory_equal(got, "hello", 5);
        kf_source_close(source);
        assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
        (void)close(ends[0]);
    }
    if (kept >= 0) {
        (void)dup2(kept, STDIN_FILENO);
        (void)close(kept);
    }
}

#ifdef __GLIBC__
/* zlib takes its state and window on first use; they have to come from the source, not from the heap. */
static void test_reading_allocates_nothing(void **state)
{
    static uint8_t packed[DATA_SIZE + 4096];
    const char *path = in_folder("still.gz");
    struct kf_error error;
    struct kf_source *source;
    size_t before, count;

    (void)state;
    write_file(path, packed, gzip_bytes(data, DATA_SIZE, packed, sizeof packed));
    source = kf_source_open(path, &error);
    assert_non_null(source);
    before = mallinfo2().uordblks;
    assert_int_equal(read_all(source, 4096, &count, &error), KF_ERR_END);
    assert_int_equal(mallinfo2().uordblks, before);
    kf_source_close(source);
}
#endif

static int set_up(void **state)
{
    uint32_t noise = 12345;

    /* Half as compressible as it could be, and no gzip at its head. */
    for (size_t i = 0; i < sizeof data; i++) {
        noise = noise * 1664525u + 1013904223u;
        data[i] = (uint8_t)(noise >> 28);
    }
    return make_folder(state);
}

static int tear_down(void **state)
{
    static const char *const names[] = {"plain", "packed.gz", "damaged.gz", "secret", "still.gz", NULL};
    (void)state;
    return remove_folder(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_schemes),
        cmocka_unit_test(test_malformed_rests),
        cmocka_unit_test(test_printable),
        cmocka_unit_test(test_plain_file),
        cmocka_unit_test(test_gzip_file),
        cmocka_unit_test(test_damaged_gzip),
        cmocka_unit_test(test_unreadable_files),
        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_gzip_pipe),
        cmocka_unit_test(test_standard_input),
#ifdef __GLIBC__
        cmocka_unit_test(test_reading_allocates_nothing),
#endif
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
