/* test_usb.c - protects what happens to a USB pod in a treadmill room, with the whole program on fake ports: it is
 * listed by name, its speed and format are found, unplugged in mid-stream it is waited for and found again under
 * another name in the same session, a stranger of the same make is left alone, a second program is refused and told
 * who holds it, and the start screen lists what is there now. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "source/rejoin.h"
#include "stage.h"
#include "usb.h"

static struct stage stage, second; /* two megabytes each: not for the stack */
static struct usb *usb;

static const char *const ports[] = {"ports", NULL};
static const char *const probe[] = {"ports", "--probe", NULL};
static const char *const probe_one[] = {"ports", "--probe", "-o", "pod.format=cyton", NULL};
static const char *const live[] = {"live", "-s", "/dev/ttyUSB0@115200", "-o", "athlete.height_m=1.75", NULL};

/* The pod's side of the port: waits until the program has opened it and asked; what it asks is thrown away. */
static void await_question(int pod)
{
    uint8_t bytes[4096];
    struct pollfd fd = {.fd = pod, .events = POLLIN};
    for (int waited_ms = 0; waited_ms < STAGE_LIMIT_MS; waited_ms += 10) {
        if (poll(&fd, 1, 10) == 1 && read(pod, bytes, sizeof bytes) > 0)
            return;
        if (fd.revents & POLLHUP) /* nobody has it open yet: poll returns at once */
            (void)poll(NULL, 0, 10);
    }
    stage_settle(&stage);
    fail_msg("nobody asks the pod; printed: %.2000s", stage.output);
}

static bool was_asked(int pod)
{
    struct pollfd fd = {.fd = pod, .events = POLLIN};
    return poll(&fd, 1, 0) == 1 && (fd.revents & POLLIN) != 0;
}

/* Waits until the program listens at this speed; a pod that talks at another one is noise to it. */
static void await_speed(int pod, speed_t speed)
{
    static const uint8_t noise[] = {0xf8, 0x00, 0x80, 0xfe, 0xe0, 0x06, 0x00, 0x9e};
    struct termios line;
    for (int waited_ms = 0; waited_ms < STAGE_LIMIT_MS; waited_ms += 10) {
        if (tcgetattr(pod, &line) == 0 && cfgetospeed(&line) == speed)
            return;
        (void)!write(pod, noise, sizeof noise);
        (void)poll(NULL, 0, 10);
    }
    fail_msg("this speed is never tried; printed: %.2000s", stage.output);
}

static void run_to_end(struct stage *program, const char *const *arguments, int expected)
{
    stage_open(program);
    stage_run(program, false, arguments);
    const int status = stage_wait(program);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != expected)
        fail_msg("wait status %#x, wanted exit %d; printed: %.2000s", (unsigned)status, expected, program->output);
}

static void test_ports_are_listed_with_their_names(void **state)
{
    (void)state;
    const int pod = usb_plug(usb, "ttyUSB0", "1-2", "A1B2");
    run_to_end(&stage, ports, 0);
    assert_true(stage_has(&stage, "/dev/ttyUSB0"));
    assert_true(stage_has(&stage, "Nano 33 BLE"));
    assert_true(stage_has(&stage, "[2341:805a Arduino, serial A1B2]"));
    stage_close(&stage);
    usb_unplug(usb, "ttyUSB0", "1-2", pod);
    run_to_end(&stage, ports, 0);
    assert_false(stage_has(&stage, "ttyUSB0"));
    stage_close(&stage);
}

static void test_probe_says_what_speaks(void **state)
{
    size_t from = 0;
    (void)state;
    const int pod = usb_plug(usb, "ttyUSB0", "1-2", "A1B2");
    stage_open(&stage);
    stage_run(&stage, false, probe);
    stage.pod = pod;
    await_question(pod);
    await_speed(pod, B115200);
    assert_true(stage_feed(&stage, 3, true));
    assert_true(stage_expect(&stage, &from, "podlink at 115200 baud, 'kneefold simulator': trunk imu6 200 Hz"));
    assert_int_equal(stage_wait(&stage), 0);
    stage.pod = -1;
    stage_close(&stage);
    usb_unplug(usb, "ttyUSB0", "1-2", pod);
}

/* One format is looked for at its own speed only. */
static void test_probe_looks_for_the_format_named(void **state)
{
    (void)state;
    const int pod = usb_plug(usb, "ttyUSB0", "1-2", "A1B2");
    run_to_end(&stage, probe_one, 0);
    assert_true(stage_has(&stage, "silent at 115200 baud\n"));
    stage_close(&stage);
    usb_unplug(usb, "ttyUSB0", "1-2", pod);
}

static void test_a_pod_comes_back_under_another_name(void **state)
{
    size_t from = 0;
    (void)state;
    int pod = usb_plug(usb, "ttyUSB0", "1-2", "A1B2");
    stage_open(&stage);
    stage_run(&stage, true, live);
    stage.pod = pod;
    await_question(pod);
    assert_true(stage_feed(&stage, 5, true));
    assert_true(stage_expect(&stage, &from, "GAUGES"));
    usb_unplug(usb, "ttyUSB0", "1-2", pod);
    stage.pod = -1;
    assert_true(stage_expect(&stage, &from, "A1B2)")); /* curses jumps over blanks that stand already */
    const int stranger = usb_plug(usb, "ttyUSB1", "1-3", "FFFF");
    pod = usb_plug(usb, "ttyUSB3", "3-1", "A1B2");
    stage.pod = pod;
    await_question(pod);
    assert_true(stage_feed(&stage, 12, true));
    assert_true(stage_expect(&stage, &from, "LIVE"));
    assert_false(was_asked(stranger));
    stage_type(&stage, "q");
    const int status = stage_wait(&stage);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    stage.pod = -1;
    stage_close(&stage);
    usb_unplug(usb, "ttyUSB3", "3-1", pod);
    usb_unplug(usb, "ttyUSB1", "1-3", stranger);
}

