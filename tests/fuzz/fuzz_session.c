/* fuzz_session.c - any bytes as a session file: refused with a reason, or read to an end; a record is always one, time
 * never falls, and memory stays what the header of the reader says. */
#include "fuzz_session.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/reader.h"

static void demand(int kept, const char *promise)
{
    if (kept)
        return;
    fprintf(stderr, "fuzz_session: broken: %s\n", promise);
    abort();
}

static bool see_stride(void *context, const struct kf_swing *swing)
{
    demand(swing->verdict <= KF_PULLED && swing->leg <= KF_RIGHT && swing->trunk_site >= KF_SITE_NONE &&
               swing->trunk_site < KF_SITE_COUNT,
           "a stride's words are among those there are");
    return ++*(unsigned *)context < 100000;
}

static bool see_cue(void *context, const struct kf_store_cue *cue)
{
    demand(cue->name && cue->text, "a cue has its texts");
    return ++*(unsigned *)context < 100000;
}

static void read_all(struct kf_store_reader *reader)
{
    struct kf_error error = {0};
    struct kf_record record;
    struct kf_swing swing;
    char ini[256];
    unsigned rows = 0;
    int64_t last_ns = 0;
    uint64_t sum = 0;
    enum kf_status status = KF_OK;
    const struct kf_store_rows all = {.stride = see_stride, .cue = see_cue, .context = &rows};
    while ((status = kf_store_next(reader, &record, &error)) == KF_OK) {
        demand(record.host_ns >= last_ns && record.source < KF_PODS_MAX && record.kind <= KF_RECORD_TICK,
               "records are records, in order");
        last_ns = record.host_ns;
        for (size_t i = 0; i < record.count; i++)
            sum += record.bytes[i];
        demand(record.kind != KF_RECORD_CONTROL || record.text, "a control has a text");
    }
    demand(status == KF_ERR_END || error.text[0] != '\0', "the end has a reason");
    (void)kf_store_each(reader, &all, &error);
    (void)kf_store_stride_of(reader, 1, &swing, &error);
    (void)kf_store_ini(reader, ini, sizeof ini);
    demand(sum < UINT64_MAX, "bytes can be read");
}

static char path[] = "/tmp/kneefold-fuzz-XXXXXX";

static void remove_file(void)
{
    (void)unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    static int fd = -1;
    struct kf_error error = {0};
    if (fd < 0 && (fd = mkstemp(path)) >= 0)
        (void)atexit(remove_file);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, bytes, count, 0) != (ssize_t)count)
        return 0;
    struct kf_store_reader *reader = kf_store_open(path, NULL, &error);
    demand(reader || error.text[0] != '\0', "a refusal has a reason");
    if (reader)
        read_all(reader);
    kf_store_close(reader);
    return 0;
}
