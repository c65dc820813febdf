/* screen_cues.c - the coach's rules: what each watches, how near it is to speaking, when it last did, and how often:
 * the dose. */
#include <math.h>
#include <stdio.h>

#include "ui/parts.h"
#include "ui/screens.h"
#include "ui/text.h"

enum { ROWS_A_RULE = 3, DOTS_MOST = 12 };

static const char *leg_word(enum kf_cue_leg leg)
{
    static const char *const words[] = {"each leg", "left leg", "right leg", "both legs", "asymmetry"};

    return (unsigned)leg <= KF_CUE_ASYMMETRY ? words[leg] : "";
}

static void condition_text(const struct kf_cue_rule *rule, char *out, size_t size)
{
    if (rule->when == KF_CUE_OUTSIDE)
        (void)snprintf(out, size, "%s outside %.4g to %.4g, %u of %u, %s", rule->metric, rule->limit_low,
                       rule->limit_high, rule->need, rule->of, leg_word(rule->leg));
    else
        (void)snprintf(out, size, "%s %s %.4g, %u of %u, %s", rule->metric,
                       rule->when == KF_CUE_ABOVE ? "above" : "below", rule->limit, rule->need, rule->of,
                       leg_word(rule->leg));
}

/* May it speak, and if not, why? */
static enum kf_role state_text(const struct kf_view *view, const struct kf_view_rule *rule, char *out, size_t size)
{
    bool silent = rule->silent[KF_LEFT] || rule->silent[KF_RIGHT];

    if (!rule->rule.enabled) {
        (void)snprintf(out, size, "off");
        return KF_ROLE_DIM;
    }
    if (view->muted || view->quiet)
        (void)snprintf(out, size, "%s", view->quiet ? "quiet block" : "muted");
    else if (view->warmup_left_s > 0)
        (void)snprintf(out, size, "warm-up, %.0f s", fmin(view->warmup_left_s, 1e5));
    else if (rule->cooldown_left_s > 0)
        (void)snprintf(out, size, "rests %.0f s", fmin(ceil(rule->cooldown_left_s), 1e5));
    else if (silent)
        (void)snprintf(out, size, "said, waits for a good swing");
    else
        (void)snprintf(out, size, "ready");
    return !view->muted && !view->quiet && !silent && !(rule->cooldown_left_s > 0) && !(view->warmup_left_s > 0)
               ? KF_ROLE_PASSIVE
               : KF_ROLE_DIM;
}

/* Of which leg a row of dots tells; a rule for one keeps its counts at that leg, for both at the left. */
static void draw_whose(struct kf_grid *grid, int x, int y, enum kf_cue_leg rule, enum kf_leg leg)
{
    if (rule == KF_CUE_BOTH || rule == KF_CUE_ASYMMETRY)
        kf_grid_text(grid, x, y, 2, kf_pen(KF_ROLE_DIM), "LR");
    else
        kf_grid_text(grid, x, y, 1, kf_pen_bold(kf_leg_role(leg)), leg == KF_RIGHT ? "R" : "L");
}

/* "L ●●○○○": how many of the last swings are beyond the limit. Returns the columns used. */
static int draw_dots(struct kf_grid *grid, int x, int y, const struct kf_view_rule *rule, enum kf_leg leg)
{
    unsigned of = rule->rule.of < DOTS_MOST ? rule->rule.of : DOTS_MOST;

    draw_whose(grid, x, y, rule->rule.leg, leg);
    x += 1;
    for (unsigned i = 0; i < of; i++) {
        bool beyond = i < rule->beyond[leg];
        kf_grid_put(grid, x + 2 + (int)i, y,
                    beyond ? kf_pen_bold(KF_ROLE_PULLED) : kf_pen(i < rule->rule.need ? KF_ROLE_DIM : KF_ROLE_FAINT),
                    beyond                ? 0x25cf
                    : i < rule->seen[leg] ? 0x25cb
                                          : 0xb7);
    }
    return (int)of + 5;
}

