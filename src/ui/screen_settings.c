/* screen_settings.c - every setting and every key of a cue as a form: its value, and about the one chosen what it is
 * for, what it may be, what is built in, where its value comes from, and what the change would have done to the last
 * swings.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/screens.h"
#include "ui/text.h"

enum { SIDE_LEAST = 100, SIDE = 44, SIDE_MOST = 72, ABOUT_ROWS = 6, HELP_WORD = 32 };

static const char in_help[] = " (found in its help)";

/* ---- the form ---- */

static void draw_form(struct kf_grid *grid, struct kf_rect rect, const struct kf_pane *pane,
                      const struct kf_settings *in_force, const struct kf_pane_list *list)
{
    char values[KF_GRID_MAX_ROWS][KF_SETTING_VALUE_MAX], sections[KF_GRID_MAX_ROWS][KF_SECTION_MAX + HELP_WORD];
    struct kf_field fields[KF_PANE_ROWS];
    const struct kf_settings *settings = kf_pane_settings(pane, in_force);
    const unsigned rows = rect.h > 0 ? (unsigned)rect.h : 0, first = kf_list_first(&pane->form.list, list->count, rows);

    for (unsigned i = first; i < list->count && i - first < rows && i - first < KF_GRID_MAX_ROWS; i++) {
        const struct kf_place place = list->row[i].place;
        char *value = values[i - first], *section = sections[i - first];
        fields[i] = (struct kf_field){.label = place.row->key, .value = value, .unit = place.row->unit, .note = ""};
        if (list->row[i].heading) {
            kf_place_section(settings, place, section, KF_SECTION_MAX);
            if (list->row[i].by_help)
                (void)snprintf(section + strlen(section), KF_SECTION_MAX + HELP_WORD - strlen(section), "%s", in_help);
            fields[i].kind = KF_FIELD_HEADING;
            fields[i].label = section;
            continue;
        }
        kf_place_value(settings, place, value, KF_SETTING_VALUE_MAX);
        fields[i].kind = kf_pane_kind(place.row);
        if (kf_pane_changed(pane, in_force, place))
            fields[i].note = place.row->when == KF_SETTING_RESTART ? "at restart" : "changed";
        if (!*value) {
            (void)snprintf(value, KF_SETTING_VALUE_MAX, "–");
            fields[i].unit = "";
        }
    }
    kf_form_draw(grid, rect, &pane->form, fields, list->count);
}

/* ---- about the one chosen ---- */

/* Text broken at blanks into the rows given; returns the rows used. */
static int draw_wrapped(struct kf_grid *grid, struct kf_rect rect, struct kf_pen pen, const char *text)
{
    int used = 0;

    while (*text && used < rect.h) {
        size_t length = 0, good = 0;
        char line[256];
        int columns = 0, width = 0;
        const char *at = text;
        while (columns <= rect.w && length < sizeof line - 5 && kf_text_next(&at, &width)) {
            if (columns + width > rect.w)
                break;
            columns += width;
            length = (size_t)(at - text);
            if (*at == ' ' || *at == '\0')
                good = length;
        }
        if (good == 0)
            good = length;
        if (good == 0)
            break;
        (void)snprintf(line, sizeof line, "%.*s", (int)good, text);
        kf_grid_text(grid, rect.x, rect.y + used++, rect.w, pen, line);
        text += good;
        text += strspn(text, " ");
    }
    return used;
}

KF_PRINTF_LIKE(4, 5)
static void draw_fact(struct kf_grid *grid, struct kf_rect *rect, const char *label, const char *format, ...)
{
    char text[320];
    va_list args;

    if (rect->h <= 0)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    kf_grid_text(grid, rect->x, rect->y, 10, kf_pen(KF_ROLE_DIM), label);
    const int used =
        draw_wrapped(grid, kf_rect(rect->x + 10, rect->y, rect->w - 10, rect->h), kf_pen(KF_ROLE_TEXT), text);
    rect->y += used > 0 ? used : 1;
    rect->h -= used > 0 ? used : 1;
}

