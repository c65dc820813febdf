/* term.c - see term.h. Cells to curses and its keys to ours; what curses draws goes through term_out.c. */
#include "config.h"

#include "ui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#undef columns /* term.h takes common words as macros */
#undef lines

#include "ui/keys.h"
#include "ui/term_caps.h"
#include "ui/term_out.h"
#include "ui/term_sync.h"

enum { MAX_PAIRS = 512, RESTORE_BYTES = 256 };

struct kf_term {
    SCREEN *screen;
    WINDOW *keys;             /* a pad: reading from it draws nothing */
    FILE *out_file, *in_file; /* curses' own, on duplicates */
    struct kf_term_out out;
    struct termios before, during;
    enum kf_glyphs glyphs;
    enum kf_colours colours;
    enum kf_theme theme;
    bool redraw, suspended;
    struct kf_sync sync;
    struct kf_grid shown; /* what curses was given last */
    struct {
        int fg, bg;
    } pair[MAX_PAIRS];
    int pair_count, pair_limit;
    int click_x, click_y;
    char restore[RESTORE_BYTES]; /* plain text, then: leaves the alternate screen, shows the cursor */
    size_t plain_length;         /* of the first part */
    size_t restore_length;
};

struct kf_term_options kf_term_options_default(void)
{
    struct kf_term_options options = {KF_GLYPHS_BRAILLE, KF_COLOURS_DIRECT, KF_THEME_SAFE, true};
    return options;
}

/* Curses takes the signals it finds at their default; they are the app's. */
static SCREEN *newterm_without_signals(FILE *out, FILE *in)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    struct sigaction old[4];
    SCREEN *screen;

    for (int i = 0; i < 4; i++)
        (void)sigaction(signals[i], NULL, &old[i]);
    screen = newterm(NULL, out, in);
    for (int i = 0; i < 4; i++)
        (void)sigaction(signals[i], &old[i], NULL);
    return screen;
}

/* Is there a screen behind standard input and output? No curses yet: that would exit or print. */
static enum kf_status check(struct kf_error *error)
{
    const char *name = kf_caps_name();
    char *cup;
    int result;

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "no screen: standard input is no terminal");
    if (!name[0] || strcmp(name, "dumb") == 0)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "no screen: TERM is '%s'", name);
    if (setupterm(name, STDOUT_FILENO, &result) != OK || result != 1)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0,
                            "no screen: terminal '%s' is unknown here (try TERM=xterm-256color)", name);
    cup = tigetstr("cup");
    (void)del_curterm(cur_term);
    if (!cup || cup == (char *)-1)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "no screen: terminal '%s' cannot address the cursor", name);
    return KF_OK;
}

/* Appends a terminal string without its delays ("$<5>"). */
static void keep_restore(struct kf_term *term, const char *name)
{
    const char *s = tigetstr(name);

    if (!s || s == (const char *)-1)
        return;
    while (*s && term->restore_length < RESTORE_BYTES) {
        if (s[0] == '$' && s[1] == '<' && strchr(s, '>'))
            s = strchr(s, '>') + 1;
        else
            term->restore[term->restore_length++] = *s++;
    }
}

static void keep_bytes(struct kf_term *term, const char *bytes)
{
    const size_t length = strlen(bytes);

    if (term->restore_length + length > RESTORE_BYTES)
        return;
    memcpy(term->restore + term->restore_length, bytes, length);
    term->restore_length += length;
}

/* Button presses, in the coordinates of SGR where the terminal has them: columns beyond 223. The reports are stopped by
 * hand in the emergency, since curses cannot be asked then. */
static void take_mouse(struct kf_term *term, bool wanted)
{
    if (!wanted || !mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL) || !has_mouse())
        return;
    (void)mouseinterval(0);
    keep_bytes(term, "\033[?1000l\033[?1006l");
}

static bool open_files(struct kf_term *term)
{
    const char *name = ttyname(STDOUT_FILENO);
    int in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

    term->out.curses_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    term->out.memory = memfd_create("frame", MFD_CLOEXEC);
    term->out.tty_fd = name ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
    if (term->out.tty_fd < 0) /* blocks, but only after poll has said there is room */
        term->out.tty_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (in >= 0 && !(term->in_file = fdopen(in, "r")))
        (void)close(in);
    if (term->out.curses_fd >= 0)
        term->out_file = fdopen(term->out.curses_fd, "w");
    return term->in_file && term->out_file && term->out.memory >= 0 && term->out.tty_fd >= 0 &&
           tcgetattr(STDIN_FILENO, &term->before) == 0;
}

