/* test_stream.c - protects the live ways in: that sockets and terminals pass every byte value both ways without
 * blocking, that nobody is waited for who connects without answering, that silence, an end and a loss are told apart,
 * and that a device serves one program and the second is told who has it. Everything runs within this process:
 * listeners on the loopback, pseudo-terminals, one child. */
#include "config.h"

#include "source_help.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "source/serial.h"

#define SECOND INT64_C(1000000000)

enum { DATA_SIZE = 300000 };

static uint8_t data[DATA_SIZE]; /* zeros will do */
static uint8_t got[4096];

/* --------------------------------------------------------------- sockets */

static void wait_for(int fd, short events)
{
    struct pollfd entry = {.fd = fd, .events = events};

    assert_int_equal(poll(&entry, 1, 10000), 1);
}

/* Reads exactly `count` bytes, waiting as a live reader does. */
static void read_exactly(struct kf_source *source, uint8_t *bytes, size_t count)
{
    struct kf_error error;
    size_t at = 0;

    while (at < count) {
        int more;

        wait_for(kf_source_poll_fd(source), POLLIN);
        more = kf_source_read(source, 0, bytes + at, count - at, &error);
        assert_true(more > 0 || more == KF_ERR_AGAIN);
        at += more > 0 ? (size_t)more : 0;
    }
}

/* All byte values both ways between the source and the descriptor of its peer. */
static void assert_transparent(struct kf_source *source, int peer)
{
    struct kf_error error;
    uint8_t all[256], back[256];
    size_t at = 0;

    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    assert_int_equal(kf_source_read(source, 0, back, sizeof back, &error), KF_ERR_AGAIN);
    assert_int_equal(write(peer, all, sizeof all), 256);
    read_exactly(source, back, sizeof back);
    assert_memory_equal(back, all, sizeof all);
    assert_int_equal(kf_source_write(source, all, sizeof all, &error), 256);
    memset(back, 0, sizeof back);
    while (at < sizeof back) {
        ssize_t more;

        wait_for(peer, POLLIN);
        more = read(peer, back + at, sizeof back - at);
        assert_true(more > 0);
        at += (size_t)more;
    }
    assert_memory_equal(back, all, sizeof all);
    assert_int_equal(kf_source_write(source, all, 0, &error), 0);
    assert_int_equal(kf_source_read(source, 0, back, sizeof back, &error), KF_ERR_AGAIN);
}

static void assert_descriptor_flags(const struct kf_source *source)
{
    int fd = kf_source_poll_fd(source);

    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_true(kf_source_live(source));
    assert_int_equal(kf_source_wake_ns(source, 42), INT64_MAX);
}

/* A listener on the loopback, and the URI that reaches it; -1 where the family is missing. */
static int listen_tcp(int family, char *uri, size_t capacity)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *address = family == AF_INET ? (struct sockaddr *)&four : (struct sockaddr *)&six;
    socklen_t size = family == AF_INET ? sizeof four : sizeof six;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, address, size) != 0) {
        if (fd >= 0)
            (void)close(fd);
        return -1;
    }
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, address, &size), 0);
    (void)snprintf(uri, capacity, family == AF_INET ? "tcp:127.0.0.1:%u" : "tcp:[::1]:%u",
                   (unsigned)ntohs(family == AF_INET ? four.sin_port : six.sin6_port));
    return fd;
}

