/* source.c - from a URI to bytes: one table of kinds, and the rules that tell a path from a scheme. Whoever mistypes
 * one is told what would have been understood. */
#include "config.h"

#include "source/kind.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/suggest.h"

static const struct kf_source_kind *const kinds[] = {
    &kf_source_serial, &kf_source_tcp, &kf_source_unix, &kf_source_pty, &kf_source_file, &kf_source_sim, NULL,
};

enum { SCHEME_MAX = 15 };

/* Length of "scheme" in "scheme:rest", or 0. */
static size_t scheme_length(const char *uri)
{
    size_t length = 0;

    while (isalnum((unsigned char)uri[length]) || uri[length] == '+' || uri[length] == '-')
        length++;
    return uri[length] == ':' && length <= SCHEME_MAX ? length : 0;
}

static const struct kf_source_kind *find_kind(const char *scheme, size_t length)
{
    for (size_t i = 0; kinds[i]; i++)
        if (strlen(kinds[i]->scheme) == length && strncmp(kinds[i]->scheme, scheme, length) == 0)
            return kinds[i];
    return NULL;
}

/* The scheme most like what was typed, when it is near enough to be meant; else NULL. */
static const struct kf_source_kind *similar_kind(const char *typed, size_t length)
{
    const struct kf_source_kind *best = NULL;
    char word[SCHEME_MAX + 1] = "";
    unsigned least = 3;

    memcpy(word, typed, length < SCHEME_MAX ? length : SCHEME_MAX);
    for (size_t i = 0; kinds[i]; i++) {
        const unsigned distance = kf_suggest_distance(word, kinds[i]->scheme, least);

        /* Two slips only behind a right first letter: "tpc" is tcp, "http" is not. */
        if (distance < least && (distance < 2 || tolower((unsigned char)word[0]) == kinds[i]->scheme[0])) {
            least = distance;
            best = kinds[i];
        }
    }
    return best;
}

/* "serial:, tcp:, unix:, ..." */
static const char *list_schemes(char *out, size_t capacity)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; kinds[i] && at < capacity; i++) {
        int count = snprintf(out + at, capacity - at, "%s%s:", i > 0 ? ", " : "", kinds[i]->scheme);

        at += count > 0 ? (size_t)count : 0;
    }
    return out;
}

static struct kf_source *refuse_scheme(const char *uri, size_t length, struct kf_error *error)
{
    const struct kf_source_kind *similar = similar_kind(uri, length);
    char known[96], typed[SCHEME_MAX + 8];

    (void)snprintf(typed, sizeof typed, "%.*s", (int)length, uri);
    kf_error_set(error, KF_ERR_ARG, 0, "unknown kind of source '%s:'", typed);
    list_schemes(known, sizeof known);
    if (similar)
        kf_error_hint(error, "did you mean '%s:'? Known are %s", similar->scheme, known);
    else
        kf_error_hint(error, "known are %s; a file whose name has a colon is file:NAME", known);
    return NULL;
}

static struct kf_source *refuse_path(const char *uri, int os_errno, struct kf_error *error)
{
    size_t length = strlen(uri);
    const struct kf_source_kind *similar = length <= SCHEME_MAX ? similar_kind(uri, length) : NULL;
    char known[96], name[128], why[KF_ERRNO_TEXT_MAX];

    kf_error_set(error, KF_ERR_NO_INPUT, os_errno, "cannot open '%s': %s", kf_source_printable(name, sizeof name, uri),
                 kf_errno_text(os_errno, why));
    if (similar)
        kf_error_hint(error, "did you mean '%s:'? It is %s", similar->scheme, similar->summary);
    else
        kf_error_hint(error, "a source is a path, or starts with one of %s", list_schemes(known, sizeof known));
    return NULL;
}

/* What lies in /dev is a port, also by a link from elsewhere, but for /dev/null, /dev/stdin and /dev/fd/63, a shell's
 * <(command). Every other way to a terminal would read it without asking whether a program has it. */
static bool is_port_path(const char *path, const struct stat *info)
{
    struct stat null;

    if (!info)
        return strncmp(path, "/dev/", 5) == 0;
    return S_ISCHR(info->st_mode) && strcmp(path, "/dev/stdin") != 0 &&
           (stat("/dev/null", &null) != 0 || info->st_rdev != null.st_rdev);
}

