/* hunt.c - see hunt.h. Nobody knows by heart at what speed a pod talks, and at the wrong one its bytes are noise. */
#include "source/hunt.h"

#include <stdio.h>
#include <string.h>

#include "source/words.h"

#define ASK_AGAIN_NS (KF_HUNT_SPEED_NS / 2)

enum { ASKS_MOST = 6 /* with one speed only: a pod that has not answered by then streams unasked or is none */ };

static void add_baud(struct kf_hunt *hunt, unsigned baud)
{
    for (unsigned i = 0; i < hunt->baud_count; i++)
        if (hunt->baud[i] == baud)
            return;
    if (hunt->baud_count < KF_HUNT_BAUDS)
        hunt->baud[hunt->baud_count++] = baud;
}

static void add_bauds(struct kf_hunt *hunt, const struct kf_pod_driver *driver)
{
    for (const unsigned *baud = driver->bauds; baud && *baud; baud++)
        add_baud(hunt, *baud);
}

void kf_hunt_init(struct kf_hunt *hunt, const struct kf_pod_driver *driver, bool choose_speed)
{
    *hunt = (struct kf_hunt){.driver = driver, .since_ns = INT64_MIN};
    if (!choose_speed)
        return;
    if (driver)
        add_bauds(hunt, driver);
    for (unsigned i = 0; !driver && kf_pod_drivers[i]; i++)
        add_bauds(hunt, kf_pod_drivers[i]);
}

unsigned kf_hunt_baud(const struct kf_hunt *hunt)
{
    return hunt->baud_count > 0 ? hunt->baud[hunt->at] : 0;
}

void kf_hunt_heard(struct kf_hunt *hunt, const uint8_t *bytes, size_t count)
{
    if (hunt->heard[hunt->at] == 0)
        hunt->shown_count = 0;
    hunt->heard[hunt->at] += count;
    for (size_t i = 0; i < count && hunt->shown_count < KF_HUNT_SHOWN; i++)
        hunt->shown[hunt->shown_count++] = bytes[i];
}

void kf_hunt_lock(struct kf_hunt *hunt)
{
    hunt->locked = true;
}

static void begin_speed(struct kf_hunt *hunt, int64_t now_ns)
{
    hunt->since_ns = now_ns;
    hunt->heard[hunt->at] = 0;
    hunt->asked = 0;
}

static void next_speed(struct kf_hunt *hunt)
{
    hunt->at++;
    if (hunt->at >= hunt->baud_count) {
        hunt->at = 0;
        hunt->rounds++;
    }
}

bool kf_hunt_step(struct kf_hunt *hunt, int64_t now_ns)
{
    if (hunt->locked)
        return false;
    if (hunt->since_ns == INT64_MIN) {
        begin_speed(hunt, now_ns);
        return hunt->baud_count > 0;
    }
    if (hunt->baud_count == 0 ||
        (now_ns - hunt->since_ns < KF_HUNT_SPEED_NS && hunt->heard[hunt->at] < KF_HUNT_SPEED_BYTES))
        return false;
    next_speed(hunt);
    begin_speed(hunt, now_ns);
    return true;
}

void kf_hunt_skip(struct kf_hunt *hunt)
{
    if (hunt->baud_count == 0)
        return;
    hunt->baud_count--;
    for (unsigned i = hunt->at; i < hunt->baud_count; i++) {
        hunt->baud[i] = hunt->baud[i + 1];
        hunt->heard[i] = hunt->heard[i + 1];
    }
    if (hunt->at == hunt->baud_count)
        hunt->at = 0;
    hunt->since_ns = INT64_MIN;
}

/* When this speed's next question is due: at once, then every half of its time. */
static int64_t next_ask_ns(const struct kf_hunt *hunt)
{
    return hunt->asked < ASKS_MOST ? hunt->since_ns + (int64_t)hunt->asked * ASK_AGAIN_NS : INT64_MAX;
}

int64_t kf_hunt_wake_ns(const struct kf_hunt *hunt)
{
    if (hunt->locked)
        return INT64_MAX;
    if (hunt->since_ns == INT64_MIN)
        return INT64_MIN;
    const int64_t ask_ns = hunt->heard[hunt->at] == 0 ? next_ask_ns(hunt) : INT64_MAX;
    const int64_t step_ns = hunt->baud_count > 0 ? hunt->since_ns + KF_HUNT_SPEED_NS : INT64_MAX;
    return ask_ns < step_ns ? ask_ns : step_ns;
}

