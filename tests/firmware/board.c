/* board.c - the board podlink(7)'s example runs on, as far as a test needs one: a clock that counts up, a sensor that
 * lies still, and a line that is standard output. */
#include <stdint.h>
#include <stdio.h>

uint32_t board_micros(void);
uint32_t board_random(void);
void board_read_imu(int16_t counts[6]);
void board_send(const uint8_t *bytes, size_t count);
void pod_start(void);
void pod_sample(void);

static uint32_t now_us;

uint32_t board_micros(void)
{
    return now_us;
}

uint32_t board_random(void)
{
    return 0x1a2b3c4d;
}

void board_read_imu(int16_t counts[6])
{
    static const int16_t still[6] = {0, 0, 2048, 0, 0, 0};
    for (int i = 0; i < 6; i++)
        counts[i] = still[i];
}

void board_send(const uint8_t *bytes, size_t count)
{
    (void)fwrite(bytes, 1, count, stdout);
}

/* Four seconds. */
int main(void)
{
    pod_start();
    for (int i = 0; i < 800; i++, now_us += 5000)
        pod_sample();
    return fflush(stdout) != 0;
}
