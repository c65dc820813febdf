/* test_queries.c - protects who reads session files by other means: every query in the examples of kneefold-session(5)
 * runs on a recorded session and finds something there. tests/cli/test_session.sh
 * runs the examples whole, where sqlite3, Python and pandas are installed. */
#include "recorded.h"

#include <sqlite3.h>

enum { PAGE_ROOM = 64 * 1024, QUERY_ROOM = 1024 };

static char session[KF_RECORDER_PATH];

/* Rows the query gives. */
static unsigned rows_of(const char *query)
{
    sqlite3 *sqlite = NULL;
    sqlite3_stmt *statement = NULL;
    unsigned rows = 0;
    int result = SQLITE_OK;
    assert_int_equal(sqlite3_open_v2(session, &sqlite, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(sqlite, query, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", query, sqlite3_errmsg(sqlite));
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        rows++;
        for (int i = 0; i < sqlite3_column_count(statement); i++) /* an example of nothing but NULL is none */
            if (rows == 1 && sqlite3_column_count(statement) < 10 && sqlite3_column_type(statement, i) == SQLITE_NULL)
                fail_msg("%s: column %d is NULL", query, i);
    }
    assert_int_equal(result, SQLITE_DONE);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(sqlite), SQLITE_OK);
    return rows;
}

/* What stands between the quotes, as a terminal shows it: "\-" is a hyphen. */
static const char *take_query(const char *from, char query[QUERY_ROOM])
{
    size_t used = 0;
    for (from++; *from && *from != '"'; from++)
        if (*from != '\\' && used + 1 < QUERY_ROOM)
            query[used++] = *from;
    query[used] = '\0';
    return from;
}

static void test_examples(void **state)
{
    static char page[PAGE_ROOM];
    char query[QUERY_ROOM];
    unsigned queries = 0;
    FILE *file = fopen(KF_SRCDIR "/man/kneefold-session.5", "r");
    (void)state;
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    (void)fclose(file);
    const char *at = strstr(page, ".SH EXAMPLES");
    assert_non_null(at);
    while ((at = strstr(at, "\"SELECT ")) != NULL) {
        at = take_query(at, query);
        queries++;
        if (rows_of(query) == 0)
            fail_msg("%s: finds nothing", query);
    }
    assert_in_range(queries, 7, 99);
}

static int set_up(void **state)
{
    return make_store_folder(state) == 0 && record_demo(store_path("session"), 80, session) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples)};
    return cmocka_run_group_tests(tests, set_up, remove_store_folder);
}
