/* recorder_path.h - where recordings lie and what they are called: FOLDER/YYYY-MM-DD_HHMM_ATHLETE.kfs. */
#ifndef KF_RECORDER_PATH_H
#define KF_RECORDER_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/error.h"

/* Names the file of a session that begins at wall_ns (since 1970 UTC; the name has the machine's local time). Of the
 * athlete's name letters, digits, '-' and '_' stay, anything else becomes one '_'; "" is "runner". From number 2 on
 * "-2" and so on is added. False when it does not fit. */
bool kf_recorder_path(char *out, size_t capacity, const char *folder, int64_t wall_ns, const char *athlete,
                      unsigned number);

/* Makes the folder and those above it, for nobody else to see (0700), where they are missing. KF_ERR_IO. */
enum kf_status kf_recorder_make_folder(const char *folder, struct kf_error *error);

#endif
