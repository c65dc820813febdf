/* screen_why.c - why a swing was judged as it was: every number of the verdict beside what passive and what pulled ask
 * for (science.md section 7), the quality behind it, and the reason in a sentence. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/parts.h"
#include "ui/screens.h"
#include "ui/text.h"

/* Columns; the narrow numbers are for a screen of forty. */
enum {
    NAME = 14,
    VALUE = 7,
    UNIT = 6,
    NARROW_NAME = 11,
    NARROW_VALUE = 6,
    NEED = 12,
    WIDE = NAME + VALUE + UNIT + 2 * NEED + 2,
    WHY_TWO_COLUMNS = 2 * (WIDE + 2),
    WHY_ROWS = 20,
    OTHERS = 12,
    CHART_ROWS = 8,
    CHART_MOST = 24,
    CHART_COLUMNS = 32,
    STRIDE_COLUMNS = 2
};

enum met { NOT_ASKED, MET, MISSED };

/* One number of the verdict. */
struct evidence {
    const char *name, *unit;
    int decimals, with_sign;
    double value;
    char passive[24], pulled[24]; /* what each asks for; "" nothing */
    enum met passive_met, pulled_met;
};

static enum met met_if(bool condition)
{
    return condition ? MET : MISSED;
}

static const char *sentence(enum kf_reason reason)
{
    switch (reason) {
    case KF_REASON_DRIVE_AND_FOLD:
        return "driven beyond the limit, and folded further than when relaxed";
    case KF_REASON_FLEXOR_MOMENT:
        return "the mean knee moment flexes: pulled even without a baseline";
    case KF_REASON_WITHIN_BAND:
        return "drive and flexor work are within the band";
    case KF_REASON_NO_BASELINE:
        return "no baseline yet: run relaxed, press b";
    case KF_REASON_LOW_QUALITY:
        return "the data of this swing are not good enough to judge";
    case KF_REASON_COCONTRACTION:
        return "hamstrings active while the drive is low";
    case KF_REASON_BETWEEN:
        return "between the limits of passive and pulled";
    case KF_REASON_WALKING:
        return "walking is not judged";
    case KF_REASON_BELT_CHANGE:
        return "the belt changed its speed";
    case KF_REASON_NOT_ALIGNED:
        return "the sensors' axes are not known yet";
    case KF_REASON_NONE:
        return "the swing ended before its peak was seen";
    default:
        return "";
    }
}

/* The rows that have a limit. */
static unsigned judged_rows(struct evidence row[4], const struct kf_view_stride *s, const struct kf_limits *limits,
                            const struct kf_baseline_report *baseline)
{
    char number[16];
    bool fraction_asked = !(baseline->mean_knee_moment_nm_kg < limits->flexor_fraction_floor_nm_kg);

    row[0] = (struct evidence){.name = "drive",
                               .unit = "Nm/kg",
                               .decimals = 3,
                               .with_sign = 1,
                               .value = s->drive_nm_kg,
                               .passive_met = met_if(fabs(s->drive_nm_kg) < limits->drive_limit_nm_kg)};
    (void)snprintf(number, sizeof number, "%.3g", limits->drive_limit_nm_kg);
    (void)snprintf(row[0].passive, sizeof row[0].passive, "|D|<%s", number + (number[0] == '0' && number[1] == '.'));
    row[1] = (struct evidence){.name = "p(pulled)",
                               .unit = "",
                               .decimals = 3,
                               .value = s->p_pulled,
                               .pulled_met = met_if(s->p_pulled > limits->p_pulled)};
    (void)snprintf(row[1].pulled, sizeof row[1].pulled, ">%.2f", limits->p_pulled);
    row[2] = (struct evidence){.name = "knee excess",
                               .unit = "°",
                               .decimals = 1,
                               .with_sign = 1,
                               .value = s->knee_excess_deg,
                               .pulled_met = met_if(s->knee_excess_deg >= limits->knee_excess_deg)};
    (void)snprintf(row[2].pulled, sizeof row[2].pulled, ">=%.1f", limits->knee_excess_deg);
    row[3] = (struct evidence){.name = "flexor work", .unit = "", .decimals = 3, .value = s->flexor_work_fraction};
    if (fraction_asked) {
        row[3].passive_met = met_if(s->flexor_work_fraction < limits->flexor_fraction_max);
        (void)snprintf(row[3].passive, sizeof row[3].passive, "<%.2f", limits->flexor_fraction_max);
    } else {
        (void)snprintf(row[3].passive, sizeof row[3].passive, "not asked");
    }
    return 4;
}

