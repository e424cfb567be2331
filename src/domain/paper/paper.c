/* paper.c - the small things that all papers are made of. */
#include "domain/paper/paper.h"
#include "base/calendar.h"
#include <stdio.h>

/* ---- small texts ---- */

struct str paper_kept(struct arena *a, struct buf *b)
{
	struct str s = str_dup(a, buf_str(b));

	buf_free(b);
	return s;
}

struct str paper_words2(const struct pen *w, enum msg_id id, struct str x, struct str y)
{
	struct buf b = buf_make(1 << 20);
	struct str args[] = { x, y };

	msg_add(&b, w->lang, id, args, 2);
	return paper_kept(w->a, &b);
}

struct str paper_words(const struct pen *w, enum msg_id id, struct str x)
{
	return paper_words2(w, id, x, S(""));
}

struct str paper_word(const struct pen *w, enum msg_id id)
{
	return msg_text(id, w->lang);
}

struct str paper_or(const struct pen *w, struct str s, enum msg_id otherwise)
{
	return s.n ? s : paper_word(w, otherwise);
}

struct str paper_day(const struct pen *w, struct date when)
{
	struct buf b = buf_make(64);

	if (when.days == DATE_NEVER.days)
		buf_add(&b, paper_word(w, MSG_PAPER_UNKNOWN_DAY));
	else if (w->lang == JA)
		calendar_add_wareki(&b, when);
	else
		date_add_iso(&b, when);
	return paper_kept(w->a, &b);
}

struct str paper_number(const struct pen *w, int64_t n)
{
	struct buf b = buf_make(64);
	char t[24];
	int len = 0;

	for (; n > 0 || len == 0; n /= 10)
		t[len++] = (char)('0' + n % 10);
	while (len-- > 0) {
		buf_char(&b, t[len]);
		if (len > 0 && len % 3 == 0)
			buf_char(&b, ',');
	}
	return paper_kept(w->a, &b);
}

void paper_line(struct buf *b, struct str s)
{
	if (s.n == 0)
		return;
	if (b->n)
		buf_char(b, '\n');
	buf_add(b, s);
}

/* ---- letters ---- */

void paper_letter_head(const struct pen *w, struct date made, struct str addressee, struct str signature, struct str title)
{
	pdf_right(w->p, paper_day(w, made));
	pdf_left(w->p, addressee);
	pdf_gap(w->p, 0.5);
	pdf_sender(w->p, signature);
	pdf_gap(w->p, 0.5);
	pdf_title(w->p, title);
}

void paper_matter(const struct pen *w, int no, enum msg_id title, struct str text)
{
	char label[16];
	int n = snprintf(label, sizeof label, "%d.", no);

	pdf_item(w->p, 0, str_dup(w->a, (struct str){ label, n }), paper_word(w, title));
	pdf_item(w->p, 1, S(""), text);
	pdf_gap(w->p, 0.3);
}

void paper_text_matter(const struct pen *w, struct buf *b, int no, enum msg_id title, struct str text)
{
	buf_fmt(b, "%d. ", no);
	buf_add(b, paper_word(w, title));
	buf_char(b, '\n');
	buf_add(b, text);
	buf_lit(b, "\n\n");
}

void paper_text_paragraph(struct buf *b, struct str s)
{
	buf_add(b, s);
	buf_lit(b, "\n\n");
}

/* ---- forms ---- */

void paper_pairs_begin(const struct pen *w)
{
	static const double widths[] = { 3, 8 };

	pdf_table_begin(w->p, &(struct pdf_table){ .columns = 2, .widths = widths, .labels = true });
}

void paper_pair(const struct pen *w, enum msg_id label, struct str value)
{
	struct str cells[] = { paper_word(w, label), value };

	if (value.n)
		pdf_row(w->p, cells);
}
