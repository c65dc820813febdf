/* report_file.c - the page as a file: PDF and SVG as drawn, PNG at 150 dots an inch, and HTML with the drawing, the
 * numbers as a table that can be copied, and the words. A file is made beside its name and renamed, so what is there is
 * always whole. */
#include "config.h"

#include "report/report.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cairo-pdf.h>
#include <cairo-svg.h>

#include "report/page.h"

static const double png_scale = 150.0 / 72;

/* Where cairo's bytes go. */
static cairo_status_t put_bytes(void *closure, const unsigned char *data, unsigned length)
{
    return fwrite(data, 1, length, closure) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static bool draw_on(cairo_surface_t *surface, const struct kf_report *report, double scale)
{
    cairo_t *cairo = cairo_create(surface);
    cairo_scale(cairo, scale, scale);
    kf_page_draw(cairo, report);
    cairo_show_page(cairo);
    const bool good = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    return good;
}

static bool end_surface(cairo_surface_t *surface, bool good)
{
    cairo_surface_finish(surface);
    good = good && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    return good;
}

static bool write_pdf(const struct kf_report *report, FILE *out)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(put_bytes, out, KF_PAGE_WIDTH, KF_PAGE_HEIGHT);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, "Leg recovery report");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "kneefold");
    return end_surface(surface, draw_on(surface, report, 1));
}

static bool write_svg(const struct kf_report *report, FILE *out)
{
    cairo_surface_t *surface = cairo_svg_surface_create_for_stream(put_bytes, out, KF_PAGE_WIDTH, KF_PAGE_HEIGHT);
    return end_surface(surface, draw_on(surface, report, 1));
}

static bool write_png(const struct kf_report *report, FILE *out)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(KF_PAGE_WIDTH * png_scale),
                                                          (int)(KF_PAGE_HEIGHT * png_scale));
    bool good = draw_on(surface, report, png_scale);
    good = good && cairo_surface_write_to_png_stream(surface, put_bytes, out) == CAIRO_STATUS_SUCCESS;
    return end_surface(surface, good);
}

/* ---- HTML ---- */

static void put_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '>')
            fputs("&gt;", out);
        else if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '"')
            fputs("&quot;", out);
        else
            putc(*text, out);
    }
}

/* The drawing stands in the page itself: one file to hand on. Its XML declaration has no place there. */
static bool put_drawing(const struct kf_report *report, FILE *out)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (!memory)
        return false;
    bool good = write_svg(report, memory);
    good = fclose(memory) == 0 && good;
    const char *svg = good ? strstr(text, "<svg") : NULL;
    if (svg)
        fputs(svg, out);
    free(text);
    return svg != NULL;
}

static void put_numbers(const struct kf_report *report, FILE *out)
{
    char text[64];
    fputs("<table>\n<tr><th>mean ± SD</th><th>unit</th><th>left</th><th>right</th><th>l–r %</th></tr>\n", out);
    for (unsigned i = 0; i < report->number_count; i++) {
        const struct kf_report_number *number = &report->number[i];
        fprintf(out, "<tr><td>%s</td><td>%s</td>", number->label, number->unit);
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            kf_page_number(text, sizeof text, number->mean[leg], number->sd[leg], number->decimals);
            fprintf(out, "<td>%s</td>", text);
        }
        kf_page_number(text, sizeof text, number->asymmetry_pct, NAN, 0);
        fprintf(out, "<td>%s</td></tr>\n", text);
    }
    fputs("</table>\n", out);
}

static void put_words(const struct kf_report *report, FILE *out)
{
    char sentence[KF_PAGE_SENTENCE];
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        kf_page_verdict(report, (enum kf_leg)leg, sentence);
        fprintf(out, "<p><b>%s leg.</b> %s</p>\n", leg == KF_LEFT ? "Left" : "Right", sentence);
    }
    fprintf(out, "<h2>Cues: %u</h2>\n<ul>\n", report->cues_in_all);
    for (unsigned i = 0; i < report->cue_count; i++) {
        fprintf(out, "<li>%.1f s: ", report->cue[i].t_s);
        put_escaped(out, report->cue[i].text);
        fprintf(out, "%s</li>\n",
                !report->cue[i].has_leg         ? ""
                : report->cue[i].leg == KF_LEFT ? " (left)"
                                                : " (right)");
    }
    fputs("</ul>\n<h2>What this page can not say</h2>\n<ul>\n", out);
    for (const char *const *caveat = kf_page_caveats; *caveat; caveat++)
        fprintf(out, "<li>%s</li>\n", *caveat);
    fputs("</ul>\n", out);
}

