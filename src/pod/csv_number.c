/* csv_number.c - reading decimal numbers: exact, and some 5 ns each for what sensors print.
 *
 * Up to 2^53 the digits are a double exactly, and so is 10^22: one division or product then rounds once, correctly
 * (Clinger 1990). All else goes through integers of up to 5,000 bits, slowly and just as exactly. */
#include "csv_number.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    FAST_DIGITS = 19,    /* always fit 64 bits */
    FAST_POWER = 22,     /* 10^22 is the last power of ten that is a double */
    KEPT_DIGITS = 780,   /* more cannot move the rounding of a double, but for "not exactly half" */
    POWER_LIMIT = 20000, /* exponents are cut here, far beyond any double */
    LIMBS = 164,         /* 780 digits (2,592 bits) and the widest shift or product (2,650 bits) */
    CHUNK_DIGITS = 9
};

static const double powers[FAST_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const uint32_t small_powers[CHUNK_DIGITS + 1] = {1,      10,      100,      1000,      10000,
                                                        100000, 1000000, 10000000, 100000000, 1000000000};

/* A whole number, least limb first; inexact: something beyond its last bit was dropped. */
struct big {
    uint32_t limb[LIMBS];
    int count;
    bool inexact;
};

static void big_multiply_add(struct big *big, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    for (int i = 0; i < big->count; i++) {
        carry += (uint64_t)big->limb[i] * factor;
        big->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        big->limb[big->count++] = (uint32_t)carry;
}

static void big_divide(struct big *big, uint32_t divisor)
{
    uint64_t rest = 0;
    for (int i = big->count - 1; i >= 0; i--) {
        rest = rest << 32 | big->limb[i];
        big->limb[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    while (big->count > 0 && big->limb[big->count - 1] == 0)
        big->count--;
    big->inexact |= rest != 0;
}

static void big_shift_limbs(struct big *big, int limbs)
{
    memmove(big->limb + limbs, big->limb, (size_t)big->count * sizeof big->limb[0]);
    memset(big->limb, 0, (size_t)limbs * sizeof big->limb[0]);
    big->count += limbs;
}

/* big × 2^power, rounded once. */
static double big_to_double(const struct big *big, int power)
{
    enum { SPARE = 11 }; /* bits of 64 beyond a double's 53 */
    const int top = big->count - 1;
    int lead = 0;
    while (!(big->limb[top] >> (31 - lead) & 1))
        lead++;
    uint64_t high = 0;
    bool sticky = big->inexact;
    for (int i = 0; i < 3; i++) { /* the first 64 bits from the leading one */
        const uint64_t limb = top - i >= 0 ? big->limb[top - i] : 0;
        const int shift = 32 - 32 * i + lead;
        if (shift >= 0) {
            high |= limb << shift;
        } else {
            high |= limb >> -shift;
            sticky |= (limb & ((UINT64_C(1) << -shift) - 1)) != 0;
        }
    }
    for (int i = top - 3; i >= 0 && !sticky; i--)
        sticky = big->limb[i] != 0;
    uint64_t mantissa = high >> SPARE;
    const uint64_t rest = high & ((1u << SPARE) - 1), half = 1u << (SPARE - 1);
    if (rest > half || (rest == half && (sticky || (mantissa & 1))))
        mantissa++;
    const double value = ldexp((double)mantissa, power + 32 * (top + 1) - lead - 53);
    return value < 2.2250738585072014e-308 ? 0 : value;
}

/* digits × 10^power; digits hold one '.' at most, power counts from the last of them. */
static double read_slowly(const char *digits, const char *end, int power)
{
    struct big big = {.count = 0};
    int kept = 0;
    for (; digits < end; digits++) {
        if (*digits == '.' || (kept == 0 && *digits == '0'))
            continue;
        if (kept < KEPT_DIGITS) {
            big_multiply_add(&big, 10, (uint32_t)(*digits - '0'));
            kept++;
        } else {
            big.inexact |= *digits != '0';
            power++;
        }
    }
    if (kept == 0 || kept + power < -330)
        return 0;
    if (kept + power > 310)
        return INFINITY;
    int limbs = 0;
    if (power < 0) { /* 10 takes 3.33 bits: keep 64 and more in the quotient */
        limbs = (-power * 10 / 3 + 32) / 32 + 3 - big.count;
        limbs = limbs > 0 ? limbs : 0;
        big_shift_limbs(&big, limbs);
    }
    for (int left = power; left > 0; left -= CHUNK_DIGITS)
        big_multiply_add(&big, small_powers[left < CHUNK_DIGITS ? left : CHUNK_DIGITS], 0);
    for (int left = -power; left > 0; left -= CHUNK_DIGITS)
        big_divide(&big, small_powers[left < CHUNK_DIGITS ? left : CHUNK_DIGITS]);
    return big_to_double(&big, -32 * limbs);
}

static unsigned digit_at(const char *at)
{
    return (unsigned)(unsigned char)*at - '0';
}

/* The exponent behind 'e'; *end moves behind it, or stays when no digit follows (then the 'e' is no part of it). */
static int read_power(const char **end)
{
    const char *at = *end + 1;
    const bool negative = *at == '-';
    int power = 0;
    if (*at == '-' || *at == '+')
        at++;
    if (digit_at(at) > 9)
        return 0;
    for (; digit_at(at) <= 9; at++)
        power = power < POWER_LIMIT ? power * 10 + (int)digit_at(at) : power;
    *end = at;
    return negative ? -power : power;
}

const char *kf_csv_number(const char *text, double *value)
{
    const bool negative = *text == '-';
    const char *at = text + (*text == '-' || *text == '+'), *digits = at;
    uint64_t mantissa = 0;
    unsigned digit;
    long behind_point = 0;
    for (; (digit = digit_at(at)) <= 9; at++)
        mantissa = mantissa * 10 + digit;
    long count = at - digits;
    if (*at == '.') {
        const char *point = at++;
        for (; (digit = digit_at(at)) <= 9; at++)
            mantissa = mantissa * 10 + digit;
        behind_point = at - point - 1;
        count += behind_point;
    }
    if (count == 0)
        return NULL;
    const char *end = at;
    long power = -behind_point;
    if (*at == 'e' || *at == 'E')
        power += read_power(&end);
    double magnitude;
    if (count <= FAST_DIGITS && mantissa <= UINT64_C(1) << 53 && power >= -FAST_POWER && power <= FAST_POWER)
        magnitude = power < 0 ? (double)mantissa / powers[-power] : (double)mantissa * powers[power];
    else
        magnitude = read_slowly(digits, at, (int)power);
    *value = negative ? -magnitude : magnitude;
    return end;
}
