/* driver.c - the table of decoders, and finding the one that understands some bytes. */
#include <string.h>

#include "drivers.h"

/* CSV asks least of its bytes: it comes last. */
const struct kf_pod_driver *const kf_pod_drivers[] = {
    &kf_log_driver,       &kf_podlink_driver,   &kf_bitalino_driver, &kf_cyton_driver, &kf_xsens_driver,
    &kf_vectornav_driver, &kf_witmotion_driver, &kf_ximu3_driver,    &kf_csv_driver,   NULL,
};

const struct kf_pod_driver *kf_pod_driver_find(const char *name)
{
    for (unsigned i = 0; kf_pod_drivers[i]; i++)
        if (strcmp(kf_pod_drivers[i]->name, name) == 0)
            return kf_pod_drivers[i];
    return NULL;
}

size_t kf_pod_put_command(const void *bytes, size_t count, uint8_t *out, size_t capacity)
{
    if (count > capacity)
        return 0;
    memcpy(out, bytes, count);
    return count;
}

const struct kf_pod_driver *kf_pod_detect(const uint8_t *bytes, size_t count)
{
    for (unsigned i = 0; kf_pod_drivers[i]; i++)
        if (kf_pod_drivers[i]->sniff(bytes, count) == 2)
            return kf_pod_drivers[i];
    return NULL;
}