static bool write_html(const struct kf_report *report, FILE *out)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Leg recovery: ",
          out);
    put_escaped(out, *report->athlete ? report->athlete : report->file);
    fputs("</title>\n<style>body{font:15px/1.45 'DejaVu Sans',sans-serif;color:#22262e;max-width:52em;margin:2em auto;"
          "padding:0 1em}svg{width:100%;height:auto;border:1px solid #d8dbe0}table{border-collapse:collapse}"
          "td,th{padding:.15em .8em;border-bottom:1px solid #e4e6ea;text-align:right}"
          "td:first-child,th:first-child{text-align:left}</style>\n</head>\n<body>\n",
          out);
    const bool good = put_drawing(report, out);
    fputs("<h2>In words and numbers</h2>\n", out);
    put_words(report, out);
    put_numbers(report, out);
    fputs("</body>\n</html>\n", out);
    return good;
}

/* ---- files ---- */

static const struct form {
    const char *ending;
    bool (*write)(const struct kf_report *report, FILE *out);
} forms[] = {{".html", write_html}, {".pdf", write_pdf}, {".svg", write_svg}, {".png", write_png}};

static const struct form *form_of(const char *path)
{
    const size_t length = strlen(path);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const size_t ending = strlen(forms[i].ending);
        if (length > ending && strcmp(path + length - ending, forms[i].ending) == 0)
            return &forms[i];
    }
    return NULL;
}

enum kf_status kf_report_can_write(const char *path, struct kf_error *error)
{
    if (form_of(path))
        return KF_OK;
    kf_error_set(error, KF_ERR_ARG, 0, "cannot tell what '%.160s' shall be", path);
    kf_error_hint(error, "its name ends in .html, .pdf, .svg or .png");
    return KF_ERR_ARG;
}

static enum kf_status failed(const char *path, int os_errno, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];
    kf_error_set(error, KF_ERR_IO, os_errno, "cannot write '%.160s': %s", path, kf_errno_text(os_errno, why));
    kf_error_hint(error, os_errno == ENOSPC ? "make room on that disk, or write somewhere else"
                                            : "check its name and folder, and whether you may write there");
    return KF_ERR_IO;
}

/* A temporary file beside `path`, readable as one made by open would be. */
static FILE *open_beside(const char *path, char *name, size_t size)
{
    if ((size_t)snprintf(name, size, "%s.XXXXXX", path) >= size) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    const int fd = mkstemp(name);
    if (fd < 0)
        return NULL;
    const mode_t mask = umask(0);
    (void)umask(mask);
    (void)fchmod(fd, 0666 & ~mask);
    return fdopen(fd, "wb");
}

enum kf_status kf_report_write(const struct kf_report *report, const char *path, struct kf_error *error)
{
    char name[4096];
    int os_errno = 0;
    const struct form *form = form_of(path);
    if (!form)
        return kf_report_can_write(path, error);
    FILE *out = open_beside(path, name, sizeof name);
    if (!out)
        return failed(path, errno, error);
    errno = 0;
    bool good = form->write(report, out) && !ferror(out);
    good = fflush(out) == 0 && good;
    good = fsync(fileno(out)) == 0 && good;
    os_errno = good ? 0 : errno ? errno : EIO;
    if (fclose(out) != 0 && os_errno == 0)
        os_errno = errno;
    if (os_errno == 0 && rename(name, path) != 0)
        os_errno = errno;
    if (os_errno == 0)
        return KF_OK;
    (void)unlink(name);
    return failed(path, os_errno, error);
}
