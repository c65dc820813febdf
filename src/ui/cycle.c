/* cycle.c - where in its stride a leg is: a bar of the gait cycle with its phases, whose borders are the last stride's
 * toe-off, peak knee flexion and forward peak of the thigh, and a live marker beneath. Terminal swing is shaded: leave
 * it alone, nothing there is scored or cued. */
#include <math.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/text.h"

/* Where a boundary lies until it is measured, by the base gait of science.md section 11: toe-off in the stride, peak
 * knee flexion in the swing, the thigh's forward peak in what follows. */
#define TYPICAL_TO .371
#define TYPICAL_PEAK_OF_SWING .52
#define TYPICAL_TERMINAL_OF_REST .40

enum { PHASES = 4 };

struct phase {
    enum kf_role role;
    uint32_t fill;
    const char *name;
};

static const struct phase phases[PHASES] = {
    {KF_ROLE_STANCE, 0x2584, "stance"},
    {KF_ROLE_INITIAL, 0x2588, "fold"},
    {KF_ROLE_MID, 0x2592, "mid"},
    {KF_ROLE_TERMINAL, 0x2571, "leave alone"},
};

static bool inside(double share)
{
    return share > 0 && share < 1;
}

/* The phases' beginnings and the end, as fractions, made increasing. */
static void boundaries(const struct kf_view_leg *leg, double at[PHASES + 1])
{
    double to = inside(leg->to_at) ? leg->to_at : TYPICAL_TO;
    double peak = inside(leg->peak_at) && leg->peak_at > to ? leg->peak_at : to + (1 - to) * TYPICAL_PEAK_OF_SWING;
    double terminal = inside(leg->terminal_at) && leg->terminal_at > peak
                          ? leg->terminal_at
                          : peak + (1 - peak) * TYPICAL_TERMINAL_OF_REST;

    at[0] = 0;
    at[1] = to;
    at[2] = peak;
    at[3] = terminal;
    at[4] = 1;
}

/* First column of a phase. */
static int column(const double at[PHASES + 1], int phase, int width)
{
    return phase == PHASES ? width : kf_scale_cell(at[phase], 0, 1, width);
}

/* The phases' names above the bar. The last is the advice and keeps its room at the right; mid gives way to it. */
static void draw_names(struct kf_grid *grid, struct kf_rect rect, const double at[PHASES + 1])
{
    int fold_end = column(at, 1, rect.w) + kf_text_width(phases[1].name) + 1, right = rect.w;
    const char *advice = kf_text_width(phases[3].name) <= rect.w - fold_end ? phases[3].name : "leave";

    right -= kf_text_width(advice);
    kf_grid_text(grid, rect.x + right, rect.y, rect.w - right, kf_pen(KF_ROLE_DIM), advice);
    for (int i = 0; i < PHASES - 1; i++) {
        int x = column(at, i, rect.w), next = column(at, i + 1, rect.w);
        int room = (i == 2 || next > right ? right : next) - x;
        if (kf_text_width(phases[i].name) < room)
            kf_grid_text(grid, rect.x + x, rect.y, room, kf_pen(i == 1 ? KF_ROLE_TEXT : KF_ROLE_DIM), phases[i].name);
    }
}

void kf_cycle_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    const struct kf_view_leg *from = &view->leg[leg];
    double at[PHASES + 1];
    int y = rect.y, marker;

    if (rect.w < 8 || rect.h < 1)
        return;
    if (kf_view_is_stale(view)) {
        kf_grid_hatch(grid, rect, "");
        return;
    }
    boundaries(from, at);
    if (rect.h > 2)
        draw_names(grid, kf_rect(rect.x, y++, rect.w, 1), at);
    for (int i = 0; i < PHASES; i++) {
        int x = column(at, i, rect.w), end = column(at, i + 1, rect.w);
        kf_grid_fill(grid, kf_rect(rect.x + x, y, end - x, 1), kf_pen(phases[i].role), phases[i].fill);
    }
    if (rect.h < 2)
        return;
    y += 1;
    marker = kf_scale_cell(from->cycle, 0, 1, rect.w);
    if (marker >= 0)
        kf_grid_put(grid, rect.x + marker, y, kf_pen(KF_ROLE_ACCENT), 0x25b2);
}
