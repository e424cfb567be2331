/* chart.h - pictures for people who would rather look than read, drawn by the server as SVG. Each is also a table or a list, so
 * that nothing is said by the picture alone. No script, no style: the looks are classes of the style sheet. */
#pragma once
#include "web/routes.h"

enum { CHART_PARTS_MAX = 6, LANES_MAX = 8 };

/* Bars, one row each, in the order given: with one part plain, with several stacked, each part with a column of numbers. */
struct bars {
	struct str        title;          /* what is counted: caption of the table */
	struct str        what;           /* heading of the column of labels */
	const struct str *part;           /* names of the parts */
	int               nparts;         /* 1 to CHART_PARTS_MAX */
	const struct str *label;
	int               n;
	const int64_t    *value;          /* value[row * nparts + part], none below 0 */
};
void h_bars(struct html *h, struct arena *a, const struct bars *b);

/* What happened and what is due, day by day, in lanes. Events may come in any order. */
enum chart_look { LOOK_DONE, LOOK_DUE, LOOK_LATE };
struct timeline_event { struct date day; int lane; enum chart_look look; struct str text; struct url link; };   /* link.s empty: none */
struct timeline {
	struct str                   title;
	const struct str            *lane;
	int                          nlanes;              /* at most LANES_MAX */
	const struct timeline_event *event;
	int                          n;
	struct date                  today;               /* marked by a line */
	enum msg_id                  done, due, late, now;   /* words for the looks and for today */
};
/* The picture, then the same as a list in order of days. Nothing at all without events. */
void h_timeline(struct html *h, struct arena *a, const struct timeline *t);

/* How much of a whole is done, with the words beside it by the caller. */
void h_progress(struct html *h, struct arena *a, int64_t done, int64_t all);
