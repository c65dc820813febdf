/* term_sync.c - see term_sync.h. The question is DECRQM, the answer DECRPM (VT510 manual, EK-VT510-RM; 2026 is the
 * mode's number in the terminals' own specification): 1 and 2 say on and off, 3 always on, 0 and 4 not to be had. */
#include "config.h"

#include "ui/term_sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>

#define QUESTION "\033[?2026$p"

enum { ANSWERS = 5, FIRST_CODE = KEY_MAX + 1, PATIENCE_FRAMES = 40 };

/* The linux console before 5.x and Apple's Terminal print a part of the question: only families that take it are asked.
 */
static bool may_be_asked(const char *name)
{
    static const char *const families[] = {"xterm",   "tmux",  "screen",  "foot", "alacritty", "wezterm",
                                           "contour", "kitty", "ghostty", "vte",  "konsole",   "mintty"};
    const char *program = getenv("TERM_PROGRAM");

    if (program && strcmp(program, "Apple_Terminal") == 0)
        return false;
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        if (strncmp(name, families[i], strlen(families[i])) == 0)
            return true;
    return false;
}

void kf_sync_open(struct kf_sync *sync, const char *name)
{
    sync->frames = 0;
    sync->state = may_be_asked(name) ? KF_SYNC_TO_ASK : KF_SYNC_NO;
    for (int i = 0; sync->state == KF_SYNC_TO_ASK && i < ANSWERS; i++) {
        char answer[16];
        (void)snprintf(answer, sizeof answer, "\033[?2026;%d$y", i);
        if (define_key(answer, FIRST_CODE + i) != OK)
            sync->state = KF_SYNC_NO;
    }
}

const char *kf_sync_question(struct kf_sync *sync)
{
    if (sync->state == KF_SYNC_ASKED)
        sync->frames++;
    if (sync->state != KF_SYNC_TO_ASK)
        return "";
    sync->state = KF_SYNC_ASKED;
    return QUESTION;
}

bool kf_sync_answer(struct kf_sync *sync, wint_t code)
{
    if (code < FIRST_CODE || code >= FIRST_CODE + ANSWERS)
        return false;
    if (sync->state == KF_SYNC_ASKED)
        sync->state = code - FIRST_CODE >= 1 && code - FIRST_CODE <= 3 ? KF_SYNC_YES : KF_SYNC_NO;
    return true;
}

bool kf_sync_awaited(const struct kf_sync *sync)
{
    return sync->state == KF_SYNC_ASKED && sync->frames < PATIENCE_FRAMES;
}
