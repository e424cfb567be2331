/* table.h - whether a table may begin behind an empty line, told by the marks alone: most lines cannot be a header. It becomes part of the
 * loop of the engine, once for every kind of processor. Private to scan/. */
#pragma once
#include "scan/inside.h"

/* A header stands in one of the first lines; of its cells none is longer than a label, nor has more digits. */
enum { HEAD_LINES = 5, HEAD_CELL = 60, HEAD_DIGITS = 2 };

/* Is the line [at, end) a header that needs no sign to divide it: one label? */
bool table_label(struct scan_run *r, ptrdiff_t at, ptrdiff_t end);
/* Is the line that ends at `end` and begins at `at` or later one? */
bool table_head(struct scan_run *r, ptrdiff_t at, ptrdiff_t end);

/* Of the ends of lines, those of lines without the sign. *from: where lines begin, or go on from the block before without it. */
static ALWAYS uint64_t WRAPS table_ends_without(uint64_t sign, uint64_t line, uint64_t *from)
{
	uint64_t starts = line << 1 | *from, before = mark_reach(starts, ~(line | sign));

	*from = (before | line) >> 63;
	return line & (before << 1 | starts);
}

/* May a header stand in the lines behind the empty one that ends at `at`? No for those that no sign divides, but at their end, or in which more
 * digits stand in a row than in a label; a label alone is one only at once. */
static ALWAYS bool WRAPS table_may_begin(struct scan_run *r, ptrdiff_t at)
{
	const struct marks *m = &r->marks;
	uint64_t here = UINT64_C(1) << (at & 63), uncut = here, unnumbered = here, digit = 0, near = mark_bits(m->line, at);
	ptrdiff_t end = near ? at + __builtin_ctzll(near) : at + 64, lines = 0;

	if (end < r->chunk_end && end - at <= HEAD_CELL / 2 + 3 && table_label(r, at, end))
		return true;
	for (ptrdiff_t beg = at & ~(ptrdiff_t)63; lines < HEAD_LINES; beg += 64, here = 1) {
		size_t slot = mark_slot(beg);
		uint64_t line = m->line[slot] & -here, d = m->digit[slot] & -here, three = d & (d << 1 | digit >> 63) & (d << 2 | digit >> 62), cell;

		if (beg >= r->chunk_end)                        /* what lies behind has no marks yet */
			return true;
		cell = m->cell[slot] & ~(line >> 1 | m->line[mark_slot(beg + 64)] << 63);
		for (uint64_t ends = ~table_ends_without(cell, line, &uncut) & table_ends_without(three, line, &unnumbered); ends; ends &= ends - 1)
			if (table_head(r, at, beg + __builtin_ctzll(ends)))
				return true;
		lines += __builtin_popcountll(line);
		digit = d;
	}
	return false;
}
