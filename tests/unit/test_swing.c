/* Protects the contract of keys.md: swing.def has exactly its keys of `swings`, in its order and with its units, and
 * the words are its words. keys.md itself is read, so neither can change alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kneefold/swing.h"
#include "near.h"

enum { KEYS_MAX = 128, CELL_MAX = 400 };

struct contract {
    unsigned count;
    char name[KEYS_MAX][64], unit[KEYS_MAX][CELL_MAX], meaning[KEYS_MAX][CELL_MAX];
};

static struct contract contract;

/* The next cell of a table's row, trimmed; a bar after a backslash belongs to the cell. NULL after the last one. */
static const char *next_cell(const char *at, char cell[CELL_MAX])
{
    size_t length = 0;
    if (*at != '|')
        return NULL;
    at++;
    while (*at == ' ')
        at++;
    for (; *at && *at != '|'; at++) {
        if (*at == '\\' && at[1] == '|')
            at++;
        if (length + 1 < CELL_MAX)
            cell[length++] = *at;
    }
    while (length && cell[length - 1] == ' ')
        length--;
    cell[length] = 0;
    return *at == '|' ? at : NULL;
}

static void add_keys(char *names, const char *unit, const char *meaning)
{
    char *rest = NULL;
    for (char *name = strtok_r(names, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
        assert_true(contract.count < KEYS_MAX);
        snprintf(contract.name[contract.count], sizeof contract.name[0], "%s", name);
        snprintf(contract.unit[contract.count], CELL_MAX, "%s", unit);
        snprintf(contract.meaning[contract.count], CELL_MAX, "%s", meaning);
        contract.count++;
    }
}

static int read_contract(void **state)
{
    (void)state;
    const char *shared = getenv("KNEEFOLD_SHARED");
    char path[4096], line[4096], names[CELL_MAX], unit[CELL_MAX], meaning[CELL_MAX];
    bool in_table = false;
    snprintf(path, sizeof path, "%s/keys.md", shared ? shared : KF_SRCDIR "/../shared");
    FILE *file = fopen(path, "r");
    if (!file) {
        printf("skipped: cannot open '%s' (set KNEEFOLD_SHARED)\n", path);
        exit(77);
    }
    while (fgets(line, sizeof line, file)) {
        const char *at = next_cell(line, names);
        if (!at || !(at = next_cell(at, unit)) || !next_cell(at, meaning)) {
            if (in_table)
                break;
            continue;
        }
        if (in_table && names[0] != '-')
            add_keys(names, unit, meaning);
        in_table = in_table || (strcmp(names, "key") == 0 && strcmp(unit, "unit") == 0);
    }
    fclose(file);
    return 0;
}

static void keys_are_those_of_the_contract(void **state)
{
    (void)state;
    assert_true(contract.count > 30);
    unsigned row = 0;
    for (unsigned i = 0; i < contract.count; i++) {
        assert_true(row < kf_swing_key_count);
        assert_string_equal(kf_swing_keys[row++].name, contract.name[i]);
        if (strcmp(contract.name[i], "trunk_lean_deg") == 0) { /* named in that row's meaning, no row of its own */
            assert_non_null(strstr(contract.meaning[i], "`trunk_site`"));
            assert_string_equal(kf_swing_keys[row++].name, "trunk_site");
        }
    }
    assert_int_equal(row, kf_swing_key_count);
    for (; row < kf_swing_metric_count; row++) { /* what only cues see stands behind them */
        assert_true(kf_swing_keys[row].is_number);
        assert_ptr_equal(kf_swing_key_find(kf_swing_keys[row].name), &kf_swing_keys[row]);
    }
}

/* Whether a cell such as "deg, ms after TO" offers this unit: as a whole word at the start of one of its parts. */
static bool offers(const char *cell, const char *unit)
{
    const size_t length = strlen(unit);
    for (const char *at = cell; at; at = strstr(at, ", ") ? strstr(at, ", ") + 2 : NULL)
        if (strncmp(at, unit, length) == 0 && strchr(", ", at[length]))
            return true;
    return false;
}

static void units_are_those_of_the_contract(void **state)
{
    (void)state;
    for (unsigned i = 0; i < contract.count; i++) {
        const struct kf_swing_key *key = kf_swing_key_find(contract.name[i]);
        assert_non_null(key);
        const bool plain = contract.unit[i][0] == 0 || strcmp(contract.unit[i], "0..1") == 0 ||
                           strcmp(contract.unit[i], "1, 0, null") == 0;
        if (plain)
            assert_string_equal(key->unit, "");
        else
            assert_true(key->unit[0] && offers(contract.unit[i], key->unit));
    }
}

static void number_has_its_own_place(void **state)
{
    (void)state;
    struct kf_swing swing = kf_swing_unknown();
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        const struct kf_swing_key *key = &kf_swing_keys[i];
        if (!key->is_number)
            continue;
        const double value = i + .5;
        memcpy((char *)&swing + key->offset, &value, sizeof value);
    }
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        if (kf_swing_keys[i].is_number)
            assert_near(kf_swing_number(&swing, &kf_swing_keys[i]), i + .5, 0);
    assert_near(swing.peak_knee_deg, kf_swing_number(&swing, kf_swing_key_find("peak_knee_deg")), 0);
    assert_near(swing.latency_ms, kf_swing_number(&swing, kf_swing_key_find("latency_ms")), 0);
}

