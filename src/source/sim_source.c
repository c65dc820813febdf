/* sim_source.c - the simulator as a live source: "sim:" streams podlink bytes as a pod on a port would.
 *
 * It makes its own time from the reader's: the runner's second 0 is the first read. So the whole live path (detection,
 * decoder, pipeline, coach, screen) runs without a pod, in the demo and in tests with invented clocks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "source/kind.h"
#include "source/sim.h"

struct sim_source {
    struct kf_source base;
    struct kf_sim *sim;
    int64_t start_ns;
    bool started;
};

static int sim_read(struct kf_source *source, int64_t now_ns, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    struct sim_source *self = (struct sim_source *)source;

    if (!self->started) {
        self->started = true;
        self->start_ns = now_ns;
    }
    const int count = kf_sim_wire_read(self->sim, (double)(now_ns - self->start_ns) * 1e-9, bytes, capacity);
    if (count > 0)
        return count;
    if (count == 0)
        return KF_ERR_AGAIN;
    return kf_error_set(error, KF_ERR_END, 0, "the simulated run is over");
}

static int sim_write(struct kf_source *source, const uint8_t *bytes, size_t count, struct kf_error *error)
{
    (void)error;
    kf_sim_wire_write(((struct sim_source *)source)->sim, bytes, count);
    return (int)count;
}

static int64_t sim_wake_ns(const struct kf_source *source, int64_t now_ns)
{
    const struct sim_source *self = (const struct sim_source *)source;
    const double due_s = kf_sim_wire_due_s(self->sim);

    if (!self->started || isinf(due_s))
        return now_ns;
    return self->start_ns + (int64_t)ceil(due_s * 1e9) + 1;
}

static void sim_close(struct kf_source *source)
{
    kf_sim_destroy(((struct sim_source *)source)->sim);
    free(source);
}

static const struct kf_source_ops sim_ops = {
    .read = sim_read,
    .write = sim_write,
    .wake_ns = sim_wake_ns,
    .close = sim_close,
};

static struct kf_source *sim_open(const char *rest, struct kf_error *error)
{
    struct kf_sim_config config;

    kf_sim_config_default(&config);
    if (kf_sim_config_parse(&config, rest, error) < 0)
        return NULL;
    struct sim_source *self = calloc(1, sizeof *self);
    if (!self) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "cannot simulate: out of memory");
        return NULL;
    }
    self->sim = kf_sim_create(&config, error);
    if (!self->sim) {
        free(self);
        return NULL;
    }
    self->base.ops = &sim_ops;
    self->base.live = true;
    (void)kf_source_printable(self->base.name, sizeof self->base.name, "simulator");
    return &self->base;
}

const struct kf_source_kind kf_source_sim = {"sim", "key=value,...: the simulator, as `kneefold simulate --help`",
                                             sim_open};
