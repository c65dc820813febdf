/* test_export.c - protects what leaves the house: a mark's time of day is in every form of export and is that of the
 * moment it names; a CSV log is judged as its recording was, and exported once more it is the same file; BDF+ read back
 * with EDFlib has the EMG's samples, steps, verdicts and marks; OpenSim's header is as OpenSim wants it; --anonymous
 * leaves no note, name, date or device in any of them; a full disk is told, and nothing half made passes as an export.
 */
#include "config.h"

#include "store_help.h"

#include <signal.h>
#include <sys/resource.h>

#ifdef HAVE_EDF
#include <edflib.h>
#endif

#include "app/conditions.h"
#include "app/export.h"
#include "app/marks.h"
#include "app/recorder.h"
#include "app/recording.h"
#include "app/session.h"
#include "app/settings_apply.h"

#define MS INT64_C(1000000)
#define WALL_NS INT64_C(1795375280000000000) /* 2026-11-22 19:21:20 UTC */
#define NOTE "camera, \"on\" Zaphod"

enum { SECONDS = 30, MARK_AT_S = 20, TYPED_S = 4, ANEW_AT_S = 24, SAMPLES_MAX = SECONDS * 1000 };

static char path[KF_RECORDER_PATH];
static struct kf_engine_config config;
static char text[16 * 1024 * 1024];

static struct {
    unsigned samples, contacts, verdicts;
    double from_s, value[SAMPLES_MAX];
} heard;

/* ---- a session with EMG, and a mark whose note took four seconds to type ---- */

static void record(void)
{
    struct kf_settings settings;
    struct kf_error error = {0};
    struct kf_session_config session_config = {.uri = {"sim:emg"}, .speed = 1, .athlete = "Zaphod"};
    struct kf_recorder_state state;
    kf_settings_default(&settings);
    session_config.engine = kf_settings_engine(&settings);
    session_config.engine.auto_baseline = true;
    struct kf_recorder *recorder = kf_recorder_open(&(struct kf_recorder_config){.folder = store_path("r"),
                                                                                 .athlete = session_config.athlete,
                                                                                 .source = "sim",
                                                                                 .engine = &session_config.engine,
                                                                                 .wall_ns = WALL_NS,
                                                                                 .on = true},
                                                    &error);
    struct kf_session *session = kf_session_open(&session_config, &error);
    assert_true(recorder && session);
    kf_session_recorder(session, recorder);
    for (int64_t now_ns = 0; now_ns < SECONDS * 1000 * MS; now_ns += 10 * MS) {
        if (now_ns == MARK_AT_S * 1000 * MS)
            kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_MARK, .value = TYPED_S, .text = NOTE});
        if (now_ns == ANEW_AT_S * 1000 * MS) /* the baseline of the first strides is given up */
            kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_BASELINE});
        kf_session_step(session, now_ns, true);
    }
    kf_session_close(session);
    kf_recorder_state(recorder, &state);
    memcpy(path, state.path, sizeof path);
    assert_int_equal(kf_recorder_close(recorder, &error), KF_OK);
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    (void)context;
    if (event->kind == KF_ENGINE_SAMPLE && event->sample->site == KF_SITE_HAMSTRING_L) {
        if (heard.samples == 0)
            heard.from_s = event->sample->t_s;
        assert_true(heard.samples < SAMPLES_MAX);
        heard.value[heard.samples++] = (double)event->sample->value[0];
    }
    if (event->kind != KF_ENGINE_OUTPUT)
        return;
    heard.contacts += event->output->kind == KF_OUT_EVENT && event->output->event->kind == KF_EVENT_IC;
    heard.verdicts += event->output->kind == KF_OUT_VERDICT;
}