static void unknown_is_nan(void **state)
{
    (void)state;
    const struct kf_swing swing = kf_swing_unknown();
    unsigned numbers = 0;
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        assert_true(isnan(kf_swing_number(&swing, &kf_swing_keys[i])));
        numbers += kf_swing_keys[i].is_number;
    }
    assert_int_equal(numbers, kf_swing_key_count - 6); /* id, leg, trunk_site, verdict, muscle, reason */
    assert_int_equal(swing.id, 0);
    assert_null(kf_swing_word(&swing, kf_swing_key_find("trunk_site")));
    assert_string_equal(kf_swing_word(&swing, kf_swing_key_find("verdict")), "unclear");
    assert_string_equal(kf_swing_word(&swing, kf_swing_key_find("muscle")), "unknown");
    assert_string_equal(kf_swing_word(&swing, kf_swing_key_find("reason")), "low-quality");
}

static const char *word(const struct kf_swing *swing, const char *name)
{
    return kf_swing_word(swing, kf_swing_key_find(name));
}

/* Takes the words of a row out of its meaning, one by one; fails on one that is not there. */
static void take(char *meaning, const char *name)
{
    char wanted[64], *at;
    snprintf(wanted, sizeof wanted, ", %s,", name);
    at = strstr(meaning, wanted);
    if (!at)
        fail_msg("keys.md does not name '%s'", name);
    memmove(at, at + strlen(wanted) - 1, strlen(at + strlen(wanted) - 1) + 1);
}

static void words_of(const char *name, char list[CELL_MAX + 8])
{
    for (unsigned i = 0; i < contract.count; i++)
        if (strcmp(contract.name[i], name) == 0)
            snprintf(list, CELL_MAX + 8, ", %s,", contract.meaning[i]);
}

static void words_are_those_of_the_contract(void **state)
{
    (void)state;
    struct kf_swing swing = kf_swing_unknown();
    char list[CELL_MAX + 8] = "";
    words_of("verdict", list);
    for (int i = KF_UNCLEAR; i <= KF_PULLED; i++) {
        swing.verdict = (enum kf_verdict)i;
        assert_string_equal(word(&swing, "verdict"), kf_verdict_name(swing.verdict));
        take(list, word(&swing, "verdict"));
    }
    assert_string_equal(list, ",");
    words_of("muscle", list);
    for (int i = KF_MUSCLE_UNKNOWN; i <= KF_MUSCLE_TONE; i++) {
        swing.muscle = (enum kf_muscle)i;
        take(list, word(&swing, "muscle"));
    }
    assert_string_equal(list, ",");
    words_of("reason", list);
    for (int i = KF_REASON_DRIVE_AND_FOLD; i <= KF_REASON_NOT_ALIGNED; i++) {
        swing.reason = (enum kf_reason)i;
        take(list, word(&swing, "reason"));
    }
    assert_string_equal(list, ",");
    assert_string_equal(kf_verdict_name(KF_PULLED), "pulled");
    assert_string_equal(kf_muscle_name(KF_MUSCLE_COCONTRACTION), "cocontraction");
    assert_string_equal(kf_reason_name(KF_REASON_NO_BASELINE), "no-baseline");
}

static void site_and_leg_are_words(void **state)
{
    (void)state;
    struct kf_swing swing = kf_swing_unknown();
    swing.leg = KF_LEFT;
    assert_string_equal(word(&swing, "leg"), "l");
    swing.leg = KF_RIGHT;
    assert_string_equal(word(&swing, "leg"), "r");
    swing.trunk_site = KF_SITE_TRUNK;
    assert_string_equal(word(&swing, "trunk_site"), "trunk");
    swing.trunk_site = KF_SITE_PELVIS;
    assert_string_equal(word(&swing, "trunk_site"), "pelvis");
    assert_null(word(&swing, "id"));
    assert_null(word(&swing, "stride_s"));
}

static void find_knows_whole_names_only(void **state)
{
    (void)state;
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        assert_ptr_equal(kf_swing_key_find(kf_swing_keys[i].name), &kf_swing_keys[i]);
    assert_null(kf_swing_key_find("peak_knee"));
    assert_null(kf_swing_key_find("peak_knee_deg "));
    assert_null(kf_swing_key_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_those_of_the_contract),  cmocka_unit_test(units_are_those_of_the_contract),
        cmocka_unit_test(number_has_its_own_place),        cmocka_unit_test(unknown_is_nan),
        cmocka_unit_test(words_are_those_of_the_contract), cmocka_unit_test(site_and_leg_are_words),
        cmocka_unit_test(find_knows_whole_names_only),
    };
    return cmocka_run_group_tests(tests, read_contract, NULL);
}
