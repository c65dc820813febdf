/* screens.h - the draw functions behind the table in screen.c. */
#ifndef KF_SCREENS_H
#define KF_SCREENS_H

#include "ui/screen.h"

#define KF_SCREEN_DRAW(name)                                                                                           \
    void kf_screen_##name##_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,                \
                                 const struct kf_ui *ui)

KF_SCREEN_DRAW(live);
KF_SCREEN_DRAW(why);
KF_SCREEN_DRAW(summary);
KF_SCREEN_DRAW(cues);
KF_SCREEN_DRAW(settings);
KF_SCREEN_DRAW(align);
KF_SCREEN_DRAW(baseline);
KF_SCREEN_DRAW(link);
KF_SCREEN_DRAW(help);

/* The handlers of screens with keys of their own. */
bool kf_screen_settings_key(struct kf_ui *ui, const struct kf_view *view, uint32_t key, double value,
                            struct kf_ask *ask);
bool kf_screen_link_key(struct kf_ui *ui, const struct kf_view *view, uint32_t key, double value, struct kf_ask *ask);

#endif