/* ---- asking ---- */

static bool talks_at(const struct kf_pod_driver *driver, unsigned baud)
{
    for (const unsigned *one = driver->bauds; one && *one; one++)
        if (baud == 0 || *one == baud)
            return true;
    return false;
}

static size_t put_questions(const struct kf_pod_driver *driver, uint8_t *out, size_t capacity)
{
    size_t made = 0;
    if (!driver->command)
        return 0;
    made += driver->command(NULL, KF_POD_CMD_DESCRIBE, 0, out, capacity);
    made += driver->command(NULL, KF_POD_CMD_START, 0, out + made, capacity - made);
    return made;
}

size_t kf_hunt_ask(struct kf_hunt *hunt, int64_t now_ns, uint8_t *out, size_t capacity)
{
    size_t made = 0;
    if (hunt->locked || hunt->since_ns == INT64_MIN || hunt->heard[hunt->at] > 0 || now_ns < next_ask_ns(hunt))
        return 0;
    const bool first = hunt->asked++ == 0;
    if (hunt->driver)
        return put_questions(hunt->driver, out, capacity);
    for (unsigned i = 0; kf_pod_drivers[i]; i++) {
        const struct kf_pod_driver *driver = kf_pod_drivers[i];
        if (first && strcmp(driver->name, "podlink") != 0)
            continue;
        if (talks_at(driver, kf_hunt_baud(hunt)))
            made += put_questions(driver, out + made, capacity - made);
    }
    return made;
}

/* ---- words ---- */

/* "115200 baud: ", or nothing where there is no speed to choose. */
static char *put_speed(const struct kf_hunt *hunt, char *out, size_t capacity)
{
    out[0] = '\0';
    if (hunt->baud_count > 0)
        (void)snprintf(out, capacity, "%u baud: ", kf_hunt_baud(hunt));
    return out;
}

char *kf_hunt_say(const struct kf_hunt *hunt, char *out, size_t capacity)
{
    char speed[24];
    const unsigned long long bytes = hunt->heard[hunt->at];
    if (hunt->locked)
        out[0] = '\0';
    else if (bytes == 0)
        (void)snprintf(out, capacity, "%ssilent so far", put_speed(hunt, speed, sizeof speed));
    else
        (void)snprintf(out, capacity, "%s%llu byte%s, no format yet", put_speed(hunt, speed, sizeof speed), bytes,
                       bytes == 1 ? "" : "s");
    return out;
}

/* "7e 00 41 |~.A|" */
static void append_bytes(const struct kf_hunt *hunt, char *out, size_t capacity)
{
    for (unsigned i = 0; i < hunt->shown_count; i++)
        kf_words_append(out, capacity, "%02x ", (unsigned)hunt->shown[i]);
    kf_words_append(out, capacity, "|");
    for (unsigned i = 0; i < hunt->shown_count; i++)
        kf_words_append(out, capacity, "%c",
                        hunt->shown[i] >= ' ' && hunt->shown[i] < 0x7f ? (char)hunt->shown[i] : '.');
    kf_words_append(out, capacity, "|");
}

char *kf_hunt_sum_up(const struct kf_hunt *hunt, char *out, size_t capacity)
{
    const unsigned tried = hunt->rounds > 0 || hunt->at + 1 > hunt->baud_count ? hunt->baud_count : hunt->at + 1;
    unsigned talked = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < (tried > 0 ? tried : 1); i++)
        talked += hunt->heard[i] > 0;
    kf_words_append(out, capacity, "%s", talked > 0 ? "unknown bytes" : "silent");
    for (unsigned i = 0, told = 0; i < tried; i++) {
        if (talked > 0 && hunt->heard[i] == 0)
            continue;
        kf_words_append(out, capacity, "%s%u",
                        told == 0                              ? " at "
                        : told + 1 < (talked ? talked : tried) ? ", "
                                                               : " and ",
                        hunt->baud[i]);
        told++;
    }
    kf_words_append(out, capacity, "%s", tried > 0 ? " baud" : "");
    if (talked > 0 && hunt->shown_count > 0) {
        kf_words_append(out, capacity, ": ");
        append_bytes(hunt, out, capacity);
    }
    return out;
}
