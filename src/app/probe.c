/* probe.c - a port that is asked may be anything, a modem or a printer: it is read within bounds, asked only what a pod
 * is asked, and left as it was. */
#include "config.h"

#include "app/probe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/hunt.h"
#include "source/source.h"
#include "source/words.h"
#include "ui/text.h"

enum { READ_BYTES = 4096, LEAD_BYTES = KF_HUNT_SPEED_BYTES + READ_BYTES, DETECT_STEP = 64 };

struct kf_probe {
    struct kf_source *source; /* NULL once it has ended */
    struct kf_hunt hunt;
    const struct kf_engine_config *config;
    const struct kf_pod_driver *wanted, *driver; /* driver: the one that understands */
    void *decoder;
    bool asked;
    int64_t end_ns; /* of listening, once understood */
    enum kf_probe_outcome outcome;
    struct kf_error error;
    char problem[KF_POD_TEXT_MAX]; /* the decoder's first */
    size_t lead_count, tried;
    uint8_t lead[LEAD_BYTES];
};

static void keep_problem(void *context, const struct kf_pod_item *item)
{
    struct kf_probe *probe = context;
    if (item->kind == KF_POD_PROBLEM && probe->problem[0] == '\0')
        memcpy(probe->problem, item->u.problem.text, sizeof probe->problem);
}

static void decode(struct kf_probe *probe, const uint8_t *bytes, size_t count)
{
    const struct kf_pod_sink sink = {.item = keep_problem, .context = probe};
    probe->driver->push(probe->decoder, bytes, count, &sink);
}

/* Looks for a format in what this speed has brought so far. */
static void detect(struct kf_probe *probe, int64_t now_ns)
{
    const struct kf_pod_driver *driver = NULL;
    if (probe->tried == probe->lead_count)
        return;
    probe->tried = probe->lead_count;
    if (!probe->wanted)
        driver = kf_pod_detect(probe->lead, probe->lead_count);
    else if (probe->wanted->sniff(probe->lead, probe->lead_count) == 2)
        driver = probe->wanted;
    if (!driver || !(probe->decoder = calloc(1, driver->state_size)))
        return;
    probe->driver = driver;
    kf_engine_init_decoder(probe->config, driver, probe->decoder);
    decode(probe, probe->lead, probe->lead_count);
    kf_hunt_lock(&probe->hunt);
    probe->outcome = KF_PROBE_FOUND;
    probe->end_ns = now_ns + KF_PROBE_LISTEN_NS;
}

static void stop(struct kf_probe *probe)
{
    uint8_t bytes[KF_HUNT_ASK_MAX];
    const struct kf_pod_driver *driver = probe->driver;
    size_t count = 0;
    if (driver && driver->command && probe->asked)
        count = driver->command(probe->decoder, KF_POD_CMD_STOP, 0, bytes, sizeof bytes);
    if (count > 0)
        (void)kf_source_write(probe->source, bytes, count, NULL);
}

static void end(struct kf_probe *probe, enum kf_probe_outcome outcome)
{
    probe->outcome = outcome;
    if (probe->source)
        stop(probe);
    kf_source_close(probe->source);
    probe->source = NULL;
}

static void read_once(struct kf_probe *probe, int64_t now_ns)
{
    uint8_t bytes[READ_BYTES];
    const int count = kf_source_read(probe->source, now_ns, bytes, sizeof bytes, &probe->error);
    if (count == KF_ERR_AGAIN)
        return;
    if (count < 0) {
        end(probe, probe->driver ? KF_PROBE_FOUND : KF_PROBE_UNOPENED);
        return;
    }
    if (probe->driver) {
        decode(probe, bytes, (size_t)count);
        return;
    }
    kf_hunt_heard(&probe->hunt, bytes, (size_t)count);
    const size_t room = sizeof probe->lead - probe->lead_count;
    const size_t taken = (size_t)count < room ? (size_t)count : room;
    memcpy(probe->lead + probe->lead_count, bytes, taken);
    probe->lead_count += taken;
    if (probe->lead_count - probe->tried >= DETECT_STEP)
        detect(probe, now_ns);
}

/* The next speed the port knows. */
static void change_speed(struct kf_probe *probe, int64_t now_ns)
{
    probe->lead_count = probe->tried = 0;
    while (kf_hunt_baud(&probe->hunt) != 0 &&
           kf_source_set_baud(probe->source, kf_hunt_baud(&probe->hunt), NULL) != KF_OK) {
        kf_hunt_skip(&probe->hunt);
        (void)kf_hunt_step(&probe->hunt, now_ns);
    }
}

static bool has_heard(const struct kf_hunt *hunt)
{
    for (unsigned i = 0; i <= hunt->baud_count; i++)
        if (hunt->heard[i] > 0)
            return true;
    return false;
}

/* Whether all speeds have had their turn. */
static bool has_tried_all(const struct kf_probe *probe, int64_t now_ns)
{
    const struct kf_hunt *hunt = &probe->hunt;
    if (hunt->since_ns == INT64_MIN || hunt->at + 1 < hunt->baud_count)
        return false;
    return now_ns - hunt->since_ns >= KF_HUNT_SPEED_NS || hunt->heard[hunt->at] >= KF_HUNT_SPEED_BYTES;
}

