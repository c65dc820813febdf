/* screen_align.c - are the sensors where they are said to be? What to do now (stand, then jog), and for each sensor
 * worn how well its axes are known and what looks wrong: swapped, upside down, loose. */
#include <math.h>
#include <stdio.h>

#include "ui/parts.h"
#include "ui/screens.h"
#include "ui/text.h"

/* Axes are accepted from a ratio of 5 on (science.md section 4). A knee that two sensors feel this differently has one
 * that moves on its segment; aligned straps leave 1 to 2 m/s². */
#define RATIO_ACCEPTED 5.0
#define RATIO_SHOWN 999.0
#define RESIDUAL_LOOSE_MPS2 4.0
#define SLIP_DEG 12.0 /* from here on the swings' quality falls (pipeline.h) */

enum { NAME = 9, RATIO = 7, RESIDUAL = 9, BAR_MOST = 24, WORDS_BESIDE = 70 };

static const char *const names[KF_SITE_BODY_COUNT] = {
    [KF_SITE_TRUNK] = "trunk",     [KF_SITE_PELVIS] = "pelvis",   [KF_SITE_THIGH_L] = "thigh L",
    [KF_SITE_THIGH_R] = "thigh R", [KF_SITE_SHANK_L] = "shank L", [KF_SITE_SHANK_R] = "shank R",
    [KF_SITE_FOOT_L] = "foot L",   [KF_SITE_FOOT_R] = "foot R",
};

static enum kf_role role_of(enum kf_site site)
{
    if (site < KF_SITE_THIGH_L)
        return KF_ROLE_TEXT;
    return site % 2 == KF_SITE_THIGH_L % 2 ? KF_ROLE_LEFT : KF_ROLE_RIGHT;
}

/* What is the matter, the worst first, and what to do about it. */
static const char *fault(const struct kf_alignment *a, double min_quality, enum kf_role *role)
{
    *role = KF_ROLE_WARN;
    if (a->swapped)
        return "moves with the other leg: left and right swapped?";
    if (a->upside_down)
        return "turned over since standing: strap it back";
    if (!a->aligned)
        return "axes not known yet: jog a few strides";
    if (fabs(a->slip_deg) > SLIP_DEG)
        return "has turned on its segment: strap it on anew, then a";
    if (a->residual_mps2 > RESIDUAL_LOOSE_MPS2)
        return "loose? tighten the strap, then a";
    if (a->quality < min_quality)
        return "too poor to judge by: stand straight, then a";
    *role = KF_ROLE_PASSIVE;
    return "good";
}

/* Returns the rows used. */
static int draw_site(struct kf_grid *grid, struct kf_rect rect, enum kf_site site, const struct kf_view *view)
{
    const struct kf_alignment *a = &view->alignment[site];
    char number[KF_NUMBER_MAX];
    enum kf_role role;
    const char *text = fault(a, view->limits.min_quality, &role);
    int bar = rect.w >= WORDS_BESIDE ? (rect.w - NAME - 5 - RATIO - RESIDUAL - 36 > BAR_MOST ? BAR_MOST : 8) : 8;
    int x = rect.x, at;

    kf_grid_text(grid, x, rect.y, NAME - 1, kf_pen_bold(role_of(site)), names[site]);
    x += NAME;
    kf_text_number(number, 4, 2, 0, a->quality);
    kf_grid_text(grid, x, rect.y, 4, kf_pen_bold(KF_ROLE_TITLE), number);
    x += 5;
    kf_grid_fill(grid, kf_rect(x, rect.y, bar, 1), kf_pen(KF_ROLE_FAINT), 0x2500);
    at = isfinite(a->quality) ? kf_scale_cell(a->quality, 0, 1, bar) : -1;
    kf_grid_fill(grid, kf_rect(x, rect.y, at + 1, 1), kf_pen(role), 0x2588);
    x += bar + 1;
    kf_text_number(number, RATIO - 1, 1, 0, a->axis_ratio);
    if (a->axis_ratio > RATIO_SHOWN)
        (void)snprintf(number, sizeof number, "%*s", RATIO - 1, ">999");
    kf_grid_text(grid, x, rect.y, RATIO - 1, kf_pen(a->axis_ratio < RATIO_ACCEPTED ? KF_ROLE_WARN : KF_ROLE_TEXT),
                 number);
    x += RATIO;
    kf_text_number(number, RESIDUAL - 2, 1, 0, a->residual_mps2);
    kf_grid_text(grid, x, rect.y, RESIDUAL - 2, kf_pen(KF_ROLE_TEXT), number);
    x += RESIDUAL;
    if (rect.w >= WORDS_BESIDE)
        kf_grid_text(grid, x, rect.y, rect.x + rect.w - x, kf_pen(role), text);
    else if (rect.h > 1 && role != KF_ROLE_PASSIVE)
        kf_grid_text(grid, rect.x + 2, rect.y + 1, rect.w - 2, kf_pen(role), text);
    return rect.w < WORDS_BESIDE && role != KF_ROLE_PASSIVE ? 2 : 1;
}

