/* settings_pane.h - the settings being edited: a draft beside those in force, and what the screen lists of it.
 *
 * Every value is a place (settings/place.h): rows of schema.def and keys of cues alike. The draft changes nothing until
 * the app applies it; as long as nothing has been edited it follows the settings in force. Pure: plain values. */
#ifndef KF_SETTINGS_PANE_H
#define KF_SETTINGS_PANE_H

#include <stdbool.h>

#include "settings/place.h"
#include "ui/form.h"
#include "ui/keys.h"

enum { KF_PANE_ROWS = 640 };

/* What the draft would have done to the last swings; the app works it out (app/preview.h). */
struct kf_pane_preview {
    bool known;
    unsigned swings, verdicts, cues; /* looked at; of other verdict; with another cue */
    bool remeasured;                 /* athlete, placement or pods changed: strides would have to be measured anew */
};

struct kf_pane {
    bool edited; /* the draft is the person's, no copy of what is in force */
    struct kf_settings draft;
    struct kf_form form;
    bool searching;
    struct kf_entry search;
    char refused[160]; /* why the last value was not taken; "" it was */
    struct kf_pane_preview preview;
    /* What the layers of files say, and where each of their values stands: the app's, kept by pointer; both NULL when
     * there are none to tell of. */
    const struct kf_settings *layered;
    const struct kf_settings_origins *origins;
};

struct kf_pane_row {
    bool heading; /* of the section that the place is the first of */
    bool by_help; /* what is searched for stands in its help alone */
    struct kf_place place;
};

/* What is listed: headings and places that the search lets through, those found by their names first. */
struct kf_pane_list {
    unsigned count;
    struct kf_pane_row row[KF_PANE_ROWS];
};

/* How a form edits the values of this row. */
enum kf_field_kind kf_pane_kind(const struct kf_setting *row);

/* The settings the pane shows: the draft, or those in force. */
const struct kf_settings *kf_pane_settings(const struct kf_pane *pane, const struct kf_settings *in_force);

void kf_pane_rows(const struct kf_pane *pane, const struct kf_settings *in_force, struct kf_pane_list *list);

/* The place chosen; false when there is none. */
bool kf_pane_chosen(const struct kf_pane *pane, const struct kf_settings *in_force, struct kf_place *place);

/* The draft's value of a place is another than that in force. */
bool kf_pane_changed(const struct kf_pane *pane, const struct kf_settings *in_force, struct kf_place place);
unsigned kf_pane_change_count(const struct kf_pane *pane, const struct kf_settings *in_force);

/* The built-in value of a place as text. A key of a cue that is not shipped: its default; its value where the cue
 * cannot do without. */
void kf_pane_default(const struct kf_settings *settings, struct kf_place place, char *out, size_t size);

/* Where the value in force of a place comes from: a file and its line, "built in", "-o, number 2", or that it was set
 * in this session and stands in no file. "" when the pane has no origins. */
void kf_pane_origin(const struct kf_pane *pane, const struct kf_settings *in_force, struct kf_place place, char *out,
                    size_t size);

/* A key: moves, steps, types, searches, resets. False when it is none of the pane's. */
bool kf_pane_key(struct kf_pane *pane, const struct kf_settings *in_force, uint32_t key, double value);

/* The draft changes what strides are measured with, not only how they are judged. */
bool kf_pane_remeasures(const struct kf_pane *pane, const struct kf_settings *in_force);

#endif