static void set_modes(struct kf_term *term)
{
    (void)cbreak();
    (void)noecho();
    (void)nonl();
    (void)typeahead(-1);
    (void)set_escdelay(25);
    (void)curs_set(0);
    (void)leaveok(stdscr, TRUE);
    (void)idlok(stdscr, FALSE);
    term->keys = newpad(1, 1);
    if (term->keys) {
        (void)keypad(term->keys, TRUE);
        (void)nodelay(term->keys, TRUE);
    }
    if (term->colours != KF_COLOURS_NONE && start_color() == OK && use_default_colors() == OK)
        term->pair_limit = COLOR_PAIRS < MAX_PAIRS ? COLOR_PAIRS : MAX_PAIRS;
    else
        term->colours = KF_COLOURS_NONE;
    term->pair_count = 1; /* pair 0 is the terminal's own */
}

static void release(struct kf_term *term)
{
    if (term->keys)
        (void)delwin(term->keys);
    if (term->screen)
        delscreen(term->screen);
    if (term->out_file)
        (void)fclose(term->out_file);
    else if (term->out.curses_fd >= 0)
        (void)close(term->out.curses_fd);
    if (term->in_file)
        (void)fclose(term->in_file);
    if (term->out.tty_fd >= 0)
        (void)close(term->out.tty_fd);
    if (term->out.memory >= 0)
        (void)close(term->out.memory);
    free(term);
}

enum kf_status kf_term_open(struct kf_term **term_out, const struct kf_term_options *options, struct kf_error *error)
{
    struct kf_term_options all = kf_term_options_default();
    struct kf_term *term;
    enum kf_status status;

    *term_out = NULL;
    (void)setlocale(LC_ALL, "");
    (void)setlocale(LC_NUMERIC, "C");
    status = check(error);
    if (status != KF_OK)
        return status;
    if (!options)
        options = &all;
    term = calloc(1, sizeof *term);
    if (!term)
        return kf_error_set(error, KF_ERR_IO, ENOMEM, "no memory for the screen");
    term->out.curses_fd = term->out.tty_fd = term->out.memory = -1;
    if (open_files(term))
        term->screen = newterm_without_signals(term->out_file, term->in_file);
    if (!term->screen) {
        char why[KF_ERRNO_TEXT_MAX];
        status = kf_error_set(error, KF_ERR_IO, errno, "cannot use the terminal: %s", kf_errno_text(errno, why));
        release(term);
        return status;
    }
    term->glyphs = kf_caps_glyphs(options->glyphs);
    term->colours = kf_caps_colours(options->colours);
    term->theme = options->theme;
    term->redraw = true;
    set_modes(term);
    keep_restore(term, "sgr0");
    term->plain_length = term->restore_length;
    keep_restore(term, "rmkx");
    keep_restore(term, "cnorm");
    keep_restore(term, "rmcup");
    take_mouse(term, options->mouse);
    kf_sync_open(&term->sync, kf_caps_name());
    (void)tcgetattr(STDIN_FILENO, &term->during);
    *term_out = term;
    return KF_OK;
}

/* The colour pair of two palette numbers, made at first use; 0 when there are no more. */
static int pair_of(struct kf_term *term, int fg, int bg)
{
    int i;

    if (fg < 0 && bg < 0)
        return 0;
    for (i = 1; i < term->pair_count; i++)
        if (term->pair[i].fg == fg && term->pair[i].bg == bg)
            return i;
    if (i >= term->pair_limit || init_extended_pair(i, fg, bg) != OK)
        return 0;
    term->pair[i].fg = fg;
    term->pair[i].bg = bg;
    term->pair_count = i + 1;
    return i;
}

static void put_cell(struct kf_term *term, int x, int y, struct kf_cell cell, bool wide)
{
    struct kf_look look = kf_theme_look(term->theme, term->colours, cell.pen);
    attr_t attr = (look.attr & KF_ATTR_BOLD ? A_BOLD : A_NORMAL) |
                  (look.attr & KF_ATTR_REVERSE ? A_REVERSE : A_NORMAL) |
                  (look.attr & KF_ATTR_UNDERLINE ? A_UNDERLINE : A_NORMAL);
    wchar_t text[2] = {(wchar_t)cell.code, L'\0'};
    cchar_t character;
    short pair = (short)pair_of(term, look.fg, look.bg);

    if (wcwidth(text[0]) != (wide ? 2 : 1)) /* this C library thinks otherwise: columns come first */
        text[0] = L'?';
    if (setcchar(&character, text, attr, pair, NULL) == OK)
        (void)mvadd_wch(y, x, &character);
    if (wide && text[0] == L'?')
        (void)mvadd_wch(y, x + 1, &character);
}

