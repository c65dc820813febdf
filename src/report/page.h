/* page.h - lays a report out on one A4 page. */
#ifndef KF_PAGE_H
#define KF_PAGE_H

#include <cairo.h>

#include "report/report.h"

#define KF_PAGE_WIDTH 595.0 /* A4 in points */
#define KF_PAGE_HEIGHT 842.0

/* The same page on any surface whose user space is points. */
void kf_page_draw(cairo_t *cairo, const struct kf_report *report);

/* Sentences that page and HTML share. `out` holds KF_PAGE_SENTENCE bytes. */
enum { KF_PAGE_SENTENCE = 400 };
void kf_page_verdict(const struct kf_report *report, enum kf_leg leg, char out[KF_PAGE_SENTENCE]);
extern const char *const kf_page_caveats[]; /* NULL-terminated */
/* "-12.3", "-" when not finite; with its spread when that is. */
void kf_page_number(char *out, size_t size, double mean, double sd, int decimals);

#endif
