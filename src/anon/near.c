/* near.c - finds the groups that fit a tuple, or nearly. */
#include "anon/recode_work.h"
#include <stdlib.h>

enum { VALUES_MAX = 1024, BYTES_MAX = 256 << 20 };

void near_make(struct work *w)
{
	struct near_index *x = &w->near;
	ptrdiff_t left = BYTES_MAX;

	x->words = ((ptrdiff_t)w->ngroups + 63) / 64;
	for (int i = w->q - 1; i >= 0; i--) {              /* columns of few values first: they cost least */
		int c = w->t->order[i];
		ptrdiff_t bytes = w->t->quasi[c].n * x->words * (ptrdiff_t)sizeof(uint64_t);
		if (w->t->quasi[c].n > VALUES_MAX || bytes > left)
			continue;
		left -= bytes;
		x->bits[c] = anon_take_zeroed(w->t->quasi[c].n * x->words, (ptrdiff_t)sizeof(uint64_t));
	}
	for (uint32_t g = 0; g < w->ngroups; g++)
		near_put(w, g, w->group[g].count > 0);
}

void near_free(struct work *w)
{
	for (int c = 0; c < w->q; c++)
		free(w->near.bits[c]);
}

void near_put(struct work *w, uint32_t g, bool covers)
{
	uint64_t bit = (uint64_t)1 << (g & 63);

	for (int c = 0; c < w->q; c++) {
		uint64_t *word = w->near.bits[c] ? w->near.bits[c] + g / 64 : NULL;
		const uint32_t *map = w->t->quasi[c].map[w->level[(ptrdiff_t)g * w->q + c]];
		uint32_t label = map[w->label_code[(ptrdiff_t)g * w->q + c]];
		for (uint32_t v = 0; word && v < w->t->quasi[c].n; v++, word += w->near.words)
			*word = covers && map[v] == label ? *word | bit : *word & ~bit;
	}
}

uint64_t near_word(const struct work *w, uint32_t tuple, int misses, ptrdiff_t word)
{
	uint64_t more[3] = { 0 };        /* groups that miss in more than 0, 1, 2 columns */

	for (int c = 0; c < w->q; c++) {
		if (!w->near.bits[c])
			continue;
		uint64_t miss = ~w->near.bits[c][(ptrdiff_t)w->code[(ptrdiff_t)tuple * w->q + c] * w->near.words + word];
		more[2] |= more[1] & miss;
		more[1] |= more[0] & miss;
		more[0] |= miss;
	}
	return ~more[misses];
}
