/* line.c - see line.h. A pure function of what was said and the view; text from outside is made safe on its way. */
#include "ui/line.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kneefold/error.h"
#include "ui/parts.h"
#include "ui/text.h"

struct page {
    char *out;
    size_t size, used;
};

/* Adds a line, or nothing when it does not fit: false. */
KF_PRINTF_LIKE(3, 4)
static bool say(struct page *page, double t_s, const char *format, ...)
{
    char text[512], safe[512], clock[KF_NUMBER_MAX];
    va_list args;
    int count;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)kf_text_clean(safe, sizeof safe, text);
    kf_text_clock(clock, t_s, 1);
    count = snprintf(page->out + page->used, page->size - page->used, "%s  %s\n", clock, safe);
    if (count < 0 || (size_t)count >= page->size - page->used) {
        page->out[page->used] = '\0';
        return page->used == 0; /* a page too small for any line: skip it rather than stand still */
    }
    page->used += (size_t)count;
    return true;
}

static bool say_stride(struct page *page, const struct kf_view_stride *s)
{
    char drive[KF_NUMBER_MAX], knee[KF_NUMBER_MAX], p[KF_NUMBER_MAX];

    kf_text_number(drive, 6, 3, 1, s->drive_nm_kg);
    kf_text_number(knee, 5, 1, 0, s->peak_knee_deg);
    kf_text_number(p, 4, 2, 0, s->p_pulled);
    return say(page, s->t_s, "%-5s  %-7s  drive %s Nm/kg  knee %s deg  p %s  %s", kf_leg_name(s->leg),
               kf_verdict_name(s->verdict), drive, knee, p, kf_reason_name(s->reason));
}

static bool link_news(struct kf_line *line, const struct kf_view *view, struct page *page)
{
    static const char *const words[] = {"waiting for data", "data are coming", "no data", "the pod is gone",
                                        "the recording has ended"};
    unsigned link = (unsigned)view->link <= KF_LINK_ENDED ? (unsigned)view->link : KF_LINK_WAITING;

    if (!line->started || line->link != view->link) {
        if (!say(page, view->t_s, "link: %s%s%s", words[link], view->source[0] ? ", " : "", view->source))
            return false;
        line->started = true;
        line->link = view->link;
    }
    if (strcmp(line->state, view->state) != 0) {
        if (view->state[0] && !say(page, view->t_s, "%s", view->state))
            return false;
        memcpy(line->state, view->state, sizeof line->state);
    }
    if (strcmp(line->message, view->message) != 0) {
        if (view->message[0] && !say(page, view->t_s, "note: %s", view->message))
            return false;
        memcpy(line->message, view->message, sizeof line->message);
    }
    return true;
}

static bool stride_news(struct kf_line *line, const struct kf_view *view, struct page *page)
{
    for (unsigned i = 0; i < kf_view_strides(view); i++) {
        const struct kf_view_stride *s = &view->stride[i];
        unsigned leg = s->leg == KF_RIGHT;

        if (line->last_id[leg] && s->t_s <= line->last_t_s[leg])
            continue;
        if (!say_stride(page, s))
            return false;
        line->last_id[leg] = s->id ? s->id : 1;
        line->last_t_s[leg] = s->t_s;
    }
    return true;
}

static bool cue_news(struct kf_line *line, const struct kf_view *view, struct page *page)
{
    const struct kf_view_cue *cue = &view->cue;

    if (!kf_banner_active(view) || (line->cue_shown && cue->t_s == line->last_cue_t_s))
        return true;
    if (!say(page, cue->t_s, "CUE%s%s: %s%s%s", cue->has_leg ? " " : "", cue->has_leg ? kf_leg_name(cue->leg) : "",
             cue->text, cue->why[0] ? "  -  " : "", cue->why))
        return false;
    line->cue_shown = true;
    line->last_cue_t_s = cue->t_s;
    return true;
}

void kf_line_init(struct kf_line *line)
{
    memset(line, 0, sizeof *line);
}

size_t kf_line_news(struct kf_line *line, const struct kf_view *view, char *out, size_t size)
{
    struct page page = {out, size, 0};

    out[0] = '\0';
    for (unsigned leg = 0; leg < KF_LEG_COUNT; leg++)
        if (line->last_id[leg] && view->t_s < line->last_t_s[leg])
            line->last_id[leg] = 0; /* a replay went back */
    if (link_news(line, view, &page) && stride_news(line, view, &page))
        (void)cue_news(line, view, &page);
    return page.used;
}
