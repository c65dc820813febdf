/* seeds_sealed.c - frames that only their checksums make whole: templates, counted up, then sealed. */
#include <string.h>

#include "reseal.h"
#include "seeds.h"

/* Writes the template so many times; the byte at `counts` goes up by `step` each time. */
static size_t repeat(uint8_t *out, const void *template, size_t size, unsigned times, size_t counts, unsigned step)
{
    for (unsigned i = 0; i < times; i++) {
        memcpy(out + i * size, template, size);
        out[i * size + counts] = (uint8_t)(out[i * size + counts] + i * step);
    }
    return times * size;
}

size_t seed_witmotion(uint8_t *out)
{
    static const char burst[] = "\x55\x50\x18\x02\x1c\x17\x3b\x3a\x05\0."
                                "\x55\x51\x10\x20\x30\x40\x55\x51\xd0\x09."
                                "\x55\x52\x10\x20\x30\x40\xff\x7f\xd0\x09.";
    static const char motion[] = "\x55\x61\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12"
                                 "\x18\x02\x1c\x17\x3b\x3a\x05\0";
    size_t made = repeat(out, burst, sizeof burst - 1, 12, 8, 10);
    made += repeat(out + made, burst + 11, sizeof burst - 12, 6, 2, 1); /* no clock */
    made += repeat(out + made, motion, 28, 10, 26, 20);
    made += repeat(out + made, motion, 9, 1, 2, 0); /* cut short */
    made += repeat(out + made, motion, 20, 10, 2, 1);
    reseal(out, made);
    return made;
}

size_t seed_xsens(uint8_t *out)
{
    static const char floats[] = "\xfa\xff\x36\x2a\x10\x20\x02\0\x10\x10\x60\x04\0\1\2\3"
                                 "\x40\x20\x0c\x41\x1c\xe8\0\x3f\x80\0\0\xbf\x80\0\0"
                                 "\x80\x20\x0c\x40\x1c\xe8\0\x3f\x80\0\0\xbf\x80\0\0.";
    static const char fixed[] = "\xfa\xff\x36\x2a\x10\x20\x02\0\x80\x10\x60\x04\0\0\2\3"
                                "\x40\x21\x0c\0\x9c\xe8\0\0\x10\0\0\xff\xf0\0\0"
                                "\x80\x21\x0c\0\x1c\xe8\0\0\x10\0\0\xff\xf0\0\0.";
    size_t made = repeat(out, floats, sizeof floats - 1, 12, 15, 25);
    made += repeat(out + made, floats, 20, 1, 7, 0);               /* cut short */
    made += repeat(out + made, fixed, sizeof fixed - 1, 12, 8, 1); /* restarted; the time stands still */
    made += repeat(out + made, "\xfa\xff\x3e\0.", 5, 1, 4, 0);
    reseal(out, made);
    return made;
}

size_t seed_vectornav(uint8_t *out)
{
    static const char packet[] = "\xfa\x01\x01\x02\0\0\0\0\1\0\0\0\0\0\x80\x3f\0\0\x1c\xc1\0\0\x80\x3e"
                                 "\0\0\x80\x3f\0\0\x1c\xc1\0\0\x80\x3e..";
    static const char wide[] = "\xfa\x14\x0c\0\2\0\0\0\x80\x3f\0\0\x1c\xc1\0\0\x80\x3e"
                               "\0\0\x80\x3f\0\0\x1c\xc1\0\0\x80\x3e\0\0\x80\x3f\0\0\x1c\xc1\0\0\x80\x3e..";
    static const char sentences[] = "$VNRRG,01,VN-100*00\r\n$VNWRG,07,100*00\r\n$VNERR,12*00\r\n$GPRMC,1*00\r\n"
                                    "$VNIMU,+00.1,-0.2,3,4,5,+09.8,7,8,9,+20.7,+084.3*00\r\n"
                                    "$VNYMR,1,2,3,4,5,6,7,8,9,10,11,12*00\r\n$VNYMR,1,2\r\n";
    size_t made = repeat(out, sentences, sizeof sentences - 1, 2, 1, 0);
    made += repeat(out + made, packet, sizeof packet - 1, 12, 7, 5);
    made += repeat(out + made, packet, 9, 1, 1, 0); /* cut short */
    made += repeat(out + made, wide, sizeof wide - 1, 4, 4, 0);
    made += repeat(out + made, packet, sizeof packet - 1, 4, 7, 1); /* restarted */
    reseal(out, made);
    return made;
}
