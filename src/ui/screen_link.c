/* screen_link.c - every pod and every stream of it: what comes, what is lost, how its clock runs, and where nothing can
 * be read, what the bytes look like. Scrolls by rows. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/screens.h"
#include "ui/text.h"

enum { RATE = 7, LOSS = 7, SATURATED = 8, SAMPLES = 10 };

enum { PAGE = 8 }; /* streams a page key moves */

/* Rows above the scroll or below the room are not seen. */
struct page {
    struct kf_grid *grid;
    struct kf_rect rect;
    int row, skip;
    const struct kf_wear *wear;
    unsigned stream; /* how many have been met */
    int chosen_row;
};

static int next_row(struct page *page)
{
    int y = page->row++ - page->skip;

    return y >= 0 && y < page->rect.h ? page->rect.y + y : -1;
}

static const char *link_word(enum kf_view_link link, enum kf_role *role)
{
    static const char *const words[] = {"waiting", "ok", "NO DATA", "GONE", "ended"};

    *role = link == KF_LINK_OK ? KF_ROLE_PASSIVE : KF_ROLE_WARN;
    return (unsigned)link <= KF_LINK_ENDED ? words[link] : "";
}

/* Pairs "label value" from left to right, in rows as they fit. */
struct pairs {
    struct page *page;
    int x, y;
};

static void add_pair(struct pairs *pairs, const char *label, bool bad, const char *value)
{
    struct kf_rect rect = pairs->page->rect;
    int width = kf_text_width(label) + 1 + kf_text_width(value);

    if (pairs->x == 0 || pairs->x + width > rect.w) {
        pairs->y = next_row(pairs->page);
        pairs->x = 2;
    }
    if (pairs->y >= 0) {
        int x = rect.x + pairs->x;
        x += kf_grid_text(pairs->page->grid, x, pairs->y, rect.w, kf_pen(KF_ROLE_DIM), label) + 1;
        kf_grid_text(pairs->page->grid, x, pairs->y, rect.x + rect.w - x,
                     bad ? kf_pen_bold(KF_ROLE_WARN) : kf_pen(KF_ROLE_TEXT), value);
    }
    pairs->x += width + 3;
}

static void add_number(struct pairs *pairs, const char *label, double value, int decimals, const char *unit, bool bad)
{
    char number[KF_NUMBER_MAX], text[64];

    kf_text_number(number, 12, decimals, 0, value);
    (void)snprintf(text, sizeof text, "%s%s%s", number + strspn(number, " "), unit[0] ? " " : "", unit);
    add_pair(pairs, label, bad, isfinite(value) ? text : "-");
}

static void add_count(struct pairs *pairs, const char *label, uint64_t value, bool bad)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    add_pair(pairs, label, bad, text);
}

static void add_health(struct page *page, const struct kf_view_pod *pod)
{
    struct pairs pairs = {page, 0, -1};
    char text[64];

    add_number(&pairs, "rate", pod->rate_hz, 0, "Hz", false);
    add_number(&pairs, "loss", pod->loss_pct, 2, "%", pod->loss_pct >= 1);
    (void)snprintf(text, sizeof text, "%.0f/%.0f ms", pod->latency_ms_p50, pod->latency_ms_p95);
    if (isfinite(pod->latency_ms_p50) && fabs(pod->latency_ms_p95) < 1e6)
        add_pair(&pairs, "latency p50/p95", pod->latency_ms_p95 > 100, text);
    add_number(&pairs, "drift", pod->drift_ppm, 0, "ppm", fabs(pod->drift_ppm) > 500);
    add_number(&pairs, "jitter", pod->jitter_ms, 1, "ms", pod->jitter_ms > 20);
    add_number(&pairs, "align error", pod->align_error_ms, 1, "ms", pod->align_error_ms > 10);
    add_count(&pairs, "frames", pod->good_frames, false);
    add_count(&pairs, "bad", pod->bad_frames, pod->bad_frames > 0);
    add_count(&pairs, "resyncs", pod->resyncs, pod->resyncs > 0);
    add_count(&pairs, "restarts", pod->epochs > 0 ? pod->epochs - 1 : 0, pod->epochs > 1);
    add_count(&pairs, "reopened", pod->reopened, pod->reopened > 0);
    if (pod->battery_pct >= 0 && pod->battery_pct <= 100)
        add_number(&pairs, "battery", pod->battery_pct, 0, "%", pod->battery_pct < 15);
}

