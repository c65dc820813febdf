/* verdict.c - from a swing's numbers to a verdict with its evidence.
 *
 * The drive D = B - M is how much less the muscles about the knee braked the fold, or how much more they pulled, than
 * in this runner's relaxed swings; p = Phi((D - limit) / sigma) is how sure it exceeds the limit. A pull must show
 * twice: in the moment (p > .95) and in the fold (8 degrees more flexion). A swing is passive when the drive lies
 * within the band and little of the work at the knee was flexor work. Everything else is unclear, and says why. Where
 * the hamstrings wear electrodes, the early-swing ratio names the muscle, and a swing in which they worked is never
 * passive. All of it is science.md section 7; the numbers are settings. */
#include "core/verdict.h"

#include <math.h>

/* What other relaxed runners do: median and SD over 26 runners at 2.5, 3.5 and 4.5 m/s (science.md section 7). */
struct prior {
    double moment, moment_sd, flexion_deg, flexion_sd_deg;
};

static const struct prior prior_by_speed[] = {{.057, .019, 92, 10}, {.105, .026, 104, 9}, {.151, .040, 115, 8}};
static const double prior_slowest_mps = 2.5;
static const struct prior prior_speed_unknown = {.105, .05, 104, 13};

static struct prior prior_at(double belt_mps)
{
    if (!isfinite(belt_mps))
        return prior_speed_unknown;
    const double place = fmax(0, fmin(2, belt_mps - prior_slowest_mps));
    const int low = place < 1 ? 0 : 1;
    const double part = place - low;
    const struct prior *a = &prior_by_speed[low], *b = a + 1;
    return (struct prior){
        a->moment + part * (b->moment - a->moment),
        a->moment_sd + part * (b->moment_sd - a->moment_sd),
        a->flexion_deg + part * (b->flexion_deg - a->flexion_deg),
        a->flexion_sd_deg + part * (b->flexion_sd_deg - a->flexion_sd_deg),
    };
}

static double normal_cdf(double z)
{
    return .5 * erfc(-z / sqrt(2));
}

/* B, sigma and the usual fold, by the runner's own baseline or by the population. */
static void compare(struct kf_swing *swing, const struct kf_verdict_context *context)
{
    const struct kf_limits *limits = context->limits;
    const struct kf_baseline_report *own = context->baseline;
    double usual, usual_flexion, sigma;
    if (own->kind != KF_BASELINE_NONE) {
        usual = own->mean_knee_moment_nm_kg;
        usual_flexion = own->peak_knee_deg;
        sigma = limits->sigma_nm_kg;
        if (own->kind == KF_BASELINE_PROVISIONAL) /* the median of a few strides is itself uncertain */
            sigma = hypot(sigma, 1.25 * own->sd_nm_kg / sqrt(own->strides));
    } else {
        const struct prior prior = prior_at(context->belt_mps);
        usual = prior.moment;
        usual_flexion = prior.flexion_deg;
        sigma = hypot(limits->sigma_population_nm_kg, prior.moment_sd);
    }
    swing->drive_nm_kg = usual - swing->mean_knee_moment_nm_kg;
    swing->sigma_nm_kg = sigma;
    swing->knee_excess_deg = swing->peak_knee_deg - usual_flexion;
    swing->p_pulled = normal_cdf((swing->drive_nm_kg - limits->drive_limit_nm_kg) / sigma);
}

static bool is_pulled(const struct kf_swing *swing, const struct kf_limits *limits)
{
    return swing->p_pulled > limits->p_pulled && swing->knee_excess_deg >= limits->knee_excess_deg;
}

static bool is_passive(const struct kf_swing *swing, const struct kf_limits *limits)
{
    if (!(fabs(swing->drive_nm_kg) < limits->drive_limit_nm_kg))
        return false;
    const double usual = swing->drive_nm_kg + swing->mean_knee_moment_nm_kg;
    return usual < limits->flexor_fraction_floor_nm_kg || swing->flexor_work_fraction < limits->flexor_fraction_max;
}

enum activity { ACTIVITY_UNKNOWN, ACTIVITY_TONE, ACTIVITY_WORK };

/* Section 7's limits are parts of the terminal-swing peak: under .15 tone, over .30 work. A pull that the moment shows
 * at once stays far below that: 10 % activation adds .045 to a relaxed ratio of .03. So where the runner's relaxed
 * strides are known the ratio is compared with theirs, as the moment is. */
static enum activity activity_of(const struct kf_swing *swing, const struct kf_baseline_report *own,
                                 const struct kf_limits *limits)
{
    const double ratio = swing->emg_early_ratio;
    const bool known = own->kind != KF_BASELINE_NONE && own->emg_strides > 0;
    const double excess = known ? swing->emg_excess : 0;
    const double spread = known ? 3 * own->emg_early_ratio_sd : 0;
    if (ratio > limits->emg_active || excess > fmax(limits->emg_excess, spread))
        return ACTIVITY_WORK;
    if (spread > limits->emg_excess) /* among such strides work could hide */
        return ACTIVITY_UNKNOWN;
    return ratio < limits->emg_tone && excess < limits->emg_excess / 2 ? ACTIVITY_TONE : ACTIVITY_UNKNOWN;
}

