/* compare.c - lays the swings of a diff along the time line, and finds them again by leg and toe-off. */
#include "config.h"

#include "app/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/text.h"

static const double same_swing_s = .060; /* as in a diff */
static const double disorder_s = 2;      /* swings are in the order of their verdicts: toe-offs nearly so */

void kf_compare_close(struct kf_compare *compare)
{
    if (compare->diff)
        kf_diff_free(compare->diff);
    free(compare->diff);
    compare->diff = NULL;
}

/* ---- what is found ---- */

/* The part of the recording a time lies in, or -1. */
static int part_of(double t_s, double end_s)
{
    const double part = t_s / end_s * KF_VIEW_TIMELINE;
    return part >= 0 && part < KF_VIEW_TIMELINE ? (int)part : -1;
}

static void count_change(struct kf_view_diff *view, const struct kf_diff_change *change, double end_s)
{
    const struct kf_diff_swing *before = change->swing[0], *after = change->swing[1];
    const int part = part_of(change->t_s, end_s);
    if (part < 0 || (!before && !after) || (before && after && before->verdict == after->verdict))
        return;
    view->changed.bin[part].swings++;
    if (after && after->verdict == KF_PASSIVE)
        view->changed.bin[part].passive++;
    else if (after && after->verdict == KF_PULLED)
        view->changed.bin[part].pulled++;
}

static void lay_out(struct kf_view_diff *view, const struct kf_diff *diff)
{
    view->changed.known = true;
    for (size_t i = 0; i < diff->change_count; i++)
        count_change(view, &diff->change[i], diff->end_s);
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        view->swings += (unsigned)diff->leg[leg].swings;
        view->verdicts += (unsigned)diff->leg[leg].verdicts;
    }
    view->cues = (unsigned)diff->cues_changed;
}

void kf_compare_request(struct kf_compare *compare, const struct kf_request *request)
{
    struct kf_view_diff *view = &compare->view;
    if (request->kind == KF_REQUEST_DIFF) {
        kf_compare_close(compare);
        memset(view, 0, sizeof *view);
        view->shown = request->text[0] != '\0';
        view->state = view->shown ? KF_DIFF_WORKING : KF_DIFF_NONE;
        (void)kf_text_clean(view->with, sizeof view->with, request->text);
    } else if (request->kind == KF_REQUEST_COMPARED) {
        kf_compare_close(compare);
        compare->diff = request->diff;
        view->state = request->diff ? KF_DIFF_KNOWN : KF_DIFF_FAILED;
        if (request->diff)
            lay_out(view, request->diff);
        else
            (void)kf_text_clean(view->why, sizeof view->why, request->text);
    }
}

/* ---- beside the strides ---- */

/* The other settings' swing of this leg and toe-off, or NULL. */
static const struct kf_diff_swing *find(const struct kf_diff_side *side, enum kf_leg leg, double t_to_s)
{
    size_t from = 0, to = side->swing_count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (side->swing[middle].t_to_s < t_to_s - disorder_s)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < side->swing_count && side->swing[from].t_to_s < t_to_s + disorder_s; from++)
        if (side->swing[from].leg == leg && fabs(side->swing[from].t_to_s - t_to_s) <= same_swing_s)
            return &side->swing[from];
    return NULL;
}

void kf_compare_show(const struct kf_compare *compare, struct kf_view *view)
{
    view->diff = compare->view;
    for (unsigned i = 0; compare->diff && i < view->stride_count; i++) {
        struct kf_view_stride *stride = &view->stride[i];
        const struct kf_diff_swing *other = find(&compare->diff->side[1], stride->leg, stride->t_s);
        stride->other_known = other != NULL;
        if (!other)
            continue;
        stride->other = other->verdict;
        stride->other_reason = other->reason;
    }
}
