/* keys.c - see keys.h. The order is the footer's: what is needed most comes first. */
#include "ui/keys.h"

#define MAIN (KF_WHERE_LIVE | KF_WHERE_REPLAY)

const struct kf_key_row kf_keys[] = {
    {'q', 0, KF_ACTION_QUIT, KF_WHERE_ALL, "q", "quit", "back; on the main screen: quit"},
    {'?', 0, KF_ACTION_HELP, KF_WHERE_ALL, "?", "help", "this help, and back"},
    {'w', 0, KF_ACTION_WHY, KF_WHERE_ALL, "w", "why", "the evidence of the last verdicts"},
    {' ', 0, KF_ACTION_PAUSE, KF_WHERE_REPLAY, "Space", "pause", "pause and play"},
    {' ', 0, KF_ACTION_PAUSE, KF_WHERE_LIVE, "Space", "freeze", "freeze the display; measuring goes on"},
    {KF_KEY_LEFT, 'h', KF_ACTION_SEEK_BACK, KF_WHERE_REPLAY, "←", "-5 s", "5 seconds back (also h)"},
    {KF_KEY_RIGHT, 'l', KF_ACTION_SEEK_FORWARD, KF_WHERE_REPLAY, "→", "+5 s", "5 seconds on (also l)"},
    {'<', ',', KF_ACTION_SLOWER, KF_WHERE_REPLAY, "<", "slower", "half the speed, down to 0.1"},
    {'>', '.', KF_ACTION_FASTER, KF_WHERE_REPLAY, ">", "faster", "twice the speed, up to 16"},
    {KF_KEY_HOME, 0, KF_ACTION_SEEK_START, KF_WHERE_REPLAY, "Home", "", "to the beginning"},
    {KF_KEY_END, 0, KF_ACTION_SEEK_END, KF_WHERE_REPLAY, "End", "", "to the end"},
    {'b', 0, KF_ACTION_BASELINE, MAIN, "b", "baseline", "start or stop collecting the baseline"},
    {'m', 0, KF_ACTION_MARK, MAIN, "m", "mark", "put a mark at this moment"},
    {'x', 0, KF_ACTION_MUTE, MAIN, "x", "mute", "mute or unmute the cues"},
    {'+', '=', KF_ACTION_BELT_UP, KF_WHERE_LIVE, "+", "belt", "the belt runs 0.1 m/s faster"},
    {'-', 0, KF_ACTION_BELT_DOWN, KF_WHERE_LIVE, "-", "", "the belt runs 0.1 m/s slower"},
    {'t', 0, KF_ACTION_THEME, KF_WHERE_ALL, "t", "theme", "next colours: dark, light, plain"},
    {'\t', 0, KF_ACTION_NEXT_SCREEN, KF_WHERE_ALL, "Tab", "screens", "next screen"},
    {'1', 0, KF_ACTION_SCREEN_1, KF_WHERE_ALL, "1", "", "main screen"},
    {'2', 0, KF_ACTION_SCREEN_2, KF_WHERE_ALL, "2", "", "evidence"},
    {'3', 0, KF_ACTION_SCREEN_3, KF_WHERE_ALL, "3", "", "help"},
    {KF_KEY_UP, 'k', KF_ACTION_UP, KF_WHERE_OTHER, "↑", "", "scroll up (also k)"},
    {KF_KEY_DOWN, 'j', KF_ACTION_DOWN, KF_WHERE_OTHER, "↓", "scroll", "scroll down (also j)"},
    {12, 0, KF_ACTION_REDRAW, KF_WHERE_ALL, "Ctrl-L", "", "draw the screen anew"},
};
const unsigned kf_key_count = sizeof kf_keys / sizeof kf_keys[0];

enum kf_action kf_key_action(uint32_t key, enum kf_where where)
{
    for (unsigned i = 0; i < kf_key_count; i++)
        if ((kf_keys[i].where & where) && key != 0 && (kf_keys[i].key == key || kf_keys[i].other == key))
            return kf_keys[i].action;
    return KF_ACTION_NONE;
}
