/* gate.h - the limits that accuracy must keep: collected while scoring, listed and judged at the end.
 * A value that is NAN (nothing was measured) breaks its gate. */
#ifndef KF_TEST_GATE_H
#define KF_TEST_GATE_H

#include <stdbool.h>

enum { GATE_MAX = 64 };

struct gate {
    char what[96];
    char measured[64];
    bool kept;
};

struct gates {
    unsigned count;
    struct gate gate[GATE_MAX];
};

void gate_at_most(struct gates *gates, const char *what, double value, double limit, const char *unit);
void gate_at_least(struct gates *gates, const char *what, double value, double limit, const char *unit);
void gate_within(struct gates *gates, const char *what, double value, double limit, const char *unit); /* |value| */

/* Prints every gate; how many are broken. */
unsigned gate_report(const struct gates *gates);

#endif
