/* same_file.h - whether an output would overwrite what is being read or written already. */
#ifndef KF_SAME_FILE_H
#define KF_SAME_FILE_H

#include <stdbool.h>

/* Whether both names lead to one regular file, by links or another spelling, too. "-" is standard input. False when
 * either is not there, and for devices and pipes, which can be shared. */
bool kf_same_file(const char *a, const char *b);

#endif
