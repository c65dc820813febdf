/* header.c - who runs, how fast, since when, whether it is being recorded, and whether the data can be trusted: the top
 * two rows, the second with the tabs of the screens. Built from pieces in order of need: a narrow screen loses the
 * least. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/text.h"

static struct kf_pen bar_pen(enum kf_role role, unsigned attr)
{
    struct kf_pen pen = {(uint8_t)role, KF_ROLE_BAR, (uint8_t)attr};
    return pen;
}

bool kf_view_is_stale(const struct kf_view *view)
{
    return view->link == KF_LINK_STALE || view->link == KF_LINK_GONE || view->link == KF_LINK_WAITING;
}

void kf_view_stale_text(const struct kf_view *view, char out[KF_VIEW_TEXT])
{
    char age[KF_NUMBER_MAX] = "";

    if (view->age_s >= 0 && view->age_s < 1e6)
        (void)snprintf(age, sizeof age, " %.0f s", floor(view->age_s));
    if (view->link == KF_LINK_WAITING)
        (void)snprintf(out, KF_VIEW_TEXT, "waiting for data");
    else
        (void)snprintf(out, KF_VIEW_TEXT, "%s%s", view->link == KF_LINK_GONE ? "POD GONE" : "NO DATA", age);
}

bool kf_view_lone_leg(const struct kf_view *view, enum kf_leg *leg)
{
    *leg = view->leg[KF_RIGHT].now.worn ? KF_RIGHT : KF_LEFT;
    return view->leg[KF_LEFT].now.worn != view->leg[KF_RIGHT].now.worn;
}

const char *kf_leg_name(enum kf_leg leg)
{
    return leg == KF_RIGHT ? "right" : "left";
}

enum kf_role kf_leg_role(enum kf_leg leg)
{
    return leg == KF_RIGHT ? KF_ROLE_RIGHT : KF_ROLE_LEFT;
}

/* What is going on, in a word or two. */
static struct kf_pen condition(const struct kf_view *view, const struct kf_ui *ui, char out[KF_VIEW_TEXT])
{
    if (kf_view_is_stale(view)) {
        kf_view_stale_text(view, out);
        return bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD);
    }
    if (view->link == KF_LINK_ENDED || (view->replay && view->ended)) {
        (void)snprintf(out, KF_VIEW_TEXT, "ENDED");
        return bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD);
    }
    if (ui->frozen || (view->replay && view->paused)) {
        (void)snprintf(out, KF_VIEW_TEXT, "%s", view->replay ? "PAUSED" : "DISPLAY FROZEN");
        return bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD);
    }
    (void)snprintf(out, KF_VIEW_TEXT, "%s", view->replay ? "REPLAY" : "LIVE");
    return bar_pen(KF_ROLE_PASSIVE, KF_ATTR_BOLD);
}

/* A piece of the first row after a separator, if all of it fits. Returns the columns used. */
static int piece(struct kf_grid *grid, int x, int y, int room, enum kf_role role, const char *text)
{
    int width = kf_text_width(text);

    if (width == 0 || width + 3 > room)
        return 0;
    kf_grid_text(grid, x, y, 3, bar_pen(KF_ROLE_FAINT, 0), " │ ");
    return 3 + kf_grid_text(grid, x + 3, y, width, bar_pen(role, 0), text);
}

/* "12.3 MB". */
static void size_text(char out[KF_NUMBER_MAX], uint64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double value = (double)bytes / 1000;
    unsigned unit = 0;

    while (value >= 999.5 && unit < 3) {
        value /= 1000;
        unit++;
    }
    (void)snprintf(out, KF_NUMBER_MAX, value < 9.95 && unit > 0 ? "%.1f %s" : "%.0f %s", value < 1e6 ? value : 1e6,
                   units[unit]);
}

/* What is being recorded, and what is left for it; "" nothing. */
static enum kf_role recording(const struct kf_view *view, bool wide, char out[KF_VIEW_TEXT])
{
    char size[KF_NUMBER_MAX], rest[KF_NUMBER_MAX];

