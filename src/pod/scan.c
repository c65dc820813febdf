/* scan.c - a window over the stream that slides by whole frames while all is well and by bytes while it is not. */
#include "scan.h"

#include <string.h>

#include "report.h"
#include "track.h"

void kf_pod_scan_init(struct kf_pod_scan *scan, kf_pod_scan_reader read)
{
    memset(scan, 0, sizeof *scan);
    kf_pod_stats_init(&scan->stats);
    scan->read = read;
    scan->synced = true;
}

void kf_pod_scan_bad(struct kf_pod_scan *scan, const char *why, const struct kf_pod_sink *sink)
{
    scan->stats.bad_frames++;
    kf_pod_problem(sink, 0, scan->offset, "frame dropped: %s", why);
}

/* What the reader cannot judge stays for more bytes, unless none will come or the window is full. */
static bool must_move(struct kf_pod_scan *scan, size_t at, const struct kf_pod_sink *sink)
{
    if (!scan->ended)
        return at == 0 && scan->length == sizeof scan->bytes;
    if (!scan->half_told)
        kf_pod_scan_bad(scan, "the input ends inside it", sink);
    scan->half_told = true;
    return true;
}

static void slide(void *state, const struct kf_pod_sink *sink)
{
    struct kf_pod_scan *scan = state;
    size_t at = 0;
    while (at < scan->length) {
        int taken = scan->read(state, scan->bytes + at, scan->length - at, sink);
        if (taken == KF_POD_SCAN_MORE) {
            if (!must_move(scan, at, sink))
                break;
            taken = KF_POD_SCAN_SKIP;
        }
        if (taken == KF_POD_SCAN_SKIP) {
            scan->stats.resyncs += scan->synced;
            scan->synced = false;
        } else if (taken > 0) {
            scan->synced = true;
        }
        at += taken > 0 ? (size_t)taken : 1;
        scan->offset += taken > 0 ? (size_t)taken : 1;
    }
    scan->length -= at;
    memmove(scan->bytes, scan->bytes + at, scan->length);
}

void kf_pod_scan_push(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    struct kf_pod_scan *scan = state;
    scan->stats.bytes += count;
    while (count > 0) {
        const size_t room = sizeof scan->bytes - scan->length;
        const size_t piece = count < room ? count : room;
        memcpy(scan->bytes + scan->length, bytes, piece);
        scan->length += piece;
        bytes += piece;
        count -= piece;
        slide(state, sink);
    }
}

void kf_pod_scan_finish(void *state, const struct kf_pod_sink *sink)
{
    struct kf_pod_scan *scan = state;
    scan->ended = true;
    slide(state, sink);
}

int kf_pod_scan_sniff(const uint8_t *bytes, size_t count, size_t (*fits)(const uint8_t *bytes, size_t count))
{
    enum { HITS = 3 };
    size_t hit[HITS] = {0};
    unsigned hits = 0;
    for (size_t at = 0; at < count;) {
        const size_t length = fits(bytes + at, count - at);
        if (length > 0) {
            hit[hits++ % HITS] = at;
            if (hits >= HITS && at - hit[hits % HITS] <= KF_SNIFF_GAP)
                return 2;
        }
        at += length ? length : 1;
    }
    return count < KF_SNIFF_GIVE_UP ? 1 : 0;
}
