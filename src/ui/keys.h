/* keys.h - every key in one table: what it does, where it works, and its words for the footer and the help.
 *
 * A key is a Unicode code point or one of the KF_KEY_ numbers. To add a key: one row in keys.c and, when it does
 * something new, one action here; footer and help follow. */
#ifndef KF_KEYS_H
#define KF_KEYS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    KF_KEY_UP = 0x110000, /* beyond Unicode */
    KF_KEY_DOWN,
    KF_KEY_LEFT,
    KF_KEY_RIGHT,
    KF_KEY_HOME,
    KF_KEY_END,
    KF_KEY_PAGE_UP,
    KF_KEY_PAGE_DOWN,
    KF_KEY_BACKTAB,
    KF_KEY_OTHER
};

enum kf_action {
    KF_ACTION_NONE,
    KF_ACTION_QUIT, /* back to the live screen, or out of the program */
    KF_ACTION_HELP,
    KF_ACTION_WHY,
    KF_ACTION_NEXT_SCREEN,
    KF_ACTION_SCREEN_1,
    KF_ACTION_SCREEN_2,
    KF_ACTION_SCREEN_3,
    KF_ACTION_UP,
    KF_ACTION_DOWN,
    KF_ACTION_PAUSE,    /* live: freeze the display; replay: playback */
    KF_ACTION_BASELINE, /* start or stop collecting */
    KF_ACTION_MARK,
    KF_ACTION_BELT_UP,
    KF_ACTION_BELT_DOWN, /* by 0.1 m/s */
    KF_ACTION_MUTE,
    KF_ACTION_THEME,
    KF_ACTION_REDRAW,
    KF_ACTION_SEEK_BACK,
    KF_ACTION_SEEK_FORWARD, /* 5 s */
    KF_ACTION_SLOWER,
    KF_ACTION_FASTER, /* halves and doubles, 0.1 to 16 times */
    KF_ACTION_SEEK_START,
    KF_ACTION_SEEK_END
};

/* Where a key works. */
enum kf_where {
    KF_WHERE_LIVE = 1,   /* the main screen, live source */
    KF_WHERE_REPLAY = 2, /* the main screen, replay */
    KF_WHERE_OTHER = 4,  /* help, why */
    KF_WHERE_ALL = 7
};

struct kf_key_row {
    uint32_t key, other; /* two keys for one action; other may be 0 */
    enum kf_action action;
    unsigned where;    /* enum kf_where, or-ed */
    const char *name;  /* as printed: "q", "Space" */
    const char *label; /* footer, short; "" not in the footer */
    const char *help;  /* a sentence for the help */
};

extern const struct kf_key_row kf_keys[];
extern const unsigned kf_key_count;

/* The action of a key where it is pressed, or KF_ACTION_NONE. */
enum kf_action kf_key_action(uint32_t key, enum kf_where where);

#endif
