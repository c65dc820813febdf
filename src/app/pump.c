/* pump.c - reading a pod must not wait for a screen, nor a key for a pod. This thread does the first; a mutex held only
 * for the length of a copy and an eventfd that wakes it join it to the second. */
#include "config.h"

#include "app/pump.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/diff.h"
#include "app/scan.h"
#include "app/thread.h"

enum { QUEUE = 32 }; /* requests: a person presses no 32 keys in the 100 ms between two looks */

#define LOOK_NS INT64_C(100000000) /* at least so often the view's ages are brought up to date */

struct kf_pump {
    struct kf_session *session;
    pthread_t thread, scanner;
    bool scanning;
    int wake_fd;
    atomic_bool stop;
    struct kf_scan scan;
    char *uri; /* for the scanner */
    struct kf_engine_config scan_config;
    struct kf_scan_keyframes scan_keyframes;
    char athlete[64];
    pthread_t comparer;
    bool comparing;
    atomic_bool stop_comparing;
    struct kf_engine_config other; /* what is compared with */
    pthread_mutex_t lock;          /* of what follows */
    bool compared;
    struct kf_request found; /* by the comparer: never refused, however full the queue */
    bool over;
    unsigned queue_count;
    struct kf_request queue[QUEUE];
    struct kf_view view;
};

static void wake(const struct kf_pump *pump)
{
    const uint64_t one = 1;
    while (write(pump->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}

static void publish(struct kf_pump *pump, int64_t now_ns)
{
    const struct kf_view *view = kf_session_view(pump->session, now_ns);
    const bool over = kf_session_over(pump->session);
    pthread_mutex_lock(&pump->lock);
    pump->view = *view;
    pump->over = over;
    pthread_mutex_unlock(&pump->lock);
}

/* One request at a time leaves the queue, so that the lock is never held while it is carried out. */
static bool next_request(struct kf_pump *pump, struct kf_request *request)
{
    bool any = false;
    pthread_mutex_lock(&pump->lock);
    if (pump->compared && pump->queue_count == 0) { /* after the request it is the answer to */
        any = true;
        *request = pump->found;
        pump->compared = false;
    } else if (pump->queue_count > 0) {
        any = true;
        *request = pump->queue[0];
        pump->queue_count--;
        memmove(pump->queue, pump->queue + 1, pump->queue_count * sizeof pump->queue[0]);
    }
    pthread_mutex_unlock(&pump->lock);
    return any;
}

static void carry_out_requests(struct kf_pump *pump)
{
    struct kf_request request;
    while (next_request(pump, &request))
        kf_session_request(pump->session, &request);
}

/* Sleeps until something is to be done; a bit for each source whose descriptor has something. */
static unsigned wait_for_work(struct kf_pump *pump, int64_t now_ns)
{
    struct pollfd fds[1 + KF_PODS_MAX] = {{.fd = pump->wake_fd, .events = POLLIN}};
    int source_fd[KF_PODS_MAX];
    const unsigned count = kf_session_poll_fds(pump->session, source_fd);
    int64_t wait_ns = kf_session_wake_ns(pump->session, now_ns);
    struct timespec timeout = {0};
    uint64_t woken = 0;
    unsigned readable = 0;
    for (unsigned i = 0; i < count; i++)
        fds[1 + i] = (struct pollfd){.fd = source_fd[i], .events = POLLIN};
    wait_ns = wait_ns <= now_ns ? 0 : wait_ns - now_ns;
    if (wait_ns > LOOK_NS)
        wait_ns = LOOK_NS;
    timeout.tv_nsec = (long)wait_ns;
    if (ppoll(fds, 1 + count, &timeout, NULL) <= 0)
        return 0;
    if ((fds[0].revents & POLLIN) && read(pump->wake_fd, &woken, sizeof woken) < 0)
        return 0;
    for (unsigned i = 0; i < count; i++)
        if (fds[1 + i].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL))
            readable |= 1u << i;
    return readable;
}

static void *run(void *context)
{
    struct kf_pump *pump = context;
    unsigned readable = 0;
    while (!atomic_load(&pump->stop)) {
        const int64_t now_ns = kf_clock_monotonic_ns();
        carry_out_requests(pump);
        kf_session_step(pump->session, now_ns, readable);
        publish(pump, now_ns);
        readable = wait_for_work(pump, now_ns);
    }
    return NULL;
}

static void *run_scan(void *context)
{
    struct kf_pump *pump = context;
    const struct kf_request scanned = {.kind = KF_REQUEST_SCANNED, .scan = &pump->scan};
    if (kf_scan_run(&pump->scan, pump->uri, &pump->scan_config, &pump->scan_keyframes, &pump->stop) == KF_OK)
        (void)kf_pump_request(pump, &scanned);
    return NULL;
}

/* ---- comparing with other settings ---- */

static bool goes_on(void *context, const struct kf_feed *feed)
{
    const struct kf_pump *pump = context;
    (void)feed;
    return !atomic_load(&pump->stop_comparing);
}

static void hand_over(struct kf_pump *pump, struct kf_diff *diff, const char *why)
{
    pthread_mutex_lock(&pump->lock);
    pump->found = (struct kf_request){.kind = KF_REQUEST_COMPARED, .diff = diff};
    (void)snprintf(pump->found.text, sizeof pump->found.text, "%s", why);
    pump->compared = true;
    pthread_mutex_unlock(&pump->lock);
    wake(pump);
}

static void *run_comparer(void *context)
{
    struct kf_pump *pump = context;
    const struct kf_recording_watch watch = {.step = goes_on, .context = pump};
    const char *path = strncmp(pump->uri, "file:", 5) == 0 ? pump->uri + 5 : pump->uri;
    struct kf_error error = {0};
    struct kf_diff *diff = calloc(1, sizeof *diff);
    enum kf_status status = KF_ERR_UNAVAILABLE;
    if (!diff) {
        hand_over(pump, NULL, "not enough memory to compare");
        return NULL;
    }
    status = kf_diff_recording(diff, path, &pump->scan_config, &pump->other, &watch, &error);
    if (status == KF_OK) {
        hand_over(pump, diff, "");
        return NULL;
    }
    kf_diff_free(diff);
    free(diff);
    if (status != KF_ERR_AGAIN)
        hand_over(pump, NULL, error.text);
    return NULL;
}

/* What it found and nobody has taken goes with it. */
static void stop_comparer(struct kf_pump *pump)
{
    if (!pump->comparing)
        return;
    atomic_store(&pump->stop_comparing, true);
    pthread_join(pump->comparer, NULL);
    pump->comparing = false;
    pthread_mutex_lock(&pump->lock);
    if (pump->compared && pump->found.diff) {
        kf_diff_free(pump->found.diff);
        free(pump->found.diff);
    }
    pump->compared = false;
    pthread_mutex_unlock(&pump->lock);
}

static void destroy(struct kf_pump *pump)
{
    if (pump->wake_fd >= 0)
        (void)close(pump->wake_fd);
    pthread_mutex_destroy(&pump->lock);
    free(pump->uri);
    free(pump);
}

/* A replay without its scan is one without a timeline: no reason not to play it. */
static void start_scan(struct kf_pump *pump, const struct kf_session_config *config)
{
    pump->uri = strdup(config->uri[0]);
    pump->scan_config = config->engine;
    (void)snprintf(pump->athlete, sizeof pump->athlete, "%s", config->athlete ? config->athlete : "");
    pump->scan_keyframes = (struct kf_scan_keyframes){kf_session_keyframes(pump->session), pump->athlete};
    pump->scanning = pump->uri && kf_thread_start(&pump->scanner, run_scan, pump) == 0;
}

struct kf_pump *kf_pump_start(struct kf_session *session, const struct kf_session_config *config,
                              struct kf_error *error)
{
    struct kf_pump *pump = calloc(1, sizeof *pump);
    int failed = 0;
    if (!pump) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for the engine's thread");
        return NULL;
    }
    pthread_mutex_init(&pump->lock, NULL);
    pump->session = session;
    pump->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    publish(pump, kf_clock_monotonic_ns());
    failed = pump->wake_fd < 0 ? errno : kf_thread_start(&pump->thread, run, pump);
    if (failed) {
        char why[KF_ERRNO_TEXT_MAX];
        kf_error_set(error, KF_ERR_UNAVAILABLE, failed, "cannot start the engine's thread: %s",
                     kf_errno_text(failed, why));
        destroy(pump);
        return NULL;
    }
    if (kf_session_is_replay(session))
        start_scan(pump, config);
    return pump;
}

