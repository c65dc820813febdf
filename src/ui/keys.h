/* keys.h - every key in one table: what it does, where it works, and its words for the footer and the help.
 *
 * A key is a Unicode code point or one of the KF_KEY_ numbers. To add a key: one row in keys.c and, when it does
 * something new, one action here; footer, help and the man page's list (make update-keys) follow. A screen's own
 * handler (screen.h) sees a key before the table does, so lists and forms need no rows but those that tell people of
 * them. */
#ifndef KF_KEYS_H
#define KF_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KF_KEY_ENTER = '\n',
    KF_KEY_TAB = '\t',
    KF_KEY_ESCAPE = 27,
    KF_KEY_UP = 0x110000, /* beyond Unicode */
    KF_KEY_DOWN,
    KF_KEY_LEFT,
    KF_KEY_RIGHT,
    KF_KEY_HOME,
    KF_KEY_END,
    KF_KEY_PAGE_UP,
    KF_KEY_PAGE_DOWN,
    KF_KEY_BACKTAB,
    KF_KEY_BACKSPACE,
    KF_KEY_DELETE,
    KF_KEY_CLICK, /* a mouse button: kf_term_click says where, kf_ui_click what is there */
    KF_KEY_SEEK,  /* a click on the time line; its value is the time, s */
    KF_KEY_PICK,  /* a click on a row of a list; its value is the row */
    KF_KEY_OTHER
};

/* The screens, in the order of their tabs; screen.c has the table. */
enum kf_screen_id {
    KF_SCREEN_LIVE,
    KF_SCREEN_WHY,
    KF_SCREEN_SUMMARY,
    KF_SCREEN_CUES,
    KF_SCREEN_SETTINGS,
    KF_SCREEN_ALIGN,
    KF_SCREEN_BASELINE,
    KF_SCREEN_LINK,
    KF_SCREEN_HELP,
    KF_SCREEN_COUNT
};

enum kf_action {
    KF_ACTION_NONE,
    KF_ACTION_OWN, /* of the screen's own handler: its rows only tell people */
    /* done by the ui itself */
    KF_ACTION_HELP,
    KF_ACTION_WHY,
    KF_ACTION_SETTINGS,
    KF_ACTION_NEXT_SCREEN,
    KF_ACTION_LAST_SCREEN,
    KF_ACTION_SCREEN, /* by its number */
    KF_ACTION_SCROLL, /* value: rows down */
    KF_ACTION_UNITS,
    /* the app's */
    KF_ACTION_QUIT,     /* back to the live screen, or out of the program */
    KF_ACTION_PAUSE,    /* live: the ui freezes its display; replay: playback */
    KF_ACTION_BASELINE, /* start or stop collecting */
    KF_ACTION_ALIGN,    /* the sensors were put on anew */
    KF_ACTION_MARK,     /* text: the note; value: when the key was pressed, s of the log */
    KF_ACTION_RECORD,   /* start or stop */
    KF_ACTION_BELT,     /* value: change, m/s */
    KF_ACTION_MUTE,
    KF_ACTION_QUIET,    /* a block without feedback begins or ends */
    KF_ACTION_FEEDBACK, /* the next mode */
    KF_ACTION_RELOAD,   /* the settings, from their files */
    KF_ACTION_APPLY,    /* the draft of the settings holds from now on */
    KF_ACTION_SAVE,     /* and is written to the file of settings */
    KF_ACTION_PROFILE,  /* or to a profile; text: its name */
    KF_ACTION_SITE,     /* index: the pod, value: its stream, text: the site's name */
    KF_ACTION_THEME,
    KF_ACTION_REDRAW,
    KF_ACTION_SEEK,      /* value: seconds from here, may be infinite */
    KF_ACTION_SEEK_TO,   /* value: s of the log */
    KF_ACTION_SPEED,     /* value: +1 faster, -1 slower */
    KF_ACTION_STRIDE,    /* value: +1 to the next stride, -1 to the one before */
    KF_ACTION_MARK_STEP, /* the same with marks */
    KF_ACTION_LOOP,      /* its beginning, its end, none */
    KF_ACTION_GO_TO,     /* text: a time */
    KF_ACTION_DIFF       /* text: a file of settings to compare with; "": no longer */
};

/* What a key works on: a live source, a replay. */
enum kf_where { KF_WHERE_LIVE = 1, KF_WHERE_REPLAY = 2, KF_WHERE_ALL = 3 };

/* The screens a key works on, as bits. */
#define KF_ON(screen) (1u << (screen))
#define KF_ON_ALL (KF_ON(KF_SCREEN_COUNT) - 1)

struct kf_key_row {
    uint32_t key, other; /* two keys for one action, other may be 0; KF_ACTION_SCREEN: the first and the last of many */
    enum kf_action action;
    double value;      /* SEEK, SPEED: as kf_action says; BELT: +1 or -1 step */
    unsigned where;    /* enum kf_where, or-ed */
    unsigned screens;  /* KF_ON, or-ed */
    const char *name;  /* as printed: "q", "Space" */
    const char *label; /* footer, short; "" not in the footer */
    const char *help;  /* a sentence for the help */
};

extern const struct kf_key_row kf_keys[];
extern const unsigned kf_key_count;

/* The row of a key that works on this screen with this source, or NULL. */
const struct kf_key_row *kf_key_find(uint32_t key, enum kf_where where, enum kf_screen_id screen);

/* Where a row works, for people: "everywhere", "live", "replay", "help, why", ... */
void kf_key_where_text(const struct kf_key_row *row, char *out, size_t size);

#endif
