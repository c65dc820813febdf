/* test_tmux.c - protects the program from its users: every key of the table on every screen, also in the middle of a
 * prompt, in every kind of terminal, and every size, while a runner runs; and after all of that it still answers, shows
 * what it would show if drawn anew, and gives the terminal back. tmux is the terminal, and says what is on it. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/utf8.h"
#include "ui/keys.h"
#include "ui/screen.h"
#include "ui/text.h"

enum { LIMIT_MS = 30000, TICK_MS = 25, WORDS = 1024, NAME = 24, SHOWN = 1 << 18 };

static char folder[64], server[80], log_path[96], kneefold[512], shown[SHOWN], before[SHOWN];

/* ---- tmux ---- */

/* Runs tmux with these words (NULL-terminated) and takes what it prints into `shown`. */
static void tmux(const char *const *words)
{
    const char *argv[WORDS + 8] = {"tmux", "-S", server, "-f", "/dev/null"};
    int ends[2], status = 0, count = 5;
    size_t used = 0;
    ssize_t got = 0;
    while (*words && count < WORDS + 7)
        argv[count++] = *words++;
    assert_int_equal(pipe(ends), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    (void)close(ends[1]);
    while ((got = read(ends[0], shown + used, SHOWN - 1 - used)) > 0)
        used += (size_t)got;
    shown[used] = '\0';
    (void)close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
        fail_msg("tmux %s failed: %#x", argv[5], (unsigned)status);
}

#define TMUX(...) tmux((const char *const[]){__VA_ARGS__, NULL})

static void look(void)
{
    TMUX("capture-pane", "-p", "-t", "k");
}

/* Waits until the screen shows this. */
static void expect(const char *text)
{
    for (int waited_ms = 0; waited_ms < LIMIT_MS; waited_ms += TICK_MS) {
        look();
        if (strstr(shown, text))
            return;
        (void)poll(NULL, 0, TICK_MS);
    }
    fail_msg("'%s' does not come; there is:\n%s", text, shown);
}

/* Waits until nothing changes. */
static void expect_still(void)
{
    for (int waited_ms = 0, still = 0; still < 8; waited_ms += TICK_MS) {
        memcpy(before, shown, sizeof before);
        look();
        still = strcmp(before, shown) == 0 ? still + 1 : 0;
        if (waited_ms > LIMIT_MS)
            fail_msg("it moves still:\n%s", shown);
        (void)poll(NULL, 0, TICK_MS);
    }
}

static void resize(int columns, int rows)
{
    char width[16], height[16];
    (void)snprintf(width, sizeof width, "%d", columns);
    (void)snprintf(height, sizeof height, "%d", rows);
    TMUX("resize-window", "-t", "k", "-x", width, "-y", height);
}

/* The program as a shell runs it, which then says how it ended and whether the terminal's modes are as before. */
static void begin(const char *environment, const char *arguments, const char *columns, const char *rows)
{
    static unsigned servers; /* one that is being killed takes no more sessions */
    char command[2048];
    (void)snprintf(server, sizeof server, "%s/tmux-%u", folder, servers++);
    (void)snprintf(command, sizeof command,
                   "cd %s; stty -a >modes; env -u NO_COLOR XDG_CONFIG_HOME=%s/config XDG_DATA_HOME=%s/data %s '%s' %s; "
                   "echo ENDED $?; stty -a | cmp - modes && echo MODES KEPT; cat",
                   folder, folder, folder, environment, kneefold, arguments);
    TMUX("new-session", "-d", "-s", "k", "-x", columns, "-y", rows, command);
}

static void finish(const char *ended)
{
    expect(ended);
    expect("MODES KEPT");
    TMUX("display-message", "-p", "-t", "k",
         "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag} #{keypad_cursor_flag}");
    assert_string_equal(shown, "0 1 0 0 0\n");
    TMUX("kill-server");
}

/* ---- keys ---- */

/* As tmux calls a key. */
static void name_key(uint32_t key, char name[NAME])
{
    static const struct {
        uint32_t key;
        const char *name;
    } special[] = {
        {KF_KEY_ENTER, "Enter"},
        {KF_KEY_TAB, "Tab"},
        {KF_KEY_ESCAPE, "Escape"},
        {KF_KEY_UP, "Up"},
        {KF_KEY_DOWN, "Down"},
        {KF_KEY_LEFT, "Left"},
        {KF_KEY_RIGHT, "Right"},
        {KF_KEY_HOME, "Home"},
        {KF_KEY_END, "End"},
        {KF_KEY_PAGE_UP, "PPage"},
        {KF_KEY_PAGE_DOWN, "NPage"},
        {KF_KEY_BACKTAB, "BTab"},
        {KF_KEY_BACKSPACE, "BSpace"},
        {KF_KEY_DELETE, "DC"},
        {' ', "Space"},
        {';', "\\;"},
    };
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        if (special[i].key == key) {
            (void)snprintf(name, NAME, "%s", special[i].name);
            return;
        }
    if (key < ' ')
        (void)snprintf(name, NAME, "C-%c", (char)(key + 'a' - 1));
    else
        name[kf_utf8_encode(key, name)] = '\0';
}

struct words {
    unsigned count;
    const char *word[WORDS];
    char text[WORDS][NAME];
};

static void add(struct words *words, uint32_t key)
{
    assert_true(words->count + 1 < WORDS);
    name_key(key, words->text[words->count]);
    words->word[words->count] = words->text[words->count];
    words->count++;
}

/* On its screen: the key; a letter and a digit for whatever asks now; and out of that. */
static void add_press(struct words *words, unsigned screen, uint32_t key)
{
    add(words, '1' + screen);
    add(words, key);
    add(words, '7');
    add(words, KF_KEY_ESCAPE);
    add(words, '1'); /* else Escape and the next would be one key */
    add(words, KF_KEY_ESCAPE);
}

static void send(struct words *words)
{
    words->word[words->count] = NULL;
    const char *argv[WORDS + 8] = {"send-keys", "-t", "k", "--"};
    memcpy(argv + 4, words->word, (words->count + 1) * sizeof words->word[0]);
    tmux(argv);
    words->count = 0;
}

static void expect_tab(unsigned screen)
{
    static struct words words;
    char tab[64];
    add(&words, '1' + screen);
    send(&words);
    (void)snprintf(tab, sizeof tab, "%u %s", screen + 1, kf_screens[screen].tab);
    expect(tab);
}

static void press_every_key(unsigned screen)
{
    static struct words words;
    for (unsigned i = 0; i < kf_key_count; i++) {
        const struct kf_key_row *row = &kf_keys[i];
        if (row->action == KF_ACTION_QUIT && screen == KF_SCREEN_LIVE)
            continue; /* comes last */
        for (uint32_t key = row->key; row->action == KF_ACTION_SCREEN && key < row->other; key++)
            add_press(&words, screen, key);
        if (row->action != KF_ACTION_SCREEN)
            add_press(&words, screen, row->key);
        if (row->other)
            add_press(&words, screen, row->other);
        if (words.count > WORDS - 80)
            send(&words);
    }
    send(&words);
}

static void press_everything(const char *environment, const char *arguments)
{
    begin(environment, arguments, "80", "24");
    expect("1 main");
    for (unsigned screen = 0; screen < KF_SCREEN_COUNT; screen++) {
        press_every_key(screen);
        expect_tab(screen);
    }
    expect_tab(KF_SCREEN_LIVE);
    TMUX("send-keys", "-t", "k", "q", "y"); /* yes, if it asks because a key has begun a recording */
    finish("ENDED 0");
}

static void test_every_key_on_every_screen(void **state)
{
    static const char *const terminals[] = {
        "TERM=xterm-256color LC_ALL=C.UTF-8", "TERM=xterm-256color LC_ALL=C", "TERM=vt100 LC_ALL=C",
        "TERM=linux LC_ALL=C.UTF-8",          "TERM=screen LC_ALL=C.UTF-8",   "TERM=tmux-256color NO_COLOR=1"};
    (void)state;
    for (size_t i = 0; i < sizeof terminals / sizeof terminals[0]; i++)
        press_everything(terminals[i], "demo -o record.enabled=no");
}

static void test_every_key_of_a_replay(void **state)
{
    char arguments[128];
    (void)state;
    (void)snprintf(arguments, sizeof arguments, "replay %s", log_path);
    press_everything("TERM=xterm-256color LC_ALL=C.UTF-8", arguments);
    press_everything("TERM=vt100 LC_ALL=C", arguments);
}

static void test_keys_do_nothing_to_lines(void **state)
{
    (void)state;
    begin("TERM=dumb", "demo -o record.enabled=no", "80", "24");
    expect("no screen: TERM is 'dumb'");
    expect("link: data are coming");
    TMUX("send-keys", "-t", "k", "q", "?", "Up", "Escape", "m", "Enter");
    expect("left "); /* a stride */
    TMUX("send-keys", "-t", "k", "C-c");
    expect("ENDED 130");
    expect("MODES KEPT");
    TMUX("kill-server");
}

/* ---- sizes ---- */

static void test_every_size_while_a_runner_runs(void **state)
{
    static const int odd[][2] = {{1, 1},    {1, 150},  {400, 1},  {400, 150}, {39, 12},  {40, 11},
                                 {40, 12},  {41, 13},  {79, 24},  {80, 23},   {80, 24},  {81, 25},
                                 {99, 30},  {100, 29}, {100, 30}, {101, 31},  {119, 40}, {120, 39},
                                 {120, 40}, {121, 41}, {200, 10}, {30, 100},  {2, 2},    {400, 150}};
    (void)state;
    begin("TERM=xterm-256color LC_ALL=C.UTF-8", "demo -o record.enabled=no", "120", "40");
    expect("GAUGES");
    for (int columns = 400, rows = 150; columns > 1 || rows > 1;) {
        resize(columns, rows);
        columns = columns * 7 / 8 > 1 ? columns * 7 / 8 : 1;
        rows = rows * 7 / 8 > 1 ? rows * 7 / 8 : 1;
        if (columns == 78) /* now and then it has the time to draw */
            expect("GAUGES");
    }
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        resize(odd[i][0], odd[i][1]);
    resize(20, 5);
    expect("needs 40x12");
    resize(400, 150);
    expect("GAUGES");
    resize(120, 40);
    expect("GAUGES");
    TMUX("send-keys", "-t", "k", "Space"); /* nothing moves: what is shown must be what a fresh drawing shows */
    expect_still();
    memcpy(before, shown, sizeof before);
    TMUX("send-keys", "-t", "k", "C-l");
    expect_still();
    assert_string_equal(shown, before);
    TMUX("send-keys", "-t", "k", "q");
    finish("ENDED 0");
}

/* ---- */

static int prepare(void **state)
{
    const char *program = getenv("KNEEFOLD");
    char command[1024], here[400];
    (void)state;
    if (!getcwd(here, sizeof here))
        return -1;
    (void)snprintf(kneefold, sizeof kneefold, "%s%s%s", program ? "" : here, program ? "" : "/",
                   program ? program : "kneefold");
    (void)snprintf(folder, sizeof folder, "/tmp/kf-tmux-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(log_path, sizeof log_path, "%s/run.csv", folder);
    (void)snprintf(command, sizeof command, "'%s' simulate --seconds 30 --csv %s", kneefold, log_path);
    (void)unsetenv("TMUX");
    (void)setenv("NCURSES_GPM_TERMS", "none", 1); /* gpm's library, loaded on a console, leaks ten bytes */
    return system(command);
}

static int clean_up(void **state)
{
    char command[256];
    (void)state;
    (void)snprintf(command, sizeof command, "tmux -S %s kill-server 2>/dev/null; rm -r %s", server, folder);
    return system(command) ? -1 : 0;
}

/* A name with * runs only the tests that match. */
int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_on_every_screen),
        cmocka_unit_test(test_every_key_of_a_replay),
        cmocka_unit_test(test_keys_do_nothing_to_lines),
        cmocka_unit_test(test_every_size_while_a_runner_runs),
    };
    if (count > 1)
        cmocka_set_test_filter(arguments[1]);
    if (system("tmux -V >/dev/null 2>&1") != 0) {
        printf("skipped: tmux is not installed\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, prepare, clean_up);
}
