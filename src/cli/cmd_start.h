/* cmd_start.h - `kneefold` without a word: the start screen, and what is chosen there. */
#ifndef KF_CMD_START_H
#define KF_CMD_START_H

#include <stdbool.h>

/* Shows the start screen again and again until someone quits. False where there is no screen: nothing was done. */
bool kf_start(int *status);

#endif
