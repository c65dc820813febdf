/* screens.h - the draw functions behind the table in screen.c. */
#ifndef KF_SCREENS_H
#define KF_SCREENS_H

#include "ui/screen.h"

void kf_screen_live_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui);
void kf_screen_why_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui);
void kf_screen_help_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui);

#endif
