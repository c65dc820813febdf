/* diff.c - keeps what each side says and lays both side by side. */
#include "app/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/conditions.h"
#include "app/settings_apply.h"

static const double same_swing_s = .060; /* keys.md's scoring of events */
static const double same_cue_s = .5;     /* a cue that moves by a stride is another */

/* Room for one more of `size` bytes in *list. */
static bool grow(void **list, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return true;
    const size_t more = *capacity ? 2 * *capacity : 256;
    void *grown = more <= 2 * (size_t)KF_DIFF_MOST ? realloc(*list, more * size) : NULL;
    if (!grown)
        return false;
    *list = grown;
    *capacity = more;
    return true;
}

/* ---- what a side says ---- */

static void keep_swing(struct kf_diff_side *side, const struct kf_swing *swing)
{
    void *list = side->swing;
    if (!grow(&list, &side->swing_capacity, side->swing_count, sizeof side->swing[0])) {
        side->full = true;
        return;
    }
    side->swing = list;
    side->swing[side->swing_count++] = (struct kf_diff_swing){.id = swing->id,
                                                              .leg = swing->leg,
                                                              .t_to_s = swing->t_to_s,
                                                              .verdict = swing->verdict,
                                                              .muscle = swing->muscle,
                                                              .reason = swing->reason};
}

static void keep_cue(struct kf_diff_side *side, const struct kf_cue *cue)
{
    void *list = side->cue;
    if (!grow(&list, &side->cue_capacity, side->cue_count, sizeof side->cue[0])) {
        side->full = true;
        return;
    }
    side->cue = list;
    struct kf_diff_cue *kept = &side->cue[side->cue_count++];
    *kept = (struct kf_diff_cue){.t_s = cue->t_s, .has_leg = cue->has_leg, .leg = cue->leg};
    memcpy(kept->name, cue->name, sizeof kept->name);
}

void kf_diff_hear(void *context, const struct kf_engine_event *event)
{
    struct kf_diff_side *side = context;
    if (event->kind == KF_ENGINE_OUTPUT && event->output->kind == KF_OUT_VERDICT)
        keep_swing(side, event->output->swing);
    else if (event->kind == KF_ENGINE_CUE)
        keep_cue(side, event->cue);
}

/* ---- side by side ---- */

static bool add_change(struct kf_diff *diff, const struct kf_diff_change *change)
{
    void *list = diff->change;
    if (!grow(&list, &diff->change_capacity, diff->change_count, sizeof diff->change[0]))
        return false;
    diff->change = list;
    diff->change[diff->change_count++] = *change;
    return true;
}

static bool compare_swings(struct kf_diff *diff, const struct kf_diff_swing *before, const struct kf_diff_swing *after)
{
    struct kf_diff_leg *leg = &diff->leg[(before ? before : after)->leg];
    bool verdict = true;
    leg->swings++;
    if (before && after) {
        leg->from_to[before->verdict][after->verdict]++;
        verdict = before->verdict != after->verdict;
        if (!verdict && before->muscle == after->muscle && before->reason == after->reason)
            return true;
    }
    leg->changed++;
    leg->verdicts += verdict;
    return add_change(diff,
                      &(struct kf_diff_change){.t_s = (before ? before : after)->t_to_s, .swing = {before, after}});
}

/* The next swing of the leg from *at on, or NULL. */
static const struct kf_diff_swing *next_swing(const struct kf_diff_side *side, enum kf_leg leg, size_t *at)
{
    while (*at < side->swing_count && side->swing[*at].leg != leg)
        ++*at;
    return *at < side->swing_count ? &side->swing[*at] : NULL;
}

static bool pair_swings(struct kf_diff *diff, enum kf_leg leg)
{
    size_t at[KF_DIFF_SIDES] = {0, 0};
    for (;;) {
        const struct kf_diff_swing *before = next_swing(&diff->side[0], leg, &at[0]);
        const struct kf_diff_swing *after = next_swing(&diff->side[1], leg, &at[1]);
        if (!before && !after)
            return true;
        if (before && after && fabs(before->t_to_s - after->t_to_s) > same_swing_s) {
            if (before->t_to_s < after->t_to_s)
                after = NULL;
            else
                before = NULL;
        }
        at[0] += before != NULL;
        at[1] += after != NULL;
        if (!compare_swings(diff, before, after))
            return false;
    }
}

