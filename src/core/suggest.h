/* suggest.h - did you mean ...? The nearest known word to a mistyped one.
 *
 * Distance counts insertions, deletions, changes and swaps of neighbours; a word counts as near when a third of it
 * or less is wrong. */
#ifndef KF_SUGGEST_H
#define KF_SUGGEST_H

/* Edits from a to b, case ignored; at most `limit` + 1 is returned. Words over 64 bytes are never near. */
unsigned kf_suggest_distance(const char *a, const char *b, unsigned limit);

struct kf_suggestion { /* zero it, offer every candidate, read `word` */
    const char *word;  /* the nearest so far, or NULL */
    unsigned distance;
};

/* Offers a candidate (kept by pointer). */
void kf_suggest_offer(struct kf_suggestion *best, const char *typed, const char *candidate);

#endif
