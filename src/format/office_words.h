/* office_words.h - lists of words and how a text is compared with them; inside office only. */
#pragma once
#include "base/base.h"

struct words { const struct str *word; ptrdiff_t n; };
#define WORD_LIST(name, ...) \
	static const struct str name##_[] = { __VA_ARGS__ }; \
	static const struct words name = { name##_, COUNT(name##_) };
#define W SLIT

/* The length of the longest word that `s` begins with, 0 when none. */
static inline ptrdiff_t begins(struct str s, struct words w)
{
	ptrdiff_t best = 0;

	for (ptrdiff_t i = 0; i < w.n; i++)
		if (w.word[i].n > best && str_starts(s, w.word[i]))
			best = w.word[i].n;
	return best;
}

static inline ptrdiff_t ends(struct str s, struct words w)
{
	ptrdiff_t best = 0;

	for (ptrdiff_t i = 0; i < w.n; i++)
		if (w.word[i].n > best && str_ends(s, w.word[i]))
			best = w.word[i].n;
	return best;
}