/* And those that stand behind them. */
static unsigned other_rows(struct evidence row[OTHERS], const struct kf_view_stride *s, const struct kf_limits *limits,
                           const struct kf_baseline_report *baseline)
{
    row[0] = (struct evidence){.name = "quality",
                               .unit = "",
                               .decimals = 2,
                               .value = s->quality,
                               .passive_met = met_if(s->quality >= limits->min_quality),
                               .pulled_met = met_if(s->quality >= limits->min_quality)};
    (void)snprintf(row[0].passive, sizeof row[0].passive, ">=%.2f", limits->min_quality);
    (void)snprintf(row[0].pulled, sizeof row[0].pulled, ">=%.2f", limits->min_quality);
    row[1] = (struct evidence){.name = "confidence", .unit = "", .decimals = 2, .value = s->confidence};
    row[2] = (struct evidence){
        .name = "knee moment", .unit = "Nm/kg", .decimals = 3, .with_sign = 1, .value = s->mean_knee_moment_nm_kg};
    row[3] = (struct evidence){
        .name = "baseline", .unit = "Nm/kg", .decimals = 3, .with_sign = 1, .value = baseline->mean_knee_moment_nm_kg};
    row[4] = (struct evidence){.name = "spread", .unit = "Nm/kg", .decimals = 3, .value = s->sigma_nm_kg};
    row[5] = (struct evidence){.name = "peak knee", .unit = "°", .decimals = 1, .value = s->peak_knee_deg};
    row[6] = (struct evidence){.name = "fold share", .unit = "", .decimals = 2, .value = s->fold_motion_share};
    row[7] = (struct evidence){.name = "hip at TO", .unit = "°", .decimals = 1, .with_sign = 1, .value = s->hip_to_deg};
    row[8] = (struct evidence){.name = "hip lag", .unit = "ms", .with_sign = 1, .value = s->hip_reversal_lag_ms};
    row[9] =
        (struct evidence){.name = "trunk lean", .unit = "°", .decimals = 1, .with_sign = 1, .value = s->trunk_lean_deg};
    row[10] = (struct evidence){.name = "EMG early", .unit = "", .decimals = 2, .value = s->emg_early_ratio};
    row[11] = (struct evidence){.name = "said after", .unit = "ms", .decimals = 0, .value = s->latency_ms};
    return OTHERS;
}

static void draw_need(struct kf_grid *grid, int x, int y, int width, const char *need, enum met met)
{
    struct kf_pen pen = met == MET ? kf_pen_bold(KF_ROLE_TEXT) : kf_pen(KF_ROLE_DIM);

    if (met != NOT_ASKED)
        kf_grid_put(grid, x, y, pen, met == MET ? 0x2713 : 0x2717);
    kf_grid_text(grid, x + 2, y, width - 2, pen, need);
}

/* Where the columns stand in a rectangle of this width. */
struct columns {
    int name, value, unit, need;
};

static struct columns columns_in(int width)
{
    struct columns wide = {NAME, VALUE, UNIT, NEED}, narrow = {NARROW_NAME, NARROW_VALUE, 0, 0};

    narrow.need = (width - NARROW_NAME - NARROW_VALUE - 2) / 2;
    return width >= WIDE ? wide : narrow;
}

static void draw_evidence(struct kf_grid *grid, struct kf_rect rect, const struct evidence *row)
{
    struct columns columns = columns_in(rect.w);
    char number[KF_NUMBER_MAX];
    int x = rect.x, y = rect.y;

    kf_text_number(number, columns.value, row->decimals, row->with_sign, row->value);
    kf_grid_text(grid, x, y, columns.name, kf_pen(KF_ROLE_DIM), row->name);
    kf_grid_text(grid, x + columns.name, y, columns.value, kf_pen_bold(KF_ROLE_TITLE), number);
    x += columns.name + columns.value + 1;
    kf_grid_text(grid, x, y, columns.unit - 1, kf_pen(KF_ROLE_DIM), kf_grid_unit(grid, row->unit));
    x += columns.unit + 1;
    draw_need(grid, x, y, columns.need, row->passive, row->passive_met);
    draw_need(grid, x + columns.need, y, columns.need, row->pulled, row->pulled_met);
}

static void draw_titles(struct kf_grid *grid, struct kf_rect rect)
{
    struct columns columns = columns_in(rect.w);
    int x = rect.x + columns.name + columns.value + columns.unit + 2;

    kf_grid_text(grid, x, rect.y, columns.need, kf_pen(KF_ROLE_DIM), "passive");
    kf_grid_text(grid, x + columns.need, rect.y, columns.need, kf_pen(KF_ROLE_DIM), "pulled");
}