static void draw_titles(struct kf_grid *grid, struct kf_rect rect)
{
    int bar = rect.w >= WORDS_BESIDE ? (rect.w - NAME - 5 - RATIO - RESIDUAL - 36 > BAR_MOST ? BAR_MOST : 8) : 8;

    kf_grid_text(grid, rect.x, rect.y, NAME, kf_pen(KF_ROLE_DIM), "sensor");
    kf_grid_text(grid, rect.x + NAME, rect.y, bar + 5, kf_pen(KF_ROLE_DIM), "quality");
    kf_grid_text_right(grid, rect.x + NAME + 6 + bar, rect.y, RATIO - 1, kf_pen(KF_ROLE_DIM), "axes");
    kf_grid_text_right(grid, rect.x + NAME + 6 + bar + RATIO, rect.y, RESIDUAL - 2, kf_pen(KF_ROLE_DIM), "knee");
}

/* The one thing to do now. */
static const char *step(const struct kf_view *view, enum kf_role *role)
{
    bool worn = false, aligned = true;

    *role = KF_ROLE_WARN;
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++) {
        worn = worn || view->alignment[site].worn;
        aligned = aligned && (!view->alignment[site].worn || view->alignment[site].aligned);
        if (view->alignment[site].worn && view->alignment[site].swapped)
            return "Two sensors look swapped: change them over, then press a";
    }
    if (!worn)
        return "No sensor is sending yet";
    if (!aligned && !view->running)
        return "1. Stand straight for 2 s   2. then jog";
    if (!aligned)
        return "Keep jogging: the axes are being found";
    *role = KF_ROLE_PASSIVE;
    return "All sensors are aligned";
}

void kf_screen_align_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    int y = rect.y + 1, end = rect.y + rect.h, roomy = rect.h >= 18;
    enum kf_role role;
    const char *text = step(view, &role);

    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "ALIGNMENT");
    y += roomy;
    kf_grid_text(grid, rect.x + 2, y, rect.w - 4, kf_pen_bold(role), text);
    y += 1 + roomy;
    draw_titles(grid, kf_rect(rect.x + 2, y++, rect.w - 4, 1));
    for (int site = 0; site < KF_SITE_BODY_COUNT && y < end; site++) {
        if (!view->alignment[site].worn)
            continue;
        if (grid->scrolled < ui->scroll && site < KF_SITE_SHANK_L) {
            grid->scrolled++;
            continue;
        }
        y += draw_site(grid, kf_rect(rect.x + 2, y, rect.w - 4, end - y), (enum kf_site)site, view);
        y += rect.h >= 26;
    }
    if (end - y >= 4) {
        kf_grid_text(grid, rect.x + 2, y + 1, rect.w - 4, kf_pen(KF_ROLE_DIM),
                     "axes: how much one axis of turning stands out, 5 and more is good");
        kf_grid_text(grid, rect.x + 2, y + 2, rect.w - 4, kf_pen(KF_ROLE_DIM),
                     "knee: how differently thigh and shank feel it, m/s²; a: sensors put on anew");
    }
}