/* For a request of ours, whatever the scanner asks meanwhile: it asks once. */
static bool has_room(struct kf_pump *pump)
{
    bool room = false;
    pthread_mutex_lock(&pump->lock);
    room = pump->queue_count + 1 < QUEUE;
    pthread_mutex_unlock(&pump->lock);
    return room;
}

enum kf_status kf_pump_compare(struct kf_pump *pump, const struct kf_settings *other, const char *name)
{
    struct kf_request begun = {.kind = KF_REQUEST_DIFF};
    if (!pump->uri)
        return KF_ERR_UNAVAILABLE;
    if (!has_room(pump)) /* before the one that runs is ended */
        return KF_ERR_FULL;
    stop_comparer(pump);
    (void)snprintf(begun.text, sizeof begun.text, "%s", name);
    if (kf_pump_request(pump, &begun) != KF_OK)
        return KF_ERR_FULL;
    pump->other = kf_diff_other(&pump->scan_config, other);
    atomic_store(&pump->stop_comparing, false);
    pump->comparing = kf_thread_start(&pump->comparer, run_comparer, pump) == 0;
    if (!pump->comparing)
        hand_over(pump, NULL, "no thread to be had");
    return KF_OK;
}

enum kf_status kf_pump_stop(struct kf_pump *pump, bool time_is_up, struct kf_error *error)
{
    enum kf_status status = KF_OK;
    atomic_store(&pump->stop, true);
    wake(pump);
    pthread_join(pump->thread, NULL);
    if (pump->scanning)
        pthread_join(pump->scanner, NULL);
    stop_comparer(pump);
    if (time_is_up)
        kf_session_time_up(pump->session);
    status = kf_session_result(pump->session, error);
    kf_session_close(pump->session);
    destroy(pump);
    return status;
}

enum kf_status kf_pump_request(struct kf_pump *pump, const struct kf_request *request)
{
    enum kf_status status = KF_ERR_FULL;
    pthread_mutex_lock(&pump->lock);
    if (pump->queue_count < QUEUE) {
        pump->queue[pump->queue_count++] = *request;
        status = KF_OK;
    }
    pthread_mutex_unlock(&pump->lock);
    wake(pump);
    return status;
}

bool kf_pump_view(struct kf_pump *pump, struct kf_view *view)
{
    bool over = false;
    pthread_mutex_lock(&pump->lock);
    *view = pump->view;
    over = pump->over;
    pthread_mutex_unlock(&pump->lock);
    return !over;
}
