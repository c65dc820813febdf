/* reader_state.h - a reader as its two files see it: reader.c has the file and its log, reader_rows.c the tables. */
#ifndef KF_STORE_READER_STATE_H
#define KF_STORE_READER_STATE_H

#include "store/chunk.h"
#include "store/db.h"
#include "store/reader.h"

struct kf_store_reader {
    struct kf_db db;
    int version;
    bool complete;
    char note[KF_STORE_TEXT_MAX];
    sqlite3_stmt *next_chunk, *stride, *verdict; /* the latter two NULL until asked for */
    int64_t chunk_id;                            /* of the chunk in `chunk`; 0 none yet */
    uint32_t chunk_records, taken;
    struct kf_chunk_reader log;
    uint8_t chunk[KF_CHUNK_MAX];
};

/* A row of `strides` or `verdicts` from the statement's present row: columns by their names. */
void kf_store_take_stride(sqlite3_stmt *statement, struct kf_swing *swing);

#endif