static void listen(void)
{
    const struct kf_engine_listener listener = {on_event, NULL};
    struct kf_error error = {0};
    struct kf_store_reader *reader = kf_store_open(path, NULL, &error);
    assert_int_equal(kf_conditions_read(reader, &config, &error), KF_OK);
    kf_store_close(reader);
    struct kf_engine_config listening = config;
    listening.want_samples = true;
    struct kf_engine *engine = kf_engine_create(&listening, &listener, &error);
    assert_int_equal(kf_recording_read(path, engine, NULL, &error), KF_OK);
    kf_engine_destroy(engine);
    assert_in_range(heard.samples, 29000, SAMPLES_MAX);
    assert_true(heard.verdicts > 20);
}

static int set_up(void **state)
{
    if (setenv("TZ", "UTC", 1) != 0 || make_store_folder(state) != 0)
        return -1;
    record();
    listen();
    return 0;
}

static const char *export_from(const char *from, const char *name, bool anonymous)
{
    struct kf_error error = {0};
    const char *out_path = store_path(name);
    struct kf_export job = {.path = from, .config = config, .anonymous = anonymous, .out_path = out_path};
    job.out = fopen(out_path, "w");
    assert_non_null(job.out);
    if (kf_export_form_of(name)->run(&job, &error) != KF_OK)
        fail_msg("%s: %s", name, error.text);
    assert_int_equal(fclose(job.out), 0);
    FILE *file = fopen(out_path, "r");
    assert_non_null(file);
    const size_t length = fread(text, 1, sizeof text - 1, file);
    assert_true(length < sizeof text - 1);
    text[length] = '\0';
    for (size_t i = 0; i < length; i++) /* of a binary file: as if it were text */
        text[i] = text[i] ? text[i] : '.';
    assert_int_equal(fclose(file), 0);
    return out_path;
}

static const char *export_to(const char *name, bool anonymous)
{
    return export_from(path, name, anonymous);
}

/* ---- the mark ---- */

static void test_marks_have_their_time_of_day(void **state)
{
    /* asked at 20 s, begun to be typed at 16 s: 19:21:20 + 16 s, but for a sample or two */
    static const char *const forms[] = {"a.csv", "a.marks.csv", "a.json", "a.sto", "a.mot"};
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        (void)export_to(forms[i], false);
        if (!strstr(text, "2026-11-22T19:21:35.9") && !strstr(text, "2026-11-22T19:21:36.0"))
            fail_msg("%s lacks the time of the mark", forms[i]);
        if (!strstr(text, "camera, "))
            fail_msg("%s lacks the mark's note", forms[i]);
    }
    (void)export_to("a.marks.csv", false);
    assert_non_null(strstr(text, "t_s,time,text\n"));
    assert_non_null(strstr(text, ",\"camera, \"\"on\"\" Zaphod\"\n"));
}

struct stored {
    unsigned marks;
    int64_t wall_ns;
};

static bool take_mark(void *context, const struct kf_store_mark *mark)
{
    struct stored *stored = context;
    stored->marks++;
    stored->wall_ns = mark->wall_ns;
    return true;
}

static void test_the_file_agrees(void **state)
{
    struct kf_error error = {0};
    struct stored stored = {0};
    const struct kf_store_rows rows = {.mark = take_mark, .context = &stored};
    struct kf_store_reader *reader = kf_store_open(path, NULL, &error);
    (void)state;
    assert_non_null(reader);
    assert_int_equal(kf_store_each(reader, &rows, &error), KF_OK);
    kf_store_close(reader);
    assert_int_equal(stored.marks, 1);
    assert_in_range(stored.wall_ns - WALL_NS, (MARK_AT_S - TYPED_S) * 1000 * MS - 50 * MS,
                    (MARK_AT_S - TYPED_S) * 1000 * MS + 50 * MS);
}

/* ---- the log ---- */

enum { SAID_MAX = 256 };

static struct said {
    unsigned count;
    struct {
        char what[48]; /* verdict and reason, or cue */
        double t_s;
    } one[SAID_MAX];
} said[2];