/* Where the columns of the streams stand; 0: left out. */
struct columns {
    int site, kind, rate, loss, saturated, samples;
};

static struct columns columns_in(int width)
{
    static const struct columns wide = {5, 26, 32, 42, 52, 64}, narrow = {4, 0, 13, 20, 27, 0};

    return width >= 74 ? wide : narrow;
}

static void add_stream_titles(struct page *page)
{
    struct columns at = columns_in(page->rect.w);
    int y = next_row(page), x = page->rect.x;

    if (y < 0)
        return;
    kf_grid_text(page->grid, x + at.site, y, 8, kf_pen(KF_ROLE_DIM), "site");
    kf_grid_text_right(page->grid, x + at.rate, y, RATE, kf_pen(KF_ROLE_DIM), "Hz");
    kf_grid_text_right(page->grid, x + at.loss, y, LOSS, kf_pen(KF_ROLE_DIM), "loss%");
    kf_grid_text_right(page->grid, x + at.saturated, y, SATURATED, kf_pen(KF_ROLE_DIM), "satur.%");
    if (at.kind)
        kf_grid_text(page->grid, x + at.kind, y, 5, kf_pen(KF_ROLE_DIM), "kind");
    if (at.samples)
        kf_grid_text_right(page->grid, x + at.samples, y, SAMPLES, kf_pen(KF_ROLE_DIM), "samples");
}

/* What its site is called; while it is being turned, what it would become. */
static void draw_site(struct page *page, struct kf_rect rect, const struct kf_view_stream *stream, bool chosen)
{
    const bool unknown = stream->site == KF_SITE_NONE;

    if (chosen && page->wear->turning)
        kf_grid_print(page->grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_ACCENT), "< %s >",
                      kf_site_name(page->wear->site));
    else
        kf_grid_text(page->grid, rect.x, rect.y, rect.w,
                     kf_pen(unknown || stream->doubled ? KF_ROLE_WARN : KF_ROLE_TEXT),
                     unknown           ? "unknown"
                     : stream->doubled ? "doubled, unused"
                                       : kf_site_name(stream->site));
}

static void add_stream(struct page *page, const struct kf_view_stream *stream, unsigned index)
{
    const unsigned place = page->stream++;
    const bool chosen = place == page->wear->list.chosen;
    double share = stream->samples ? 100.0 * (double)stream->saturated / (double)stream->samples : 0;
    struct columns at = columns_in(page->rect.w);
    char number[KF_NUMBER_MAX];
    int y = next_row(page), x = page->rect.x;

    if (chosen)
        page->chosen_row = page->row - 1;
    if (y < 0)
        return;
    kf_grid_hot(page->grid, kf_rect(x, y, page->rect.w, 1), KF_KEY_PICK, place, place);
    if (chosen)
        kf_grid_text(page->grid, x, y, 1, kf_pen_bold(KF_ROLE_ACCENT), ">");
    kf_grid_print(page->grid, x + 2, y, 2, kf_pen(KF_ROLE_DIM), "%u", index);
    draw_site(page, kf_rect(x + at.site, y, (at.kind ? at.kind : at.rate) - at.site - (at.kind > 0), 1), stream,
              chosen);
    kf_text_number(number, RATE, 1, 0, stream->rate_hz);
    kf_grid_text(page->grid, x + at.rate, y, RATE, kf_pen(KF_ROLE_TEXT), number);
    kf_text_number(number, LOSS, 2, 0, stream->loss_pct);
    kf_grid_text(page->grid, x + at.loss, y, LOSS, kf_pen(stream->loss_pct >= 1 ? KF_ROLE_WARN : KF_ROLE_TEXT), number);
    kf_text_number(number, SATURATED, 3, 0, share);
    kf_grid_text(page->grid, x + at.saturated, y, SATURATED, kf_pen(share > .1 ? KF_ROLE_WARN : KF_ROLE_TEXT), number);
    if (at.kind)
        kf_grid_text(page->grid, x + at.kind, y, 5, kf_pen(KF_ROLE_DIM), kf_kind_name(stream->kind));
    if (at.samples)
        kf_grid_print(page->grid, x + at.samples, y, SAMPLES, kf_pen(KF_ROLE_DIM), "%10llu",
                      (unsigned long long)stream->samples);
}