/* Which muscle, when an electrode saw the hamstrings and the moment says clearly high or low. */
static enum kf_muscle muscle_of(enum activity activity, bool high, bool low)
{
    if (activity == ACTIVITY_WORK)
        return high ? KF_MUSCLE_HAMSTRING : low ? KF_MUSCLE_COCONTRACTION : KF_MUSCLE_UNKNOWN;
    if (activity == ACTIVITY_TONE)
        return high ? KF_MUSCLE_FLEXOR : low ? KF_MUSCLE_TONE : KF_MUSCLE_UNKNOWN;
    return KF_MUSCLE_UNKNOWN;
}

/* What a verdict may claim. The caps of section 7 stand for what a moment cannot show: another muscle (.9), a pull
 * hidden by its antagonist (.6). Where EMG agrees with the moment, pulled and working or passive and at rest, it has
 * shown just that, and p alone says how sure. Where it contradicts, pulled without the hamstrings, the drive is real
 * but not the claim being coached: no more than the lower of the caps. Between, EMG has said nothing. */
static double confidence_of(const struct kf_swing *swing, enum kf_verdict verdict, double p,
                            const struct kf_limits *limits)
{
    const double pulled = limits->confidence_cap_pulled, passive = limits->confidence_cap_passive;
    double cap = verdict == KF_PULLED ? pulled : passive;
    if (swing->muscle == KF_MUSCLE_HAMSTRING || swing->muscle == KF_MUSCLE_TONE)
        cap = 1;
    else if (swing->muscle == KF_MUSCLE_FLEXOR)
        cap = fmin(pulled, passive);
    return fmin(p, cap) * swing->quality;
}

static void say(struct kf_swing *swing, enum kf_verdict verdict, enum kf_reason reason, double confidence)
{
    swing->verdict = verdict;
    swing->reason = reason;
    swing->confidence = confidence;
    swing->pulled = verdict == KF_PULLED ? 1 : verdict == KF_PASSIVE ? 0 : NAN;
}

/* 95 % of a normal distribution lie below its mean + 1.64 SD. */
static const double surely = .95, surely_sd = 1.64;

/* No baseline: only a net flexor moment whatever the runner is used to. */
static void judge_alone(struct kf_swing *swing, enum activity activity, const struct kf_limits *limits)
{
    if (!(swing->mean_knee_moment_nm_kg + surely_sd * limits->sigma_population_nm_kg < 0)) {
        say(swing, KF_UNCLEAR, KF_REASON_NO_BASELINE, 0);
        return;
    }
    swing->muscle = muscle_of(activity, true, false);
    say(swing, KF_PULLED, KF_REASON_FLEXOR_MOMENT, confidence_of(swing, KF_PULLED, surely, limits));
}

static void judge_by_baseline(struct kf_swing *swing, enum activity activity, const struct kf_limits *limits)
{
    const bool high = swing->p_pulled > limits->p_pulled, low = swing->drive_nm_kg < limits->drive_limit_nm_kg;
    swing->muscle = muscle_of(activity, high, low);
    if (is_pulled(swing, limits))
        say(swing, KF_PULLED, KF_REASON_DRIVE_AND_FOLD, confidence_of(swing, KF_PULLED, swing->p_pulled, limits));
    else if (swing->muscle == KF_MUSCLE_COCONTRACTION)
        say(swing, KF_UNCLEAR, KF_REASON_COCONTRACTION, 0);
    else if (is_passive(swing, limits))
        say(swing, KF_PASSIVE, KF_REASON_WITHIN_BAND, confidence_of(swing, KF_PASSIVE, 1 - swing->p_pulled, limits));
    else
        say(swing, KF_UNCLEAR, KF_REASON_BETWEEN, 0);
}

void kf_verdict(struct kf_swing *swing, const struct kf_verdict_context *context)
{
    const struct kf_limits *limits = context->limits;
    if (context->baseline->kind != KF_BASELINE_NONE && context->baseline->emg_strides > 0)
        swing->emg_excess = swing->emg_early_ratio - context->baseline->emg_early_ratio;
    swing->muscle = KF_MUSCLE_UNKNOWN; /* an inertial sensor sees a moment, not a muscle */
    if (isfinite(swing->mean_knee_moment_nm_kg) && isfinite(swing->peak_knee_deg))
        compare(swing, context);
    if (!context->aligned)
        say(swing, KF_UNCLEAR, KF_REASON_NOT_ALIGNED, 0);
    else if (context->walking)
        say(swing, KF_UNCLEAR, KF_REASON_WALKING, 0);
    else if (!(swing->quality >= limits->min_quality) || (!isfinite(swing->drive_nm_kg) && !context->cut_short))
        say(swing, KF_UNCLEAR, KF_REASON_LOW_QUALITY, 0);
    else if (context->cut_short)
        say(swing, KF_UNCLEAR, KF_REASON_NONE, 0);
    else if (context->belt_changing)
        say(swing, KF_UNCLEAR, KF_REASON_BELT_CHANGE, 0);
    else if (context->baseline->kind == KF_BASELINE_NONE)
        judge_alone(swing, activity_of(swing, context->baseline, limits), limits);
    else
        judge_by_baseline(swing, activity_of(swing, context->baseline, limits), limits);
}
