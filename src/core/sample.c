/* sample.c - the names of sites and kinds of sensor, used by every format and every screen. */
#include "kneefold/sample.h"

#include <string.h>

static const char *const site_names[KF_SITE_COUNT] = {
    [KF_SITE_TRUNK] = "trunk",
    [KF_SITE_PELVIS] = "pelvis",
    [KF_SITE_THIGH_L] = "thigh_l",
    [KF_SITE_THIGH_R] = "thigh_r",
    [KF_SITE_SHANK_L] = "shank_l",
    [KF_SITE_SHANK_R] = "shank_r",
    [KF_SITE_FOOT_L] = "foot_l",
    [KF_SITE_FOOT_R] = "foot_r",
    [KF_SITE_HAMSTRING_L] = "hamstring_l",
    [KF_SITE_HAMSTRING_R] = "hamstring_r",
    [KF_SITE_RECTUS_L] = "rectus_l",
    [KF_SITE_RECTUS_R] = "rectus_r",
    [KF_SITE_MEDIAL_HAMSTRING_L] = "medial_hamstring_l",
    [KF_SITE_MEDIAL_HAMSTRING_R] = "medial_hamstring_r",
    [KF_SITE_GLUTEUS_L] = "gluteus_l",
    [KF_SITE_GLUTEUS_R] = "gluteus_r",
    [KF_SITE_INSOLE_L] = "insole_l",
    [KF_SITE_INSOLE_R] = "insole_r",
};

const char *kf_site_name(enum kf_site site)
{
    if ((int)site < 0 || site >= KF_SITE_COUNT)
        return "none";
    return site_names[site];
}

enum kf_site kf_site_from_name(const char *name, unsigned length)
{
    for (int site = 0; site < KF_SITE_COUNT; site++)
        if (strlen(site_names[site]) == length && memcmp(site_names[site], name, length) == 0)
            return (enum kf_site)site;
    return KF_SITE_NONE;
}

const char *kf_kind_name(enum kf_kind kind)
{
    static const char *const names[] = {[KF_KIND_IMU6] = "imu6", [KF_KIND_EMG] = "emg", [KF_KIND_FORCE] = "force"};
    return names[kind];
}

char kf_leg_letter(enum kf_leg leg)
{
    return leg == KF_LEFT ? 'l' : 'r';
}