static void check_tcp(int family)
{
    struct kf_error error;
    struct kf_source *source;
    char uri[64];
    int listener = listen_tcp(family, uri, sizeof uri), peer, on = 0;
    socklen_t size = sizeof on;

    if (listener < 0) {
        print_message("no IPv6 loopback here: not tried\n");
        return;
    }
    source = kf_source_open(uri, &error);
    assert_non_null(source);
    peer = accept(listener, NULL, NULL);
    assert_true(peer >= 0);
    assert_descriptor_flags(source);
    assert_string_equal(kf_source_name(source), uri + 4);
    assert_int_equal(getsockopt(kf_source_poll_fd(source), IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
    assert_true(on);
    assert_transparent(source, peer);
    (void)close(peer);
    wait_for(kf_source_poll_fd(source), POLLIN);
    assert_int_equal(kf_source_read(source, 0, got, 1, &error), KF_ERR_END);
    assert_non_null(strstr(error.text, "closed the connection"));
    kf_source_close(source);
    (void)close(listener);
    assert_refused(uri, KF_ERR_UNAVAILABLE, "connection refused", "start the pod's program");
}

static void test_tcp(void **state)
{
    (void)state;
    check_tcp(AF_INET);
    check_tcp(AF_INET6);
    assert_refused("tcp:no-such-host.invalid:5000", KF_ERR_UNAVAILABLE, "cannot find host of", NULL);
}

/* A reset is a loss, not an end: the pod may come back. */
static void test_tcp_reset(void **state)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    struct kf_error error;
    struct kf_source *source;
    char uri[64];
    int listener = listen_tcp(AF_INET, uri, sizeof uri), peer, count;

    (void)state;
    source = kf_source_open(uri, &error);
    assert_non_null(source);
    peer = accept(listener, NULL, NULL);
    assert_int_equal(setsockopt(peer, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    (void)close(peer);
    wait_for(kf_source_poll_fd(source), POLLIN);
    assert_int_equal(kf_source_read(source, 0, got, 1, &error), KF_ERR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "lost the connection"));
    /* Without MSG_NOSIGNAL this would end the program. */
    count = kf_source_write(source, data, 1, &error);
    assert_int_equal(count, KF_ERR_UNAVAILABLE);
    kf_source_close(source);
    (void)close(listener);
}

static void test_unix(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = in_folder("socket");
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), peer, count;
    struct kf_error error;
    struct kf_source *source;

    (void)state;
    assert_refused(uri_of("unix", path), KF_ERR_UNAVAILABLE, "no such file", "start the program");
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    source = kf_source_open(path, &error); /* a bare path to a socket means unix: */
    assert_non_null(source);
    peer = accept(listener, NULL, NULL);
    assert_descriptor_flags(source);
    assert_transparent(source, peer);
    do {
        count = kf_source_write(source, data, sizeof data, &error);
    } while (count > 0);
    assert_int_equal(count, KF_ERR_AGAIN);
    /* The last bytes come before the end. */
    assert_int_equal(write(peer, "last", 4), 4);
    (void)shutdown(peer, SHUT_WR);
    assert_int_equal(kf_source_read(source, 0, got, sizeof got, &error), 4);
    assert_int_equal(kf_source_read(source, 0, got, sizeof got, &error), KF_ERR_END);
    kf_source_close(source);
    (void)close(peer);
    (void)close(listener);
    assert_refused(uri_of("unix", path), KF_ERR_UNAVAILABLE, "connection refused", NULL);
    assert_refused(uri_of("file", path), KF_ERR_NO_INPUT, "cannot open", "unix:");
}

/* ------------------------------------------------ connections under way */

/* A local socket that listens, and whose queue is full: it neither lets anybody in nor refuses. */
static int listen_full(const char *path, int *queued)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 0), 0);
    *queued = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(*queued, (struct sockaddr *)&address, sizeof address), 0);
    return listener;
}

/* Time stands still unless the test moves it, so whatever waits here waits forever. */
static void test_nobody_is_waited_for(void **state)
{
    const char *path = in_folder("full");
    struct kf_error error = {0};
    int queued, listener = listen_full(path, &queued), peer;
    struct kf_source *slow = kf_source_begin(uri_of("unix", path), &error);
    struct kf_source *late = kf_source_begin(uri_of("unix", path), &error);

    (void)state;
    assert_true(slow && late);
    assert_true(kf_source_wake_ns(slow, 7 * SECOND) == 7 * SECOND);
    assert_int_equal(kf_source_poll_fd(slow), -1);
    assert_int_equal(kf_source_read(slow, 7 * SECOND, got, sizeof got, &error), KF_ERR_AGAIN);
    assert_int_equal(kf_source_write(slow, data, 1, &error), KF_ERR_AGAIN);
    assert_true(kf_source_wake_ns(slow, 7 * SECOND) == 7 * SECOND + KF_CONNECT_LOOK_MS * SECOND / 1000);
    assert_int_equal(kf_source_connect(late, 10 * SECOND, &error), KF_ERR_AGAIN);
    assert_int_equal(kf_source_connect(slow, 12 * SECOND - 1, &error), KF_ERR_AGAIN);
    assert_int_equal(kf_source_read(slow, 12 * SECOND, got, sizeof got, &error), KF_ERR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "cannot connect to"));
    assert_non_null(strstr(error.hint, "lets nobody in"));
    assert_int_equal(kf_source_read(slow, 12 * SECOND, got, sizeof got, NULL), KF_ERR_UNAVAILABLE);
    assert_int_equal(kf_source_write(slow, data, 1, &error), KF_ERR_UNAVAILABLE);
    peer = accept(listener, NULL, NULL);
    (void)close(peer);
    assert_int_equal(kf_source_connect(slow, 12 * SECOND, &error), KF_ERR_UNAVAILABLE); /* it has been given up */
    assert_int_equal(kf_source_connect(late, 12 * SECOND, &error), KF_OK);
    peer = accept(listener, NULL, NULL);
    assert_transparent(late, peer);
    kf_source_close(slow);
    kf_source_close(late);
    (void)close(peer);
    (void)close(queued);
    (void)close(listener);
}

