/* pod_line.c - see pod_line.h. What happens to a cable in a treadmill room happens here: it is not yet in, in the wrong
 * speed, kicked out, back under another name. */
#include "config.h"

#include "app/pod_line.h"

#include <string.h>

#define SECOND_NS INT64_C(1000000000)

enum {
    COMMAND_BYTES = 640,
    STARTS_MOST = 5, /* one that has not answered by then will not */
    PROOF = 3        /* frames or lines a named driver has to read before its speed is believed */
};

static void put_record(struct kf_pod_line *line, enum kf_record_kind kind, size_t count)
{
    struct kf_record record = {.kind = kind, .source = line->config.index, .bytes = line->bytes, .count = count};
    line->config.record(line->config.context, &record);
}

static bool is_understood(const struct kf_pod_line *line)
{
    const struct kf_engine *engine = line->config.engine;
    return kf_engine_driver(engine, line->config.index) &&
           (!line->config.driver || kf_engine_stats(engine, line->config.index)->good_frames >= PROOF);
}

/* ---- talking to the pod ---- */

/* Best effort: a line that takes no commands says nothing of it, and one that has gone is noticed when it is read. */
static void put_bytes(struct kf_pod_line *line, const uint8_t *bytes, size_t count)
{
    if (count > 0)
        (void)kf_source_write(line->source, bytes, count, NULL);
}

static void put_command(struct kf_pod_line *line, enum kf_pod_command command)
{
    uint8_t bytes[COMMAND_BYTES];
    put_bytes(
        line, bytes,
        kf_engine_command(line->config.engine, line->config.index, command, line->config.rate_hz, bytes, sizeof bytes));
}

static void start(struct kf_pod_line *line, int64_t now_ns)
{
    line->starts++;
    line->ask_ns = now_ns + SECOND_NS;
    put_command(line, KF_POD_CMD_DESCRIBE);
    put_command(line, KF_POD_CMD_START);
}

/* Whether samples have come since it was last asked to start. */
static bool streams(struct kf_pod_line *line, const struct kf_pod_stats *stats)
{
    uint64_t samples = 0;
    for (unsigned i = 0; i < stats->stream_count; i++)
        samples += stats->stream[i].samples;
    const bool more = samples > line->samples;
    line->samples = samples;
    return more;
}

/* Of one that is understood, at most once a second: it has to start (a board that resets when its port is opened misses
 * the first word), describe frames that cannot be read yet, and once set its rate. */
static void ask_known(struct kf_pod_line *line, int64_t now_ns)
{
    const struct kf_pod_stats *stats = kf_engine_stats(line->config.engine, line->config.index);
    if (now_ns < line->ask_ns)
        return;
    line->ask_ns = now_ns + SECOND_NS;
    if (stats->undescribed > line->undescribed) {
        put_command(line, KF_POD_CMD_DESCRIBE);
    } else if (streams(line, stats)) {
        line->starts = STARTS_MOST;
        if (line->config.rate_hz > 0 && !line->rated)
            put_command(line, KF_POD_CMD_RATE);
        line->rated = true;
    } else if (line->starts < STARTS_MOST) {
        start(line, now_ns);
    }
    line->undescribed = stats->undescribed;
}

/* The next speed the port knows. What came at the one before belongs to no frame of this one. */
static void change_speed(struct kf_pod_line *line, int64_t now_ns)
{
    while (kf_hunt_baud(&line->hunt) != 0 &&
           kf_source_set_baud(line->source, kf_hunt_baud(&line->hunt), NULL) != KF_OK) {
        kf_hunt_skip(&line->hunt);
        (void)kf_hunt_step(&line->hunt, now_ns);
    }
    put_record(line, KF_RECORD_GONE, 0);
    put_record(line, KF_RECORD_BACK, 0);
}

static void hunt_on(struct kf_pod_line *line, int64_t now_ns)
{
    uint8_t bytes[KF_HUNT_ASK_MAX];
    if (!line->hunt.locked && is_understood(line))
        kf_hunt_lock(&line->hunt);
    if (kf_hunt_step(&line->hunt, now_ns))
        change_speed(line, now_ns);
    if (line->hunt.locked)
        ask_known(line, now_ns);
    else
        put_bytes(line, bytes, kf_hunt_ask(&line->hunt, now_ns, bytes, sizeof bytes));
}

/* ---- going and coming back ---- */