static void add_pod(struct page *page, const struct kf_view_pod *pod)
{
    unsigned streams = pod->stream_count < KF_VIEW_STREAMS ? pod->stream_count : KF_VIEW_STREAMS;
    enum kf_role role;
    const char *word = link_word(pod->link, &role);
    int y = next_row(page), x = page->rect.x;

    if (y >= 0) {
        x += kf_grid_text(page->grid, x, y, page->rect.w / 2, kf_pen_bold(KF_ROLE_TITLE), pod->source) + 2;
        x += kf_grid_text(page->grid, x, y, page->rect.x + page->rect.w - x, kf_pen_bold(role), word) + 2;
        if (pod->link != KF_LINK_OK && pod->age_s >= 1 && pod->age_s < 1e6)
            x += kf_grid_print(page->grid, x, y, 10, kf_pen(role), "%.0f s", floor(pod->age_s)) + 2;
        x += kf_grid_text(page->grid, x, y, page->rect.x + page->rect.w - x, kf_pen(KF_ROLE_TEXT), pod->format) + 2;
        kf_grid_text(page->grid, x, y, page->rect.x + page->rect.w - x, kf_pen(KF_ROLE_DIM), pod->name);
    }
    if (pod->trying[0] && (y = next_row(page)) >= 0)
        kf_grid_print(page->grid, page->rect.x + 2, y, page->rect.w - 2, kf_pen(KF_ROLE_WARN), "trying %s",
                      pod->trying);
    if (pod->bytes_seen[0] && (y = next_row(page)) >= 0)
        kf_grid_print(page->grid, page->rect.x + 2, y, page->rect.w - 2, kf_pen(KF_ROLE_WARN), "its bytes begin '%s'",
                      pod->bytes_seen);
    add_health(page, pod);
    if (streams)
        add_stream_titles(page);
    for (unsigned i = 0; i < streams; i++)
        add_stream(page, &pod->stream[i], i);
    page->row++;
}

/* Of the rows counted, which is the first to be seen: the chosen stream and as much as there is room for of what stands
 * above it, for that is its pod's. As long as nobody has chosen, the page begins at its top. */
static int first_row(const struct page *page, int room, int scroll)
{
    const int most = page->row - 1 > room ? page->row - 1 - room : 0;
    const bool chosen = page->wear->list.chosen > 0 || page->wear->turning;
    const int wanted = page->stream == 0 ? scroll : chosen ? page->chosen_row + 2 - room : 0;

    return wanted < 0 ? 0 : wanted < most ? wanted : most;
}

