/* make_manual.c - writes kneefold.ini(5) to standard output; its frame is standard input. `make update-config`. */
#include "manual.h"

int main(void)
{
    kf_manual_write(stdin, stdout);
    return ferror(stdin) || fflush(stdout) != 0;
}