static void test_a_second_program_is_told_who_holds_it(void **state)
{
    char holder[64];
    (void)state;
    const int pod = usb_plug(usb, "ttyUSB0", "1-2", "A1B2");
    stage_open(&stage);
    stage_run(&stage, false, live);
    await_question(pod);
    run_to_end(&second, live, 69);
    (void)snprintf(holder, sizeof holder, "in use by kneefold (process %ld)", (long)stage.pid);
    if (!stage_has(&second, holder))
        fail_msg("'%s' does not say '%s'", second.output, holder);
    stage_close(&second);
    run_to_end(&second, probe, 0);
    assert_true(stage_has(&second, holder));
    stage_close(&second);
    stage_close(&stage);
    usb_unplug(usb, "ttyUSB0", "1-2", pod);
}

/* By udev's word alone: the time for looking around never comes. */
static void test_a_port_that_appears_is_heard_of(void **state)
{
    struct kf_error error = {0};
    struct kf_rejoin rejoin;
    (void)state;
    int pod = usb_plug(usb, "ttyUSB0", "1-2", "A1B2");
    assert_int_equal(kf_rejoin_init(&rejoin, "/dev/ttyUSB0", &error), KF_OK);
    struct kf_source *source = kf_source_open("/dev/ttyUSB0", &error);
    assert_non_null(source);
    assert_true(kf_source_hunts(source));
    kf_rejoin_opened(&rejoin, source);
    kf_source_close(source);
    usb_unplug(usb, "ttyUSB0", "1-2", pod);
    assert_true(kf_rejoin_lost(&rejoin, KF_ERR_UNAVAILABLE, 0));
    struct pollfd fd = {.fd = kf_rejoin_poll_fd(&rejoin), .events = POLLIN};
    if (fd.fd < 0) { /* built without libudev */
        kf_rejoin_close(&rejoin);
        return;
    }
    assert_int_equal(poll(&fd, 1, 0), 0);
    pod = usb_plug(usb, "ttyUSB5", "1-4", "A1B2");
    assert_int_equal(poll(&fd, 1, STAGE_LIMIT_MS), 1);
    source = kf_rejoin_try(&rejoin, 1, true, 9600, &error);
    assert_non_null(source);
    assert_string_equal(kf_source_name(source), "/dev/ttyUSB5 @ 9600");
    kf_source_close(source);
    kf_rejoin_close(&rejoin);
    usb_unplug(usb, "ttyUSB5", "1-4", pod);
}

/* While the start screen is only looked at, pods come and go on it. */
static void test_the_start_screen_follows(void **state)
{
    static const char *const nothing[] = {NULL};
    size_t from = 0;
    (void)state;
    stage_open(&stage);
    stage_run(&stage, true, nothing);
    assert_true(stage_expect(&stage, &from, "look again"));
    const int pod = usb_plug(usb, "ttyUSB0", "1-2", "A1B2");
    assert_true(stage_expect(&stage, &from, "/dev/ttyUSB0"));
    usb_unplug(usb, "ttyUSB0", "1-2", pod);
    assert_true(stage_expect(&stage, &from, "look again"));
    stage_type(&stage, "q");
    const int status = stage_wait(&stage);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    stage_close(&stage);
}

/* The number is the pod's, whatever else is the same. */
static void test_another_pod_is_not_taken_for_it(void **state)
{
    struct kf_error error = {0};
    struct kf_rejoin rejoin;
    (void)state;
    int pod = usb_plug(usb, "ttyUSB0", "1-2", "A1B2");
    assert_int_equal(kf_rejoin_init(&rejoin, "serial:/dev/ttyUSB0@115200", &error), KF_OK);
    struct kf_source *source = kf_source_open("serial:/dev/ttyUSB0@115200", &error);
    assert_non_null(source);
    kf_rejoin_opened(&rejoin, source);
    kf_source_close(source);
    usb_unplug(usb, "ttyUSB0", "1-2", pod);
    assert_true(kf_rejoin_lost(&rejoin, KF_ERR_UNAVAILABLE, 0));
    pod = usb_plug(usb, "ttyUSB1", "1-2", "A1B3");
    assert_null(kf_rejoin_try(&rejoin, kf_rejoin_wake_ns(&rejoin), true, 0, &error));
    assert_string_equal(error.text, "pod gone, waiting for Nano 33 BLE (serial A1B2)");
    kf_rejoin_close(&rejoin);
    usb_unplug(usb, "ttyUSB1", "1-2", pod);
}

static int open_usb(void **state)
{
    (void)state;
    usb = usb_open();
    return 0;
}

static int close_usb(void **state)
{
    (void)state;
    usb_close(usb);
    return 0;
}

#define WITH_USB(test) cmocka_unit_test_setup_teardown(test, open_usb, close_usb)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WITH_USB(test_ports_are_listed_with_their_names), WITH_USB(test_probe_says_what_speaks),
        WITH_USB(test_probe_looks_for_the_format_named),  WITH_USB(test_a_pod_comes_back_under_another_name),
        WITH_USB(test_a_port_that_appears_is_heard_of),   WITH_USB(test_the_start_screen_follows),
        WITH_USB(test_another_pod_is_not_taken_for_it),   WITH_USB(test_a_second_program_is_told_who_holds_it),
    };
    (void)argc;
    if (!usb_preload(argv))
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
