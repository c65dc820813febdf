/* line.h - the same news without a screen: a line a stride, cue or change of the link, for pipes and plain terminals.
 */
#ifndef KF_LINE_H
#define KF_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/view.h"

/* What has been said already. */
struct kf_line {
    bool started, cue_shown, ended;
    unsigned last_id[KF_LEG_COUNT];
    double last_t_s[KF_LEG_COUNT], last_cue_t_s;
    enum kf_view_link link;
    char state[64], message[KF_VIEW_TEXT];
};

void kf_line_init(struct kf_line *line);

/* Writes whole lines of what is new in the view into out (terminated) and remembers them; returns the bytes, 0 when
 * nothing is new. What does not fit comes with the next call: call until 0. size >= 512. Strides are known by time and
 * number, so that a replay that seeks back speaks again. */
size_t kf_line_news(struct kf_line *line, const struct kf_view *view, char *out, size_t size);

#endif
