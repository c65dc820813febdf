/* fuzz_capture.c - protects the reader of captures against any bytes: no crash, no byte taken for two, the same bytes
 * of the pod however the file is cut, times that never fall back, and a reader that grows with nothing.
 *
 * configure CC=clang --enable-fuzzing && make tests/fuzz/fuzz_capture && tests/fuzz/fuzz_capture CORPUS */
#include "fuzz_capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/capture_format.h"

struct outcome {
    struct kf_capture_reader reader;
    size_t pod_count;
    uint64_t hash; /* FNV-1a of the pod's bytes, of their times and of the hang-ups before them */
};

static void demand(int kept, const char *promise)
{
    if (!kept) {
        fprintf(stderr, "fuzz_capture: broken: %s\n", promise);
        abort();
    }
}

static void mix(uint64_t *hash, uint64_t value)
{
    *hash = (*hash ^ value) * UINT64_C(1099511628211);
}

static struct outcome run(const uint8_t *bytes, size_t count, size_t chunk, size_t room)
{
    struct outcome outcome = {.hash = UINT64_C(14695981039346656037)};
    int64_t last_ns = 0;
    size_t at = 0;
    while (at < count && !outcome.reader.fault) {
        const uint8_t *pod = NULL;
        size_t pod_count = 0;
        const size_t given = chunk < count - at ? chunk : count - at;
        const size_t taken = kf_capture_take(&outcome.reader, bytes + at, given, room, &pod, &pod_count);
        demand(taken <= given && (taken > 0 || outcome.reader.fault), "it gets on, and takes no more than given");
        demand(pod_count <= room && (pod_count == 0 || (pod >= bytes + at && pod + pod_count <= bytes + at + taken)),
               "the pod's bytes are among those taken");
        demand(outcome.reader.host_ns >= last_ns, "times do not fall back");
        last_ns = outcome.reader.host_ns;
        for (size_t i = 0; i < pod_count; i++) {
            mix(&outcome.hash, pod[i]);
            mix(&outcome.hash, (uint64_t)last_ns);
            mix(&outcome.hash, outcome.reader.gone);
            outcome.reader.gone = false;
        }
        outcome.pod_count += pod_count;
        at += taken;
    }
    demand(outcome.reader.position == at, "every byte is counted");
    demand(outcome.pod_count <= count, "nothing is made up");
    return outcome;
}

static void check(const uint8_t *bytes, size_t count, size_t chunk)
{
    const struct outcome whole = run(bytes, count, count, count + 1), cut = run(bytes, count, chunk, chunk);
    demand(whole.hash == cut.hash && whole.pod_count == cut.pod_count, "chunks do not matter");
    demand(whole.reader.phase == cut.reader.phase && whole.reader.fault == cut.reader.fault &&
               whole.reader.position == cut.reader.position,
           "it ends the same in any chunks");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    static uint8_t headed[1 << 16];
    size_t length = 0;
    if (count == 0)
        return 0;
    const size_t chunk = (size_t)bytes[0] % 67 + 1;
    check(bytes + 1, count - 1, chunk);
    /* The same bytes as records, behind a good head. */
    length = kf_capture_put_head((char *)headed, "fuzz", 1);
    if (count - 1 <= sizeof headed - length) {
        memcpy(headed + length, bytes + 1, count - 1);
        check(headed, length + count - 1, chunk);
    }
    demand(kf_capture_sniff(bytes + 1, count - 1) != 2 || count > 17, "what is detected was there");
    return 0;
}
