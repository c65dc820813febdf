/* status.c - names of outcomes, so that messages need no switch of their own. */
#include "kneefold/status.h"

const char *kf_status_name(enum kf_status status)
{
    switch (status) {
    case KF_OK:
        return "ok";
    case KF_ERR_ARG:
        return "wrong argument";
    case KF_ERR_DATA:
        return "bad data";
    case KF_ERR_NO_INPUT:
        return "no input";
    case KF_ERR_UNAVAILABLE:
        return "unavailable";
    case KF_ERR_INTERNAL:
        return "internal error";
    case KF_ERR_IO:
        return "input/output error";
    case KF_ERR_CONFIG:
        return "bad configuration";
    case KF_ERR_FULL:
        return "full";
    case KF_ERR_AGAIN:
        return "nothing yet";
    case KF_ERR_END:
        return "end";
    }
    return "unknown";
}
