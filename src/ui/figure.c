/* figure.c - the leg as it is: trunk, thigh, shank and foot drawn from the measured angles, facing right, and the path
 * the ankle took in the last swing against a relaxed one's. A pulled swing shows as a path that rises too high. */
#include <math.h>

#include "ui/canvas.h"
#include "ui/parts.h"
#include "ui/text.h"

/* Lengths in leg lengths (hip to ankle); the segments' share after de Leva 1996. */
#define THIGH .5
#define SHANK .5
#define TRUNK .42
#define HEAD .09
#define FOOT .17

static void draw_path(struct kf_canvas *canvas, enum kf_role role, const float *x, const float *y, unsigned count)
{
    if (count > KF_VIEW_PATH)
        count = KF_VIEW_PATH;
    for (unsigned i = 1; i < count; i++)
        kf_canvas_line(canvas, kf_pen(role), (double)x[i - 1], (double)y[i - 1], (double)x[i], (double)y[i]);
}

static void draw_head(struct kf_canvas *canvas, struct kf_pen pen, double x, double y)
{
    for (int i = 0; i < 12; i++) {
        double a = i * M_PI / 6, b = (i + 1) * M_PI / 6;
        kf_canvas_line(canvas, pen, x + HEAD * cos(a), y + HEAD * sin(a), x + HEAD * cos(b), y + HEAD * sin(b));
    }
}

/* Trunk and head; upright and pale when the lean is not measured. */
static void draw_trunk(struct kf_canvas *canvas, double lean_rad)
{
    struct kf_pen pen = kf_pen(isfinite(lean_rad) ? KF_ROLE_TEXT : KF_ROLE_FAINT);
    double lean = isfinite(lean_rad) ? lean_rad : 0;

    kf_canvas_bone(canvas, pen, 0, 0, TRUNK * sin(lean), TRUNK * cos(lean));
    draw_head(canvas, pen, (TRUNK + HEAD) * sin(lean), (TRUNK + HEAD) * cos(lean));
}

static void draw_leg(struct kf_canvas *canvas, struct kf_pen pen, double thigh_rad, double shank_rad)
{
    double knee_x = THIGH * sin(thigh_rad), knee_y = -THIGH * cos(thigh_rad);
    double ankle_x = knee_x + SHANK * sin(shank_rad), ankle_y = knee_y - SHANK * cos(shank_rad);

    kf_canvas_bone(canvas, pen, 0, 0, knee_x, knee_y);
    kf_canvas_bone(canvas, pen, knee_x, knee_y, ankle_x, ankle_y);
    kf_canvas_line(canvas, pen, ankle_x, ankle_y, ankle_x + FOOT * cos(shank_rad),
                   ankle_y + FOOT * sin(shank_rad)); /* an ankle at rest: square to the shank */
}

/* Why there is no figure; NULL when there is one. */
static const char *missing(const struct kf_view_leg *leg)
{
    if (!leg->now.worn)
        return "no sensors on this leg";
    if (!leg->now.aligned)
        return "finding sensor axes";
    if (!isfinite(leg->pose.thigh_rad) || !isfinite(leg->pose.shank_rad))
        return "no angles";
    return NULL;
}

/* The knee's angle in numbers, in the corner the figure does not use. */
static void draw_angles(struct kf_grid *grid, struct kf_rect rect, double knee_rad)
{
    char number[KF_NUMBER_MAX];

    kf_text_number(number, 4, 0, 0, knee_rad * 180 / M_PI);
    kf_grid_text(grid, rect.x, rect.y, rect.w, kf_pen(KF_ROLE_DIM), "knee");
    kf_grid_text(grid, rect.x, rect.y + 1, 4, kf_pen(KF_ROLE_TEXT), number);
    kf_grid_text(grid, rect.x + 4 + (grid->glyphs == KF_GLYPHS_ASCII), rect.y + 1, 3, kf_pen(KF_ROLE_DIM),
                 kf_grid_unit(grid, "°"));
}

void kf_figure_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    const struct kf_view_leg *from = &view->leg[leg];
    const char *why = missing(from);
    struct kf_canvas canvas;
    double columns_per_unit = fmin(rect.h * 2 / 1.70, rect.w / 1.9);

    if (rect.w < 8 || rect.h < 3)
        return;
    if (kf_view_is_stale(view)) {
        char text[KF_VIEW_TEXT];
        kf_view_stale_text(view, text);
        kf_grid_hatch(grid, rect, text);
        return;
    }
    if (why) {
        kf_grid_text_centre(grid, rect.x, rect.y + rect.h / 2, rect.w, kf_pen(KF_ROLE_DIM), why);
        return;
    }
    kf_canvas_init(&canvas, rect, grid->glyphs, -.08, -.22, columns_per_unit);
    draw_path(&canvas, KF_ROLE_BASELINE, from->base_x, from->base_y, from->base_count);
    draw_path(&canvas, KF_ROLE_ACCENT, from->path_x, from->path_y, from->path_count);
    draw_trunk(&canvas, from->pose.trunk_lean_rad);
    draw_leg(&canvas, kf_pen_bold(kf_leg_role(leg)), from->pose.thigh_rad, from->pose.shank_rad);
    kf_canvas_show(&canvas, grid);
    draw_angles(grid, rect, from->pose.thigh_rad - from->pose.shank_rad);
}
