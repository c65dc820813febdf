/* test_ring.c - protects the bytes between two threads: they come out as they went in, in order, also over the buffer's
 * end, taken by copies or from where they lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/ring.h"

enum { ROOM = 61, TURNS = 10000 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void test_first_in_first_out(void **state)
{
    uint8_t room[ROOM], in[ROOM], out[ROOM];
    struct kf_ring ring = {.bytes = room, .room = ROOM};
    uint8_t put = 0, taken = 0;
    size_t count = 0;
    (void)state;
    for (unsigned turn = 0; turn < TURNS; turn++) {
        const size_t more = least(turn * 7 % 31, ROOM - ring.count), fewer = least(turn * 5 % 29, ring.count);
        for (size_t i = 0; i < more; i++)
            in[i] = put++;
        kf_ring_put(&ring, in, more);
        if (turn % 2) {
            kf_ring_take(&ring, out, fewer);
            count = fewer;
        } else {
            const uint8_t *front = kf_ring_front(&ring, &count);
            memcpy(out, front, count);
            kf_ring_drop(&ring, count);
        }
        for (size_t i = 0; i < count; i++, taken++)
            assert_int_equal(out[i], taken);
    }
    assert_int_equal((uint8_t)(put - taken), ring.count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_first_in_first_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
