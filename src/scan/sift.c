/* sift.c - the numbers of lists of which nothing can come, told by the marks of a chunk.
 *
 * On a line without words a number is told by its form alone, and of most forms that is never sure enough to be reported: six,
 * eight or twelve digits, dates, postal codes. They make up most of a list, and are dropped together, 64 places at a time,
 * unless the columns of a table have headers that say more. */
#include "scan/number.h"

enum { DENSE = 40 };                    /* blocks of a chunk that have events, from which on sifting is worth its while */

#define LANE         uint64_t
#define LANED(name)  name##_one
#define IN_LANES
#include "scan/sift.inc"

static ALWAYS struct three_one three_of(const uint64_t *ring, ptrdiff_t beg)
{
	return (struct three_one){ beg ? ring[mark_slot(beg - 64)] : 0, ring[mark_slot(beg)], ring[mark_slot(beg + 64)] };
}

/* The events of a block that are weak; the fields of struct sifted go on to the next block. */
static ALWAYS uint64_t WRAPS weak_of(struct sifted *s, const struct marks *m, ptrdiff_t beg)
{
	struct three_one d = three_of(m->digit, beg), h = three_of(m->hyphen, beg), line = three_of(m->line, beg), beside = three_of(m->beside, beg);
	struct three_one alpha = three_of(m->alpha, beg), quote = three_of(m->quote, beg);
	uint64_t wordy = alpha.here | quote.here | m->goes_on[mark_slot(beg)], near = line.before ? UINT64_MAX >> __builtin_clzll(line.before) : 0;
	struct three_one sign = { (beside.before & ~(alpha.before | quote.before)) | line.before, (beside.here & ~wordy) | line.here,
		(beside.behind & ~(alpha.behind | quote.behind)) | line.behind };
	uint64_t clean = mark_reach(line.here << 1 | line.before >> 63 | s->clean >> 63, ~(wordy | line.here)), below = short_lines_one(line.here, near);
	uint64_t lead = mark_reach(below << 1 | s->lead >> 63, ~(wordy | line.here | d.here)) | below;
	uint64_t weak = weak_one(d, h, sign, beside, clean, (struct three_one){ s->lead, lead, 0 });

	s->clean = clean;
	s->lead = lead;
	return weak;
}

/* Blocks that have no events but weak ones need not be looked at. */
static void sift_blocks(struct scan_run *r, ptrdiff_t from)
{
	struct sifted *s = &r->sifted;
	struct marks *m = &r->marks;

	IGNORE(marks_around(r, MAX(s->to - 64, 0), r->chunk_end));
	for (; s->to < r->chunk_end - 64; s->to += 64) {
		size_t slot = mark_slot(s->to);

		s->weak[slot] = weak_of(s, m, s->to);
		if (s->to >= from && !(m->event[slot] & ~s->weak[slot]))
			m->busy &= ~(UINT64_C(1) << ((s->to - from) / 64));
	}
	for (ptrdiff_t rest = s->to; rest < r->chunk_end; rest += 64)
		s->weak[mark_slot(rest)] = 0;                   /* done with the next chunk, if it is looked at so late */
}

void unsift_line(struct scan_run *r, ptrdiff_t at)
{
	struct sifted *s = &r->sifted;
	ptrdiff_t end = mark_next(r->marks.line, at, r->chunk_end);

	for (ptrdiff_t beg = at & ~(ptrdiff_t)63; beg <= end && beg < s->to; beg += 64)
		s->weak[mark_slot(beg)] = 0;
	if (end >= s->to)
		s->clean = 0;
	s->anew_to = end;
}

/* A chunk of other text: nothing is weak. Blocks are cleared until none of the ring holds what was. */
static void pass_over(struct scan_run *r)
{
	struct sifted *s = &r->sifted;
	ptrdiff_t to = MAX(s->to, r->chunk_end - 64);

	for (ptrdiff_t beg = s->to; s->stale > 0 && beg < r->chunk_end; beg += 64, s->stale--)
		s->weak[mark_slot(beg)] = 0;
	s->clean = s->lead = 0;
	s->to = to;
}

void sift_lists(struct scan_run *r, ptrdiff_t from)
{
	struct marks *m = &r->marks;

	if (mark_ones(m->busy) < DENSE) {
		pass_over(r);
		return;
	}
	r->sifted.stale = MARK_RING + SCAN_BLOCKS;
	if (r->s->classify->sift)
		r->s->classify->sift(r->t, from, r->chunk_end - from, r->n, (r->base + from) / 64 + 1, m, &r->sifted);
	else
		sift_blocks(r, from);
}