static bool same_cue(const struct kf_diff_cue *a, const struct kf_diff_cue *b)
{
    return fabs(a->t_s - b->t_s) <= same_cue_s && a->has_leg == b->has_leg && (!a->has_leg || a->leg == b->leg) &&
           strcmp(a->name, b->name) == 0;
}

/* Cues of one side that the other does not have. */
static bool lone_cues(struct kf_diff *diff, int mine)
{
    const struct kf_diff_side *side = &diff->side[mine], *other = &diff->side[1 - mine];
    size_t from = 0;
    for (size_t i = 0; i < side->cue_count; i++) {
        const struct kf_diff_cue *cue = &side->cue[i];
        struct kf_diff_change change = {.t_s = cue->t_s};
        bool found = false;
        while (from < other->cue_count && other->cue[from].t_s < cue->t_s - same_cue_s)
            from++;
        for (size_t k = from; k < other->cue_count && !found && other->cue[k].t_s <= cue->t_s + same_cue_s; k++)
            found = same_cue(cue, &other->cue[k]);
        change.cue[mine] = cue;
        if (!found && !add_change(diff, &change))
            return false;
        diff->cues_changed += !found;
    }
    return true;
}

static int by_time(const void *a, const void *b)
{
    const double t_a = ((const struct kf_diff_change *)a)->t_s, t_b = ((const struct kf_diff_change *)b)->t_s;
    return (t_a > t_b) - (t_a < t_b);
}

enum kf_status kf_diff_compare(struct kf_diff *diff, struct kf_error *error)
{
    bool good = !diff->side[0].full && !diff->side[1].full;
    good = good && pair_swings(diff, KF_LEFT) && pair_swings(diff, KF_RIGHT);
    good = good && lone_cues(diff, 0) && lone_cues(diff, 1);
    if (!good)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to compare so many swings");
    if (diff->change_count > 0)
        qsort(diff->change, diff->change_count, sizeof diff->change[0], by_time);
    return KF_OK;
}

/* ---- a whole recording ---- */

struct kf_engine_config kf_diff_other(const struct kf_engine_config *first, const struct kf_settings *other)
{
    struct kf_engine_config config = kf_settings_engine(other);
    kf_conditions_keep(&config, first);
    return config;
}

static enum kf_status hear_recording(struct kf_diff_side *side, double *end_s, const char *path,
                                     const struct kf_engine_config *config, const struct kf_recording_watch *watch,
                                     struct kf_error *error)
{
    const struct kf_engine_listener listener = {kf_diff_hear, side};
    struct kf_engine *engine = kf_engine_create(config, &listener, error);
    if (!engine)
        return error->code;
    const enum kf_status status = kf_recording_read(path, engine, watch, error);
    *end_s = kf_engine_time_s(engine);
    kf_engine_destroy(engine);
    return status;
}

enum kf_status kf_diff_recording(struct kf_diff *diff, const char *path, const struct kf_engine_config *before,
                                 const struct kf_engine_config *after, const struct kf_recording_watch *watch,
                                 struct kf_error *error)
{
    const struct kf_engine_config *config[KF_DIFF_SIDES] = {before, after};
    enum kf_status status = KF_OK;
    memset(diff, 0, sizeof *diff);
    for (int i = 0; i < KF_DIFF_SIDES && status == KF_OK; i++)
        status = hear_recording(&diff->side[i], &diff->end_s, path, config[i], watch, error);
    return status == KF_OK ? kf_diff_compare(diff, error) : status;
}

void kf_diff_free(struct kf_diff *diff)
{
    for (int i = 0; i < KF_DIFF_SIDES; i++) {
        free(diff->side[i].swing);
        free(diff->side[i].cue);
    }
    free(diff->change);
    memset(diff, 0, sizeof *diff);
}