    out[0] = '\0';
    if (view->recording == KF_RECORDING_FAILED) {
        (void)snprintf(out, KF_VIEW_TEXT, "REC FAILED");
        return KF_ROLE_WARN;
    }
    if (view->recording != KF_RECORDING_ON)
        return KF_ROLE_DIM;
    size_text(size, view->recording_bytes);
    size_text(rest, view->free_bytes);
    if (view->recording_lost > 0)
        (void)snprintf(out, KF_VIEW_TEXT, "REC %s, %llu lost", size, (unsigned long long)view->recording_lost);
    else if (wide && view->free_bytes > 0)
        (void)snprintf(out, KF_VIEW_TEXT, "REC %s of %s", size, rest);
    else
        (void)snprintf(out, KF_VIEW_TEXT, "REC %s", size);
    return view->recording_lost > 0 ? KF_ROLE_WARN : KF_ROLE_ACCENT;
}

/* Room for the name, the clock and, if it may be, the belt's speed is kept. */
enum { LEFT_LEAST = 18, LEFT_GOOD = 24 };

static bool fits_right(int end, int left, const char *text)
{
    return end - kf_text_width(text) >= left;
}

/* A word at the right end of the first row; returns where the room to its left ends. */
static int at_right(struct kf_grid *grid, int end, int y, struct kf_pen pen, const char *text)
{
    int width = kf_text_width(text);

    if (width == 0 || !fits_right(end, LEFT_LEAST, text))
        return end;
    kf_grid_text(grid, end - width, y, width, pen, text);
    return end - width - 2;
}

static void draw_title(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    char text[KF_VIEW_TEXT * 2], clock[KF_NUMBER_MAX], word[KF_VIEW_TEXT];
    struct kf_pen pen = condition(view, ui, word);
    enum kf_role role;
    int x = rect.x, end = rect.x + rect.w - 1, source;

    kf_grid_fill(grid, kf_rect(rect.x, rect.y, rect.w, 1), bar_pen(KF_ROLE_TEXT, 0), ' ');
    x += kf_grid_text(grid, x, rect.y, rect.w, bar_pen(KF_ROLE_TITLE, KF_ATTR_BOLD), " kneefold");
    end = at_right(grid, end, rect.y, pen, word);
    role = recording(view, rect.w >= 100, word);
    if (*word && !fits_right(end, LEFT_GOOD, word)) /* that it is recorded is worth more than how much */
        (void)snprintf(word, sizeof word, role == KF_ROLE_WARN ? "REC!" : "REC");
    end = at_right(grid, end, rect.y, bar_pen(role, KF_ATTR_BOLD), word);
    if (view->muted || view->quiet)
        end = at_right(grid, end, rect.y, bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD), view->quiet ? "QUIET" : "MUTED");
    kf_text_clock(clock, view->t_s, 0);
    x += piece(grid, x, rect.y, end - x, KF_ROLE_TITLE, clock);
    if (isfinite(view->belt_mps) && fabs(view->belt_mps) < 100) {
        kf_units_speed(clock, ui->units, view->belt_mps);
        x += piece(grid, x, rect.y, end - x, KF_ROLE_TEXT, clock);
    }
    if (view->warmup_left_s > 0) {
        kf_text_clock(clock, ceil(view->warmup_left_s), 0);
        (void)snprintf(text, sizeof text, "warm-up %s", clock);
        x += piece(grid, x, rect.y, end - x, KF_ROLE_WARN, text);
    }
    x += piece(grid, x, rect.y, end - x, KF_ROLE_TEXT, view->athlete);
    x += piece(grid, x, rect.y, end - x, KF_ROLE_TEXT, view->profile);
    (void)snprintf(text, sizeof text, view->format[0] ? "%s, %s" : "%s%s", view->source, view->format);
    source = piece(grid, x, rect.y, end - x, KF_ROLE_DIM, text);
    x += source ? source : piece(grid, x, rect.y, end - x, KF_ROLE_DIM, view->source);
    (void)piece(grid, x, rect.y, end - x, KF_ROLE_DIM, view->pod);
}

/* ---- the second row ---- */

enum { HEALTHS = 6, HEALTH_TEXT = 48 };

struct health {
    char text[HEALTH_TEXT];
    bool bad;
};

static bool shown(double value)
{
    return fabs(value) < 1e7;
}

