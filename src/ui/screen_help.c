/* screen_help.c - every key and where it works, made from the key table; and the signs used on the main screen. */
#include "ui/screens.h"
#include "ui/text.h"

static const char *const legend[] = {
    "○ passive: motion folded the knee    ● pulled: muscles did more of it    · unclear",
    "drive: how much less the muscles braked the fold than when relaxed (Nm/kg)",
    "gauges: ◆ now, • last strides, ▒ band, │ baseline; cycle: ▲ now, ╱ leave alone",
};

static const char *where_text(unsigned where)
{
    return where == KF_WHERE_ALL                        ? "everywhere"
           : where == (KF_WHERE_LIVE | KF_WHERE_REPLAY) ? "main"
           : where == KF_WHERE_LIVE                     ? "live"
           : where == KF_WHERE_REPLAY                   ? "replay"
                                                        : "why, help";
}

void kf_screen_help_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    unsigned legend_rows = sizeof legend / sizeof legend[0], total = kf_key_count + 1 + legend_rows;
    unsigned room = rect.h > 1 ? (unsigned)rect.h - 1 : 0, most = total > room ? total - room : 0;
    unsigned first = ui->scroll < most ? ui->scroll : most;
    int where_column = rect.w >= 70 ? 12 : 0;

    (void)view;
    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "HELP");
    for (unsigned i = first; i < total && i - first < room; i++) {
        int y = rect.y + 1 + (int)(i - first), x = rect.x + 2;
        if (i < kf_key_count) {
            kf_grid_text(grid, x, y, 7, kf_pen_bold(KF_ROLE_ACCENT), kf_keys[i].name);
            if (where_column)
                kf_grid_text(grid, x + 8, y, where_column, kf_pen(KF_ROLE_DIM), where_text(kf_keys[i].where));
            kf_grid_text(grid, x + 8 + where_column, y, rect.w - 11 - where_column, kf_pen(KF_ROLE_TEXT),
                         kf_keys[i].help);
        } else if (i > kf_key_count) {
            kf_grid_text(grid, x, y, rect.w - 3, kf_pen(KF_ROLE_DIM), legend[i - kf_key_count - 1]);
        }
    }
}
