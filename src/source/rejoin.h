/* rejoin.h - waits for a source that has gone, and opens it again: the cable is back in, the pod has been reset.
 *
 * A USB pod is known by its serial number (serial.h), so it is found under whatever name the system gives it next, and
 * a stranger that took its old name is left alone. One without a number is known by its socket: two of a kind that are
 * put back crosswise are taken for each other, so the message says which socket. Other devices, tcp: and unix: are
 * opened anew by their URI. It tries when the system says that a port has appeared, and besides with pauses that grow
 * from half a second to eight. A pod on the network that does not answer is waited for without holding up whoever
 * waits.
 *
 * One thread owns it. Times are passed in. Waiting allocates, as opening does. */
#ifndef KF_REJOIN_H
#define KF_REJOIN_H

#include "source/serial.h"
#include "source/source.h"

enum { KF_REJOIN_URI_MAX = 1024 };

struct kf_hotplug;

struct kf_rejoin {
    char uri[KF_REJOIN_URI_MAX];
    char name[128];                 /* of the source while it was there */
    bool usb;                       /* identity is valid */
    struct kf_serial_port identity; /* of the port that was open */
    bool waiting;
    struct kf_source *opening; /* NULL, or a connection under way */
    int64_t try_ns, pause_ns;
    struct kf_hotplug *hotplug;
};

/* For a source of this URI. KF_ERR_ARG with *error: longer than KF_REJOIN_URI_MAX - 1. */
enum kf_status kf_rejoin_init(struct kf_rejoin *rejoin, const char *uri, struct kf_error *error);
/* The source is open: what it is, is remembered. Ends the waiting. */
void kf_rejoin_opened(struct kf_rejoin *rejoin, const struct kf_source *source);
/* Reading ended with this status. Whether the source may come back; if so it is waited for from now on, and the
 * caller closes it. */
bool kf_rejoin_lost(struct kf_rejoin *rejoin, enum kf_status status, int64_t now_ns);
/* The source, open again, or NULL: not yet, or not there, with *error when it was tried. `news`: the descriptor below
 * is readable. Never waits for a peer. `baud`: the speed that was found, 0 unknown or the URI's. */
struct kf_source *kf_rejoin_try(struct kf_rejoin *rejoin, int64_t now_ns, bool news, unsigned baud,
                                struct kf_error *error);
int kf_rejoin_poll_fd(const struct kf_rejoin *rejoin);     /* -1: none */
int64_t kf_rejoin_wake_ns(const struct kf_rejoin *rejoin); /* INT64_MAX when not waiting */
/* "pod gone, waiting for Nano 33 BLE (serial A1B2)", or "... for USB Serial in its own USB socket (1-2)". Returns
 * `out`; printable. */
char *kf_rejoin_say(const struct kf_rejoin *rejoin, char *out, size_t capacity);
void kf_rejoin_close(struct kf_rejoin *rejoin);

#endif