static void lost(struct kf_pod_line *line, enum kf_status status, const struct kf_error *error, int64_t now_ns)
{
    kf_source_close(line->source);
    line->source = NULL;
    line->error = *error;
    if (line->config.reopen && kf_rejoin_lost(&line->rejoin, status, now_ns)) {
        put_record(line, KF_RECORD_GONE, 0);
        return;
    }
    line->over = true;
    line->status = status;
}

/* One that was understood talks at the same speed as before; it may have restarted, and is asked again. */
static void try_rejoin(struct kf_pod_line *line, int64_t now_ns, bool news)
{
    const unsigned baud = line->hunt.locked ? kf_hunt_baud(&line->hunt) : 0;
    line->source = kf_rejoin_try(&line->rejoin, now_ns, news, baud, &line->error);
    if (!line->source)
        return;
    line->reopened++;
    put_record(line, KF_RECORD_BACK, 0);
    line->rated = false;
    line->starts = 0;
    line->ask_ns = now_ns;
    if (!line->hunt.locked)
        kf_hunt_init(&line->hunt, line->config.driver, kf_source_hunts(line->source));
    else
        start(line, now_ns);
}

static void read_once(struct kf_pod_line *line, int64_t now_ns)
{
    struct kf_error error = {0};
    const int count = kf_source_read(line->source, now_ns, line->bytes, sizeof line->bytes, &error);
    if (count == KF_ERR_AGAIN)
        return;
    if (count < 0) {
        lost(line, (enum kf_status)count, &error, now_ns);
        return;
    }
    line->heard_ns = now_ns;
    if (kf_source_anew(line->source)) { /* a capture that comes through a pipe */
        put_record(line, KF_RECORD_GONE, 0);
        put_record(line, KF_RECORD_BACK, 0);
    }
    if (!line->hunt.locked)
        kf_hunt_heard(&line->hunt, line->bytes, (size_t)count);
    put_record(line, KF_RECORD_READ, (size_t)count);
}

void kf_pod_line_step(struct kf_pod_line *line, int64_t now_ns, bool readable)
{
    if (line->over)
        return;
    if (!line->source)
        try_rejoin(line, now_ns, readable);
    else if (line->hunt.since_ns == INT64_MIN)
        hunt_on(line, now_ns); /* the speed comes before the first read */
    if (line->source && (readable || kf_source_wake_ns(line->source, now_ns) <= now_ns))
        read_once(line, now_ns);
    if (line->source)
        hunt_on(line, now_ns);
}

int kf_pod_line_poll_fd(const struct kf_pod_line *line)
{
    return line->source ? kf_source_poll_fd(line->source) : kf_rejoin_poll_fd(&line->rejoin);
}

int64_t kf_pod_line_wake_ns(const struct kf_pod_line *line, int64_t now_ns)
{
    int64_t source_ns, hunt_ns;
    if (line->over)
        return INT64_MAX;
    if (!line->source)
        return kf_rejoin_wake_ns(&line->rejoin);
    source_ns = kf_source_wake_ns(line->source, now_ns);
    hunt_ns = kf_hunt_wake_ns(&line->hunt);
    return source_ns < hunt_ns ? source_ns : hunt_ns;
}

char *kf_pod_line_say(const struct kf_pod_line *line, char *out, size_t capacity)
{
    out[0] = '\0';
    if (line->rejoin.waiting)
        return kf_rejoin_say(&line->rejoin, out, capacity);
    if (line->source && !line->hunt.locked)
        return kf_hunt_say(&line->hunt, out, capacity);
    return out;
}

enum kf_status kf_pod_line_init(struct kf_pod_line *line, const struct kf_pod_line_config *config,
                                struct kf_source *source, struct kf_error *error)
{
    enum kf_status status;
    *line = (struct kf_pod_line){.config = *config, .source = source, .ask_ns = INT64_MIN};
    status = kf_rejoin_init(&line->rejoin, config->uri, error);
    if (status != KF_OK) {
        kf_source_close(source);
        line->source = NULL;
        return status;
    }
    line->config.uri = NULL;
    kf_rejoin_opened(&line->rejoin, source);
    kf_hunt_init(&line->hunt, config->driver, kf_source_hunts(source));
    return KF_OK;
}

void kf_pod_line_close(struct kf_pod_line *line)
{
    if (line->source && line->config.engine)
        put_command(line, KF_POD_CMD_STOP);
    kf_source_close(line->source);
    line->source = NULL;
    kf_rejoin_close(&line->rejoin);
}
