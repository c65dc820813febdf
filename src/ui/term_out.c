/* term_out.c - curses writes a frame in two hundred small pieces; here its descriptor points at a file in memory while
 * it draws, and what it drew then goes to the terminal in one write. What the terminal does not take at once stays in
 * that file and goes first next time, so an escape sequence is never torn. */
#include "config.h"

#include "ui/term_out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "ui/term_sync.h"

/* Waits until the terminal takes bytes. False after wait_ms, or when it is gone. */
static bool writable(struct kf_term_out *out, int wait_ms)
{
    struct pollfd poll_fd = {out->tty_fd, POLLOUT, 0};
    int ready = poll(&poll_fd, 1, wait_ms);

    if (ready > 0 && (poll_fd.revents & (POLLHUP | POLLERR | POLLNVAL)))
        out->hung_up = true;
    return ready > 0 && !out->hung_up;
}

enum kf_status kf_term_out_flush(struct kf_term_out *out, int wait_ms)
{
    while (out->sent < out->pending) {
        ssize_t count, written;

        if (!writable(out, wait_ms))
            return out->hung_up ? KF_ERR_END : KF_ERR_AGAIN;
        count = pread(out->memory, out->chunk, sizeof out->chunk, out->sent);
        if (count <= 0) { /* there was not memory enough for all of it */
            out->torn = true;
            break;
        }
        written = write(out->tty_fd, out->chunk, (size_t)count);
        if (written > 0) {
            out->sent += written;
        } else if (written < 0 && errno != EAGAIN && errno != EINTR) {
            out->hung_up = true;
            return KF_ERR_END;
        }
    }
    out->sent = out->pending = 0;
    return KF_OK;
}

void kf_term_out_catch(struct kf_term_out *out, bool synchronised)
{
    (void)ftruncate(out->memory, out->pending);
    (void)lseek(out->memory, out->pending, SEEK_SET);
    (void)dup3(out->memory, out->curses_fd, O_CLOEXEC);
    if (synchronised)
        (void)!write(out->memory, KF_SYNC_BEGIN, sizeof KF_SYNC_BEGIN - 1);
}

void kf_term_out_release(struct kf_term_out *out, bool synchronised)
{
    const off_t mark = sizeof KF_SYNC_END - 1; /* as long as that of the beginning */
    off_t size = lseek(out->memory, 0, SEEK_CUR);

    if (synchronised && size > out->pending + mark) {
        (void)!write(out->memory, KF_SYNC_END, (size_t)mark);
        size += mark;
    } else if (synchronised) {
        size = out->pending;
    }
    out->pending = size;
    (void)dup3(out->tty_fd, out->curses_fd, O_CLOEXEC);
}
