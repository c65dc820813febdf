/* absent.c - what a build without cairo and pango says when it is asked for a page. */
#include "report/report.h"

enum kf_status kf_report_can_write(const char *path, struct kf_error *error)
{
    (void)path;
    kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "this kneefold was built without cairo and pango: it cannot draw");
    kf_error_hint(error, "install libcairo2-dev and libpango1.0-dev and build again; analyze gives the numbers");
    return KF_ERR_UNAVAILABLE;
}

enum kf_status kf_report_write(const struct kf_report *report, const char *path, struct kf_error *error)
{
    (void)report;
    return kf_report_can_write(path, error);
}
