/* rejoin.c - see rejoin.h. A cable gets kicked; the session must not end with it. */
#include "config.h"

#include "source/rejoin.h"

#include <stdio.h>
#include <string.h>

#include "source/hotplug.h"

#define PAUSE_FIRST_NS INT64_C(500000000)
#define PAUSE_MOST_NS INT64_C(8000000000)

enum kf_status kf_rejoin_init(struct kf_rejoin *rejoin, const char *uri, struct kf_error *error)
{
    *rejoin = (struct kf_rejoin){.waiting = false};
    if (strlen(uri) >= sizeof rejoin->uri)
        return kf_error_set(error, KF_ERR_ARG, 0, "the name of the source is longer than %d bytes",
                            KF_REJOIN_URI_MAX - 1);
    memcpy(rejoin->uri, uri, strlen(uri) + 1);
    return KF_OK;
}

void kf_rejoin_opened(struct kf_rejoin *rejoin, const struct kf_source *source)
{
    const struct kf_serial_port *identity = kf_serial_identity(source);

    (void)snprintf(rejoin->name, sizeof rejoin->name, "%s", kf_source_name(source));
    rejoin->usb = identity && identity->usb;
    if (identity)
        rejoin->identity = *identity;
    rejoin->waiting = false;
    kf_rejoin_close(rejoin);
}

/* A pod that restarts closes its connection in order or not, as it happens: either way it will listen again. A file or
 * the simulator that has ended has nothing more to say. */
static bool is_connection(const char *uri)
{
    return strncmp(uri, "tcp:", 4) == 0 || strncmp(uri, "unix:", 5) == 0;
}

bool kf_rejoin_lost(struct kf_rejoin *rejoin, enum kf_status status, int64_t now_ns)
{
    if (status != KF_ERR_UNAVAILABLE && !(status == KF_ERR_END && is_connection(rejoin->uri)))
        return false;
    rejoin->waiting = true;
    rejoin->pause_ns = PAUSE_FIRST_NS;
    rejoin->try_ns = now_ns + rejoin->pause_ns;
    if (rejoin->usb && !rejoin->hotplug)
        rejoin->hotplug = kf_hotplug_open();
    return true;
}

/* The URI to open now: of a USB pod its name of today. False: it is not there. */
static bool find_uri(const struct kf_rejoin *rejoin, unsigned baud, char *uri, size_t capacity, struct kf_error *error)
{
    const char *at = strrchr(rejoin->uri, '@');
    struct kf_serial_port found;
    char text[128];

    if (!rejoin->usb) {
        (void)snprintf(uri, capacity, "%s", rejoin->uri);
        return true;
    }
    if (!kf_serial_find(&rejoin->identity, &found)) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "%s", kf_rejoin_say(rejoin, text, sizeof text));
        return false;
    }
    if (at)
        (void)snprintf(uri, capacity, "serial:%s%s", found.path, at);
    else if (baud > 0)
        (void)snprintf(uri, capacity, "serial:%s@%u", found.path, baud);
    else
        (void)snprintf(uri, capacity, "serial:%s", found.path);
    return true;
}

/* The source, once it is connected; NULL with *error, or KF_ERR_AGAIN in *status while it is not. */
static struct kf_source *open_now(struct kf_rejoin *rejoin, int64_t now_ns, unsigned baud, int *status,
                                  struct kf_error *error)
{
    struct kf_source *source = rejoin->opening;
    char uri[KF_REJOIN_URI_MAX];

    *status = KF_ERR_UNAVAILABLE;
    if (!source && find_uri(rejoin, baud, uri, sizeof uri, error))
        source = kf_source_begin(uri, error);
    rejoin->opening = NULL;
    if (!source)
        return NULL;
    *status = kf_source_connect(source, now_ns, error);
    if (*status == KF_OK)
        return source;
    if (*status == KF_ERR_AGAIN)
        rejoin->opening = source;
    else
        kf_source_close(source);
    return NULL;
}

struct kf_source *kf_rejoin_try(struct kf_rejoin *rejoin, int64_t now_ns, bool news, unsigned baud,
                                struct kf_error *error)
{
    const bool appeared = news && kf_hotplug_take(rejoin->hotplug);
    struct kf_source *source = NULL;
    int status;

    if (!rejoin->waiting || (!appeared && now_ns < rejoin->try_ns))
        return NULL;
    source = open_now(rejoin, now_ns, baud, &status, error);
    if (source) {
        kf_rejoin_opened(rejoin, source);
        return source;
    }
    if (status == KF_ERR_AGAIN) {
        rejoin->try_ns = kf_source_wake_ns(rejoin->opening, now_ns);
        return NULL;
    }
    if (appeared) /* it is there, and may not be ready yet: soon again */
        rejoin->pause_ns = PAUSE_FIRST_NS;
    else
        rejoin->pause_ns = 2 * rejoin->pause_ns > PAUSE_MOST_NS ? PAUSE_MOST_NS : 2 * rejoin->pause_ns;
    rejoin->try_ns = now_ns + rejoin->pause_ns;
    return NULL;
}

int kf_rejoin_poll_fd(const struct kf_rejoin *rejoin)
{
    return rejoin->waiting ? kf_hotplug_fd(rejoin->hotplug) : -1;
}

int64_t kf_rejoin_wake_ns(const struct kf_rejoin *rejoin)
{
    return rejoin->waiting ? rejoin->try_ns : INT64_MAX;
}

char *kf_rejoin_say(const struct kf_rejoin *rejoin, char *out, size_t capacity)
{
    const struct kf_serial_port *pod = &rejoin->identity;
    const char *name = rejoin->usb && pod->usb_name[0] != '\0' ? pod->usb_name : rejoin->name;

    if (rejoin->usb && pod->usb_serial[0] != '\0')
        (void)snprintf(out, capacity, "pod gone, waiting for %s (serial %s)", name, pod->usb_serial);
    else if (rejoin->usb) /* nothing else tells it from another of its kind */
        (void)snprintf(out, capacity, "pod gone, waiting for %s in its own USB socket (%.*s)", name,
                       (int)strcspn(pod->usb_location, ":"), pod->usb_location);
    else
        (void)snprintf(out, capacity, "pod gone, waiting for %s", name);
    return out;
}

void kf_rejoin_close(struct kf_rejoin *rejoin)
{
    kf_hotplug_close(rejoin->hotplug);
    rejoin->hotplug = NULL;
    kf_source_close(rejoin->opening);
    rejoin->opening = NULL;
}