/* The drive of the leg's last strides up to this one, with the limits dotted, and each stride's verdict beneath. */
static void draw_history(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                         const struct kf_view_stride *upto)
{
    const struct kf_view_gauge *scale = &view->gauge[KF_GAUGE_DRIVE][KF_LEFT];
    double limit = view->limits.drive_limit_nm_kg, x = rect.w / STRIDE_COLUMNS - 1, next = NAN;
    struct kf_rect chart = kf_rect(rect.x, rect.y + 1, rect.w / STRIDE_COLUMNS * STRIDE_COLUMNS, rect.h - 2);
    struct kf_canvas canvas;

    if (!isfinite(scale->low) || !(scale->high > scale->low))
        return;
    kf_grid_print(grid, rect.x, rect.y, rect.w, kf_pen(KF_ROLE_DIM), "drive, Nm/kg; limit %.3g dotted", limit);
    kf_canvas_init_chart(&canvas, chart, grid->glyphs, 0, chart.w, scale->low, scale->high);
    for (int dot = 0; dot < chart.w * canvas.dots_x; dot += 4)
        for (int sign = -1; sign <= 1; sign += 2)
            kf_canvas_dot(&canvas, kf_pen(KF_ROLE_BAND), dot / canvas.scale_x, sign * limit);
    for (const struct kf_view_stride *s = upto; s >= view->stride && x >= 0; s--) {
        if (s->leg != upto->leg)
            continue;
        if (isfinite(s->drive_nm_kg) && isfinite(next))
            kf_canvas_line(&canvas, kf_pen(kf_leg_role(s->leg)), x * STRIDE_COLUMNS + .5, s->drive_nm_kg,
                           (x + 1) * STRIDE_COLUMNS + .5, next);
        next = s->drive_nm_kg;
        kf_grid_put(grid, rect.x + (int)x * STRIDE_COLUMNS, rect.y + rect.h - 1, kf_verdict_pen(s->verdict),
                    kf_verdict_glyph(s->verdict));
        x -= 1;
    }
    kf_canvas_show(&canvas, grid);
}

/* The sentence, in two rows where it needs them. */
static int draw_sentence(struct kf_grid *grid, struct kf_rect rect, const char *text)
{
    const char *rest = strchr(text, ',');

    if (kf_text_width(text) <= rect.w || !rest || rect.h < 2) {
        kf_grid_text(grid, rect.x, rect.y, rect.w, kf_pen(KF_ROLE_TEXT), text);
        return 1;
    }
    kf_grid_print(grid, rect.x, rect.y, rect.w, kf_pen(KF_ROLE_TEXT), "%.*s", (int)(rest + 1 - text), text);
    kf_grid_text(grid, rect.x, rect.y + 1, rect.w, kf_pen(KF_ROLE_TEXT), rest + 2);
    return 2;
}

/* Which verdict on which swing. */
static void draw_heading(struct kf_grid *grid, struct kf_rect rect, const struct kf_view_stride *s)
{
    struct kf_pen pen = kf_verdict_pen(s->verdict);
    char clock[KF_NUMBER_MAX];
    int x = rect.x;

    kf_text_clock(clock, s->t_s, 1);
    pen.attr |= KF_ATTR_BOLD;
    kf_grid_put(grid, x, rect.y, pen, kf_verdict_glyph(s->verdict));
    x += 2 + kf_grid_text(grid, x + 2, rect.y, 10, pen, kf_verdict_name(s->verdict));
    if (s->muscle != KF_MUSCLE_UNKNOWN && rect.w >= WIDE)
        x += 2 + kf_grid_text(grid, x + 2, rect.y, 13, kf_pen(KF_ROLE_TEXT), kf_muscle_name(s->muscle));
    kf_grid_print(grid, x + 2, rect.y, rect.x + rect.w - x - 2, kf_pen(KF_ROLE_DIM), "%s swing %u at %s",
                  kf_leg_name(s->leg), s->id, clock);
}

/* What the settings compared with say of it. */
static void draw_other(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                       const struct kf_view_stride *s)
{
    struct kf_pen pen = kf_verdict_pen(s->other);
    int x = rect.x;

    kf_grid_put(grid, x, rect.y, kf_pen_bold(KF_ROLE_ACCENT), s->other == s->verdict ? '=' : 0x2260);
    x += 2 + kf_grid_print(grid, x + 2, rect.y, rect.w / 2, kf_pen(KF_ROLE_DIM), "with %s ", view->diff.with);
    kf_grid_print(grid, x, rect.y, rect.x + rect.w - x, pen, "%s: %s", kf_verdict_name(s->other),
                  kf_reason_name(s->other_reason));
}

