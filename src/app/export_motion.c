/* export_motion.c - joint angles as OpenSim reads them: a header that says how many rows follow and that they are
 * degrees, then a line a moment. Flexion is positive at hip and knee, as in the models of Rajagopal (2016); gait2392's
 * knee_angle is the negative. Moments at which no leg is known are left out; a single unknown angle is nan. */
#include "config.h"

#include "app/export.h"

#include <errno.h>
#include <math.h>

#include "app/marks.h"
#include "app/recording.h"

enum { COLUMNS = 4 };

static const double degrees = 57.295779513082320877;

struct motion {
    FILE *rows; /* their number is known only at the end, and stands at the beginning */
    uint64_t count;
    struct kf_marks *marks;
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct motion *motion = context;
    const struct kf_frame *frame = event->kind == KF_ENGINE_OUTPUT ? event->output->frame : NULL;
    double angle[COLUMNS];
    bool known = false;
    (void)kf_marks_take(motion->marks, event);
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

/* Lines KEY=VALUE that OpenSim keeps with the table and does not need. */
static void write_head(const struct motion *motion, FILE *out)
{
    char moment[KF_MOMENT_TEXT];
    fprintf(out, "kneefold joint angles\nversion=1\nnRows=%llu\nnColumns=%d\ninDegrees=yes\n",
            (unsigned long long)motion->count, COLUMNS + 1);
    if (kf_marks_moment(moment, motion->marks->started_ns))
        fprintf(out, "started=%s\n", moment);
    for (unsigned i = 0; i < motion->marks->count; i++) {
        const struct kf_marks_mark *mark = &motion->marks->mark[i];
        fprintf(out, "mark%u=%.6f", i + 1, mark->t_s);
        if (kf_marks_moment(moment, mark->wall_ns))
            fprintf(out, " %s", moment);
        fprintf(out, " %s\n", mark->text);
    }
    fputs("\nendheader\ntime\thip_flexion_r\tknee_angle_r\thip_flexion_l\tknee_angle_l\n", out);
}

static enum kf_status read_motion(const struct kf_export *job, struct motion *motion, struct kf_error *error)
{
    const struct kf_engine_listener listener = {on_event, motion};
    const struct kf_recording_watch watch = kf_marks_watch(motion->marks, job->step);
    struct kf_engine_config config = job->config;
    config.want_frames = true;
    struct kf_engine *engine = kf_engine_create(&config, &listener, error);
    if (!engine)
        return error->code;
    motion->marks->engine = engine;
    const enum kf_status status = kf_recording_read(job->path, engine, &watch, error);
    kf_engine_destroy(engine);
    return status;
}

enum kf_status kf_export_motion(struct kf_export *job, struct kf_error *error)
{
    struct motion motion = {.rows = tmpfile()};
    enum kf_status status = KF_OK;
    if (!motion.rows)
        return kf_export_temporary_failed(errno, error);
    motion.marks = kf_marks_create(job->path, job->anonymous, error);
    status = motion.marks ? read_motion(job, &motion, error) : error->code;
    errno = 0; /* of a write that failed earlier only the stream still knows */
    if (status == KF_OK && (fflush(motion.rows) != 0 || ferror(motion.rows)))
        status = kf_export_temporary_failed(errno, error);
    if (status == KF_OK) {
        write_head(&motion, job->out);
        copy(motion.rows, job->out);
    }
    job->marks_left_out = motion.marks ? motion.marks->dropped : 0;
    kf_marks_destroy(motion.marks);
    (void)fclose(motion.rows);
    return status;
}