static void take_said(void *context, const struct kf_engine_event *event)
{
    struct said *to = context;
    assert_true(to->count < SAID_MAX);
    if (event->kind == KF_ENGINE_CUE) {
        (void)snprintf(to->one[to->count].what, sizeof to->one[0].what, "%s", event->cue->name);
        to->one[to->count++].t_s = event->cue->t_s;
    }
    if (event->kind != KF_ENGINE_OUTPUT || event->output->kind != KF_OUT_VERDICT)
        return;
    (void)snprintf(to->one[to->count].what, sizeof to->one[0].what, "%u %s %s", event->output->swing->id,
                   kf_verdict_name(event->output->swing->verdict), kf_reason_name(event->output->swing->reason));
    to->one[to->count++].t_s = event->output->swing->t_to_s;
}

static void hear(const char *from, const struct kf_engine_config *by, struct said *to)
{
    const struct kf_engine_listener listener = {take_said, to};
    struct kf_error error = {0};
    struct kf_engine *engine = kf_engine_create(by, &listener, &error);
    memset(to, 0, sizeof *to);
    assert_int_equal(kf_recording_read(from, engine, NULL, &error), KF_OK);
    kf_engine_destroy(engine);
}

/* The same settings, and nothing else of the session: the log must say the rest. */
static void test_a_log_is_judged_as_its_recording(void **state)
{
    struct kf_engine_config plain = config;
    char log[160];
    unsigned judged = 0, unjudged = 0;
    (void)state;
    plain.auto_baseline = false;
    plain.belt_mps = NAN;
    assert_true(config.auto_baseline);
    (void)snprintf(log, sizeof log, "%s", export_to("d.csv", false));
    hear(path, &config, &said[0]);
    hear(log, &plain, &said[1]);
    assert_int_equal(said[0].count, said[1].count);
    for (unsigned i = 0; i < said[0].count; i++) {
        assert_string_equal(said[0].one[i].what, said[1].one[i].what);
        assert_true(fabs(said[0].one[i].t_s - said[1].one[i].t_s) < 1e-6);
        judged += strstr(said[0].one[i].what, "unclear") == NULL;
        unjudged += said[0].one[i].t_s > ANEW_AT_S && strstr(said[0].one[i].what, "no-baseline");
    }
    assert_true(judged > 10 && unjudged > 5); /* by the one baseline, and for want of the other */
    assert_non_null(strstr(text, " baseline-auto\n"));
    assert_non_null(strstr(text, " baseline-start\n"));
}

static void test_a_log_of_a_log(void **state)
{
    static char first[sizeof text];
    char log[160];
    const struct kf_engine_config session = config;
    (void)state;
    (void)snprintf(log, sizeof log, "%s", export_to("e.csv", false));
    memcpy(first, text, sizeof first);
    config.auto_baseline = false;
    config.belt_mps = NAN;
    (void)export_from(log, "f.csv", false);
    assert_string_equal(first, text); /* samples, marks, their times of day, and when it began */
    assert_non_null(strstr(first, "\n# started: 2026-11-22T19:21:20.000Z\n"));
    assert_non_null(strstr(first, "\n# marked-at: 2026-11-22T19:21:3"));
    (void)export_from(log, "f.json", false);
    assert_non_null(strstr(text, "\"started\":\"2026-11-22T19:21:20.000Z\""));
    (void)export_from(log, "g.csv", true);
    assert_null(strstr(text, "2026-"));
    assert_null(strstr(text, "Zaphod"));
    config = session;
}

/* ---- OpenSim ---- */

