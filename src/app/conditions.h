/* conditions.h - what decides a session's results besides its log: the settings, and how the run was started.
 *
 * They are written into the session file when it begins and read back for a replay, so that the same log is judged by
 * the same rules, whatever the settings of the machine are by then. */
#ifndef KF_CONDITIONS_H
#define KF_CONDITIONS_H

#include "app/engine.h"
#include "store/reader.h"
#include "store/writer.h"

/* Writes them, as of host_ns, with the program's name and version. */
enum kf_status kf_conditions_write(struct kf_store_writer *writer, const struct kf_engine_config *config,
                                   int64_t host_ns, struct kf_error *error);

/* Reads them into *config, which is filled whole. What a file does not say is as built in. KF_ERR_DATA with *error when
 * its settings are none this program knows. */
enum kf_status kf_conditions_read(struct kf_store_reader *reader, struct kf_engine_config *config,
                                  struct kf_error *error);

/* Puts into *config what of *recorded is no setting: the pods, and how the run was started. */
void kf_conditions_keep(struct kf_engine_config *config, const struct kf_engine_config *recorded);

#endif