static bool same_cell(struct kf_cell a, struct kf_cell b)
{
    return a.code == b.code && a.pen.fg == b.pen.fg && a.pen.bg == b.pen.bg && a.pen.attr == b.pen.attr;
}

/* Nothing of the pen shows where there is no character. */
static bool is_plain(struct kf_pen pen)
{
    return pen.bg == KF_ROLE_NONE && !(pen.attr & (KF_ATTR_REVERSE | KF_ATTR_UNDERLINE));
}

static bool has_ink(struct kf_cell cell)
{
    return cell.code != ' ' || !is_plain(cell.pen);
}

/* Gives curses the cells that differ from the last frame's. A blank looks the same in any colour, so a new one takes
 * that of the cell written before it: where figures move, half of all changes of colour would be for blanks, and each
 * costs a dozen bytes. */
static void put_cells(struct kf_term *term, const struct kf_grid *grid)
{
    struct kf_pen last = kf_pen(KF_ROLE_NONE);

    for (int y = 0; y < grid->rows; y++) {
        if (!term->redraw &&
            memcmp(grid->cell[y], term->shown.cell[y], sizeof(struct kf_cell) * (size_t)grid->columns) == 0)
            continue; /* most rows stay as they are */
        for (int x = 0; x < grid->columns; x++) {
            struct kf_cell now = grid->cell[y][x], *was = &term->shown.cell[y][x];
            bool wide = x + 1 < grid->columns && grid->cell[y][x + 1].code == 0;
            bool same = same_cell(now, *was) || (!has_ink(now) && !has_ink(*was));

            if (wide && was[1].code != 0)
                same = false;
            *was = now;
            if (now.code == 0 || (same && !term->redraw))
                continue;
            if (!has_ink(now) && !term->redraw)
                now.pen = last;
            put_cell(term, x, y, now, wide);
            last = is_plain(now.pen) ? now.pen : kf_pen(KF_ROLE_NONE);
        }
    }
}

static void current_size(int *columns, int *rows)
{
    struct winsize size;

    *columns = 80;
    *rows = 24;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        *columns = size.ws_col;
        *rows = size.ws_row;
    }
}

void kf_term_size(struct kf_term *term, int *columns, int *rows)
{
    int x, y;

    current_size(&x, &y);
    if (x != COLS || y != LINES) {
        (void)resizeterm(y, x);
        kf_term_redraw(term);
    }
    *columns = x < KF_GRID_MAX_COLUMNS ? x : KF_GRID_MAX_COLUMNS;
    *rows = y < KF_GRID_MAX_ROWS ? y : KF_GRID_MAX_ROWS;
}

enum kf_glyphs kf_term_glyphs(const struct kf_term *term)
{
    return term->glyphs;
}

enum kf_status kf_term_present(struct kf_term *term, const struct kf_grid *grid)
{
    enum kf_status status = kf_term_out_flush(&term->out, KF_TERM_WAIT_MS);
    const char *question = NULL;

    if (status != KF_OK || term->suspended)
        return status;
    term->redraw = term->redraw || term->out.torn;
    term->out.torn = false;
    if (term->redraw) {
        (void)erase();
        (void)clearok(stdscr, TRUE);
    }
    put_cells(term, grid);
    term->redraw = false;
    (void)wnoutrefresh(stdscr);
    kf_term_out_catch(&term->out, term->sync.state == KF_SYNC_YES);
    (void)doupdate();
    question = kf_sync_question(&term->sync);
    (void)!write(term->out.memory, question, strlen(question));
    kf_term_out_release(&term->out, term->sync.state == KF_SYNC_YES);
    status = kf_term_out_flush(&term->out, KF_TERM_WAIT_MS);
    return status == KF_ERR_AGAIN ? KF_OK : status; /* what is left goes first next time */
}

static uint32_t key_of(wint_t code)
{
    static const struct {
        wint_t curses;
        uint32_t key;
    } table[] = {
        {KEY_UP, KF_KEY_UP},         {KEY_DOWN, KF_KEY_DOWN},           {KEY_LEFT, KF_KEY_LEFT},
        {KEY_RIGHT, KF_KEY_RIGHT},   {KEY_HOME, KF_KEY_HOME},           {KEY_END, KF_KEY_END},
        {KEY_PPAGE, KF_KEY_PAGE_UP}, {KEY_NPAGE, KF_KEY_PAGE_DOWN},     {KEY_BTAB, KF_KEY_BACKTAB},
        {KEY_ENTER, KF_KEY_ENTER},   {KEY_BACKSPACE, KF_KEY_BACKSPACE}, {KEY_DC, KF_KEY_DELETE},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].curses == code)
            return table[i].key;
    return KF_KEY_OTHER;
}

