/* counted.c - see counted.h. All decisions are functions of bytes at the front of `hold` and of the past, never of how
 * the bytes came: a frame that follows on is taken at once, any doubt waits for KF_COUNTED_WINDOW bytes or the end. */
#include "counted.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

enum { WAIT = -1, SKIP = 0 }; /* verdicts on the front of `hold`; others are the size of the frame there */

/* Contiguous frames with a rising counter at `bytes`, up to `most`; *cut says that the bytes ended first. */
static unsigned run_length(const struct kf_counted_format *format, const uint8_t *bytes, size_t count, unsigned size,
                           unsigned most, bool *cut)
{
    unsigned first = 0, counter;
    unsigned run = 0;
    for (; run < most && count >= size; run++, bytes += size, count -= size) {
        if (!format->check(bytes, size, &counter))
            break;
        if (run == 0)
            first = counter;
        else if (counter != (first + run) % format->modulus)
            break;
    }
    *cut = run < most && count < size;
    return run;
}

/* The frame size of which a whole locking run begins here, or 0. */
static unsigned find_size(const struct kf_counted_format *format, const uint8_t *bytes, size_t count)
{
    bool cut;
    for (const unsigned *size = format->sizes; *size; size++)
        if (run_length(format, bytes, count, *size, format->lock_run, &cut) == format->lock_run)
            return *size;
    return 0;
}

int kf_counted_sniff(const struct kf_counted_format *format, const uint8_t *bytes, size_t count)
{
    enum { GIVE_UP_BYTES = 1 << 16 }; /* some seconds of any such pod without one frame: it is none */
    for (size_t at = 0; at < count; at++)
        if (find_size(format, bytes + at, count - at))
            return 2;
    return count < GIVE_UP_BYTES ? 1 : 0;
}

/* A frame of the known size here? `ended`: no more bytes will come, a run cut short by that may count. */
static bool regains(const struct kf_counted *counted, const uint8_t *bytes, size_t count, bool ended)
{
    enum { LEAST_AT_END = 2 };
    const struct kf_counted_format *format = counted->format;
    const unsigned size = counted->size;
    unsigned counter;
    bool cut;
    if (count < size || !format->check(bytes, size, &counter))
        return false;
    const bool on_grid = counted->skipped % size == 0 && counted->wasted == counted->skipped;
    const uint64_t due = counted->counter + 1 + counted->skipped / size;
    const bool expected = on_grid && counter == due % format->modulus;
    unsigned want = format->regain_run;
    if (counted->skipped == 0 && (expected || !format->weak))
        want = 1;
    else if (counted->skipped == 0 || expected)
        want = format->grid_run;
    const unsigned run = run_length(format, bytes, count, size, want, &cut);
    return run == want || (ended && cut && run >= (expected ? 1 : LEAST_AT_END));
}

static int judge(const struct kf_counted *counted, const uint8_t *bytes, size_t count, bool ended)
{
    const unsigned size = counted->size;
    unsigned counter;
    if (size && counted->skipped == 0) {
        if (count < size)
            return ended ? SKIP : WAIT;
        if (counted->format->check(bytes, size, &counter) &&
            counter == (counted->counter + 1) % counted->format->modulus)
            return (int)size;
    }
    if (count < KF_COUNTED_WINDOW && !ended)
        return WAIT;
    if (size && regains(counted, bytes, count, ended))
        return (int)size;
    return (int)find_size(counted->format, bytes, count);
}

/* Nothing is joined across this moment, but the streams' times, which go on. */
static void restart(struct kf_counted *counted, const struct kf_pod_sink *sink)
{
    counted->restarted = true;
    for (unsigned i = 0; i < KF_COUNTED_CHANNELS; i++)
        kf_pod_track_restart(&counted->track[i]);
    if (counted->stats.epochs > 0) {
        counted->stats.epochs++;
        sink->item(sink->context, &(struct kf_pod_item){.kind = KF_POD_EPOCH, .t_s = counted->stats.last_t_s});
    }
}

/* The pod's message to people stands in `text`. It sends them only when it does not stream. */
static void take_text(struct kf_counted *counted, const struct kf_pod_sink *sink)
{
    const char *greeting = counted->format->greeting;
    struct kf_pod_item item = {.kind = KF_POD_TEXT, .t_s = NAN};
    (void)snprintf(item.u.text.text, sizeof item.u.text.text, "%s", counted->text);
    sink->item(sink->context, &item);
    if (greeting && strncmp(counted->text, greeting, strlen(greeting)) == 0)
        kf_pod_clean_utf8(counted->stats.name, sizeof counted->stats.name, counted->text,
                          strcspn(counted->text, "\r\n$"));
    counted->wasted -= counted->text_length;
    counted->text_length = 0;
    restart(counted, sink);
}

static bool text_ends(const struct kf_counted *counted)
{
    const size_t length = strlen(counted->format->text_end);
    return counted->text_length > length &&
           memcmp(counted->text + counted->text_length - length, counted->format->text_end, length) == 0;
}

/* Passes over one byte, which may be part of a message to people. */
static void skip(struct kf_counted *counted, uint8_t byte, const struct kf_pod_sink *sink)
{
    const bool plain = (byte >= ' ' && byte < 0x7f) || byte == '\r' || byte == '\n' || byte == '\t';
    counted->skipped++;
    counted->wasted++;
    if (!counted->format->text_end)
        return;
    if (!plain || counted->text_length == sizeof counted->text - 1)
        counted->text_length = 0;
    if (!plain)
        return;
    counted->text[counted->text_length++] = (char)byte;
    counted->text[counted->text_length] = '\0';
    if (text_ends(counted))
        take_text(counted, sink);
}