static void draw_about(struct kf_grid *grid, struct kf_rect rect, const struct kf_pane *pane,
                       const struct kf_view *view, struct kf_place place)
{
    const struct kf_settings *settings = kf_pane_settings(pane, &view->settings);
    char range[KF_SETTING_RANGE_MAX], value[KF_SETTING_VALUE_MAX], section[KF_SECTION_MAX], from[256];

    kf_place_section(settings, place, section, sizeof section);
    kf_grid_print(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "[%s] %s", section, place.row->key);
    rect.y++;
    rect.h--;
    const int used = draw_wrapped(grid, rect, kf_pen(KF_ROLE_TEXT), place.row->help);
    rect.y += used;
    rect.h -= used;
    if (*pane->refused) {
        const int told = draw_wrapped(grid, rect, kf_pen_bold(KF_ROLE_WARN), pane->refused);
        rect.y += told;
        rect.h -= told;
    }
    if (pane->edited && pane->preview.known && pane->preview.swings > 0)
        draw_fact(grid, &rect, "preview", "of the last %u swings %u verdict%s and %u cue%s would change",
                  pane->preview.swings, pane->preview.verdicts, pane->preview.verdicts == 1 ? "" : "s",
                  pane->preview.cues, pane->preview.cues == 1 ? "" : "s");
    if (pane->edited && pane->preview.remeasured)
        draw_fact(grid, &rect, "note", "strides are measured anew with this: kneefold diff shows what changes");
    kf_setting_range(place.row, range, sizeof range);
    draw_fact(grid, &rect, "may be", "%s", range);
    kf_pane_default(settings, place, value, sizeof value);
    draw_fact(grid, &rect, "built in", "%s", *value ? value : "–");
    if (kf_pane_changed(pane, &view->settings, place)) {
        kf_place_value(&view->settings, place, value, sizeof value);
        draw_fact(grid, &rect, "in force", "%s", *value ? value : "–");
    }
    kf_pane_origin(pane, &view->settings, place, from, sizeof from);
    if (*from)
        draw_fact(grid, &rect, "from", "%s", from);
    if (*place.row->depends)
        draw_fact(grid, &rect, "only with", "%s", place.row->depends);
    if (place.row->when == KF_SETTING_RESTART)
        draw_fact(grid, &rect, "takes", "effect at the next start");
    if (place.cue >= 0 && (unsigned)place.cue < kf_cues_shipped())
        draw_fact(grid, &rect, "why", "%s", kf_cue_why((unsigned)place.cue));
}

/* ---- the screen ---- */

static void draw_top(struct kf_grid *grid, struct kf_rect rect, const struct kf_pane *pane,
                     const struct kf_settings *in_force)
{
    const unsigned changed = kf_pane_change_count(pane, in_force);
    const struct kf_pen typed = {KF_ROLE_TITLE, KF_ROLE_BAR, KF_ATTR_UNDERLINE};
    int x = rect.x, end = rect.x + rect.w;

    kf_grid_rule(grid, x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "SETTINGS");
    x += 13;
    if (changed > 0) {
        char text[64];
        const bool narrow = rect.w < (*pane->search.text ? 90 : 70);
        (void)snprintf(text, sizeof text,
                       narrow ? "%u changed: A S P D" : "%u changed: A apply  S save  P profile  D discard", changed);
        kf_grid_put(grid, end - 1 - kf_text_width(text), rect.y, kf_pen(KF_ROLE_NONE), ' ');
        kf_grid_text_right(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_ACCENT), text);
        end -= kf_text_width(text) + 2;
    }
    if (pane->searching) {
        x += kf_grid_text(grid, x, rect.y, 9, kf_pen(KF_ROLE_DIM), " search: ");
        kf_entry_draw(grid, x, rect.y, end - x < 24 ? end - x : 24, typed, &pane->search);
    } else if (*pane->search.text) {
        kf_grid_print(grid, x, rect.y, end - x, kf_pen(KF_ROLE_ACCENT), " with '%s' (/ Esc: all) ", pane->search.text);
    }
}

void kf_screen_settings_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                             const struct kf_ui *ui)
{
    struct kf_pane_list list;
    const struct kf_pane *pane = &ui->pane;
    const bool side = rect.w >= SIDE_LEAST;
    struct kf_rect form = kf_rect(rect.x, rect.y + 1, rect.w, rect.h - 1), about;
    struct kf_place place;

    draw_top(grid, kf_rect(rect.x, rect.y, rect.w, 1), pane, &view->settings);
    if (side) {
        const int third = rect.w / 3, width = third < SIDE ? SIDE : third > SIDE_MOST ? SIDE_MOST : third;
        form.w -= width + 2;
        about = kf_rect(rect.x + rect.w - width, rect.y + 2, width, rect.h - 2);
    } else {
        const int rows = rect.h >= 3 * ABOUT_ROWS ? ABOUT_ROWS : 2;
        form.h -= rows + 1;
        about = kf_rect(rect.x, form.y + form.h + 1, rect.w, rows);
        kf_grid_rule(grid, rect.x, about.y - 1, rect.w, kf_pen(KF_ROLE_DIM), "");
    }
    kf_pane_rows(pane, &view->settings, &list);
    draw_form(grid, form, pane, &view->settings, &list);
    if (list.count == 0)
        kf_grid_print(grid, form.x, form.y, form.w, kf_pen(KF_ROLE_DIM), "no setting has '%s' in it",
                      pane->search.text);
    if (kf_pane_chosen(pane, &view->settings, &place))
        draw_about(grid, about, pane, view, place);
}

bool kf_screen_settings_key(struct kf_ui *ui, const struct kf_view *view, uint32_t key, double value,
                            struct kf_ask *ask)
{
    struct kf_pane *pane = &ui->pane;

    if (kf_pane_key(pane, &view->settings, key, value))
        return true;
    if (key == 'A' && pane->edited)
        ask->action = KF_ACTION_APPLY;
    else if (key == 'S')
        ask->action = KF_ACTION_SAVE;
    else if (key == 'P')
        kf_prompt_open(&ui->prompt, KF_PROMPT_PROFILE, 0);
    else
        return false;
    return true;
}
