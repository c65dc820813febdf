/* mark_box.h - a mark set from outside: `kneefold mark` on another terminal reaches the sessions that run.
 *
 * Each session binds a datagram socket, $XDG_RUNTIME_DIR/kneefold/PID.mark, which only its owner can send to; one
 * datagram is one mark's text. Nothing here blocks or reads a clock: a mark holds when the session takes it, at once.
 */
#ifndef KF_MARK_BOX_H
#define KF_MARK_BOX_H

#include <stdbool.h>

#include "kneefold/error.h"

enum { KF_MARK_TEXT = 128 };

struct kf_mark_box;

/* `runtime_dir` is the environment's XDG_RUNTIME_DIR, or NULL. NULL with *error: there is none, or no socket can be
 * made: a session does without. */
struct kf_mark_box *kf_mark_box_open(const char *runtime_dir, struct kf_error *error);
void kf_mark_box_close(struct kf_mark_box *box); /* takes NULL */
/* The next mark that waits, printable, never empty; false when there is none. */
bool kf_mark_box_take(struct kf_mark_box *box, char text[KF_MARK_TEXT]);

/* Sends a mark to every session of this user that runs. Returns how many it reached; 0 with *error when none, or why it
 * cannot. */
int kf_mark_send(const char *runtime_dir, const char *text, struct kf_error *error);

#endif
