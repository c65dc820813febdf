/* report.h - a session on one page, for a runner to take home: what was measured, how it was judged, how sure that is.
 *
 * A report is a plain value, gathered by app/report_gather.h; drawing it reads nothing else, so the same session gives
 * the same page as PDF, SVG, PNG and inside an HTML file. Angles in degrees, moments in Nm/kg, times in seconds; NAN
 * means not measurable and is drawn as a gap or a dash. */
#ifndef KF_REPORT_H
#define KF_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "kneefold/error.h"
#include "kneefold/swing.h"

enum {
    KF_REPORT_POINTS = 101,     /* of a curve: 0 to 100 % of the swing, toe-off to contact */
    KF_REPORT_SWINGS = 1 << 17, /* most swings kept one by one: a day of running */
    KF_REPORT_CUES = 4096,
    KF_REPORT_TEXT = 128
};

/* The mean of many curves and their spread, point by point. */
struct kf_report_curve {
    unsigned count;
    double mean[KF_REPORT_POINTS], squares[KF_REPORT_POINTS]; /* squares: sum of squared deviations */
};

enum kf_report_signal { KF_REPORT_KNEE_DEG, KF_REPORT_MOMENT, KF_REPORT_SIGNALS };
/* Which swings a curve is of. The baseline's are judged as well and so stand in two groups. */
enum kf_report_group { KF_REPORT_BASELINE, KF_REPORT_PASSIVE, KF_REPORT_PULLED, KF_REPORT_UNCLEAR, KF_REPORT_GROUPS };

struct kf_report_leg {
    unsigned swings, passive, pulled, unclear, no_baseline; /* no_baseline: of the unclear ones */
    struct kf_report_curve curve[KF_REPORT_SIGNALS][KF_REPORT_GROUPS];
    double peak_at_sum; /* of the swings' time, 0..1, over peak_count swings */
    unsigned peak_count;
    double baseline_moment_nm_kg, baseline_peak_deg;
    unsigned baseline_strides;
    bool baseline_full;
};

/* A swing, as far as the page needs it. */
struct kf_report_swing {
    double t_s, drive_nm_kg, peak_knee_deg;
    enum kf_leg leg;
    enum kf_verdict verdict;
};

struct kf_report_cue {
    double t_s;
    bool has_leg;
    enum kf_leg leg;
    char text[80];
};

/* A row of the table of numbers: mean and spread of each leg. */
struct kf_report_number {
    const char *label, *unit; /* static words */
    int decimals;
    double mean[KF_LEG_COUNT], sd[KF_LEG_COUNT];
    double asymmetry_pct; /* 200 (l - r)/(|l| + |r|) */
};

enum { KF_REPORT_NUMBERS = 24 };

struct kf_report {
    char athlete[KF_REPORT_TEXT], file[KF_REPORT_TEXT], format[32], version[32];
    char date[40]; /* local date and time of the session; "" unknown */
    double duration_s, belt_mps, cadence_spm, drive_limit_nm_kg, trunk_lean_deg;
    struct kf_report_leg leg[KF_LEG_COUNT];
    struct kf_report_swing *swing; /* owned: kf_report_free */
    unsigned swing_count;
    bool swings_dropped; /* there were more than KF_REPORT_SWINGS */
    struct kf_report_cue *cue;
    unsigned cue_count, cues_in_all;
    struct kf_report_number number[KF_REPORT_NUMBERS];
    unsigned number_count;
    bool has_emg;
};

/* Empty: all counts 0, all numbers NAN, nothing allocated. */
void kf_report_init(struct kf_report *report);
void kf_report_free(struct kf_report *report);

/* One more swing's curve, its values at equal steps from toe-off to contact. One with a NAN in it
 * is left out. */
void kf_report_curve_add(struct kf_report_curve *curve, const double value[KF_REPORT_POINTS]);
/* Spread (n - 1) at a point; NAN below two curves. */
double kf_report_curve_sd(const struct kf_report_curve *curve, unsigned point);

/* Whether this build can draw, and a file of this name: .html, .pdf, .svg or .png. KF_OK; KF_ERR_ARG or
 * KF_ERR_UNAVAILABLE with *error. */
enum kf_status kf_report_can_write(const char *path, struct kf_error *error);

/* Draws the page into `path`, whole or not at all: it is made beside it and renamed. KF_OK, as kf_report_can_write,
 * or KF_ERR_IO with *error. */
enum kf_status kf_report_write(const struct kf_report *report, const char *path, struct kf_error *error);

#endif