/* A button's key; the wheel scrolls. */
static uint32_t click(struct kf_term *term)
{
    MEVENT event;

    if (getmouse(&event) != OK)
        return KF_KEY_OTHER;
    if (event.bstate & BUTTON4_PRESSED)
        return KF_KEY_UP;
    if (event.bstate & BUTTON5_PRESSED)
        return KF_KEY_DOWN;
    if (!(event.bstate & BUTTON1_PRESSED))
        return KF_KEY_OTHER;
    term->click_x = event.x;
    term->click_y = event.y;
    return KF_KEY_CLICK;
}

/* A frame that a crash tears is shown as far as it is there. */
static bool answers(struct kf_term *term, wint_t code)
{
    if (!kf_sync_answer(&term->sync, code))
        return false;
    if (term->sync.state == KF_SYNC_YES)
        keep_bytes(term, KF_SYNC_END);
    return true;
}

enum kf_status kf_term_key(struct kf_term *term, uint32_t *key)
{
    struct pollfd poll_fd = {fileno(term->in_file), POLLIN, 0};
    wint_t code;
    int result;

    do {
        result = wget_wch(term->keys, &code);
    } while (result == KEY_CODE_YES && (code == KEY_RESIZE || answers(term, code)));
    if (result == ERR) {
        int ready = poll(&poll_fd, 1, 0);
        if (ready > 0 && (poll_fd.revents & (POLLHUP | POLLERR | POLLNVAL)))
            term->out.hung_up = true;
        return term->out.hung_up ? KF_ERR_END : KF_ERR_AGAIN;
    }
    if (result != KEY_CODE_YES)
        *key = code == L'\r' ? KF_KEY_ENTER : code == 127 ? KF_KEY_BACKSPACE : (uint32_t)code;
    else
        *key = code == KEY_MOUSE ? click(term) : key_of(code);
    return KF_OK;
}

void kf_term_click(const struct kf_term *term, int *x, int *y)
{
    *x = term->click_x;
    *y = term->click_y;
}

void kf_term_bell(struct kf_term *term)
{
    (void)!write(term->out.tty_fd, "\a", 1);
}

int kf_term_fd(const struct kf_term *term)
{
    return fileno(term->in_file);
}

void kf_term_theme(struct kf_term *term, enum kf_theme theme)
{
    term->theme = theme;
    term->redraw = true;
}

void kf_term_redraw(struct kf_term *term)
{
    term->redraw = true;
}

/* The terminal's answer to what it was asked is for us, not for the shell. */
static void await_answer(struct kf_term *term)
{
    struct pollfd poll_fd = {fileno(term->in_file), POLLIN, 0};
    enum kf_status status = KF_OK;
    uint32_t key;

    while (status != KF_ERR_END && !term->out.hung_up && kf_sync_awaited(&term->sync) &&
           poll(&poll_fd, 1, KF_TERM_ANSWER_WAIT_MS) > 0)
        status = kf_term_key(term, &key);
}

/* A terminal that Ctrl-S has stopped takes nothing, not even what gives it back. It goes on where the key means
 * nothing; tcflow() would undo only what tcflow() did. */
static void start_output(const struct kf_term *term)
{
    struct termios modes = term->during;
    modes.c_iflag &= ~(tcflag_t)IXON;
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

/* Leaves the screen. The modes are set with TCSANOW: draining could wait for ever on a terminal that nobody reads. */
static void leave(struct kf_term *term)
{
    start_output(term);
    await_answer(term);
    kf_term_out_catch(&term->out, term->sync.state == KF_SYNC_YES);
    /* Of a frame cut short curses does not know: its last colour would stay. */
    (void)!write(term->out.curses_fd, term->restore, term->plain_length);
    (void)endwin();
    kf_term_out_release(&term->out, term->sync.state == KF_SYNC_YES);
    (void)kf_term_out_flush(&term->out, KF_TERM_CLOSE_WAIT_MS);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &term->before);
}

void kf_term_suspend(struct kf_term *term)
{
    leave(term);
    term->suspended = true;
}

void kf_term_resume(struct kf_term *term)
{
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &term->during);
    term->suspended = false;
    term->redraw = true;
}

void kf_term_restore_in_signal(const struct kf_term *term)
{
    if (!term || term->suspended)
        return;
    start_output(term);
    (void)!write(term->out.tty_fd, term->restore, term->restore_length);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &term->before);
}

void kf_term_close(struct kf_term *term)
{
    if (!term)
        return;
    if (!term->suspended)
        leave(term);
    release(term);
}
