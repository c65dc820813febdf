/* feed.c - two kinds of recordings behind one pair of functions, so that analyze, replay, scan and report each have one
 * loop. */
#include "config.h"

#include "app/feed.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/text.h"

enum { BUFFER = 64 * 1024, BREAKS = 2 }; /* GONE and BACK */

struct kf_feed {
    char *uri;
    char name[128];
    struct kf_store_reader *session; /* or NULL */
    int64_t host_ns, end_ns;         /* of the record given last, 0 unknown; of a session's last there is */
    struct kf_source *source;        /* or NULL */
    bool timed;                      /* a capture: what is in the buffer came at came_ns, and is not cut ... */
    bool anew;                       /* ... after its source had hung up */
    int64_t came_ns;
    unsigned breaks;   /* of that GONE and BACK, still to be told before what is in the buffer */
    uint64_t position; /* bytes given */
    size_t filled, used;
    uint8_t buffer[BUFFER];
};

static const char *path_of(const char *uri)
{
    return strncmp(uri, "file:", 5) == 0 ? uri + 5 : uri;
}

bool kf_feed_is_session(const char *uri)
{
    const char *path = path_of(uri);
    uint8_t bytes[16];
    struct stat info;
    bool session = false;
    int fd = -1;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    session = read(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes && kf_store_sniff(bytes, sizeof bytes);
    (void)close(fd);
    return session;
}

/* ---- life ---- */

static bool open_it(struct kf_feed *feed, struct kf_error *error)
{
    const char *path = path_of(feed->uri), *slash = strrchr(path, '/');
    if (!kf_feed_is_session(feed->uri)) {
        feed->source = kf_source_open(feed->uri, error);
        if (feed->source)
            (void)snprintf(feed->name, sizeof feed->name, "%s", kf_source_name(feed->source));
        return feed->source != NULL;
    }
    feed->session = kf_store_open(path, NULL, error);
    (void)kf_text_clean(feed->name, sizeof feed->name, slash ? slash + 1 : path);
    if (feed->session)
        feed->end_ns = kf_store_end_ns(feed->session);
    return feed->session != NULL;
}

struct kf_feed *kf_feed_open(const char *uri, struct kf_error *error)
{
    struct kf_feed *feed = calloc(1, sizeof *feed);
    if (feed)
        feed->uri = strdup(uri);
    if (!feed || !feed->uri) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to read '%.160s'", uri);
        free(feed);
        return NULL;
    }
    if (open_it(feed, error))
        return feed;
    kf_feed_close(feed);
    return NULL;
}

void kf_feed_close(struct kf_feed *feed)
{
    if (!feed)
        return;
    kf_store_close(feed->session);
    kf_source_close(feed->source);
    free(feed->uri);
    free(feed);
}

/* ---- reading ---- */

/* Makes bytes available in the buffer. */
static enum kf_status refill(struct kf_feed *feed, struct kf_error *error)
{
    int count = 0;
    if (feed->used < feed->filled)
        return KF_OK;
    if (!feed->source)
        return kf_error_set(error, KF_ERR_NO_INPUT, 0, "'%.160s' cannot be opened again", feed->name);
    count = kf_source_read(feed->source, 0, feed->buffer, BUFFER, error);
    feed->filled = count > 0 ? (size_t)count : 0;
    feed->used = 0;
    if (count > 0)
        feed->timed = kf_source_host_ns(feed->source, &feed->came_ns);
    feed->anew = count > 0 && kf_source_anew(feed->source);
    feed->breaks = feed->anew ? BREAKS : 0;
    return count > 0 ? KF_OK : (enum kf_status)count;
}

enum kf_status kf_feed_next(struct kf_feed *feed, size_t most, struct kf_record *record, struct kf_error *error)
{
    enum kf_status status = KF_OK;
    size_t count = 0;
    if (feed->session) {
        status = kf_store_next(feed->session, record, error);
        if (status == KF_OK)
            feed->host_ns = record->host_ns;
        return status;
    }
    status = refill(feed, error);
    if (status != KF_OK)
        return status;
    feed->host_ns = feed->came_ns;
    if (feed->breaks > 0) {
        *record = (struct kf_record){.host_ns = feed->host_ns,
                                     .kind = feed->breaks-- == BREAKS ? KF_RECORD_GONE : KF_RECORD_BACK};
        return KF_OK;
    }
    count = feed->filled - feed->used;
    if (count > most && !feed->timed)
        count = most;
    *record = (struct kf_record){
        .host_ns = feed->host_ns, .kind = KF_RECORD_READ, .bytes = feed->buffer + feed->used, .count = count};
    feed->used += count;
    feed->position += count;
    return KF_OK;
}

/* ---- places ---- */

struct kf_feed_place kf_feed_tell(const struct kf_feed *feed)
{
    struct kf_feed_place place = {.host_ns = feed->host_ns, .bytes = feed->position};
    if (feed->session)
        place.log = kf_store_tell(feed->session);
    return place;
}

/* In the buffer, ahead, or in the file opened anew. */
static enum kf_status seek_bytes(struct kf_feed *feed, uint64_t position, struct kf_error *error)
{
    enum kf_status status = KF_OK;
    if (position <= feed->position && feed->position - position <= feed->used) {
        feed->used -= (size_t)(feed->position - position);
        feed->position = position;
        feed->breaks = feed->anew && feed->used == 0 ? BREAKS : 0;
        return KF_OK;
    }
    if (position < feed->position) {
        kf_source_close(feed->source);
        feed->source = kf_source_open(feed->uri, error);
        feed->filled = feed->used = 0;
        feed->position = 0;
        if (!feed->source)
            return error->code;
    }
    while (feed->position < position && (status = refill(feed, error)) == KF_OK) {
        const uint64_t left = position - feed->position, there = feed->filled - feed->used;
        const size_t skipped = (size_t)(left < there ? left : there);
        feed->used += skipped;
        feed->position += skipped;
        feed->breaks = 0;
    }
    return status;
}

enum kf_status kf_feed_seek(struct kf_feed *feed, struct kf_feed_place place, struct kf_error *error)
{
    feed->host_ns = place.host_ns;
    return feed->session ? kf_store_seek(feed->session, place.log, error) : seek_bytes(feed, place.bytes, error);
}

/* ---- questions ---- */

const char *kf_feed_name(const struct kf_feed *feed)
{
    return feed->name;
}

struct kf_store_reader *kf_feed_session(struct kf_feed *feed)
{
    return feed->session;
}

bool kf_feed_progress(const struct kf_feed *feed, uint64_t *done, uint64_t *total)
{
    if (!feed->session)
        return feed->source && kf_source_progress(feed->source, done, total);
    *done = (uint64_t)feed->host_ns;
    *total = (uint64_t)feed->end_ns;
    return true;
}
