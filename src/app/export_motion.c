/* export_motion.c - joint angles as OpenSim reads them: a header that says how many rows follow and that they are
 * degrees, then a line a moment. Flexion is positive at hip and knee, as in the models of Rajagopal (2016); gait2392's
 * knee_angle is the negative. Moments at which no leg is known are left out; a single unknown angle is nan. */
#include "config.h"

#include "app/export.h"

#include <math.h>

#include "app/recording.h"

enum { COLUMNS = 4 };

static const double degrees = 57.295779513082320877;

struct motion {
    FILE *rows; /* their number is known only at the end, and stands at the beginning */
    uint64_t count;
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct motion *motion = context;
    const struct kf_frame *frame = event->kind == KF_ENGINE_OUTPUT ? event->output->frame : NULL;
    double angle[COLUMNS];
    bool known = false;
    if (!frame || event->output->kind != KF_OUT_FRAME)
        return;
    for (int i = 0; i < KF_LEG_COUNT; i++) {
        const struct kf_leg_frame *leg = &frame->leg[i == 0 ? KF_RIGHT : KF_LEFT];
        angle[2 * i] = (leg->thigh_rad + frame->trunk_lean_rad) * degrees;
        angle[2 * i + 1] = leg->knee_rad * degrees;
        known |= isfinite(angle[2 * i + 1]);
    }
    if (!known)
        return;
    motion->count++;
    fprintf(motion->rows, "%.3f", frame->t_s);
    for (int i = 0; i < COLUMNS; i++)
        if (isfinite(angle[i]))
            fprintf(motion->rows, "\t%.6f", angle[i]);
        else
            fputs("\tnan", motion->rows);
    putc('\n', motion->rows);
}

static void copy(FILE *from, FILE *to)
{
    char block[8192];
    size_t count = 0;
    rewind(from);
    while ((count = fread(block, 1, sizeof block, from)) > 0)
        (void)fwrite(block, 1, count, to);
}

enum kf_status kf_export_motion(const struct kf_export *job, struct kf_error *error)
{
    struct motion motion = {.rows = tmpfile()};
    const struct kf_engine_listener listener = {on_event, &motion};
    struct kf_engine_config config = job->config;
    struct kf_engine *engine = NULL;
    enum kf_status status = KF_OK;
    if (!motion.rows)
        return kf_error_set(error, KF_ERR_IO, 0, "cannot make a temporary file");
    config.want_frames = true;
    engine = kf_engine_create(&config, &listener, error);
    status = engine ? kf_recording_read(job->path, engine, NULL, error) : error->code;
    if (status == KF_OK && fflush(motion.rows) != 0)
        status = kf_error_set(error, KF_ERR_IO, 0, "cannot write a temporary file: is the disk full?");
    if (status == KF_OK) {
        fprintf(job->out,
                "kneefold joint angles\nversion=1\nnRows=%llu\nnColumns=%d\ninDegrees=yes\n\nendheader\n"
                "time\thip_flexion_r\tknee_angle_r\thip_flexion_l\tknee_angle_l\n",
                (unsigned long long)motion.count, COLUMNS + 1);
        copy(motion.rows, job->out);
    }
    kf_engine_destroy(engine);
    (void)fclose(motion.rows);
    return status;
}
