/* vt.c - see vt.h. The state machine is that of ECMA-48; what it knows of a VT100 is its user guide's list of sequences
 * (EK-VT100-UG-003, appendix A). */
#include "vt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_mode(const struct vt *vt, int mode)
{
    for (int i = 0; i < VT_MODES; i++)
        if (vt->mode[i] == mode)
            return true;
    return false;
}

static void set_mode(struct vt *vt, int mode, bool on)
{
    const int from = on ? 0 : mode, to = on ? mode : 0;
    if (mode == 25)
        vt->cursor_hidden = !on;
    if (mode == 2026 && on)
        vt->synchronised++;
    if (mode == 7 || mode == 25 || has_mode(vt, mode) == on)
        return;
    for (int i = 0; i < VT_MODES; i++)
        if (vt->mode[i] == from) {
            vt->mode[i] = to;
            return;
        }
}

static void take_look(struct vt *vt, int code)
{
    if (code == 0)
        vt->looks = vt->coloured = false;
    else if ((code < 22 && code != 10) || (code > 29 && code != 39 && code != 49))
        vt->looks = true;
    if ((code >= 30 && code != 39 && code < 49) || (code >= 90 && code <= 107))
        vt->colour_asked = vt->coloured = true;
}

/* The parameters one by one; those of an extended colour ("38;5;N", "38;2;R;G;B") are one look. */
static void take_csi(struct vt *vt, char final)
{
    const bool private = vt->parameter[0] == '?';
    const char *at = vt->parameter + private;
    do {
        char *end = NULL;
        const int number = (int)strtol(at, &end, 10);
        if (private && (final == 'h' || final == 'l'))
            set_mode(vt, number, final == 'h');
        else if (!private && final == 'm')
            take_look(vt, number);
        at = strchr(end, ';');
        if (!private && final == 'm' && (number == 38 || number == 48))
            break;
    } while (at++);
}

static bool vt100_knows(const struct vt *vt, char final)
{
    const char *p = vt->parameter;
    if (*p == '?')
        return (final == 'h' || final == 'l') && p[1] >= '1' && p[1] <= '9' && (p[2] == '\0' || p[2] == ';');
    return !strpbrk(p, "<=>?:!$\"' ") && strchr("ABCDHfJKmrhlcnqxgy", final) && !vt->coloured;
}

static void note(struct vt *vt, char introducer, char final)
{
    if (!vt->beyond_vt100[0])
        (void)snprintf(vt->beyond_vt100, sizeof vt->beyond_vt100, "%c%s%c", introducer, vt->parameter, final);
}

static void take_escape(struct vt *vt, char byte)
{
    vt->state = VT_TEXT;
    vt->length = 0;
    vt->parameter[0] = '\0';
    if (byte == '[') {
        vt->state = VT_CSI;
    } else if (strchr("()*+#%", byte)) {
        vt->state = VT_CHARSET;
        vt->parameter[0] = byte;
    } else if (strchr("]PX^_", byte)) {
        vt->state = VT_STRING;
        vt->strings++;
        note(vt, byte, ' ');
    } else if (byte == '=' || byte == '>') {
        vt->keypad = byte == '=';
    } else if (!strchr("78DEMHc<Z\\", byte)) {
        note(vt, byte, ' ');
    }
}

static void take(struct vt *vt, char byte)
{
    switch (vt->state) {
    case VT_TEXT:
        if (byte == '\033')
            vt->state = VT_ESCAPE;
        else if (byte == '\016' || byte == '\017')
            vt->line_drawing = byte == '\016';
        else if ((unsigned char)byte >= 0x80)
            vt->bytes_beyond_ascii = true;
        return;
    case VT_ESCAPE:
        take_escape(vt, byte);
        return;
    case VT_CHARSET:
        if (vt->parameter[0] == '(')
            vt->line_drawing = byte == '0';
        vt->state = VT_TEXT;
        return;
    case VT_CSI:
        if (byte >= 0x40) {
            take_csi(vt, byte);
            if (!vt100_knows(vt, byte))
                note(vt, '[', byte);
            vt->state = VT_TEXT;
        } else if (vt->length + 1 < sizeof vt->parameter) {
            vt->parameter[vt->length++] = byte;
            vt->parameter[vt->length] = '\0';
        }
        return;
    case VT_STRING:
        if (byte == '\033')
            vt->state = VT_STRING_ESCAPE;
        else if (byte == '\a')
            vt->state = VT_TEXT;
        return;
    case VT_STRING_ESCAPE:
        vt->state = byte == '\\' ? VT_TEXT : VT_STRING;
        return;
    }
}

void vt_take(struct vt *vt, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        take(vt, bytes[i]);
}

const char *vt_left(const struct vt *vt)
{
    static char text[32];
    for (int i = 0; i < VT_MODES; i++)
        if (vt->mode[i]) {
            (void)snprintf(text, sizeof text, "mode %d is on", vt->mode[i]);
            return text;
        }
    return vt->state != VT_TEXT ? "a sequence is torn"
           : vt->cursor_hidden  ? "the cursor is hidden"
           : vt->keypad         ? "the keypad sends sequences"
           : vt->line_drawing   ? "letters are lines"
           : vt->looks          ? "text is not plain"
                                : "";
}

bool vt_is_restored(const struct vt *vt)
{
    return !vt_left(vt)[0];
}
