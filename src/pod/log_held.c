/* log_held.c - marks and belt speeds stand in a log's header, long before the rows they belong to: they wait here. */
#include <string.h>

#include "log_state.h"
#include "report.h"

static int free_text(const struct log_held_list *list)
{
    for (int i = 0; i < LOG_TEXT_SLOTS; i++)
        if (!list->text_used[i])
            return i;
    return -1;
}

enum kf_status kf_log_hold(struct log_held_list *list, double t_s, double speed_mps, const struct log_span *text)
{
    struct log_held held = {.t_s = t_s, .speed_mps = speed_mps, .text = -1};
    if (list->end == LOG_HELD_MAX && list->first > 0) {
        memmove(list->entry, list->entry + list->first, (list->end - list->first) * sizeof list->entry[0]);
        list->end -= list->first;
        list->first = 0;
    }
    if (text)
        list->newest = -1;
    if (list->end == LOG_HELD_MAX)
        return KF_ERR_FULL;
    if (text) {
        held.text = free_text(list);
        if (held.text < 0)
            return KF_ERR_FULL;
        list->text_used[held.text] = true;
        list->wall_ns[held.text] = 0;
        list->newest = held.text;
        kf_pod_clean_utf8(list->text[held.text], KF_POD_TEXT_MAX, text->at, (size_t)(text->end - text->at));
    }
    unsigned at = list->end++;
    for (; at > list->first && list->entry[at - 1].t_s > t_s; at--)
        list->entry[at] = list->entry[at - 1];
    list->entry[at] = held;
    return KF_OK;
}

bool kf_log_held_moment(struct log_held_list *list, int64_t wall_ns)
{
    if (list->newest < 0)
        return false;
    list->wall_ns[list->newest] = wall_ns;
    return true;
}

void kf_log_release(struct log_held_list *list, double t_s, const struct kf_pod_sink *sink)
{
    for (; list->first < list->end && list->entry[list->first].t_s <= t_s; list->first++) {
        const struct log_held *held = &list->entry[list->first];
        struct kf_pod_item item = {.kind = held->text < 0 ? KF_POD_BELT : KF_POD_MARK, .t_s = held->t_s};
        if (held->text < 0) {
            item.u.belt.speed_mps = held->speed_mps;
        } else {
            item.u.mark.wall_ns = list->wall_ns[held->text];
            memcpy(item.u.mark.text, list->text[held->text], sizeof item.u.mark.text);
            if (list->newest == held->text)
                list->newest = -1;
            list->text_used[held->text] = false;
        }
        sink->item(sink->context, &item);
    }
}
