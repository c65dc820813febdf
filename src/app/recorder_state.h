/* recorder_state.h - what a recorder's two threads share: the items in the ring, and who owns which field. Private to
 * recorder.c, the engine's side and the beginning and end, and recorder_writer.c, which writes. */
#ifndef KF_RECORDER_STATE_H
#define KF_RECORDER_STATE_H

#include <pthread.h>

#include "app/recorder.h"
#include "app/ring.h"
#include "store/writer.h"

enum kf_recorder_item_kind {
    KF_ITEM_RECORD,
    KF_ITEM_VERDICT,
    KF_ITEM_SWING,
    KF_ITEM_CUE,
    KF_ITEM_MARK,
    KF_ITEM_BELT,
    KF_ITEM_STREAM,
    KF_ITEM_DOSE,
    KF_ITEM_FLUSH,
    KF_ITEM_TOGGLE
};

/* What waits in the ring: a head, then of a record its bytes or text, of a dose its text. */
struct kf_recorder_item {
    enum kf_recorder_item_kind kind;
    double t_s;
    int64_t host_ns;
    union {
        struct kf_record record; /* its pointers are set anew behind the ring */
        struct kf_swing swing;
        struct {
            struct kf_store_cue cue; /* its texts are the copies below: the engine's may be gone by then */
            char name[KF_CUE_NAME_MAX], text[KF_CUE_TEXT_MAX];
        } said;
        struct kf_store_stream stream;
        double speed_mps;
        char text[KF_POD_TEXT_MAX];
        char dose_of[KF_CUE_NAME_MAX];
    } u;
    size_t tail; /* bytes that follow */
};

enum { KF_RECORDER_TAIL_MAX = KF_RECORD_TEXT_MAX };

struct kf_recorder {
    char folder[KF_RECORDER_PATH], athlete[64], source[128], vfs[32];
    int64_t wall_ns;
    pthread_t thread;
    /* the engine's thread's own */
    int64_t host_ns, streams_ns;
    double t_s;
    /* the writer's own */
    struct kf_store_writer *writer;
    unsigned files;
    int64_t committed_ns;
    struct kf_recorder_item item; /* the one being written */
    uint8_t tail[KF_RECORDER_TAIL_MAX];
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t news;
    bool closing;
    struct kf_recorder_state state;
    struct kf_engine_config engine; /* its settings are those in force when the file begins */
    struct kf_ring ring;
    uint8_t room[]; /* the ring's */
};

/* The writer's thread; context is the recorder. The next two are called by it, and while it does not run. */
void *kf_recorder_run(void *context);
/* Begins a file named after the moment. */
enum kf_status kf_recorder_start(struct kf_recorder *recorder, int64_t host_ns, struct kf_error *error);
/* Ends the file there is. */
enum kf_status kf_recorder_end(struct kf_recorder *recorder, struct kf_error *error);

/* The state says from now on why nothing more is recorded. */
void kf_recorder_stopped(struct kf_recorder *recorder, const struct kf_error *error);

#endif
