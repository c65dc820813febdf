/* parts.h - what the screens are put together from. Each part draws into a rectangle, from the view alone.
 *
 * A part takes whatever room it is given and leaves out what does not fit, the least needed first. None keeps state. */
#ifndef KF_PARTS_H
#define KF_PARTS_H

#include "ui/screen.h"

/* Source, format, athlete, belt, time and link health; 1 or 2 rows. */
void kf_header_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui);

/* The keys that work now; 1 row. */
void kf_footer_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui);

/* The cue, as big as fits, with its leg and reason beneath; without one the state. Stale data: how old, no cue. */
void kf_banner_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui);
/* Rows the cue of this view would like, at most `most`. */
int kf_banner_rows(const struct kf_grid *grid, int columns, int most, const struct kf_view *view);
/* A cue is on the screen: shown, not muted, and the data are not stale. */
bool kf_banner_active(const struct kf_view *view);

/* One leg's stick figure with the ankle's path. */
void kf_figure_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg);

/* One leg's gait cycle; 2 rows (bar, marker) or 3 (names of the phases above). */
void kf_cycle_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg);

/* The gauges, what is judged first, as many as there is room for: two rows each, one where the legs share it. With room
 * to spare groups stand apart, and below them a chart of the drive. */
void kf_gauges_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view);

/* How a gauge is called and written. */
struct kf_gauge_words {
    const char *name, *unit;
    int decimals, with_sign;
    bool paired; /* one a leg; otherwise of the whole body, kept under KF_LEFT */
    enum kf_role out_of_band;
    bool ends_group; /* stands apart from the next where there is room */
};
struct kf_gauge_words kf_gauge_words(enum kf_view_gauge_id id);

/* One leg's last seconds as sweeping traces, as many as there is room for (2 or 3 rows each and more), and in the last
 * row its contacts with their verdicts. At least 3 rows. */
void kf_strips_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg);

/* One leg's last strides, newest on top, under a line of counts. */
void kf_strides_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg);
/* The last verdicts of a leg as glyphs in one row, newest at the right. */
void kf_strides_glyphs(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg);

/* Replay: position, speed, marks and verdicts on a time line; 1 or 2 rows, with a diff 3: where other settings would
 * have judged otherwise, and how. */
void kf_transport_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view);

/* Data that must not be shown as if they were new: link stale, gone or waiting. */
bool kf_view_is_stale(const struct kf_view *view);
/* "NO DATA 3 s", "POD GONE 12 s", "waiting for data". */
void kf_view_stale_text(const struct kf_view *view, char out[KF_VIEW_TEXT]);

/* Glyph and role of a verdict: a hollow circle, a full one, a dot. */
struct kf_pen kf_verdict_pen(enum kf_verdict verdict);
uint32_t kf_verdict_glyph(enum kf_verdict verdict);

/* One leg alone is worn: *leg is that one, and the other takes no room. */
bool kf_view_lone_leg(const struct kf_view *view, enum kf_leg *leg);

/* "left", "right"; its role. */
const char *kf_leg_name(enum kf_leg leg);
enum kf_role kf_leg_role(enum kf_leg leg);

/* Counts that the view may hold beyond its arrays are cut. */
unsigned kf_view_strides(const struct kf_view *view);

#endif
