/* screen_align.c - */
#include "ui/parts.h"
#include "ui/screens.h"

void kf_screen_align_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    (void)view;
    (void)ui;
    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "ALIGN");
}