/* Streams that come and that nobody has said the place of. */
static unsigned unplaced(const struct kf_view *view)
{
    unsigned count = 0;

    for (unsigned pod = 0; pod < view->pod_count && pod < KF_PODS_MAX; pod++)
        for (unsigned i = 0; i < view->pods[pod].stream_count && i < KF_VIEW_STREAMS; i++)
            count += view->pods[pod].stream[i].site == KF_SITE_NONE && view->pods[pod].stream[i].samples > 0;
    return count;
}

/* What there is to say of the link, the most telling first. */
static unsigned healths(const struct kf_view *view, struct health out[HEALTHS])
{
    const double drift_ppm = view->pod_count > 0 ? view->pods[0].drift_ppm : NAN;
    const unsigned placeless = unplaced(view);
    unsigned count = 0;

    if (placeless > 0) {
        out[count].bad = true;
        (void)snprintf(out[count++].text, HEALTH_TEXT, "%u stream%s not placed: 8", placeless,
                       placeless == 1 ? "" : "s");
    }
    if (shown(view->loss_pct)) {
        out[count].bad = view->loss_pct >= 1;
        (void)snprintf(out[count++].text, HEALTH_TEXT, "loss %.1f %%", view->loss_pct);
    }
    if (shown(view->rate_hz)) {
        out[count].bad = false;
        (void)snprintf(out[count++].text, HEALTH_TEXT, "%.0f Hz", view->rate_hz);
    }
    if (shown(view->latency_ms_p50) && shown(view->latency_ms_p95)) {
        out[count].bad = view->latency_ms_p95 > 100;
        (void)snprintf(out[count++].text, HEALTH_TEXT, "late %.0f/%.0f ms", view->latency_ms_p50, view->latency_ms_p95);
    }
    if (shown(drift_ppm)) {
        out[count].bad = fabs(drift_ppm) > 500;
        (void)snprintf(out[count++].text, HEALTH_TEXT, "%+.0f ppm", drift_ppm);
    }
    if (view->battery_pct >= 0 && view->battery_pct <= 100) {
        out[count].bad = view->battery_pct < 15;
        (void)snprintf(out[count++].text, HEALTH_TEXT, "bat %d %%", view->battery_pct);
    }
    return count;
}

/* From the right, as many as fit. */
static void draw_healths(struct kf_grid *grid, int x, int y, int end, const struct kf_view *view)
{
    struct health health[HEALTHS];
    unsigned count = healths(view, health);

    for (unsigned i = 0; i < count; i++) {
        int width = kf_text_width(health[i].text);
        if (end - width < x)
            return;
        kf_grid_text(grid, end - width, y, width, health[i].bad ? kf_pen_bold(KF_ROLE_WARN) : kf_pen(KF_ROLE_DIM),
                     health[i].text);
        end -= width + 2;
    }
}

static int tabs_width(void)
{
    int width = 0;

    for (unsigned i = 0; i < KF_SCREEN_COUNT; i++)
        width += kf_text_width(kf_screens[i].tab) + 4;
    return width;
}

/* "1 main  2 why ..."; in a narrow row the numbers and the name of the one that is shown. Returns the columns used. */
static int draw_tabs(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui *ui)
{
    struct kf_pen here = {KF_ROLE_TITLE, KF_ROLE_NONE, KF_ATTR_BOLD | KF_ATTR_UNDERLINE};
    bool full = tabs_width() + 24 <= rect.w;
    int x = rect.x;

    for (unsigned i = 0; i < KF_SCREEN_COUNT; i++) {
        bool current = i == (unsigned)ui->screen;
        int begin = x;
        x += kf_grid_print(grid, x, rect.y, 2, kf_pen(current ? KF_ROLE_ACCENT : KF_ROLE_DIM), "%u", i + 1) + 1;
        if (full || current)
            x += kf_grid_text(grid, x, rect.y, rect.x + rect.w - x, current ? here : kf_pen(KF_ROLE_DIM),
                              kf_screens[i].tab) +
                 (full ? 2 : 1);
        kf_grid_hot(grid, kf_rect(begin, rect.y, x - begin - 1, 1), '1' + i, 0, 0);
    }
    return x - rect.x;
}

void kf_header_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    int used;

    draw_title(grid, rect, view, ui);
    if (rect.h < 2)
        return;
    used = draw_tabs(grid, kf_rect(rect.x + 1, rect.y + 1, rect.w - 1, 1), ui);
    draw_healths(grid, rect.x + used + 2, rect.y + 1, rect.x + rect.w - 1, view);
}
