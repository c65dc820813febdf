/* bench_screen.c - what a frame costs: a minute of the demo at 20 frames a second, drawn and sent to a terminal of our
 * own as fast as it goes. Processor time of this thread, whose only work is the drawing while it is being timed. */
#include "config.h"

#include <stdio.h>
#include <time.h>

#include "../live/frames.h"
#include "bench.h"

enum { FRAMES = 60 * FRAMES_HZ };

static struct frames frames;

static double cpu_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void measure(int columns, int rows)
{
    double drawn_s = 0, first_s = 0;
    size_t first = 0;
    frames_open(&frames, "sim:demo", columns, rows);
    for (int i = 0; i < FRAMES; i++) {
        frames_pass(&frames);
        const double before_s = cpu_s();
        frames_show(&frames);
        drawn_s += cpu_s() - before_s;
        if (i == 0) {
            first_s = drawn_s;
            frames_take_first(&frames);
            first = frames.count;
        }
        (void)frames_take(&frames, 0);
    }
    frames_close(&frames);
    drawn_s = (drawn_s - first_s) / (FRAMES - 1);
    printf("  %3d x %2d  %6.1f us a frame, %4.2f %% of a core at %d a second; %5.1f kB/s; the first %.1f ms\n", columns,
           rows, drawn_s * 1e6, drawn_s * FRAMES_HZ * 100, FRAMES_HZ,
           (double)(frames.count - first) / FRAMES * FRAMES_HZ * 1e-3, first_s * 1e3);
}

int main(void)
{
    printf("screen, a minute of the demo; goals 1.5 %% and 20 kB/s at 120 x 40, 10 kB/s at 80 x 24\n");
    measure(120, 40);
    measure(100, 30);
    measure(80, 24);
    measure(40, 12);
    return 0;
}