/* A name is asked for meanwhile: whoever gives up does not wait for the answer, and who has patience gets it. */
static void test_names_are_looked_up_aside(void **state)
{
    struct kf_error error = {0};
    char uri[64], named[80];
    int listener = listen_tcp(AF_INET, uri, sizeof uri);
    struct kf_source *source = kf_source_begin("tcp:no-such-host.invalid:5000", &error);
    struct addrinfo *there = NULL;
    int status;

    (void)state;
    assert_non_null(source);
    kf_source_close(source); /* at once */
    source = kf_source_begin("tcp:no-such-host.invalid:5000", &error);
    (void)kf_source_connect(source, 0, &error);
    status = kf_source_connect(source, 10 * SECOND, &error);
    assert_int_equal(status, KF_ERR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "cannot find host of"));
    kf_source_close(source);
    (void)snprintf(named, sizeof named, "tcp:localhost%s", strrchr(uri, ':')); /* ::1 may refuse: the next is tried */
    if (getaddrinfo("localhost", NULL, NULL, &there) == 0) {
        freeaddrinfo(there);
        source = kf_source_open(named, &error);
        assert_non_null(source);
        kf_source_close(source);
    } else {
        print_message("test_names_are_looked_up_aside: no localhost here (no /etc/hosts?): its half was not tried\n");
    }
    (void)close(listener);
}

/* ------------------------------------------------- terminals and ports */

static int open_master(char *slave, size_t capacity)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    assert_true(master >= 0);
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    (void)snprintf(slave, capacity, "%s", ptsname(master));
    return master;
}

/* By its own scheme, as a port, through a link as in /dev/serial/by-id, as a bare path, and through a bare link that
 * does not lie in /dev: however it is named, whoever opens it a second time is told who has it. */
static void test_pty(void **state)
{
    static const char *const schemes[] = {"pty", "serial", "serial", NULL, NULL};
    struct kf_error error;
    struct kf_source *source;
    char slave[64];

    (void)state;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        int master = open_master(slave, sizeof slave);
        const char *path = slave;

        if (i == 2 || i == 4) {
            path = in_folder("by-id");
            (void)unlink(path);
            assert_int_equal(symlink(slave, path), 0);
        }
        source = kf_source_open(schemes[i] ? uri_of(schemes[i], path) : path, &error);
        assert_non_null(source);
        assert_refused(path, KF_ERR_UNAVAILABLE, "in use by this program", NULL);
        assert_string_equal(kf_source_name(source), slave);
        assert_descriptor_flags(source);
        assert_transparent(source, master);
        (void)close(master);
        wait_for(kf_source_poll_fd(source), POLLIN);
        assert_int_equal(kf_source_read(source, 0, got, 1, &error), KF_ERR_UNAVAILABLE);
        assert_non_null(strstr(error.text, "is gone: unplugged or hung up"));
        assert_int_equal(kf_source_read(source, 0, got, 1, &error), KF_ERR_UNAVAILABLE);
        assert_int_equal(kf_source_write(source, data, 1, &error), KF_ERR_UNAVAILABLE);
        kf_source_close(source);
    }
    assert_refused(uri_of("pty", slave), KF_ERR_UNAVAILABLE, "cannot open", "may have ended");
    assert_refused(uri_of("pty", "/dev/null"), KF_ERR_UNAVAILABLE, "not a terminal device", "file:");
}

