/* footer.c - the bottom row: the keys that work now, made from the key table, each to be clicked as well; or for a
 * moment the answer to a key. What belongs to the screen shown comes first. */
#include "ui/parts.h"
#include "ui/text.h"

static struct kf_pen bar_pen(enum kf_role role, unsigned attr)
{
    struct kf_pen pen = {(uint8_t)role, KF_ROLE_BAR, (uint8_t)attr};
    return pen;
}

/* Is this key what the screen is there for? */
static bool belongs(const struct kf_key_row *row, enum kf_screen_id screen)
{
    static const struct {
        enum kf_action action;
        enum kf_screen_id screen;
    } table[] = {{KF_ACTION_ALIGN, KF_SCREEN_ALIGN},
                 {KF_ACTION_BASELINE, KF_SCREEN_BASELINE},
                 {KF_ACTION_MUTE, KF_SCREEN_CUES},
                 {KF_ACTION_FEEDBACK, KF_SCREEN_CUES}};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].action == row->action && table[i].screen == screen)
            return true;
    return !(row->screens & KF_ON(KF_SCREEN_LIVE)); /* what the main screen has, too, is everyone's */
}

/* Draws the key if all of it fits; returns the columns used. */
static int draw_key(struct kf_grid *grid, int x, int y, int end, const struct kf_key_row *row, const char *label)
{
    int name = kf_text_width(row->name), needed = name + 1 + kf_text_width(label);

    if (x + needed > end)
        return 0;
    kf_grid_text(grid, x, y, name, bar_pen(KF_ROLE_ACCENT, KF_ATTR_BOLD), row->name);
    kf_grid_text(grid, x + name + 1, y, end - x - name - 1, bar_pen(KF_ROLE_DIM, 0), label);
    kf_grid_hot(grid, kf_rect(x, y, needed, 1), row->key, 0, 0);
    return needed + 2;
}

void kf_footer_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    unsigned where = view->replay ? KF_WHERE_REPLAY : KF_WHERE_LIVE;
    int x = rect.x + 1, end = rect.x + rect.w - 1;

    kf_grid_fill(grid, rect, bar_pen(KF_ROLE_TEXT, 0), ' ');
    if (ui->notice[0]) {
        kf_grid_text(grid, x, rect.y, rect.w - 2, bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD), ui->notice);
        return;
    }
    for (int own = 1; own >= 0; own--)
        for (unsigned i = 0; i < kf_key_count; i++) {
            const struct kf_key_row *row = &kf_keys[i];
            bool here = (row->where & where) && (row->screens & KF_ON(ui->screen)) && row->label[0];
            const char *label = row->action == KF_ACTION_QUIT && ui->screen != KF_SCREEN_LIVE ? "back" : row->label;
            if (here && belongs(row, ui->screen) == own)
                x += draw_key(grid, x, rect.y, end, row, label);
        }
}
