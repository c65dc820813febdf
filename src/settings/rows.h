/* rows.h - how a row of schema.def or cue_keys.def becomes a struct kf_setting. No include guard: the rows undefine
 * their macros at the end.
 *
 * Before including it define NAME(section, key), PLACE(section, key) and SIZE(section, key), initialisers of a row's
 * names, offset and size. */
#define KF_STEPPED(type_, section, key, value_, min_, max_, step_, unit_, when_, depends_, help_)                      \
    {NAME(section, key),                                                                                               \
     .type = type_,                                                                                                    \
     PLACE(section, key),                                                                                              \
     .value = (double)value_,                                                                                          \
     .text = "",                                                                                                       \
     .min = min_,                                                                                                      \
     .max = max_,                                                                                                      \
     .step = step_,                                                                                                    \
     .unit = unit_,                                                                                                    \
     .choices = "",                                                                                                    \
     .when = KF_SETTING_##when_,                                                                                       \
     .depends = depends_,                                                                                              \
     .help = help_},
#define KF_NUMBER(...) KF_STEPPED(KF_SETTING_NUMBER, __VA_ARGS__)
#define KF_COUNT(...) KF_STEPPED(KF_SETTING_COUNT, __VA_ARGS__)
#define KF_CHOICE(section, key, value_, choices_, when_, depends_, help_)                                              \
    {NAME(section, key), .type = KF_SETTING_CHOICE, PLACE(section, key),        .value = value_,     .text = "",       \
     .unit = "",         .choices = choices_,       .when = KF_SETTING_##when_, .depends = depends_, .help = help_},
#define KF_TEXT(section, key, value_, when_, depends_, help_)                                                          \
    {NAME(section, key), .type = KF_SETTING_TEXT, PLACE(section, key),        SIZE(section, key),  .text = value_,     \
     .unit = "",         .choices = "",           .when = KF_SETTING_##when_, .depends = depends_, .help = help_},
