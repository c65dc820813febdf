/* recorder.h - keeps a session file (store/writer.h) while a session runs, without the session ever waiting for a disk.
 *
 * The engine's thread puts records and what the engine says of them into a bounded queue; a thread of the recorder's
 * own writes them. A disk that is slow costs records once the queue is full, counted and shown; a disk that fails stops
 * the recording, never the coaching: what is in the file by then stays. Recording may stop and begin anew in
 * mid-session: each time it is a file of its own. */
#ifndef KF_RECORDER_H
#define KF_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/engine.h"

enum {
    KF_RECORDER_ROOM = 8 * 1024 * 1024, /* bytes that may wait for the disk: a minute of five sensors */
    KF_RECORDER_PATH = 768
};

struct kf_recorder;

struct kf_recorder_config {
    const char *folder;  /* made with mode 0700 where it is missing */
    const char *athlete; /* "" unnamed: goes into the file's name, as far as a name may, and into the file */
    const char *source;  /* the source's name */
    const struct kf_engine_config *engine; /* read during the call: what replay needs besides the log */
    int64_t wall_ns;                       /* of host time 0, since 1970 UTC */
    bool on;                               /* begin at once; else wait for kf_recorder_toggle */
    size_t room;                           /* 0: KF_RECORDER_ROOM; tests take less */
    const char *vfs;                       /* NULL but in tests */
};

struct kf_recorder_state {
    bool on;
    enum kf_status status; /* KF_OK, or why the recording stopped */
    struct kf_error error;
    char path[KF_RECORDER_PATH]; /* of the file, or of the last one; "" none yet */
    uint64_t bytes, free_bytes;  /* of the file by now, and what the disk has left */
    uint64_t lost;               /* of this file: records and results that found no room in the queue */
};

/* Where recordings go: `folder` when it is not "", else $XDG_DATA_HOME/kneefold, else ~/.local/share/kneefold, from the
 * environment's values (either may be NULL). KF_ERR_CONFIG with *error when there is none, or it is too long. */
enum kf_status kf_recorder_folder(const char *folder, const char *xdg_data_home, const char *home, char *out,
                                  size_t capacity, struct kf_error *error);

/* With `on` the file is there when this returns. NULL with *error: the folder or the file cannot be made. */
struct kf_recorder *kf_recorder_open(const struct kf_recorder_config *config, struct kf_error *error);

/* ---- from the engine's thread; NULL does nothing ---- */

/* A record the engine is about to take. */
void kf_recorder_record(struct kf_recorder *recorder, const struct kf_record *record, const struct kf_engine *engine);
/* What the engine said of it. */
void kf_recorder_event(struct kf_recorder *recorder, const struct kf_engine_event *event);
/* Ends the file, or begins a new one, under the settings that are in force now. */
void kf_recorder_toggle(struct kf_recorder *recorder, const struct kf_engine *engine);
/* No record will come for some time: what there is goes to the disk. */
void kf_recorder_flush(struct kf_recorder *recorder, const struct kf_engine *engine);

/* From any thread. */
void kf_recorder_state(struct kf_recorder *recorder, struct kf_recorder_state *state);
size_t kf_recorder_behind(struct kf_recorder *recorder); /* bytes that wait for the disk */

/* Writes what waits, ends the file, and says as kf_recorder_state whether it holds everything. Takes NULL. */
enum kf_status kf_recorder_close(struct kf_recorder *recorder, struct kf_error *error);

#endif