/* As OpenSim's Storage reads it: the keys it needs, before endheader, then as many rows and columns as they say. */
static void check_motion(const char *name)
{
    unsigned long rows = 0, columns = 0, found = 0;
    (void)export_to(name, false);
    char *const table = strstr(text, "\nendheader\n");
    assert_non_null(table);
    *table = '\0';
    assert_non_null(strstr(text, "\nversion=1\n"));
    assert_non_null(strstr(text, "\ninDegrees=yes\n"));
    assert_int_equal(sscanf(strstr(text, "\nnRows="), "\nnRows=%lu", &rows), 1);
    assert_int_equal(sscanf(strstr(text, "\nnColumns="), "\nnColumns=%lu", &columns), 1);
    char *line = table + strlen("\nendheader\n"), *end = strchr(line, '\n');
    *end = '\0';
    assert_string_equal(line, "time\thip_flexion_r\tknee_angle_r\thip_flexion_l\tknee_angle_l");
    double before_s = -INFINITY, knee_max_deg = 0;
    for (line = end + 1; *line; line = end + 1, found++) {
        end = strchr(line, '\n');
        assert_non_null(end);
        for (unsigned long i = 0; i < columns; i++) {
            char *rest = NULL;
            const double value = strtod(line, &rest);
            assert_true(rest > line && *rest == (i + 1 < columns ? '\t' : '\n'));
            if (i == 0)
                assert_true(value > before_s);
            before_s = i == 0 ? value : before_s;
            knee_max_deg = i == 2 && value > knee_max_deg ? value : knee_max_deg;
            line = rest + 1;
        }
    }
    assert_int_equal(found, rows);
    assert_true(rows > 1000);
    assert_true(knee_max_deg > 80 && knee_max_deg < 150); /* degrees, flexion positive */
}

static void test_opensim_can_read_it(void **state)
{
    (void)state;
    check_motion("h.sto");
    check_motion("h.mot");
}

/* ---- for others' eyes ---- */

static void test_anonymous(void **state)
{
    static const char *const forms[] = {"b.csv", "b.marks.csv", "b.strides.csv", "b.json", "b.sto", "b.mot",
#ifdef HAVE_EDF
                                        "b.bdf"
#endif
    };
    static const char *const secrets[] = {"Zaphod",   "camera", "22.11.26", "22-NOV",   "2026-11",   "19:21:",
                                          "imulator", "store-", ".kfs",     "mass_kg=", "marked-at", "started:"};
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        (void)export_to(forms[i], true);
        for (size_t j = 0; j < sizeof secrets / sizeof secrets[0]; j++)
            if (strstr(text, secrets[j]))
                fail_msg("%s says '%s'", forms[i], secrets[j]);
    }
}

/* ---- BDF+ ---- */

#ifdef HAVE_EDF

static void check_samples(int handle, const struct edf_hdr_struct *head)
{
    static double read[SAMPLES_MAX];
    const double step = (head->signalparam[0].phys_max - head->signalparam[0].phys_min) / 16777215;
    const int count = edfread_physical_samples(handle, 0, (int)heard.samples, read);
    assert_int_equal(count, heard.samples);
    for (unsigned i = 0; i < heard.samples; i++)
        if (!(fabs(read[i] - heard.value[i]) <= step))
            fail_msg("sample %u is %g, was %g", i, read[i], heard.value[i]);
    assert_true(step < 0.001); /* uV: as fine as a float of this size */
}

static void check_annotations(int handle, const struct edf_hdr_struct *head)
{
    unsigned contacts = 0, verdicts = 0, marks = 0;
    struct edf_annotation_struct one;
    for (int i = 0; i < head->annotations_in_file; i++) {
        assert_int_equal(edf_get_annotation(handle, i, &one), 0);
        contacts += strncmp(one.annotation, "IC ", 3) == 0;
        verdicts += strstr(one.annotation, "passive ") == one.annotation ||
                    strstr(one.annotation, "pulled ") == one.annotation ||
                    strstr(one.annotation, "unclear ") == one.annotation;
        if (strncmp(one.annotation, "mark camera, ", 13) != 0)
            continue;
        marks++;
        assert_true(fabs((double)one.onset * 1e-7 + heard.from_s - (MARK_AT_S - TYPED_S)) < 0.05);
    }
    assert_int_equal(contacts, heard.contacts);
    assert_int_equal(verdicts, heard.verdicts);
    assert_int_equal(marks, 1);
}

