/* keys.c - see keys.h. The order is the footer's: what is needed most comes first. */
#include "ui/keys.h"

#include <math.h>
#include <stdio.h>

#include "ui/screen.h"

/* Screens of rows that may be longer than the room. */
#define LONG                                                                                                           \
    (KF_ON(KF_SCREEN_SUMMARY) | KF_ON(KF_SCREEN_CUES) | KF_ON(KF_SCREEN_ALIGN) | KF_ON(KF_SCREEN_LINK) |               \
     KF_ON(KF_SCREEN_HELP))

#define NOT_SETTINGS (KF_ON_ALL & ~KF_ON(KF_SCREEN_SETTINGS))

enum { PAGE = 5 }; /* rows: as many as the smallest screen shows */

/* clang-format off */
const struct kf_key_row kf_keys[] = {
    {'q', KF_KEY_ESCAPE, KF_ACTION_QUIT, 0, KF_WHERE_ALL, KF_ON_ALL, "q", "quit", "back; on the main screen: quit (asks while recording)"},
    {'?', 0, KF_ACTION_HELP, 0, KF_WHERE_ALL, KF_ON_ALL, "?", "help", "this help, and back"},
    {'w', 0, KF_ACTION_WHY, 0, KF_WHERE_ALL, KF_ON_ALL, "w", "why", "the evidence of the last verdicts, and back"},
    {'s', 0, KF_ACTION_SETTINGS, 0, KF_WHERE_ALL, KF_ON_ALL, "s", "settings", "settings, and back"},
    {'/', 0, KF_ACTION_OWN, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_SETTINGS), "/", "search", "list only what has these letters"},
    {KF_KEY_ENTER, 0, KF_ACTION_OWN, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_SETTINGS), "Enter", "type", "type a value; ← → step it (also h l)"},
    {'[', ']', KF_ACTION_OWN, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_SETTINGS), "[ ]", "section", "the section before, the next one"},
    {'d', KF_KEY_DELETE, KF_ACTION_OWN, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_SETTINGS), "d", "built in", "back to the built-in value"},
    {'z', KF_KEY_BACKSPACE, KF_ACTION_OWN, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_SETTINGS), "z", "undo", "back to the value in force"},
    {'A', 0, KF_ACTION_APPLY, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_SETTINGS), "A", "apply", "what was changed holds from now on, and is not saved"},
    {'S', 0, KF_ACTION_SAVE, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_SETTINGS), "S", "save", "apply, and write the changed values to the settings file"},
    {'P', 0, KF_ACTION_PROFILE, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_SETTINGS), "P", "profile", "apply, and write all that is not built in to a profile, but for runner, screen and recording"},
    {'D', 0, KF_ACTION_OWN, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_SETTINGS), "D", "discard", "forget what was changed and not applied"},
    {KF_KEY_ENTER, 0, KF_ACTION_OWN, 0, KF_WHERE_ALL, KF_ON(KF_SCREEN_LINK), "Enter", "worn at", "where the chosen stream is worn: ← → turn (also h l), Enter sets it"},
    {KF_KEY_DOWN, 'j', KF_ACTION_SCROLL, 1, KF_WHERE_ALL, KF_ON(KF_SCREEN_WHY), "↓", "stride", "the stride before (also j)"},
    {KF_KEY_UP, 'k', KF_ACTION_SCROLL, -1, KF_WHERE_ALL, KF_ON(KF_SCREEN_WHY), "↑", "", "the stride after it (also k)"},
    {KF_KEY_DOWN, 'j', KF_ACTION_SCROLL, 1, KF_WHERE_ALL, LONG, "↓", "scroll", "scroll down (also j)"},
    {KF_KEY_UP, 'k', KF_ACTION_SCROLL, -1, KF_WHERE_ALL, LONG, "↑", "", "scroll up (also k)"},
    {KF_KEY_PAGE_DOWN, 0, KF_ACTION_SCROLL, PAGE, KF_WHERE_ALL, KF_ON(KF_SCREEN_WHY), "PgDn", "more", "the numbers below, where not all fit"},
    {KF_KEY_PAGE_UP, 0, KF_ACTION_SCROLL, -PAGE, KF_WHERE_ALL, KF_ON(KF_SCREEN_WHY), "PgUp", "", "the numbers above"},
    {KF_KEY_PAGE_DOWN, 0, KF_ACTION_SCROLL, PAGE, KF_WHERE_ALL, LONG, "PgDn", "", "scroll down by five rows"},
    {KF_KEY_PAGE_UP, 0, KF_ACTION_SCROLL, -PAGE, KF_WHERE_ALL, LONG, "PgUp", "", "scroll up by five rows"},
    {' ', 0, KF_ACTION_PAUSE, 0, KF_WHERE_REPLAY, KF_ON_ALL, "Space", "pause", "pause and play"},
    {' ', 0, KF_ACTION_PAUSE, 0, KF_WHERE_LIVE, KF_ON_ALL, "Space", "freeze", "freeze the display; measuring goes on"},
    {KF_KEY_LEFT, 'h', KF_ACTION_SEEK, -5, KF_WHERE_REPLAY, KF_ON_ALL, "←", "-5 s", "5 seconds back (also h)"},
    {KF_KEY_RIGHT, 'l', KF_ACTION_SEEK, 5, KF_WHERE_REPLAY, KF_ON_ALL, "→", "+5 s", "5 seconds on (also l)"},
    {'<', ',', KF_ACTION_SPEED, -1, KF_WHERE_REPLAY, KF_ON_ALL, "<", "slower", "half the speed, down to 0.1"},
    {'>', '.', KF_ACTION_SPEED, 1, KF_WHERE_REPLAY, KF_ON_ALL, ">", "faster", "twice the speed, up to 16"},
    {KF_KEY_HOME, 0, KF_ACTION_SEEK, -INFINITY, KF_WHERE_REPLAY, KF_ON_ALL, "Home", "", "to the beginning"},
    {KF_KEY_END, 0, KF_ACTION_SEEK, INFINITY, KF_WHERE_REPLAY, KF_ON_ALL, "End", "", "to the end"},
    {'[', 0, KF_ACTION_STRIDE, -1, KF_WHERE_REPLAY, NOT_SETTINGS, "[", "stride", "to the stride before"},
    {']', 0, KF_ACTION_STRIDE, 1, KF_WHERE_REPLAY, NOT_SETTINGS, "]", "", "to the next stride"},
    {'{', 0, KF_ACTION_MARK_STEP, -1, KF_WHERE_REPLAY, KF_ON_ALL, "{", "mark", "to the mark before"},
    {'}', 0, KF_ACTION_MARK_STEP, 1, KF_WHERE_REPLAY, KF_ON_ALL, "}", "", "to the next mark"},
    {'g', 0, KF_ACTION_GO_TO, 0, KF_WHERE_REPLAY, KF_ON_ALL, "g", "go to", "to a time: seconds, or 1:23"},
    {'L', 0, KF_ACTION_LOOP, 0, KF_WHERE_REPLAY, KF_ON_ALL, "L", "loop", "a loop begins here; again: ends here and plays; again: is gone"},
    {'d', 0, KF_ACTION_DIFF, 0, KF_WHERE_REPLAY, NOT_SETTINGS, "d", "diff", "what other settings (asks for their file) would have said, beside what is said; again: no longer"},
    {'b', 0, KF_ACTION_BASELINE, 0, KF_WHERE_ALL, KF_ON_ALL, "b", "baseline", "start or stop collecting the baseline"},
    {'m', 0, KF_ACTION_MARK, 0, KF_WHERE_ALL, KF_ON_ALL, "m", "mark", "put a mark at this moment, then type a note"},
    {'x', 0, KF_ACTION_MUTE, 0, KF_WHERE_ALL, KF_ON_ALL, "x", "mute", "mute or unmute the cues"},
    {'+', '=', KF_ACTION_BELT, 1, KF_WHERE_LIVE, KF_ON_ALL, "+", "belt", "the belt runs one step faster: 0.1 m/s or 0.1 km/h"},
    {'-', 0, KF_ACTION_BELT, -1, KF_WHERE_LIVE, KF_ON_ALL, "-", "", "and one step slower"},
    {'a', 0, KF_ACTION_ALIGN, 0, KF_WHERE_ALL, KF_ON_ALL, "a", "align", "alignment; there: the sensors were put on anew (asks)"},
    {'r', 0, KF_ACTION_RECORD, 0, KF_WHERE_LIVE, KF_ON_ALL, "r", "record", "start or stop recording"},
    {'f', 0, KF_ACTION_FEEDBACK, 0, KF_WHERE_ALL, KF_ON_ALL, "f", "feedback", "next feedback mode: continuous, bandwidth, faded, off"},
    {'X', 0, KF_ACTION_QUIET, 0, KF_WHERE_LIVE, KF_ON_ALL, "X", "", "begin or end a quiet block: no cues, and the record says so"},
    {'R', 0, KF_ACTION_RELOAD, 0, KF_WHERE_ALL, KF_ON_ALL, "R", "", "read the settings' files again"},
    {'u', 0, KF_ACTION_UNITS, 0, KF_WHERE_ALL, KF_ON_ALL, "u", "units", "next unit of speed: m/s, km/h, min/km"},
    {'t', 0, KF_ACTION_THEME, 0, KF_WHERE_ALL, KF_ON_ALL, "t", "theme", "next colours: safe, dark, light, contrast, plain"},
    {KF_KEY_TAB, 0, KF_ACTION_NEXT_SCREEN, 0, KF_WHERE_ALL, KF_ON_ALL, "Tab", "screens", "next screen"},
    {KF_KEY_BACKTAB, 0, KF_ACTION_LAST_SCREEN, 0, KF_WHERE_ALL, KF_ON_ALL, "Shift-Tab", "", "screen before"},
    {'1', '9', KF_ACTION_SCREEN, 0, KF_WHERE_ALL, KF_ON_ALL, "1…9", "", "the screen of this number (or click its tab)"},
    {12, 0, KF_ACTION_REDRAW, 0, KF_WHERE_ALL, KF_ON_ALL, "Ctrl-L", "", "draw the screen anew"},
};
/* clang-format on */
const unsigned kf_key_count = sizeof kf_keys / sizeof kf_keys[0];

static bool is_key(const struct kf_key_row *row, uint32_t key)
{
    if (row->action == KF_ACTION_SCREEN)
        return key >= row->key && key <= row->other;
    return row->key == key || row->other == key;
}

const struct kf_key_row *kf_key_find(uint32_t key, enum kf_where where, enum kf_screen_id screen)
{
    for (unsigned i = 0; key != 0 && i < kf_key_count; i++)
        if ((kf_keys[i].where & where) && (kf_keys[i].screens & KF_ON(screen)) && is_key(&kf_keys[i], key))
            return &kf_keys[i];
    return NULL;
}

void kf_key_where_text(const struct kf_key_row *row, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    if (row->screens == KF_ON_ALL) {
        (void)snprintf(out, size, "%s",
                       row->where == KF_WHERE_ALL    ? "everywhere"
                       : row->where == KF_WHERE_LIVE ? "live"
                                                     : "replay");
        return;
    }
    for (unsigned i = 0; i < KF_SCREEN_COUNT && used < size; i++)
        if (row->screens & KF_ON(i))
            used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", kf_screens[i].name);
}
