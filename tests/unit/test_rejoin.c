/* test_rejoin.c - protects the waiting for a source that has gone: what may come back and what may not, the pauses
 * between the tries, which port is the pod that was there, and what people are told meanwhile. */
#include "source_help.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "source/rejoin.h"

#define MS INT64_C(1000000)

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0 && strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

static void test_a_connection_is_made_again(void **state)
{
    struct kf_error error = {0};
    struct kf_rejoin rejoin;
    struct kf_source *source;
    char path[128], uri[160], text[200];
    int64_t now_ns = 7000 * MS, before_ns;
    static const int64_t pauses_ms[] = {500, 1000, 2000, 4000, 8000, 8000};
    (void)state;
    (void)snprintf(path, sizeof path, "%s", in_folder("pod"));
    (void)snprintf(uri, sizeof uri, "unix:%s", path);
    int listener = listen_at(path);
    assert_int_equal(kf_rejoin_init(&rejoin, uri, &error), KF_OK);
    source = kf_source_open(uri, &error);
    assert_non_null(source);
    kf_rejoin_opened(&rejoin, source);
    kf_source_close(source);
    assert_int_equal(close(listener), 0);
    assert_int_equal(unlink(path), 0);
    assert_null(kf_rejoin_try(&rejoin, now_ns, true, 0, &error)); /* nobody waits */
    assert_true(kf_rejoin_lost(&rejoin, KF_ERR_END, now_ns));
    for (unsigned i = 0; i < sizeof pauses_ms / sizeof pauses_ms[0]; i++) {
        before_ns = now_ns;
        now_ns = kf_rejoin_wake_ns(&rejoin);
        assert_int_equal((now_ns - before_ns) / MS, pauses_ms[i]);
        assert_null(kf_rejoin_try(&rejoin, now_ns - 1, false, 0, &error));
        assert_int_equal(kf_rejoin_wake_ns(&rejoin), now_ns);
        assert_null(kf_rejoin_try(&rejoin, now_ns, false, 0, &error));
    }
    (void)snprintf(text, sizeof text, "pod gone, waiting for %s", path);
    assert_string_equal(kf_rejoin_say(&rejoin, uri, sizeof uri), text);
    listener = listen_at(path);
    source = kf_rejoin_try(&rejoin, kf_rejoin_wake_ns(&rejoin), false, 0, &error);
    assert_non_null(source);
    assert_true(kf_rejoin_wake_ns(&rejoin) == INT64_MAX);
    assert_int_equal(kf_rejoin_poll_fd(&rejoin), -1);
    kf_source_close(source);
    kf_rejoin_close(&rejoin);
    assert_int_equal(close(listener), 0);
    assert_int_equal(unlink(path), 0);
}

/* A pod's socket listens and does not let us in: every try returns at once, for 5 s; then come the pauses. */
static void test_a_silent_peer_holds_nobody_up(void **state)
{
    struct kf_error error = {0};
    struct kf_rejoin rejoin;
    struct kf_source *first, *source;
    char path[128], uri[160];
    int64_t now_ns = 500 * MS;
    unsigned tries = 0;
    (void)state;
    (void)snprintf(path, sizeof path, "%s", in_folder("full"));
    (void)snprintf(uri, sizeof uri, "unix:%s", path);
    const int listener = listen_at(path);
    assert_int_equal(listen(listener, 0), 0);
    first = kf_source_open(uri, &error); /* the queue is full now */
    assert_int_equal(kf_rejoin_init(&rejoin, uri, &error), KF_OK);
    assert_true(kf_rejoin_lost(&rejoin, KF_ERR_END, 0));
    for (; now_ns < 5500 * MS; now_ns = kf_rejoin_wake_ns(&rejoin), tries++) {
        assert_null(kf_rejoin_try(&rejoin, now_ns, false, 0, &error));
        assert_non_null(rejoin.opening);
        assert_int_equal((kf_rejoin_wake_ns(&rejoin) - now_ns) / MS, KF_CONNECT_LOOK_MS);
    }
    assert_int_equal(tries, 5000 / KF_CONNECT_LOOK_MS);
    assert_null(kf_rejoin_try(&rejoin, now_ns, false, 0, &error));
    assert_null(rejoin.opening);
    assert_int_equal((kf_rejoin_wake_ns(&rejoin) - now_ns) / MS, 1000);
    now_ns = kf_rejoin_wake_ns(&rejoin);
    assert_null(kf_rejoin_try(&rejoin, now_ns, false, 0, &error));
    kf_source_close(first);
    assert_int_equal(close(accept(listener, NULL, NULL)), 0);
    source = kf_rejoin_try(&rejoin, kf_rejoin_wake_ns(&rejoin), false, 0, &error);
    assert_non_null(source);
    assert_false(rejoin.waiting);
    kf_source_close(source);
    kf_rejoin_close(&rejoin);
    assert_int_equal(close(listener), 0);
    assert_int_equal(unlink(path), 0);
}

