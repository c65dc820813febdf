/* list.c - see list.h. The window follows from the choice alone, so nothing can get out of step with a resize. */
#include "ui/list.h"

#include "ui/keys.h"

bool kf_list_key(struct kf_list *list, unsigned count, unsigned rows, uint32_t key, double value)
{
    unsigned last = count ? count - 1 : 0, page = rows > 1 ? rows - 1 : 1,
             at = list->chosen < last ? list->chosen : last;

    switch (key) {
    case KF_KEY_UP:
    case 'k':
        at -= at > 0;
        break;
    case KF_KEY_DOWN:
    case 'j':
        at += at < last;
        break;
    case KF_KEY_PAGE_UP:
        at = at > page ? at - page : 0;
        break;
    case KF_KEY_PAGE_DOWN:
        at = last - at > page ? at + page : last;
        break;
    case KF_KEY_HOME:
        at = 0;
        break;
    case KF_KEY_END:
        at = last;
        break;
    case KF_KEY_PICK:
        at = value >= 0 && value < last ? (unsigned)value : last;
        break;
    default:
        return false;
    }
    list->chosen = at;
    return true;
}

unsigned kf_list_first(const struct kf_list *list, unsigned count, unsigned rows)
{
    unsigned chosen = count == 0 ? 0 : list->chosen < count ? list->chosen : count - 1, half = rows / 2;

    if (count <= rows || chosen < half)
        return 0;
    return chosen - half > count - rows ? count - rows : chosen - half;
}