static void test_bdf_comes_back(void **state)
{
    static struct edf_hdr_struct head;
    (void)state;
    assert_int_equal(edfopen_file_readonly(export_to("c.bdf", false), &head, EDFLIB_READ_ALL_ANNOTATIONS), 0);
    assert_int_equal(head.filetype, EDFLIB_FILETYPE_BDFPLUS);
    assert_int_equal(head.edfsignals, 2);
    assert_int_equal(strncmp(head.signalparam[0].label, "EMG hamstring_l ", 16), 0);
    assert_int_equal(strncmp(head.signalparam[0].physdimension, "uV", 2), 0);
    assert_int_equal(head.signalparam[0].smp_in_datarecord, 1000);
    assert_true(head.startdate_year == 2026 && head.startdate_month == 11 && head.startdate_day == 22);
    assert_true(head.starttime_hour == 19 && head.starttime_minute == 21 && head.starttime_second == 20);
    check_samples(head.handle, &head);
    check_annotations(head.handle, &head);
    assert_int_equal(edfclose_file(head.handle), 0);
}

#else

static void test_bdf_comes_back(void **state)
{
    (void)state;
    print_message("no EDFlib: BDF+ is not tested\n");
    skip();
}

#endif

/* More marks than are kept are counted once, however often a form reads the recording. */
static void test_marks_left_out_are_counted(void **state)
{
    static const char *const forms[] = {"m.csv", "m.json", "m.sto"};
    enum { BEYOND = 3 };
    struct kf_error error = {0};
    (void)state;
    (void)export_to("some.csv", false);
    const char *log = store_path("marks.log");
    FILE *file = fopen(log, "w");
    assert_non_null(file);
    unsigned marks = 0; /* and the recording's own */
    for (const char *at = text; (at = strstr(at, "\n# mark: ")) != NULL; at++)
        marks += strncmp(at + strcspn(at + 9, " ") + 10, KF_MARKS_AUTO, strlen(KF_MARKS_AUTO)) != 0;
    for (char *line = text, *end = NULL; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        fprintf(file, "%s\n", line);
        for (unsigned i = 0; i < 5 && line[0] >= '1' && line[0] <= '9' && marks < KF_MARKS_MAX + BEYOND; i++, marks++)
            fprintf(file, "# mark: %.6f m\n", strtod(line, NULL));
    }
    assert_int_equal(marks, KF_MARKS_MAX + BEYOND);
    assert_int_equal(fclose(file), 0);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char *made = NULL;
        size_t length = 0;
        struct kf_export job = {.path = log, .config = config, .out = open_memstream(&made, &length)};
        if (kf_export_form_of(forms[i])->run(&job, &error) != KF_OK)
            fail_msg("%s: %s", forms[i], error.text);
        assert_int_equal(fclose(job.out), 0);
        free(made);
        assert_int_equal(job.marks_left_out, BEYOND);
    }
}

/* The disk of the temporary files is full from the first bytes on; what is exported to is not. */
static void test_a_full_disk_is_told(void **state)
{
    static const char *const forms[] = {"f.json", "f.sto"};
    struct rlimit before, full;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    full = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
    (void)signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct kf_error error = {0};
        char *made = NULL;
        size_t length = 0;
        struct kf_export job = {.path = path, .config = config, .out = open_memstream(&made, &length)};
        assert_non_null(job.out);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
        const enum kf_status status = kf_export_form_of(forms[i])->run(&job, &error);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(fclose(job.out), 0);
        free(made);
        assert_int_equal(status, KF_ERR_IO);
        assert_non_null(strstr(error.text, "temporary file"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_marks_have_their_time_of_day),
                                       cmocka_unit_test(test_the_file_agrees),
                                       cmocka_unit_test(test_a_log_is_judged_as_its_recording),
                                       cmocka_unit_test(test_a_log_of_a_log),
                                       cmocka_unit_test(test_opensim_can_read_it),
                                       cmocka_unit_test(test_anonymous),
                                       cmocka_unit_test(test_marks_left_out_are_counted),
                                       cmocka_unit_test(test_a_full_disk_is_told),
                                       cmocka_unit_test(test_bdf_comes_back)};
    return cmocka_run_group_tests(tests, set_up, remove_store_folder);
}
