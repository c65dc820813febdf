/* show_screen.c - an example view in the real terminal, to look at and to measure: show_screen [NAME [FPS [SECONDS]]].
 * NAME is one of example_view.c's; FPS 0 draws a still. Keys work as far as they concern the display; q ends. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "example_view.h"
#include "ui/screen.h"
#include "ui/term.h"

static struct kf_grid grid;
static struct kf_view view;

static enum example named(const char *name)
{
    for (int i = 0; i < EXAMPLE_COUNT; i++)
        if (strcmp(example_names[i], name) == 0)
            return (enum example)i;
    return EXAMPLE_RUNNING;
}

/* All keys that have come; false when it is time to go. */
static bool keys(struct kf_term *term, struct kf_ui *ui)
{
    enum kf_status status;
    uint32_t key;

    while ((status = kf_term_key(term, &key)) == KF_OK) {
        struct kf_ask ask;
        int x, y;
        kf_term_click(term, &x, &y);
        ask = key == KF_KEY_CLICK ? kf_ui_click(ui, &view, &grid, x, y) : kf_ui_key(ui, &view, key);
        if (ask.action == KF_ACTION_QUIT)
            return false;
        if (ask.action == KF_ACTION_THEME)
            kf_term_theme(term, ui->theme);
        if (ask.action == KF_ACTION_REDRAW)
            kf_term_redraw(term);
    }
    return status != KF_ERR_END;
}

int main(int argc, char **argv)
{
    enum example example = named(argc > 1 ? argv[1] : "running");
    int fps = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 20;
    int frames = argc > 3 ? (int)strtol(argv[3], NULL, 10) * fps : 0;
    struct kf_term *term;
    struct kf_error error;
    struct kf_ui ui;

    kf_ui_init(&ui);
    if (kf_term_open(&term, NULL, &error) != KF_OK) {
        (void)fprintf(stderr, "show_screen: %s\n", error.text);
        return 69;
    }
    for (int frame = 0; frames == 0 || frame < frames; frame++) {
        struct pollfd poll_fd = {kf_term_fd(term), POLLIN, 0};
        example_view(&view, example, fps ? (double)frame / fps : .43);
        kf_term_size(term, &grid.columns, &grid.rows);
        grid.glyphs = kf_term_glyphs(term);
        kf_screen_draw(&grid, &view, &ui);
        if (kf_term_present(term, &grid) == KF_ERR_END)
            break;
        (void)poll(&poll_fd, 1, fps ? 1000 / fps : 100);
        if (!keys(term, &ui))
            break;
    }
    kf_term_close(term);
    return 0;
}
