/* reader_salvage.c - when a page is lost that leads to others, SQLite finds none of them: of an hour's session cut in
 * its half, nothing. The chunks of the log are in the leaves all the same, whole and never changed once written: they
 * are picked up from there, page by page, as sqlite.org/fileformat2.html (1.5, 1.6 and 2.1) describes them. */
#include "config.h"

#include "store/reader_state.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PAGE_MAX = 65536,
    PAGE_MIN = 512,
    LEAF = 0x0d, /* of a table */
    COLUMNS = 7, /* id, start_ns, end_ns, t_s, records, size, data */
    ROW_MAX = KF_CHUNK_MAX + 65536
};

struct scan {
    int fd;
    uint64_t size, left; /* of the file; bytes that may still be copied: no more than it has */
    uint32_t page_size, usable;
    sqlite3_stmt *insert;
    uint8_t page[PAGE_MAX], row[ROW_MAX];
};

static uint64_t get_be(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* A varint in front of `end`; false when it is cut. */
static bool take_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < 9 && *at < end; i++) {
        const uint8_t byte = *(*at)++;
        if (i == 8) {
            *value = *value << 8 | byte;
            return true;
        }
        *value = *value << 7 | (byte & 0x7f);
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool read_at(const struct scan *scan, uint64_t number, uint32_t skip, uint8_t *out, uint32_t count)
{
    const uint64_t at = (number - 1) * scan->page_size + skip;
    return number > 0 && number <= scan->size / scan->page_size &&
           pread(scan->fd, out, count, (off_t)at) == (ssize_t)count;
}

/* What of a row of this many bytes is in its leaf; the rest is in a chain of pages. */
static uint32_t local_size(const struct scan *scan, uint64_t payload)
{
    const uint32_t most = scan->usable - 35, least = (scan->usable - 12) * 32 / 255 - 23;
    const uint64_t fair = least + (payload - least) % (scan->usable - 4);
    if (payload <= most)
        return (uint32_t)payload;
    return fair <= most ? (uint32_t)fair : least;
}

/* The row's bytes into scan->row. */
static bool gather(struct scan *scan, const uint8_t *cell, const uint8_t *end, uint64_t payload)
{
    const uint32_t local = local_size(scan, payload);
    uint8_t next[4];
    uint64_t number = 0;
    if (payload > ROW_MAX || payload > scan->left || (size_t)(end - cell) < local + (local < payload ? 4u : 0u))
        return false;
    memcpy(scan->row, cell, local);
    if (local < payload)
        number = get_be(cell + local, 4);
    for (uint64_t done = local; done < payload;) {
        const uint64_t room = scan->usable - 4, rest = payload - done;
        const uint32_t count = (uint32_t)(rest < room ? rest : room);
        if (!read_at(scan, number, 0, next, sizeof next) || !read_at(scan, number, 4, scan->row + done, count))
            return false;
        number = get_be(next, 4);
        done += count;
    }
    scan->left -= payload;
    return true;
}

/* An integer of this serial type; false for any other. 8 and 9 are the constants 0 and 1. */
static bool take_integer(const uint8_t **at, const uint8_t *end, uint64_t type, int64_t *value)
{
    static const unsigned sizes[] = {0, 1, 2, 3, 4, 6, 8};
    const unsigned size = type <= 6 ? sizes[type] : 0;
    uint64_t bits = 0;
    if (type == 8 || type == 9) {
        *value = type == 9;
        return true;
    }
    if (size == 0 || end - *at < (ptrdiff_t)size)
        return false;
    bits = get_be(*at, size);
    *at += size;
    if (size < 8 && bits >> (8 * size - 1))
        bits |= UINT64_MAX << (8 * size);
    memcpy(value, &bits, sizeof bits);
    return true;
}

/* A row of `chunks`, if that is what it is: its key is NULL, t_s is passed over. */
static bool insert_row(struct scan *scan, int64_t id, uint64_t payload)
{
    static const int parameter_of[COLUMNS] = {0, 2, 3, 0, 4, 5, 0};
    const uint8_t *head = scan->row, *end = scan->row + payload, *body = NULL;
    uint64_t head_size = 0, type[COLUMNS];
    if (!take_varint(&head, end, &head_size) || head_size > payload)
        return false;
    body = scan->row + head_size;
    for (unsigned i = 0; i < COLUMNS; i++)
        if (!take_varint(&head, body, &type[i]))
            return false;
    if (head != body || type[0] != 0 || type[6] < 12 || type[6] % 2 != 0)
        return false;
    (void)sqlite3_bind_int64(scan->insert, 1, id);
    for (unsigned i = 1; i < 6; i++) {
        int64_t value = 0;
        if (i == 3 && type[i] == 7 && end - body >= 8)
            body += 8;
        else if (!(i == 3 && type[i] == 0) && !take_integer(&body, end, type[i], &value))
            return false;
        if (i != 3)
            (void)sqlite3_bind_int64(scan->insert, parameter_of[i], value);
    }
    const uint64_t size = (type[6] - 12) / 2;
    if (size != (uint64_t)(end - body))
        return false;
    (void)sqlite3_bind_blob64(scan->insert, 6, body, size, SQLITE_STATIC);
    const bool inserted = sqlite3_step(scan->insert) == SQLITE_DONE;
    (void)sqlite3_reset(scan->insert);
    return inserted;
}

static void scan_page(struct scan *scan, uint64_t number)
{
    const uint8_t *end = scan->page + scan->usable;
    if (!read_at(scan, number, 0, scan->page, scan->page_size) || scan->page[0] != LEAF)
        return; /* the first page begins otherwise, and is the schema's */
    const uint32_t cells = (uint32_t)get_be(scan->page + 3, 2);
    for (uint32_t i = 0; i < cells && 8 + 2 * (i + 1) <= scan->usable; i++) {
        const uint64_t at = get_be(scan->page + 8 + (size_t)2 * i, 2);
        const uint8_t *cell = scan->page + at;
        uint64_t payload = 0, id = 0;
        if (at < scan->usable && take_varint(&cell, end, &payload) && take_varint(&cell, end, &id) && id > 0 &&
            id < INT64_MAX && gather(scan, cell, end, payload))
            (void)insert_row(scan, (int64_t)id, payload);
    }
}

static bool open_scan(struct scan *scan, const char *path)
{
    uint8_t header[100];
    struct stat info;
    scan->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (scan->fd < 0 || fstat(scan->fd, &info) != 0 ||
        pread(scan->fd, header, sizeof header, 0) != (ssize_t)sizeof header)
        return false;
    scan->page_size = (uint32_t)get_be(header + 16, 2);
    scan->page_size = scan->page_size == 1 ? PAGE_MAX : scan->page_size;
    scan->size = scan->left = (uint64_t)info.st_size;
    scan->usable = scan->page_size - header[20];
    return scan->page_size >= PAGE_MIN && (scan->page_size & (scan->page_size - 1)) == 0 && scan->usable >= 480;
}

/* Only what is there from the beginning on: a log with a hole in it is none. */
static const char up_to_the_first_gap[] =
    "COMMIT; DELETE FROM chunks WHERE id > (SELECT coalesce(min(id), 0) FROM (SELECT 0 AS id UNION ALL SELECT id FROM"
    " chunks) AS c WHERE NOT EXISTS (SELECT 1 FROM chunks AS d WHERE d.id = c.id + 1))";

bool kf_store_salvage(const char *path, struct kf_db *db)
{
    struct scan *scan = calloc(1, sizeof *scan);
    struct kf_error error = {0};
    bool done = false;
    *db = (struct kf_db){0};
    if (!scan)
        return false;
    if (open_scan(scan, path) &&
        kf_db_open(db, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL, &error) == KF_OK &&
        kf_db_run(db,
                  "CREATE TABLE chunks (id INTEGER PRIMARY KEY, start_ns, end_ns, records, size, data BLOB);"
                  " BEGIN IMMEDIATE",
                  "read", &error) == KF_OK)
        scan->insert = kf_db_prepare(db, "INSERT OR IGNORE INTO chunks VALUES (?,?,?,?,?,?)", "read", &error);
    if (scan->insert) {
        for (uint64_t number = 2; number <= scan->size / scan->page_size; number++)
            scan_page(scan, number);
        done =
            sqlite3_finalize(scan->insert) == SQLITE_OK && kf_db_run(db, up_to_the_first_gap, "read", &error) == KF_OK;
    }
    if (!done)
        kf_db_close(db);
    if (scan->fd >= 0)
        (void)close(scan->fd);
    free(scan);
    return done;
}
