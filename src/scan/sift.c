/* sift.c - the numbers of lists of which nothing can come, told by the marks of a chunk.
 *
 * On a line without words a number is told by its form alone, and of most forms that is never sure enough to be reported: six,
 * eight or twelve digits, dates, postal codes. They make up most of a list, and are dropped together, 64 places at a time,
 * unless the columns of a table have headers that say more. */
#include "scan/number.h"

enum { DENSE = 40 };                    /* blocks of a chunk that have events, from which on sifting is worth its while */

/* Marks of a block with those of the blocks before and behind it. */
struct three { uint64_t before, here, behind; };

static ALWAYS struct three three_of(const uint64_t *ring, ptrdiff_t beg)
{
	return (struct three){ beg ? ring[mark_slot(beg - 64)] : 0, ring[mark_slot(beg)], ring[mark_slot(beg + 64)] };
}

/* At each place, what is k places on, or back. */
static ALWAYS uint64_t WRAPS on(struct three m, int k)
{
	return m.here >> k | m.behind << (64 - k);
}
static ALWAYS uint64_t WRAPS back(struct three m, int k)
{
	return m.here << k | m.before >> (64 - k);
}

/* Ends of lines too long for a label, which `line` of the block before tells as well. */
static ALWAYS uint64_t WRAPS long_lines(uint64_t line, uint64_t before)
{
	uint64_t behind_first = ~(line ^ (line - 1)), near = before ? UINT64_MAX >> __builtin_clzll(before) : 0;

	_Static_assert(SCAN_LABEL_ABOVE == 64, "as long as a block, and a return");
	return line & ~(behind_first | near << 2 | 3);
}

/* The events of a block, at the fourth digit of a run, that are weak; the fields of struct sifted go on to the next block. */
static ALWAYS uint64_t WRAPS weak_of(struct sifted *s, const struct marks *m, ptrdiff_t beg)
{
	struct three d = three_of(m->digit, beg), h = three_of(m->hyphen, beg), line = three_of(m->line, beg), beside = three_of(m->beside, beg);
	struct three alpha = three_of(m->alpha, beg), quote = three_of(m->quote, beg);
	uint64_t wordy = alpha.here | quote.here | m->goes_on[mark_slot(beg)];
	struct three sign = { (beside.before & ~(alpha.before | quote.before)) | line.before, (beside.here & ~wordy) | line.here,
		(beside.behind & ~(alpha.behind | quote.behind)) | line.behind };
	uint64_t starts = back(line, 1), clean = mark_reach(starts | s->clean >> 63, ~(wordy | line.here));
	uint64_t below = line.here & ~long_lines(line.here, line.before), lead = mark_reach(below << 1 | s->lead >> 63, ~(wordy | line.here | d.here)) | below;
	struct three first = { s->lead, lead, 0 };              /* a number behind these is the first of its line, and its label may stand above */
	uint64_t six = on(d, 1) & on(d, 2), eight = six & on(d, 3) & on(d, 4), twelve = eight & on(d, 5) & on(d, 6) & on(d, 7) & on(d, 8);
	uint64_t alone = (six & on(sign, 3)) | (eight & on(sign, 5)) | (twelve & on(sign, 9));
	uint64_t date = on(h, 1) & on(d, 2) & on(d, 3) & on(h, 4) & on(d, 5) & on(d, 6) & on(sign, 7);
	uint64_t postal = back(h, 4) & back(d, 5) & back(d, 6) & back(d, 7) & back(sign, 8) & on(sign, 1) & on(d, 2) & ~back(first, 8);
	uint64_t part = back(h, 4) & back(beside, 5) & (on(sign, 1) | (on(d, 1) & on(sign, 2)));            /* item-12345 */

	s->clean = clean;
	s->lead = lead;
	return d.here & ((clean & (((alone | date) & back(sign, 4) & ~back(first, 4)) | postal)) | part);
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

void WRAPS sift_lists(struct scan_run *r, ptrdiff_t from)
{
	struct sifted *s = &r->sifted;
	struct marks *m = &r->marks;

	if (mark_ones(m->busy) < DENSE) {
		pass_over(r);
		return;
	}
	IGNORE(marks_around(r, MAX(s->to - 64, 0), r->chunk_end));
	s->stale = MARK_RING + SCAN_BLOCKS;
	for (; s->to < r->chunk_end - 64; s->to += 64) {
		size_t slot = mark_slot(s->to);

		s->weak[slot] = weak_of(s, m, s->to);
		if (s->to >= from && !(m->event[slot] & ~s->weak[slot]))
			m->busy &= ~(UINT64_C(1) << ((s->to - from) / 64));
	}
	for (ptrdiff_t rest = s->to; rest < r->chunk_end; rest += 64)
		s->weak[mark_slot(rest)] = 0;                   /* done with the next chunk, if it is looked at so late */
}