/* The chart of its last strides, below the numbers or beside them, where there is room. */
static void draw_chart(struct kf_grid *grid, struct kf_rect below, struct kf_rect beside, const struct kf_view *view,
                       const struct kf_view_stride *s)
{
    struct kf_rect rect = below.h >= CHART_ROWS ? below : beside;

    rect.h = rect.h < CHART_MOST ? rect.h : CHART_MOST;
    if (rect.h >= CHART_ROWS && rect.w >= CHART_COLUMNS)
        draw_history(grid, rect, view, s);
}

/* Heading, reason, rows of one stride; `paged` of its numbers stand above the room, if there are so many. */
static void draw_stride(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                        const struct kf_view_stride *s, unsigned paged)
{
    const struct kf_baseline_report *baseline = &view->leg[s->leg == KF_RIGHT ? KF_RIGHT : KF_LEFT].baseline;
    struct evidence row[4 + OTHERS];
    unsigned count = judged_rows(row, s, &view->limits, baseline), room, most;
    const int roomy = rect.h > 4 + OTHERS + 8, end = rect.y + rect.h;
    int y = rect.y + 1, top;

    count += other_rows(row + count, s, &view->limits, baseline);
    draw_heading(grid, kf_rect(rect.x, y, rect.w, 1), s);
    y += 1;
    top = draw_sentence(grid, kf_rect(rect.x, y, rect.w, 2), sentence(s->reason));
    y += roomy ? 3 : top; /* both legs' numbers in the same rows */
    if (view->diff.shown && s->other_known)
        draw_other(grid, kf_rect(rect.x, y++, rect.w, 1), view, s);
    top = y;
    draw_titles(grid, kf_rect(rect.x, y++, rect.w, 1));
    room = end > y ? (unsigned)(end - y) : 0;
    most = count > room ? count - room : 0;
    paged = paged < most ? paged : most;
    grid->paged = paged > grid->paged ? paged : grid->paged;
    for (unsigned i = paged; i < count && y < end; i++, y++)
        draw_evidence(grid, kf_rect(rect.x, y, rect.w, 1), &row[i]);
    draw_chart(grid, kf_rect(rect.x, y + 1, rect.w, end - y - 1),
               kf_rect(rect.x + WIDE + 2, top, rect.w - WIDE - 2, end - top), view, s);
}

/* A leg's newest stride but `back` more, the oldest when there are fewer, or NULL. */
static const struct kf_view_stride *stride_of(const struct kf_view *view, enum kf_leg leg, unsigned back)
{
    const struct kf_view_stride *found = NULL;

    for (unsigned i = kf_view_strides(view); i > 0; i--)
        if (view->stride[i - 1].leg == leg) {
            found = &view->stride[i - 1];
            if (back-- == 0)
                return found;
        }
    return found;
}

/* Room for one: the cue's leg, else the newest, and by scrolling those before. */
static const struct kf_view_stride *one_stride(const struct kf_view *view, unsigned back)
{
    unsigned count = kf_view_strides(view);

    if (back == 0 && kf_banner_active(view) && view->cue.has_leg)
        return stride_of(view, view->cue.leg, 0);
    return count == 0 ? NULL : &view->stride[back < count ? count - 1 - back : 0];
}

/* As far back as there are strides, of the leg that has most. */
static unsigned strides_back(const struct kf_view *view, bool each, unsigned back)
{
    unsigned count[KF_LEG_COUNT] = {0, 0}, most;

    for (unsigned i = 0; i < kf_view_strides(view); i++)
        count[each && view->stride[i].leg == KF_RIGHT ? KF_RIGHT : KF_LEFT]++;
    most = count[KF_LEFT] > count[KF_RIGHT] ? count[KF_LEFT] : count[KF_RIGHT];
    return back < most ? back : most > 0 ? most - 1 : 0;
}

void kf_screen_why_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    const struct kf_view_stride *s[2] = {NULL, NULL};
    bool across = rect.w >= WHY_TWO_COLUMNS, down = !across && rect.h >= 2 * WHY_ROWS;
    int w = across ? rect.w / 2 : rect.w, h = down ? rect.h / 2 : rect.h;

    grid->scrolled = strides_back(view, across || down, ui->scroll);
    if (across || down)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++)
            s[leg] = stride_of(view, (enum kf_leg)leg, grid->scrolled);
    else
        s[0] = one_stride(view, grid->scrolled);
    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "WHY");
    if (!s[0] && !s[1])
        kf_grid_text(grid, rect.x + 2, rect.y + 2, rect.w - 4, kf_pen(KF_ROLE_TEXT), "no swing has been judged yet");
    for (int i = 0; i < 2; i++)
        if (s[i])
            draw_stride(grid, kf_rect(rect.x + 2 + (across ? i * w : 0), rect.y + (down ? i * h : 0), w - 3, h), view,
                        s[i], ui->paged);
}