static void hunt_on(struct kf_probe *probe, int64_t now_ns)
{
    uint8_t bytes[KF_HUNT_ASK_MAX];
    size_t count;
    if (has_tried_all(probe, now_ns)) {
        detect(probe, now_ns);
        if (!probe->driver)
            end(probe, has_heard(&probe->hunt) ? KF_PROBE_UNKNOWN : KF_PROBE_SILENT);
        return;
    }
    if (kf_hunt_wake_ns(&probe->hunt) <= now_ns)
        detect(probe, now_ns);
    if (kf_hunt_step(&probe->hunt, now_ns))
        change_speed(probe, now_ns);
    count = kf_hunt_ask(&probe->hunt, now_ns, bytes, sizeof bytes);
    if (count > 0 && kf_source_write(probe->source, bytes, count, NULL) > 0)
        probe->asked = true;
}

void kf_probe_step(struct kf_probe *probe, int64_t now_ns, bool readable)
{
    if (probe->source && probe->hunt.since_ns == INT64_MIN)
        hunt_on(probe, now_ns); /* the speed comes before the first read */
    if (probe->source && readable)
        read_once(probe, now_ns);
    if (probe->source && !probe->driver)
        hunt_on(probe, now_ns);
    if (probe->source && probe->driver && now_ns >= probe->end_ns)
        end(probe, KF_PROBE_FOUND);
}

int kf_probe_poll_fd(const struct kf_probe *probe)
{
    return probe->source ? kf_source_poll_fd(probe->source) : -1;
}

int64_t kf_probe_wake_ns(const struct kf_probe *probe)
{
    if (!probe->source)
        return INT64_MAX;
    return probe->driver ? probe->end_ns : kf_hunt_wake_ns(&probe->hunt);
}

enum kf_probe_outcome kf_probe_outcome(const struct kf_probe *probe)
{
    return probe->source ? KF_PROBE_RUNNING : probe->outcome;
}

/* ---- words ---- */

/* "podlink at 921600 baud, 'left leg': thigh_l imu6 200 Hz, stream 1 emg 1000 Hz" */
static void say_found(const struct kf_probe *probe, char *out, size_t capacity)
{
    const struct kf_pod_stats *stats = probe->driver->stats(probe->decoder);
    char name[sizeof stats->name], problem[sizeof probe->problem];
    (void)kf_text_clean(name, sizeof name, stats->name);
    kf_words_append(out, capacity, "%s", probe->driver->name);
    if (probe->hunt.baud_count > 0)
        kf_words_append(out, capacity, " at %u baud", kf_hunt_baud(&probe->hunt));
    if (name[0] != '\0')
        kf_words_append(out, capacity, ", '%s'", name);
    for (unsigned i = 0; i < stats->stream_count; i++) {
        const struct kf_pod_stream *stream = &stats->stream[i];
        kf_words_append(out, capacity, "%s", i == 0 ? ": " : ", ");
        if (stream->site == KF_SITE_NONE)
            kf_words_append(out, capacity, "stream %u", i);
        else
            kf_words_append(out, capacity, "%s", kf_site_name(stream->site));
        kf_words_append(out, capacity, " %s", kf_kind_name(stream->kind));
        if (isfinite(stream->rate_hz))
            kf_words_append(out, capacity, " %.0f Hz", stream->rate_hz);
    }
    if (stats->stream_count == 0) {
        (void)kf_text_clean(problem, sizeof problem, probe->problem);
        kf_words_append(out, capacity, ", no samples%s%s", problem[0] != '\0' ? ": " : "", problem);
    }
}

char *kf_probe_say(const struct kf_probe *probe, char *out, size_t capacity)
{
    out[0] = '\0';
    switch (kf_probe_outcome(probe)) {
    case KF_PROBE_RUNNING:
        return kf_hunt_say(&probe->hunt, out, capacity);
    case KF_PROBE_UNOPENED:
        (void)snprintf(out, capacity, "%s", probe->error.text);
        return out;
    case KF_PROBE_SILENT:
    case KF_PROBE_UNKNOWN:
        return kf_hunt_sum_up(&probe->hunt, out, capacity);
    case KF_PROBE_FOUND:
        say_found(probe, out, capacity);
        return out;
    }
    return out;
}

/* ---- life ---- */

struct kf_probe *kf_probe_open(const char *uri, const struct kf_engine_config *config)
{
    struct kf_probe *probe = calloc(1, sizeof *probe);
    if (!probe)
        return NULL;
    probe->config = config;
    probe->wanted = config->pod[0].driver;
    probe->source = kf_source_open(uri, &probe->error);
    probe->outcome = probe->source ? KF_PROBE_RUNNING : KF_PROBE_UNOPENED;
    if (probe->source)
        kf_hunt_init(&probe->hunt, probe->wanted, kf_source_hunts(probe->source));
    return probe;
}

void kf_probe_close(struct kf_probe *probe)
{
    if (!probe)
        return;
    if (probe->source)
        end(probe, probe->outcome);
    free(probe->decoder);
    free(probe);
}
