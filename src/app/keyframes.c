/* keyframes.c - a few hundred states of some hundred kilobytes each: too much for memory, nothing for a file. */
#include "config.h"

#include "app/keyframes.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct keyframe {
    double t_s;
    struct kf_feed_place place;
    unsigned slot; /* in the file */
    size_t size;
};

struct kf_keyframes {
    pthread_mutex_t lock; /* of everything */
    FILE *file;           /* NULL: none to be had */
    size_t size_max;      /* of a slot; what a state does not need of it is a hole in the file */
    double every_s;
    unsigned count;
    struct keyframe keyframe[KF_KEYFRAMES_MAX]; /* in order of time */
    bool used[KF_KEYFRAMES_MAX];                /* slots */
};

struct kf_keyframes *kf_keyframes_create(size_t size_max)
{
    struct kf_keyframes *keyframes = calloc(1, sizeof *keyframes);
    if (!keyframes)
        return NULL;
    pthread_mutex_init(&keyframes->lock, NULL);
    keyframes->file = tmpfile();
    keyframes->size_max = size_max;
    keyframes->every_s = KF_KEYFRAME_EVERY_S;
    return keyframes;
}

void kf_keyframes_destroy(struct kf_keyframes *keyframes)
{
    if (!keyframes)
        return;
    if (keyframes->file)
        (void)fclose(keyframes->file);
    pthread_mutex_destroy(&keyframes->lock);
    free(keyframes);
}

/* ---- the lock is held ---- */

/* Where t_s belongs: the number of keyframes at or before it. */
static unsigned rank(const struct kf_keyframes *keyframes, double t_s)
{
    unsigned at = 0;
    while (at < keyframes->count && keyframes->keyframe[at].t_s <= t_s)
        at++;
    return at;
}

static bool wanted(const struct kf_keyframes *keyframes, double t_s)
{
    const unsigned at = rank(keyframes, t_s);
    return keyframes->file && isfinite(t_s) &&
           (at == 0 || t_s - keyframes->keyframe[at - 1].t_s >= keyframes->every_s) &&
           (at == keyframes->count || keyframes->keyframe[at].t_s - t_s >= keyframes->every_s);
}

static void thin_out(struct kf_keyframes *keyframes)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < keyframes->count; i++) {
        if (i % 2 == 0)
            keyframes->keyframe[kept++] = keyframes->keyframe[i];
        else
            keyframes->used[keyframes->keyframe[i].slot] = false;
    }
    keyframes->count = kept;
    keyframes->every_s *= 2;
}

static bool transfer(const struct kf_keyframes *keyframes, unsigned slot, size_t size, void *in, const void *out)
{
    const int fd = fileno(keyframes->file);
    for (size_t done = 0; done < size;) {
        const off_t at = (off_t)(slot * keyframes->size_max + done);
        const ssize_t count =
            in ? pread(fd, (char *)in + done, size - done, at) : pwrite(fd, (const char *)out + done, size - done, at);
        if (count <= 0)
            return false;
        done += (size_t)count;
    }
    return true;
}

/* ---- from any thread ---- */

bool kf_keyframes_wanted(struct kf_keyframes *keyframes, double t_s)
{
    bool is_wanted = false;
    pthread_mutex_lock(&keyframes->lock);
    is_wanted = wanted(keyframes, t_s);
    pthread_mutex_unlock(&keyframes->lock);
    return is_wanted;
}

void kf_keyframes_add(struct kf_keyframes *keyframes, double t_s, struct kf_feed_place place, const void *state,
                      size_t size)
{
    unsigned slot = 0, at = 0;
    pthread_mutex_lock(&keyframes->lock);
    if (keyframes->count == KF_KEYFRAMES_MAX)
        thin_out(keyframes);
    while (keyframes->used[slot])
        slot++;
    if (wanted(keyframes, t_s) && transfer(keyframes, slot, size, NULL, state)) {
        at = rank(keyframes, t_s);
        memmove(keyframes->keyframe + at + 1, keyframes->keyframe + at,
                (keyframes->count - at) * sizeof keyframes->keyframe[0]);
        keyframes->keyframe[at] = (struct keyframe){.t_s = t_s, .place = place, .slot = slot, .size = size};
        keyframes->used[slot] = true;
        keyframes->count++;
    }
    pthread_mutex_unlock(&keyframes->lock);
}

bool kf_keyframes_find(struct kf_keyframes *keyframes, double after_s, double t_s, struct kf_feed_place *place,
                       void *state)
{
    bool found = false;
    unsigned at = 0;
    pthread_mutex_lock(&keyframes->lock);
    at = rank(keyframes, t_s);
    if (keyframes->file && at > 0 && keyframes->keyframe[at - 1].t_s > after_s) {
        const struct keyframe *keyframe = &keyframes->keyframe[at - 1];
        *place = keyframe->place;
        found = transfer(keyframes, keyframe->slot, keyframe->size, state, NULL);
    }
    pthread_mutex_unlock(&keyframes->lock);
    return found;
}
