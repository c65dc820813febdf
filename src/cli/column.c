/* column.c - printf counts bytes: it would cut a name within a letter, and pad one of "Ä" too little. */
#include "config.h"

#include "cli/column.h"

#include <stdio.h>

#include "ui/text.h"

void kf_column_print(int columns, const char *text)
{
    uint32_t code = 0;
    int width = 0;
    while ((code = kf_text_next(&text, &width)) != 0 && width <= columns) {
        char letter[8] = "";
        size_t used = 0;
        (void)kf_text_add(letter, sizeof letter, &used, code);
        fputs(letter, stdout);
        columns -= width;
    }
    printf("%*s", columns, "");
}
