/* frames.c - see frames.h. The settings are those of `kneefold demo`. */
#include "config.h"

#include "frames.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/settings_apply.h"

#define STEP_NS INT64_C(5000000)

enum { LIMIT_MS = 10000 };

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "frames: %s\n", what);
    abort();
}

static void take_terminal(struct frames *frames, int columns, int rows)
{
    const struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    must(openpty(&frames->master, &frames->slave, NULL, NULL, &size) == 0, "no terminal");
    frames->kept_in = dup(STDIN_FILENO);
    frames->kept_out = dup(STDOUT_FILENO);
    (void)fflush(stdout);
    must(dup2(frames->slave, STDIN_FILENO) >= 0 && dup2(frames->slave, STDOUT_FILENO) >= 0, "dup2");
    (void)fcntl(frames->master, F_SETFL, O_NONBLOCK);
    (void)setenv("TERM", "xterm-256color", 1);
    (void)setenv("LC_ALL", "C.UTF-8", 1);
    (void)unsetenv("NO_COLOR");
}

void frames_open(struct frames *frames, const char *demo, int columns, int rows)
{
    struct kf_settings settings;
    struct kf_error error = {0};
    kf_settings_default(&settings);
    settings.athlete_height_m = 1.75;
    settings.feedback_warmup_s = 0;
    struct kf_session_config config = {.engine = kf_settings_engine(&settings), .uri = {demo}, .speed = 1};
    config.engine.auto_baseline = true;
    memset(frames, 0, sizeof *frames);
    kf_ui_init(&frames->ui);
    frames->session = kf_session_open(&config, &error);
    must(frames->session, error.text);
    take_terminal(frames, columns, rows);
    must(kf_term_open(&frames->term, NULL, &error) == KF_OK, error.text);
}

void frames_close(struct frames *frames)
{
    kf_term_close(frames->term);
    kf_session_close(frames->session);
    (void)dup2(frames->kept_in, STDIN_FILENO);
    (void)dup2(frames->kept_out, STDOUT_FILENO);
    (void)close(frames->kept_in);
    (void)close(frames->kept_out);
    (void)close(frames->master);
    (void)close(frames->slave);
}

void frames_pass(struct frames *frames)
{
    const int64_t until_ns = frames->now_ns + 1000000000 / FRAMES_HZ;
    while (frames->now_ns < until_ns) {
        frames->now_ns += STEP_NS;
        kf_session_step(frames->session, frames->now_ns, 0);
    }
}

void frames_show(struct frames *frames)
{
    int columns = 0, rows = 0;
    kf_term_size(frames->term, &columns, &rows);
    kf_grid_init(&frames->grid, columns, rows, kf_term_glyphs(frames->term));
    kf_screen_draw(&frames->grid, kf_session_view(frames->session, frames->now_ns), &frames->ui);
    (void)kf_term_present(frames->term, &frames->grid);
}

static void keep_last(char last[16], const char *bytes, size_t count)
{
    const size_t new = count < 16 ? count : 16;
    memmove(last, last + new, 16 - new);
    memcpy(last + 16 - new, bytes + count - new, new);
}

size_t frames_take(struct frames *frames, size_t total)
{
    const size_t before = frames->count;
    do {
        struct pollfd fd = {.fd = frames->master, .events = POLLIN};
        if (poll(&fd, 1, frames->count < total ? LIMIT_MS : 0) < 1)
            break;
        const ssize_t count = read(frames->master, frames->bytes, sizeof frames->bytes);
        if (count <= 0)
            break;
        frames->count += (size_t)count;
        keep_last(frames->last, frames->bytes, (size_t)count);
    } while (true);
    return frames->count - before;
}

void frames_take_first(struct frames *frames)
{
    static const char question[] = "\033[?2026$p";
    const size_t length = sizeof question - 1;
    while (memcmp(frames->last + sizeof frames->last - length, question, length) != 0)
        must(frames_take(frames, frames->count + 1) > 0, "the first frame does not end");
}
