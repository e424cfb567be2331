/* glance.h - runs of kanji that held nothing before, known by their bytes. Private to scan/.
 *
 * The words of a text come again and again. A short run that held nothing is remembered by its bytes, and holds nothing the next
 * time, unless what stands around it matters: something that goes on behind it, a word for a relative before it. Runs for which more
 * than that matters, or that end in such a word, are not remembered. */
#pragma once
#include "scan/inside.h"

enum { SEEN_RUN = 15, SEEN_AHEAD = 32 };                /* bytes: of a run that is remembered, at most; that must be there from its start on */

/* Classes of what goes on behind a run, by first, second and third byte. */
extern uint8_t seen_follower[3][256];

/* Does what stands at p matter for the run of so many bytes before it? は、 may begin the explanation who somebody is. */
static ALWAYS bool seen_goes_on(const uint8_t *p, ptrdiff_t run)
{
	return (seen_follower[0][p[0]] & seen_follower[1][p[1]] & seen_follower[2][p[2]]) || (run > 6 && memcmp(p, "\xE3\x81\xAF\xE3\x80\x81", 6) == 0);
}

/* The bytes of the run at `at`, by the marks. */
static ALWAYS ptrdiff_t WRAPS run_bytes(const struct scan_run *r, ptrdiff_t at)
{
	return __builtin_ctzll((~mark_bits(r->marks.han, at) & UINT64_C(0x1249249249249249)) | UINT64_C(1) << 63);
}

static ALWAYS struct seen WRAPS seen_bytes(const uint8_t *p, ptrdiff_t run)
{
	struct seen s;

	memcpy(&s, p, sizeof s);
	s.low &= run < 8 ? (UINT64_C(1) << 8 * run) - 1 : UINT64_MAX;
	s.high &= run < 8 ? 0 : (UINT64_C(1) << 8 * (run - 8)) - 1;
	return s;
}

static ALWAYS struct seen *WRAPS seen_slot(struct scan_run *r, struct seen s)
{
	return &r->seen[(s.low * UINT64_C(0x9FB21C651E98DF25) ^ s.high * UINT64_C(0xC2B2AE3D27D4EB4F)) >> (64 - SEEN_BITS)];
}

/* Quick: is that a run that is known to hold nothing? */
static ALWAYS bool WRAPS han_seen(struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t run = run_bytes(r, at);
	struct seen s, *slot;

	if (run > SEEN_RUN || at + SEEN_AHEAD > r->n)
		return false;
	s = seen_bytes(r->t + at, run);
	slot = seen_slot(r, s);
	/* of の ・ 、 behind a word for a relative only the length is looked at; what was recognised just before may have been such a word */
	if (slot->low != s.low || slot->high != s.high || at - r->kin_end == 3 || at - r->next < 6 || seen_goes_on(r->t + at + run, run))
		return false;
	r->han_end = at + run;
	return true;
}
