/* emg_reference.h - EMG's mathematics done the plain way: whole recordings at once, each formula as printed.
 *
 * The core filters sample by sample and dates values back by a formula. This reference finds the filters from their
 * analogue poles, runs them as plain difference equations over the whole recording, and finds their delay from the
 * phase of their response. */
#ifndef KF_TEST_EMG_REFERENCE_H
#define KF_TEST_EMG_REFERENCE_H

enum { EMG_REFERENCE_MAX = 262144 };

/* Envelope of count samples at rate_hz, still late: band 20-450 Hz (`upper`: with its upper edge), rectified, 6 Hz. */
void emg_reference_envelope(const double *uv, unsigned count, double rate_hz, int upper, double *out);

/* How late it is, s: the phase slope of the low-pass at 0 Hz and of the band-pass at at_hz. */
double emg_reference_delay_s(double rate_hz, int upper, double at_hz);

/* The late envelope at time t_s of the muscle, on a line between samples. Sample i is at i / rate_hz. */
double emg_reference_at(const double *late, unsigned count, double rate_hz, double delay_s, double t_s);

/* 95th percentile, on a line between order statistics. */
double emg_reference_percentile(const double *value, unsigned count);

#endif
