/* csv_number.h - decimal numbers in text, exactly, fast, and the same in every locale. Private to src/pod.
 *
 * strtod follows LC_NUMERIC, which a screen program sets: a German terminal would read "9.81" as 9. */
#ifndef KF_POD_CSV_NUMBER_H
#define KF_POD_CSV_NUMBER_H

/* Reads [+-]digits[.digits][e[+-]digits], one digit at least, from text, which must be followed somewhere by a byte
 * that is no part of a number. *value is the nearest double, ties to even; magnitudes beyond a double's become
 * infinite, below its smallest normal 0. Returns the first byte behind the number, NULL (value untouched) if none
 * begins here: "nan", "inf" and hexadecimal are no numbers. */
const char *kf_csv_number(const char *text, double *value);

#endif
