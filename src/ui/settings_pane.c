/* settings_pane.c - some hundred values on a screen of a dozen rows: they are found by searching names and help,
 * stepped or typed, and none is in force before it is applied. */
#include "ui/settings_pane.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "settings/step.h"

enum { PAGE = 12 }; /* rows a page key moves: less than any screen shows */

const struct kf_settings *kf_pane_settings(const struct kf_pane *pane, const struct kf_settings *in_force)
{
    return pane->edited ? &pane->draft : in_force;
}

/* ---- what is listed ---- */

/* Whether `text` has `part` in it, in any case of its letters. */
static bool has(const char *text, const char *part)
{
    const size_t length = strlen(part);

    for (; *text; text++) {
        size_t i = 0;
        while (i < length && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
            i++;
        if (i == length)
            return true;
    }
    return length == 0;
}

enum match { NO_MATCH, BY_NAME, BY_HELP };

static enum match match_of(const struct kf_pane *pane, const char *section, struct kf_place place)
{
    const char *search = pane->search.text;

    if (!*search || has(section, search) || has(place.row->key, search))
        return BY_NAME;
    return has(place.row->help, search) ? BY_HELP : NO_MATCH;
}

static void list_rows(const struct kf_pane *pane, const struct kf_settings *settings, enum match wanted,
                      struct kf_pane_list *list)
{
    const unsigned count = kf_place_count(settings);
    char last[KF_SECTION_MAX] = "", section[KF_SECTION_MAX];

    for (unsigned i = 0; i < count && list->count + 2 <= KF_PANE_ROWS; i++) {
        const struct kf_place place = kf_place_at(i);
        kf_place_section(settings, place, section, sizeof section);
        if (match_of(pane, section, place) != wanted)
            continue;
        if (strcmp(section, last) != 0) {
            list->row[list->count++] =
                (struct kf_pane_row){.heading = true, .by_help = wanted == BY_HELP, .place = place};
            memcpy(last, section, sizeof last);
        }
        list->row[list->count++] = (struct kf_pane_row){.by_help = wanted == BY_HELP, .place = place};
    }
}

void kf_pane_rows(const struct kf_pane *pane, const struct kf_settings *in_force, struct kf_pane_list *list)
{
    const struct kf_settings *settings = kf_pane_settings(pane, in_force);

    list->count = 0;
    list_rows(pane, settings, BY_NAME, list);
    list_rows(pane, settings, BY_HELP, list);
}

bool kf_pane_chosen(const struct kf_pane *pane, const struct kf_settings *in_force, struct kf_place *place)
{
    struct kf_pane_list list;

    kf_pane_rows(pane, in_force, &list);
    if (pane->form.list.chosen >= list.count)
        return false;
    *place = list.row[pane->form.list.chosen].place;
    return !list.row[pane->form.list.chosen].heading;
}

/* ---- what has changed ---- */

bool kf_pane_changed(const struct kf_pane *pane, const struct kf_settings *in_force, struct kf_place place)
{
    char drafted[KF_SETTING_VALUE_MAX], now[KF_SETTING_VALUE_MAX] = "";

    if (!pane->edited)
        return false;
    if (place.cue >= 0 && (unsigned)place.cue >= in_force->cues.count)
        return true;
    kf_place_value(&pane->draft, place, drafted, sizeof drafted);
    kf_place_value(in_force, place, now, sizeof now);
    return strcmp(drafted, now) != 0;
}

unsigned kf_pane_change_count(const struct kf_pane *pane, const struct kf_settings *in_force)
{
    unsigned changed = 0;

    if (!pane->edited)
        return 0;
    for (unsigned i = 0; i < kf_place_count(&pane->draft); i++)
        changed += kf_pane_changed(pane, in_force, kf_place_at(i));
    return changed;
}

bool kf_pane_remeasures(const struct kf_pane *pane, const struct kf_settings *in_force)
{
    for (unsigned i = 0; i < KF_SETTING_ROWS; i++) {
        const char *section = kf_setting_table[i].section;
        if ((strcmp(section, "athlete") == 0 || strcmp(section, "placement") == 0 || strncmp(section, "pod", 3) == 0) &&
            kf_pane_changed(pane, in_force, kf_place_at(i)))
            return true;
    }
    return false;
}

void kf_pane_default(const struct kf_settings *settings, struct kf_place place, char *out, size_t size)
{
    struct kf_settings built_in;

    kf_settings_default(&built_in);
    if (place.cue < 0 || (unsigned)place.cue < kf_cues_shipped()) {
        kf_place_value(&built_in, place, out, size);
        return;
    }
    struct kf_cue_rule rule = settings->cues.rule[place.cue];
    const struct kf_setting *blamed = NULL;
    const int bare = kf_cue_find_or_add(&built_in.cues, "bare", NULL);
    kf_place_value(&built_in, (struct kf_place){place.row, bare}, out, size);
    if (kf_cue_set(&rule, place.row, out, NULL) != KF_OK || kf_cue_check(&rule, &blamed, NULL) != KF_OK)
        kf_place_value(settings, place, out, size); /* metric, text and limit make it that cue */
}

void kf_pane_origin(const struct kf_pane *pane, const struct kf_settings *in_force, struct kf_place place, char *out,
                    size_t size)
{
    char now[KF_SETTING_VALUE_MAX], layered[KF_SETTING_VALUE_MAX] = "";
    struct kf_place there = place;

    out[0] = '\0';
    if (!pane->layered || !pane->origins || (place.cue >= 0 && (unsigned)place.cue >= in_force->cues.count))
        return;
    if (place.cue >= 0) /* files and session may have added their cues in another order */
        there.cue = kf_cue_find(&pane->layered->cues, in_force->cues.rule[place.cue].name);
    kf_place_value(in_force, place, now, sizeof now);
    if (place.cue < 0 || there.cue >= 0)
        kf_place_value(pane->layered, there, layered, sizeof layered);
    if ((place.cue >= 0 && there.cue < 0) || strcmp(now, layered) != 0) {
        (void)snprintf(out, size, "set in this session, in no file");
        return;
    }
    const struct kf_settings_origin *from = there.cue < 0
                                                ? &pane->origins->row[there.row - kf_setting_table]
                                                : &pane->origins->cue[there.cue][there.row - kf_cue_key_table];
    if (!from->file)
        (void)snprintf(out, size, "built in");
    else if (from->line == 0)
        (void)snprintf(out, size, "%s", from->file);
    else
        (void)snprintf(out, size, strcmp(from->file, "-o") == 0 ? "%s, number %u" : "%s, line %u", from->file,
                       from->line);
}

/* ---- changing ---- */

static void set(struct kf_pane *pane, const struct kf_settings *in_force, struct kf_place place, const char *value)
{
    struct kf_error error = {0};

    if (!pane->edited) {
        pane->draft = *in_force;
        pane->edited = true;
    }
    pane->refused[0] = '\0';
    if (kf_place_set(&pane->draft, place, value, &error) != KF_OK)
        (void)snprintf(pane->refused, sizeof pane->refused, "%.110s; %.40s", error.text, error.hint);
    if (kf_pane_change_count(pane, in_force) == 0)
        pane->edited = false;
}

static void step(struct kf_pane *pane, const struct kf_settings *in_force, struct kf_place place, int steps)
{
    char now[KF_SETTING_VALUE_MAX], value[KF_SETTING_VALUE_MAX];

    kf_place_value(kf_pane_settings(pane, in_force), place, now, sizeof now);
    kf_setting_step(place.row, now, steps, value, sizeof value);
    set(pane, in_force, place, value);
}

enum kf_field_kind kf_pane_kind(const struct kf_setting *row)
{
    return row->type == KF_SETTING_TEXT     ? KF_FIELD_TEXT
           : row->type == KF_SETTING_CHOICE ? KF_FIELD_CHOICE
                                            : KF_FIELD_STEPS;
}

/* ---- keys ---- */

/* To the next heading, or the one before. */
static void jump(struct kf_pane *pane, const struct kf_pane_list *list, bool on)
{
    unsigned at = pane->form.list.chosen;

    if (on) {
        for (at++; at < list->count && !list->row[at].heading; at++)
            continue;
    } else {
        at -= at > 1 ? 2 : at;
        while (at > 0 && !list->row[at].heading)
            at--;
    }
    if (at + 1 < list->count)
        pane->form.list.chosen = at + 1;
}

static bool search(struct kf_pane *pane, uint32_t key)
{
    const enum kf_entry_result result = kf_entry_key(&pane->search, key);

    if (result == KF_ENTRY_CANCEL)
        kf_entry_init(&pane->search, "");
    if (result == KF_ENTRY_CANCEL || result == KF_ENTRY_DONE)
        pane->searching = false;
    pane->form.list.chosen = 1;
    return true;
}

/* The keys that work on the row chosen, or on the list as a whole. */
static bool command(struct kf_pane *pane, const struct kf_settings *in_force, const struct kf_pane_list *list,
                    uint32_t key)
{
    char value[KF_SETTING_VALUE_MAX];
    struct kf_place place;

    switch (key) {
    case '/':
        pane->searching = true;
        return true;
    case '[':
    case ']':
        jump(pane, list, key == ']');
        return true;
    case KF_KEY_DELETE:
    case 'd':
        if (kf_pane_chosen(pane, in_force, &place)) {
            kf_pane_default(kf_pane_settings(pane, in_force), place, value, sizeof value);
            set(pane, in_force, place, value);
        }
        return true;
    case KF_KEY_BACKSPACE:
    case 'z':
        if (pane->edited && kf_pane_chosen(pane, in_force, &place)) {
            kf_place_value(in_force, place, value, sizeof value);
            set(pane, in_force, place, value);
        }
        return true;
    case 'D':
        pane->edited = false;
        pane->refused[0] = '\0';
        return true;
    default:
        return false;
    }
}

static void skip_heading(struct kf_pane *pane, const struct kf_pane_list *list, unsigned before)
{
    unsigned *at = &pane->form.list.chosen;

    if (*at >= list->count || !list->row[*at].heading)
        return;
    if (*at<before && * at> 0)
        --*at;
    else
        ++*at;
}

bool kf_pane_key(struct kf_pane *pane, const struct kf_settings *in_force, uint32_t key, double value)
{
    struct kf_pane_list list;
    struct kf_field fields[KF_PANE_ROWS];
    char now[KF_SETTING_VALUE_MAX] = "";
    struct kf_place place = {0};

    if (pane->searching)
        return search(pane, key);
    kf_pane_rows(pane, in_force, &list);
    if (pane->form.list.chosen >= list.count || list.row[pane->form.list.chosen].heading)
        pane->form.list.chosen = list.count > 1 ? 1 : 0;
    const bool chosen = kf_pane_chosen(pane, in_force, &place);
    if (chosen)
        kf_place_value(kf_pane_settings(pane, in_force), place, now, sizeof now);
    for (unsigned i = 0; i < list.count; i++)
        fields[i] = (struct kf_field){
            .kind = list.row[i].heading ? KF_FIELD_HEADING : kf_pane_kind(list.row[i].place.row), .value = now};
    const unsigned before = pane->form.list.chosen;
    if (!pane->form.typing && command(pane, in_force, &list, key))
        return true;
    switch (kf_form_key(&pane->form, fields, list.count, PAGE, key, value)) {
    case KF_FORM_LESS:
        step(pane, in_force, place, -1);
        return true;
    case KF_FORM_MORE:
        step(pane, in_force, place, 1);
        return true;
    case KF_FORM_SET:
        set(pane, in_force, place, pane->form.entry.text);
        return true;
    case KF_FORM_TAKEN:
        skip_heading(pane, &list, before);
        return true;
    case KF_FORM_PRESS:
    case KF_FORM_IGNORED:
    default:
        return false;
    }
}
