/* config_change.h - the parts of `kneefold config` that change a file: set, unset, edit.
 *
 * The file is that of -c, or the user's profile of --profile, or the user's own. */
#ifndef KF_CONFIG_CHANGE_H
#define KF_CONFIG_CHANGE_H

#include "cli/common.h"

/* "section.key=value" each; all or none. Returns the exit status, everything said. */
int kf_config_set(struct kf_common *common, char **words, int count);

/* "section.key" each: the lines are taken out. */
int kf_config_unset(struct kf_common *common, char **words, int count);

/* $VISUAL or $EDITOR on the file, made from the template when it is missing; checked afterwards, and offered again when
 * something in it is wrong. */
int kf_config_edit(struct kf_common *common);

#endif