struct kf_source *kf_source_begin(const char *uri, struct kf_error *error)
{
    const struct kf_source_kind *kind;
    size_t length;
    struct stat info;
    bool exists;
    int os_errno;

    if (!uri || uri[0] == '\0') {
        char known[96];

        kf_error_set(error, KF_ERR_ARG, 0, "no source given");
        kf_error_hint(error, "a source is a path, or starts with one of %s", list_schemes(known, sizeof known));
        return NULL;
    }
    if (strcmp(uri, "-") == 0)
        return kf_source_file.open(uri, error);
    length = scheme_length(uri);
    kind = find_kind(uri, length);
    if (kind)
        return kind->open(uri + length + 1, error);
    exists = stat(uri, &info) == 0;
    os_errno = errno;
    if (exists && S_ISSOCK(info.st_mode))
        return kf_source_unix.open(uri, error);
    if (is_port_path(uri, exists ? &info : NULL))
        return kf_source_serial.open(uri, error);
    if (exists)
        return kf_source_file.open(uri, error);
    if (length > 0)
        return refuse_scheme(uri, length, error);
    return refuse_path(uri, os_errno, error);
}

int kf_source_connect(struct kf_source *source, int64_t now_ns, struct kf_error *error)
{
    return source->ops->connect ? source->ops->connect(source, now_ns, error) : KF_OK;
}

/* This room reads no clock: waiting is counted in looks, and a signal uses one up. */
struct kf_source *kf_source_open(const char *uri, struct kf_error *error)
{
    struct kf_source *source = kf_source_begin(uri, error);
    int64_t waited_ns = 0;
    int status;

    if (!source)
        return NULL;
    while ((status = kf_source_connect(source, waited_ns, error)) == KF_ERR_AGAIN) {
        (void)poll(NULL, 0, KF_CONNECT_LOOK_MS);
        waited_ns += KF_CONNECT_LOOK_MS * INT64_C(1000000);
    }
    if (status == KF_OK)
        return source;
    kf_source_close(source);
    return NULL;
}

int kf_source_read(struct kf_source *source, int64_t now_ns, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    if (capacity == 0)
        return kf_error_set(error, KF_ERR_ARG, 0, "cannot read from '%s' into no room", source->name);
    return source->ops->read(source, now_ns, bytes, capacity, error);
}

int kf_source_write(struct kf_source *source, const uint8_t *bytes, size_t count, struct kf_error *error)
{
    if (!source->ops->write)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "'%s' takes no commands", source->name);
    return source->ops->write(source, bytes, count, error);
}

int kf_source_poll_fd(const struct kf_source *source)
{
    return source->ops->poll_fd ? source->ops->poll_fd(source) : -1;
}

int64_t kf_source_wake_ns(const struct kf_source *source, int64_t now_ns)
{
    return source->ops->wake_ns ? source->ops->wake_ns(source, now_ns) : INT64_MAX;
}

bool kf_source_progress(const struct kf_source *source, uint64_t *done_bytes, uint64_t *total_bytes)
{
    return source->ops->progress && source->ops->progress(source, done_bytes, total_bytes);
}

bool kf_source_anew(const struct kf_source *source)
{
    return source->ops->anew && source->ops->anew(source);
}

bool kf_source_host_ns(const struct kf_source *source, int64_t *host_ns)
{
    return source->ops->host_ns && source->ops->host_ns(source, host_ns);
}

bool kf_source_hunts(const struct kf_source *source)
{
    return source->hunts;
}

enum kf_status kf_source_set_baud(struct kf_source *source, unsigned baud, struct kf_error *error)
{
    if (!source->ops->set_baud)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "'%s' has no speed to set", source->name);
    return source->ops->set_baud(source, baud, error);
}

const char *kf_source_name(const struct kf_source *source)
{
    return source->name;
}

bool kf_source_live(const struct kf_source *source)
{
    return source->live;
}

void kf_source_close(struct kf_source *source)
{
    if (source)
        source->ops->close(source);
}