static void draw_rule(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                      const struct kf_view_rule *rule)
{
    char text[KF_VIEW_TEXT], clock[KF_NUMBER_MAX];
    enum kf_role role;
    int x = rect.x + 2, used;

    used = kf_grid_text(grid, rect.x, rect.y, rect.w,
                        rule->rule.enabled ? kf_pen_bold(KF_ROLE_TITLE) : kf_pen(KF_ROLE_DIM), rule->rule.text);
    role = state_text(view, rule, text, sizeof text);
    if (used + 2 + kf_text_width(text) <= rect.w)
        kf_grid_text_right(grid, rect.x, rect.y, rect.w, kf_pen(role), text);
    if (rect.h < 2)
        return;
    condition_text(&rule->rule, text, sizeof text);
    kf_grid_text(grid, rect.x + 2, rect.y + 1, rect.w - 2, kf_pen(KF_ROLE_DIM), text);
    if (rect.h < 3)
        return;
    if (!rule->rule.enabled) {
        kf_grid_print(grid, rect.x + 2, rect.y + 2, rect.w - 2, kf_pen(KF_ROLE_DIM), "[cue %s] disabled (settings)",
                      rule->rule.name);
        return;
    }
    for (int leg = 0; leg < (rule->rule.leg == KF_CUE_EACH ? 2 : 1); leg++)
        x += draw_dots(grid, x, rect.y + 2, rule, (enum kf_leg)leg);
    kf_text_clock(clock, rule->last_t_s, 0);
    if (isfinite(rule->last_t_s))
        kf_grid_print(grid, x, rect.y + 2, rect.x + rect.w - x, kf_pen(KF_ROLE_TEXT), "said %ux, last %s",
                      rule->said[KF_LEFT] + rule->said[KF_RIGHT], clock);
    else
        kf_grid_text(grid, x, rect.y + 2, rect.x + rect.w - x, kf_pen(KF_ROLE_DIM), "never said");
}

/* Cues a minute over the session, and how feedback is given. */
static void draw_dose(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    double minutes = (view->t_s - view->bucket_from_s) / 60;
    int x = rect.x;

    x += kf_grid_print(grid, x, rect.y, rect.w, kf_pen(KF_ROLE_TEXT), "%u cues", view->cue_count) + 2;
    if (minutes >= 1 && minutes < 1e5)
        x += kf_grid_print(grid, x, rect.y, rect.x + rect.w - x, kf_pen(KF_ROLE_DIM), "%.1f/min",
                           view->cue_count / minutes) +
             2;
    if (view->feedback[0])
        x += kf_grid_print(grid, x, rect.y, rect.x + rect.w - x, kf_pen(KF_ROLE_TEXT), "feedback %s", view->feedback) +
             2;
    if (view->cue.text[0] && isfinite(view->cue.t_s))
        kf_grid_print(grid, x, rect.y, rect.x + rect.w - x, kf_pen(KF_ROLE_DIM), "last: %s", view->cue.text);
}

void kf_screen_cues_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    unsigned count = view->rule_count < KF_CUE_RULES_MAX ? view->rule_count : KF_CUE_RULES_MAX;
    int each = ROWS_A_RULE + (rect.h >= 18), y = rect.y + 3, end = rect.y + rect.h;
    unsigned room = end > y ? (unsigned)(end - y) / (unsigned)each : 0, most = count > room ? count - room : 0;

    grid->scrolled = ui->scroll < most ? ui->scroll : most;
    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "CUES");
    draw_dose(grid, kf_rect(rect.x + 2, rect.y + 1, rect.w - 4, 1), view);
    if (count == 0)
        kf_grid_text(grid, rect.x + 2, y, rect.w - 4, kf_pen(KF_ROLE_DIM), "no rules: this profile only watches");
    for (unsigned i = grid->scrolled; i < count && y < end; i++, y += each)
        draw_rule(grid, kf_rect(rect.x + 2, y, rect.w - 4, end - y), view, &view->rule[i]);
}
