/* test_alloc.c - protects the promise that from the first sample to the last nothing is allocated or freed: not by the
 * decoders, the core, the coach or the view's filler, and not by a live session on the simulator. A pause of the
 * allocator is a late cue. malloc and its kin are replaced for the whole program and counted. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "app/session.h"
#include "app/view_fill.h"
#include "log_file.h"
#include "toy_driver.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

#if !defined(__GLIBC__) || defined(SANITIZED)

int main(void)
{
    puts("test_alloc: skipped: malloc cannot be replaced here (a sanitizer has it, or this is not glibc)");
    return 77;
}

#else

/* ---- the counted allocator: glibc's own, under the names by which it can be called from a replacement ---- */

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static volatile bool counting; /* the compiler believes that malloc looks at nothing of ours */
static volatile unsigned counted;

void *malloc(size_t size)
{
    counted += counting;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    counted += counting;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    counted += counting;
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    counted += counting;
    return __libc_memalign(alignment, size);
}

void free(void *block)
{
    counted += counting && block;
    __libc_free(block);
}

/* ---- what is run under it ---- */

static struct kf_engine_config coach_config(void)
{
    struct kf_engine_config config = toy_config(NULL);
    config.settings.athlete_height_m = 1.75;
    config.want_frames = true;
    config.auto_baseline = true;
    config.settings.cues = (struct kf_cue_rules){.count = 1, .rule = {kf_cue_rule_hamstring_drive()}};
    return config;
}

static void test_the_count_counts(void **state)
{
    void *volatile block = NULL;
    (void)state;
    counted = 0;
    counting = true;
    block = malloc(10);
    block = realloc(block, 2000);
    free(block);
    block = calloc(3, 5);
    free(block);
    counting = false;
    assert_int_equal(counted, 5);
}

static uint8_t *load(const char *path, size_t *count)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    assert_non_null(file);
    (void)fseek(file, 0, SEEK_END);
    *count = (size_t)ftell(file);
    bytes = malloc(*count);
    assert_non_null(bytes);
    rewind(file);
    assert_int_equal(fread(bytes, 1, *count, file), *count);
    (void)fclose(file);
    return bytes;
}

static void push_log_without_allocating(const char *path)
{
    static struct kf_view_fill fill;
    const struct kf_engine_config config = coach_config();
    const struct kf_engine_listener listener = {kf_view_fill_event, &fill};
    struct kf_engine *engine = kf_engine_create(&config, &listener, NULL);
    size_t count = 0, at = 0;
    uint8_t *bytes = load(path, &count);
    assert_non_null(engine);
    kf_view_fill_init(&fill, &config, "Ann");
    fill.engine = engine;
    while (at < count && isnan(kf_engine_time_s(engine)))
        kf_engine_push(engine, bytes + at++, 1);
    counted = 0;
    counting = true;
    for (; at < count; at += 997) {
        kf_engine_push(engine, bytes + at, count - at < 997 ? count - at : 997);
        kf_view_fill_update(&fill, engine);
    }
    assert_int_equal(kf_engine_finish(engine, NULL), KF_OK);
    counting = false;
    assert_int_equal(counted, 0);
    assert_true(fill.view.leg[KF_LEFT].swings > 10 && fill.view.leg[KF_LEFT].pulled > 0 && fill.view.cue_count > 0);
    free(bytes);
    kf_engine_destroy(engine);
}

static void test_a_log_is_pushed_without_allocating(void **state)
{
    const struct log_file log = log_file_simulate(60);
    (void)state;
    push_log_without_allocating(log.path);
    log_file_remove(&log);
}

static void run_session_without_allocating(const char *uri)
{
    struct kf_session_config config = {.engine = coach_config(), .uri = {uri}, .speed = 1};
    struct kf_session *session = kf_session_open(&config, NULL);
    int64_t now_ns = 0;
    unsigned cues = 0;
    assert_non_null(session);
    while (isnan(kf_session_view(session, now_ns)->t_s))
        kf_session_step(session, now_ns += 5000000, false);
    counted = 0;
    counting = true;
    for (int i = 0; i < 60 * 200; i++) {
        kf_session_step(session, now_ns += 5000000, false);
        cues = kf_session_view(session, now_ns)->cue_count;
    }
    counting = false;
    assert_int_equal(counted, 0);
    assert_true(cues > 0);
    kf_session_close(session);
}

static void test_a_live_session_runs_without_allocating(void **state)
{
    (void)state;
    run_session_without_allocating("sim:demo");
    run_session_without_allocating("sim:demo,drop=0.02,flip=0.01,junk=0.02,restart=30");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_count_counts),
        cmocka_unit_test(test_a_log_is_pushed_without_allocating),
        cmocka_unit_test(test_a_live_session_runs_without_allocating),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