/* Ends a stretch of bytes without a frame: its worth in frames is bad. `size` 0: unknown. */
static void count_wasted(struct kf_counted *counted, unsigned size, uint64_t offset, const struct kf_pod_sink *sink)
{
    const uint64_t worth = size ? (counted->wasted + size / 2) / size : 1;
    if (counted->wasted > 0) {
        counted->stats.bad_frames += worth ? worth : 1;
        kf_pod_problem(sink, 0, offset, "%llu bytes dropped: no frame among them", (unsigned long long)counted->wasted);
    }
    counted->skipped = 0;
    counted->wasted = 0;
    counted->text_length = 0;
}

/* Frames missing before one with this count: what the counter says, to which the bytes passed over add whole rounds. */
static uint32_t count_lost(const struct kf_counted *counted, unsigned counter)
{
    const unsigned modulus = counted->format->modulus;
    const unsigned least = (counter + 2 * modulus - counted->counter - 1) % modulus;
    const double rounds = round(((double)counted->skipped / counted->size - least) / modulus);
    const double lost = least + fmax(rounds, 0) * modulus;
    return lost < (double)UINT32_MAX ? (uint32_t)lost : UINT32_MAX;
}

static void emit(struct kf_counted *counted, const struct kf_counted_frame *frame, uint32_t lost,
                 const struct kf_pod_sink *sink)
{
    const double t_s = (double)counted->index / counted->format->rate_hz;
    struct kf_pod_item item = {.kind = KF_POD_SAMPLE};
    item.u.sample = (struct kf_sample){.site = KF_SITE_NONE, .kind = KF_KIND_EMG};
    for (unsigned i = 0; i < frame->channels; i++) {
        const int slot = kf_pod_stats_slot_stream(&counted->stats, i, KF_KIND_EMG);
        struct kf_pod_track *track = &counted->track[i];
        if (!isnan(track->last_t_s))
            kf_pod_emit_gap(&counted->stats, track, slot, lost, t_s, sink);
        item.t_s = t_s;
        item.u.sample.value[0] = (float)frame->emg_uv[i];
        item.u.sample.saturated = frame->saturated[i];
        kf_pod_emit_sample(&counted->stats, track, slot, &item, sink);
    }
}

static void take(struct kf_counted *counted, const uint8_t *bytes, unsigned size, uint64_t offset,
                 const struct kf_pod_sink *sink)
{
    struct kf_counted_frame frame;
    uint32_t lost = 0;
    unsigned counter;
    const bool first = counted->stats.good_frames == 0;
    (void)counted->format->check(bytes, size, &counter);
    counted->stats.resyncs += counted->wasted > 0;
    if (counted->size && counted->size != size) {
        restart(counted, sink);
        counted->channels = 0;
    }
    if (!first && !counted->restarted)
        lost = count_lost(counted, counter);
    count_wasted(counted, size, offset - counted->skipped, sink);
    counted->size = size;
    counted->counter = counter;
    counted->index += first ? 0 : (uint64_t)lost + 1;
    counted->restarted = false;
    counted->stats.good_frames++;
    counted->stats.lost_frames += lost;
    counted->format->read(bytes, size, &frame);
    if (frame.channels > counted->channels)
        counted->channels = frame.channels;
    frame.channels = counted->channels;
    emit(counted, &frame, lost, sink);
}

/* Uses up the front of `hold` as far as it can be judged. */
static void drain(struct kf_counted *counted, bool ended, const struct kf_pod_sink *sink)
{
    const uint64_t begin = counted->stats.bytes - counted->length;
    size_t at = 0;
    while (at < counted->length) {
        const int verdict = judge(counted, counted->hold + at, counted->length - at, ended);
        if (verdict == WAIT)
            break;
        if (verdict == SKIP) {
            skip(counted, counted->hold[at++], sink);
            continue;
        }
        take(counted, counted->hold + at, (unsigned)verdict, begin + at, sink);
        at += (size_t)verdict;
    }
    counted->length -= at;
    memmove(counted->hold, counted->hold + at, counted->length);
}

void kf_counted_push(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    struct kf_counted *counted = state;
    while (count > 0) {
        const size_t room = sizeof counted->hold - counted->length;
        const size_t piece = count < room ? count : room;
        memcpy(counted->hold + counted->length, bytes, piece);
        counted->length += piece;
        counted->stats.bytes += piece;
        bytes += piece;
        count -= piece;
        drain(counted, false, sink);
    }
}

void kf_counted_finish(void *state, const struct kf_pod_sink *sink)
{
    struct kf_counted *counted = state;
    drain(counted, true, sink);
    count_wasted(counted, counted->size, counted->stats.bytes - counted->skipped, sink);
}

void kf_counted_init(struct kf_counted *counted, const struct kf_counted_format *format)
{
    memset(counted, 0, sizeof *counted);
    counted->format = format;
    kf_pod_stats_init(&counted->stats);
    counted->stats.counted = true;
    for (unsigned i = 0; i < KF_COUNTED_CHANNELS; i++)
        kf_pod_track_init(&counted->track[i]);
}