static void test_what_has_ended_is_not_waited_for(void **state)
{
    struct kf_rejoin rejoin;
    struct kf_error error = {0};
    (void)state;
    assert_int_equal(kf_rejoin_init(&rejoin, "file:run.csv", &error), KF_OK);
    assert_false(kf_rejoin_lost(&rejoin, KF_ERR_END, 0));
    assert_false(kf_rejoin_lost(&rejoin, KF_ERR_DATA, 0));
    assert_int_equal(kf_rejoin_init(&rejoin, "serial:/dev/ttyACM0", &error), KF_OK);
    assert_false(kf_rejoin_lost(&rejoin, KF_ERR_IO, 0));
    assert_true(kf_rejoin_lost(&rejoin, KF_ERR_UNAVAILABLE, 0));
    kf_rejoin_close(&rejoin);
}

static void test_a_pod_is_known_again(void **state)
{
    const struct kf_serial_port pod = {.path = "/dev/ttyUSB0",
                                       .usb = true,
                                       .usb_vendor = 0x2341,
                                       .usb_product = 0x805a,
                                       .usb_serial = "A1B2",
                                       .usb_location = "1-2:1.0"};
    struct kf_serial_port other = pod;
    (void)state;
    (void)snprintf(other.path, sizeof other.path, "/dev/ttyUSB7");
    (void)snprintf(other.usb_location, sizeof other.usb_location, "3-1.4:1.0");
    assert_true(kf_serial_is(&other, &pod)); /* other name, other socket */
    (void)snprintf(other.usb_location, sizeof other.usb_location, "3-1.4:1.1");
    assert_false(kf_serial_is(&other, &pod)); /* its second port */
    other = pod;
    (void)snprintf(other.usb_serial, sizeof other.usb_serial, "A1B3");
    assert_false(kf_serial_is(&other, &pod));
    other = pod;
    other.usb_product++;
    assert_false(kf_serial_is(&other, &pod));
    other = (struct kf_serial_port){.path = "/dev/ttyUSB0"};
    assert_false(kf_serial_is(&other, &pod)); /* a stranger under the old name */
}

static void test_without_a_number_the_socket_counts(void **state)
{
    const struct kf_serial_port pod = {
        .path = "/dev/ttyUSB0", .usb = true, .usb_vendor = 0x1a86, .usb_product = 0x7523, .usb_location = "1-2:1.0"};
    struct kf_serial_port other = pod;
    (void)state;
    (void)snprintf(other.path, sizeof other.path, "/dev/ttyUSB1");
    assert_true(kf_serial_is(&other, &pod));
    (void)snprintf(other.usb_location, sizeof other.usb_location, "1-3:1.0");
    assert_false(kf_serial_is(&other, &pod));
}

static void test_people_are_told_which_pod(void **state)
{
    struct kf_rejoin rejoin = {.name = "/dev/ttyS0 @ 115200"};
    char text[128];
    (void)state;
    assert_string_equal(kf_rejoin_say(&rejoin, text, sizeof text), "pod gone, waiting for /dev/ttyS0 @ 115200");
    rejoin.usb = true; /* two alike, without numbers: who puts them back crosswise has left and right exchanged */
    (void)snprintf(rejoin.identity.usb_name, sizeof rejoin.identity.usb_name, "USB Serial");
    (void)snprintf(rejoin.identity.usb_location, sizeof rejoin.identity.usb_location, "1-2:1.0");
    assert_string_equal(kf_rejoin_say(&rejoin, text, sizeof text),
                        "pod gone, waiting for USB Serial in its own USB socket (1-2)");
    (void)snprintf(rejoin.identity.usb_name, sizeof rejoin.identity.usb_name, "Nano 33 BLE");
    (void)snprintf(rejoin.identity.usb_serial, sizeof rejoin.identity.usb_serial, "A1B2");
    assert_string_equal(kf_rejoin_say(&rejoin, text, sizeof text), "pod gone, waiting for Nano 33 BLE (serial A1B2)");
}

static int tear_down(void **state)
{
    static const char *const none[] = {NULL};
    (void)state;
    return remove_folder(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_connection_is_made_again), cmocka_unit_test(test_what_has_ended_is_not_waited_for),
        cmocka_unit_test(test_a_pod_is_known_again),       cmocka_unit_test(test_without_a_number_the_socket_counts),
        cmocka_unit_test(test_people_are_told_which_pod),  cmocka_unit_test(test_a_silent_peer_holds_nobody_up),
    };
    return cmocka_run_group_tests(tests, make_folder, tear_down);
}
