/* screen_baseline.c - the relaxed strides every verdict is measured against: how many there are of each leg, how much
 * they differ, and whether that is enough. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/screens.h"
#include "ui/text.h"

enum { LABEL = 16, NARROW_LABEL = 12, NARROW = 50, BAR_MOST = 60 };

static int label_in(int width)
{
    return width < NARROW ? NARROW_LABEL : LABEL;
}

/* Real relaxed strides differ by .007 Nm/kg and 2.1 deg (science.md section 7); by twice that they were not alike. */
#define SD_USUAL_NM_KG .007
#define SD_USUAL_DEG 2.1

static const char *kind_name(enum kf_baseline_kind kind)
{
    return kind == KF_BASELINE_FULL ? "full" : kind == KF_BASELINE_PROVISIONAL ? "provisional" : "not yet";
}

/* Strides collected against the two marks they must pass. */
static void draw_progress(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                          const struct kf_baseline_report *baseline)
{
    unsigned full = view->limits.baseline_full_strides ? view->limits.baseline_full_strides : 1;
    int bar = rect.w - 8 < BAR_MOST ? rect.w - 8 : BAR_MOST;
    int done = baseline->strides > 0 ? kf_scale_cell(baseline->strides, 0, full, bar) + 1 : 0;
    int mark = kf_scale_cell(view->limits.baseline_provisional_strides, 0, full, bar);

    if (bar < 4)
        return;
    kf_grid_fill(grid, kf_rect(rect.x, rect.y, bar, 1), kf_pen(KF_ROLE_FAINT), 0x2500);
    kf_grid_fill(grid, kf_rect(rect.x, rect.y, done, 1),
                 kf_pen(baseline->kind == KF_BASELINE_NONE ? KF_ROLE_TEXT : KF_ROLE_PASSIVE), 0x2588);
    if (mark >= done)
        kf_grid_put(grid, rect.x + mark, rect.y, kf_pen(KF_ROLE_TEXT), 0x2502);
    kf_grid_print(grid, rect.x + bar + 1, rect.y, 7, kf_pen(KF_ROLE_TEXT), "%u/%u", baseline->strides, full);
}

static void draw_value(struct kf_grid *grid, struct kf_rect rect, const char *label, int decimals, double value,
                       double spread, double usual, const char *unit)
{
    char number[KF_NUMBER_MAX], sd[KF_NUMBER_MAX];
    bool wide = spread > 2 * usual;
    const int label_width = label_in(rect.w);
    int x = rect.x + label_width;

    kf_text_number(number, 7, decimals, decimals > 1, value);
    kf_text_number(sd, 5, decimals, 0, spread);
    kf_grid_text(grid, rect.x, rect.y, label_width - 1, kf_pen(KF_ROLE_DIM), label);
    kf_grid_text(grid, x, rect.y, 7, kf_pen_bold(KF_ROLE_TITLE), number);
    x += 8 + kf_grid_print(grid, x + 8, rect.y, rect.x + rect.w - x - 8, kf_pen(wide ? KF_ROLE_WARN : KF_ROLE_TEXT),
                           "SD %s %s", sd + strspn(sd, " "), unit);
    if (wide)
        kf_grid_text(grid, x + 2, rect.y, rect.x + rect.w - x - 2, kf_pen(KF_ROLE_WARN), "uneven: run relaxed, b anew");
}

static int draw_leg(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    const struct kf_baseline_report *baseline = &view->leg[leg].baseline;
    const int label = label_in(rect.w);
    int y = rect.y;

    kf_grid_text(grid, rect.x, y, label - 1, kf_pen_bold(kf_leg_role(leg)), kf_leg_name(leg));
    draw_progress(grid, kf_rect(rect.x + label, y, rect.w - label, 1), view, baseline);
    if (rect.h < 4)
        return 1;
    kf_grid_text(grid, rect.x, y + 1, label - 1, kf_pen(KF_ROLE_DIM), kind_name(baseline->kind));
    draw_value(grid, kf_rect(rect.x, y + 2, rect.w, 1), "knee moment", 3, baseline->mean_knee_moment_nm_kg,
               baseline->sd_nm_kg, SD_USUAL_NM_KG, "Nm/kg");
    draw_value(grid, kf_rect(rect.x, y + 3, rect.w, 1), "peak knee", 1, baseline->peak_knee_deg,
               baseline->peak_knee_sd_deg, SD_USUAL_DEG, kf_grid_unit(grid, "°"));
    return 4;
}

static const char *advice(const struct kf_view *view, enum kf_role *role)
{
    const struct kf_view_leg *l = &view->leg[KF_LEFT], *r = &view->leg[KF_RIGHT];
    bool none =
        (l->now.worn && l->baseline.kind == KF_BASELINE_NONE) || (r->now.worn && r->baseline.kind == KF_BASELINE_NONE);
    bool full = (!l->now.worn || l->baseline.kind == KF_BASELINE_FULL) &&
                (!r->now.worn || r->baseline.kind == KF_BASELINE_FULL);

    *role = KF_ROLE_WARN;
    if (!l->now.worn && !r->now.worn)
        return "No leg sensor is sending yet";
    if (none && !view->baseline_open && !l->baseline.strides && !r->baseline.strides)
        return "No baseline: run relaxed, then b";
    *role = KF_ROLE_TEXT;
    if (view->baseline_open)
        return full ? "Collecting; enough: b ends it" : "Collecting: run relaxed and even, b ends it";
    if (none)
        return "Collecting: keep running relaxed";
    *role = KF_ROLE_PASSIVE;
    return full ? "Good: verdicts compare with these" : "Usable; more strides make it surer";
}

void kf_screen_baseline_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                             const struct kf_ui *ui)
{
    int y = rect.y + 1, roomy = rect.h >= 18, each = (rect.h - 2) / 2 - roomy;
    enum kf_role role;
    const char *text = advice(view, &role);

    (void)ui;
    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "BASELINE");
    y += roomy;
    kf_grid_text(grid, rect.x + 2, y, rect.w - 4, kf_pen_bold(role), text);
    y += 1 + roomy;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        y += roomy + draw_leg(grid, kf_rect(rect.x + 2, y, rect.w - 4, each), view, (enum kf_leg)leg);
    if (roomy) {
        kf_grid_print(grid, rect.x + 2, y + 1, rect.w - 4, kf_pen(KF_ROLE_DIM),
                      "Verdicts begin at %u strides a leg and are surest from %u.",
                      view->limits.baseline_provisional_strides, view->limits.baseline_full_strides);
        kf_grid_text(grid, rect.x + 2, y + 2, rect.w - 4, kf_pen(KF_ROLE_DIM),
                     "One donning only: new straps, new baseline.");
        kf_grid_text(grid, rect.x + 2, y + 3, rect.w - 4, kf_pen(KF_ROLE_DIM),
                     "Relaxed strides of one runner usually differ by SD 0.007 Nm/kg and 2.1 deg.");
    }
}