void kf_screen_link_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    unsigned pods = view->pod_count < KF_PODS_MAX ? view->pod_count : KF_PODS_MAX;
    struct page page = {.grid = grid, .rect = kf_rect(rect.x + 2, rect.y + 1, rect.w - 4, 0), .wear = &ui->wear};
    int room = rect.h - 1;

    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "LINK");
    if (pods == 0)
        kf_grid_text(grid, rect.x + 2, rect.y + 2, rect.w - 4, kf_pen(KF_ROLE_TEXT), "no pod has been heard of yet");
    for (int pass = 0; pass < 2; pass++) { /* the first only counts the rows */
        for (unsigned i = 0; i < pods; i++)
            add_pod(&page, &view->pods[i]);
        page.skip = first_row(&page, room, (int)ui->scroll);
        page.rect.h = room;
        grid->scrolled = page.stream == 0 ? (unsigned)page.skip : 0;
        page.row = 0;
        page.stream = 0;
    }
}

/* ---- where a stream is worn ---- */

/* The stream `chosen` of all pods, and *pod and *index that say which it is; NULL when there is none. */
static const struct kf_view_stream *find_stream(const struct kf_view *view, unsigned chosen, unsigned *pod,
                                                unsigned *index)
{
    for (*pod = 0; *pod < view->pod_count && *pod < KF_PODS_MAX; ++*pod) {
        const struct kf_view_pod *one = &view->pods[*pod];
        const unsigned streams = one->stream_count < KF_VIEW_STREAMS ? one->stream_count : KF_VIEW_STREAMS;
        if (chosen < streams) {
            *index = chosen;
            return &one->stream[chosen];
        }
        chosen -= streams;
    }
    return NULL;
}

static unsigned count_streams(const struct kf_view *view)
{
    unsigned count = 0, pod, index;

    while (find_stream(view, count, &pod, &index))
        count++;
    return count;
}

/* The next site a stream of this kind can be worn at, or the one before; none lies between the last and the first. */
static enum kf_site turn(enum kf_site site, enum kf_kind kind, int by)
{
    static const int
        first[] = {[KF_KIND_IMU6] = 0, [KF_KIND_EMG] = KF_SITE_BODY_COUNT, [KF_KIND_FORCE] = KF_SITE_INSOLE_L},
        end[] = {
            [KF_KIND_IMU6] = KF_SITE_BODY_COUNT, [KF_KIND_EMG] = KF_SITE_INSOLE_L, [KF_KIND_FORCE] = KF_SITE_COUNT};
    const int next = (int)site + by;

    if (site == KF_SITE_NONE)
        return (enum kf_site)(by > 0 ? first[kind] : end[kind] - 1);
    return next >= first[kind] && next < end[kind] ? (enum kf_site)next : KF_SITE_NONE;
}

bool kf_screen_link_key(struct kf_ui *ui, const struct kf_view *view, uint32_t key, double value, struct kf_ask *ask)
{
    struct kf_wear *wear = &ui->wear;
    unsigned pod = 0, index = 0;
    const unsigned count = count_streams(view);
    const struct kf_view_stream *stream;

    if (wear->list.chosen >= count)
        *wear = (struct kf_wear){.list.chosen = count > 0 ? count - 1 : 0};
    stream = find_stream(view, wear->list.chosen, &pod, &index);
    if (!stream || (unsigned)stream->kind > KF_KIND_FORCE)
        return false;
    if (key == KF_KEY_ENTER && !wear->turning) {
        wear->turning = true;
        wear->site = stream->site;
    } else if (key == KF_KEY_ENTER) {
        wear->turning = false;
        *ask = (struct kf_ask){.action = KF_ACTION_SITE, .index = pod, .value = index};
        (void)snprintf(ask->text, sizeof ask->text, "%s", kf_site_name(wear->site));
    } else if (wear->turning && (key == KF_KEY_RIGHT || key == 'l' || key == KF_KEY_LEFT || key == 'h')) {
        wear->site = turn(wear->site, stream->kind, key == KF_KEY_RIGHT || key == 'l' ? 1 : -1);
    } else if (wear->turning && key == KF_KEY_ESCAPE) {
        wear->turning = false;
    } else {
        wear->turning = false;
        return key != KF_KEY_HOME && key != KF_KEY_END && kf_list_key(&wear->list, count, PAGE, key, value);
    }
    return true;
}