/* A speed behind '@' is accepted and of no use on a pseudo-terminal. */
static void test_pty_full(void **state)
{
    struct kf_error error;
    struct kf_source *source;
    char slave[64], uri[96];
    int master = open_master(slave, sizeof slave), count;

    (void)state;
    (void)snprintf(uri, sizeof uri, "%s@115200", slave);
    source = kf_source_open(uri, &error);
    assert_non_null(source);
    do {
        count = kf_source_write(source, data, sizeof data, &error);
    } while (count > 0);
    assert_int_equal(count, KF_ERR_AGAIN);
    kf_source_close(source);
    (void)close(master);
}

static void test_busy_here(void **state)
{
    struct kf_error error;
    struct kf_source *source;
    char slave[64];
    int master = open_master(slave, sizeof slave);

    (void)state;
    source = kf_source_open(uri_of("pty", slave), &error);
    assert_non_null(source);
    assert_refused(uri_of("pty", slave), KF_ERR_UNAVAILABLE, "in use by this program", "named twice");
    assert_refused(slave, KF_ERR_UNAVAILABLE, "in use by", NULL);
    kf_source_close(source);
    source = kf_source_open(uri_of("pty", slave), &error);
    assert_non_null(source);
    kf_source_close(source);
    (void)close(master);
}

/* Another process holds the device: it is named. Its lock goes with it, however it ends. */
static void test_busy_elsewhere(void **state)
{
    struct kf_error error;
    struct kf_source *source;
    char slave[64], expected[48], byte;
    int master = open_master(slave, sizeof slave), ready[2], status;
    pid_t child;

    (void)state;
    assert_int_equal(pipe(ready), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool held = kf_source_open(uri_of("pty", slave), NULL) != NULL;

        if (write(ready[1], held ? "y" : "n", 1) != 1)
            _exit(1);
        for (;;)
            (void)pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    (void)snprintf(expected, sizeof expected, "(process %ld)", (long)child);
    assert_refused(uri_of("pty", slave), KF_ERR_UNAVAILABLE, access("/proc/locks", R_OK) == 0 ? expected : "in use by",
                   NULL);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    source = kf_source_open(uri_of("pty", slave), &error);
    assert_non_null(source);
    kf_source_close(source);
    (void)close(ready[0]);
    (void)close(ready[1]);
    (void)close(master);
}

static void test_no_port(void **state)
{
    const char *path = in_folder("no-port");

    (void)state;
    assert_refused("/dev/ttyNOSUCH0", KF_ERR_UNAVAILABLE, "cannot open '/dev/ttyNOSUCH0': no such file or directory",
                   "plugged in");
    assert_refused("serial:/dev/ttyNOSUCH0@115200", KF_ERR_UNAVAILABLE, "'/dev/ttyNOSUCH0'", "kneefold ports");
    write_file(path, data, 10);
    assert_refused(uri_of("serial", path), KF_ERR_UNAVAILABLE, "not a serial port", "file:");
    assert_refused("serial:/dev/null", KF_ERR_UNAVAILABLE, "not a serial port", NULL);
}

static void test_list(void **state)
{
    static struct kf_serial_port ports[16];
    struct kf_error error = {0};
    int count = kf_serial_list(ports, 16, &error);

    (void)state;
    if (count < 0) {
        assert_int_equal(count, KF_ERR_UNAVAILABLE);
        assert_non_null(strstr(error.text, "cannot list the serial ports"));
    }
    for (int i = 0; i < count && i < 16; i++)
        assert_true(ports[i].path[0] == '/');
    assert_int_equal(kf_serial_list(NULL, 0, &error), count);
}

static int tear_down(void **state)
{
    static const char *const names[] = {"socket", "full", "by-id", "no-port", NULL};
    (void)state;
    return remove_folder(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tcp),
        cmocka_unit_test(test_tcp_reset),
        cmocka_unit_test(test_unix),
        cmocka_unit_test(test_nobody_is_waited_for),
        cmocka_unit_test(test_names_are_looked_up_aside),
        cmocka_unit_test(test_pty),
        cmocka_unit_test(test_pty_full),
        cmocka_unit_test(test_busy_here),
        cmocka_unit_test(test_busy_elsewhere),
        cmocka_unit_test(test_no_port),
        cmocka_unit_test(test_list),
    };

    return cmocka_run_group_tests(tests, make_folder, tear_down);
}
