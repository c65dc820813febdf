/* json_check.c - is standard input JSON, one object a line, and does each hold the keys named as arguments?
 *
 * A parser of its own (jansson) judges what our writer makes. Exit status 0 yes, 1 no (said on stderr). */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check(const char *line, size_t length, unsigned number, int keys, char **key)
{
    json_error_t error;
    json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
    int bad = !json_is_object(object);
    if (!object)
        fprintf(stderr, "json_check: line %u: %s\n", number, error.text);
    for (int i = 0; object && i < keys; i++)
        if (!json_object_get(object, key[i])) {
            fprintf(stderr, "json_check: line %u has no key '%s'\n", number, key[i]);
            bad = 1;
        }
    json_decref(object);
    return bad;
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    unsigned number = 0;
    int bad = 0;
    while ((length = getline(&line, &capacity, stdin)) >= 0)
        bad |= check(line, (size_t)length, ++number, argc - 1, argv + 1);
    free(line);
    if (number == 0)
        fputs("json_check: no line at all\n", stderr);
    return bad || number == 0;
}
