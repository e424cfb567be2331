/* letter.c - a letter in the form that offices use: 拝啓 ... 敬具, 記, the five matters, 以上; and the same as a mail. */
#include "domain/affected_person/letter.h"
#include "base/utf8.h"

enum { FIVE = 5 };
struct told { enum msg_id title; struct str text; };

/* What the house did, what the person can do, and anything else: matter 9. */
static struct str other(const struct pen *w, const struct notice_letter *l)
{
	struct buf b = buf_make(1 << 20);

	paper_line(&b, l->measures);
	paper_line(&b, paper_or(w, l->advice, MSG_PAPER_L_ADVICE));
	paper_line(&b, l->other);
	return paper_kept(w->a, &b);
}

static void matters(const struct pen *w, const struct notice_letter *l, const struct addressee *to, struct told ret[FIVE])
{
	ret[0] = (struct told){ MSG_PAPER_L_OUTLINE, paper_or(w, l->facts, MSG_PAPER_L_NOT_KNOWN) };
	ret[1] = (struct told){ MSG_PAPER_L_ITEMS, to->items.n ? to->items : paper_or(w, l->items, MSG_PAPER_L_NOT_KNOWN) };
	ret[2] = (struct told){ MSG_PAPER_L_CAUSE, paper_or(w, l->cause, MSG_PAPER_L_NOT_KNOWN) };
	ret[3] = (struct told){ MSG_PAPER_L_DAMAGE, paper_or(w, l->damage, MSG_PAPER_L_NOT_KNOWN) };
	ret[4] = (struct told){ MSG_PAPER_L_OTHER, other(w, l) };
}

/* As it stands in the window of an envelope: postal code, address, name. */
static struct str addressed(const struct pen *w, const struct addressee *to)
{
	struct buf b = buf_make(4096);

	if (to->postal_code.n)
		paper_line(&b, paper_words(w, MSG_PAPER_POSTAL_CODE, to->postal_code));
	paper_line(&b, to->address);
	paper_line(&b, paper_words(w, MSG_PAPER_TO_PERSON, to->name));
	return paper_kept(w->a, &b);
}

struct pdf *notice_letter_pdf(struct arena *a, const struct notice_letter *l, const struct addressee *to, enum lang lang)
{
	struct pen w = { a, lang, NULL };
	struct told five[FIVE];

	w.p = pdf_new(a, &(struct pdf_settings){ .title = l->title, .author = l->sender, .header_right = l->mark, .made = l->made });
	paper_letter_head(&w, l->made, addressed(&w, to), l->signature, l->title);
	pdf_plain(w.p, paper_word(&w, MSG_PAPER_HAIKEI));
	pdf_paragraph(w.p, paper_words(&w, MSG_PAPER_LETTER_OPEN, to->name));
	pdf_paragraph(w.p, paper_word(&w, MSG_PAPER_APOLOGY));
	pdf_paragraph(w.p, paper_word(&w, MSG_PAPER_LETTER_CLOSE));
	pdf_right(w.p, paper_word(&w, MSG_PAPER_KEIGU));
	pdf_gap(w.p, 0.3);
	pdf_centre(w.p, paper_word(&w, MSG_PAPER_KI));
	pdf_gap(w.p, 0.3);
	matters(&w, l, to, five);
	for (int k = 0; k < FIVE; k++)
		paper_matter(&w, k + 1, five[k].title, five[k].text);
	paper_matter(&w, FIVE + 1, MSG_PAPER_L_DESK, l->desk);
	pdf_right(w.p, paper_word(&w, MSG_PAPER_IJO));
	return w.p;
}

void notice_letter_mail(struct arena *a, struct buf *b, const struct notice_letter *l, const struct addressee *to, enum lang lang)
{
	struct pen w = { a, lang, NULL };
	struct told five[FIVE];

	struct str title = l->mark.n ? paper_words2(&w, MSG_NOTICE_MARKED, l->mark, l->title) : l->title;
	struct str name = utf8_one_line(a, to->name);
	/* the head of a mail: no text of somebody's begins a line of its own there */
	paper_text_paragraph(b, paper_words2(&w, MSG_PAPER_MAIL_SUBJECT, utf8_one_line(a, title), utf8_one_line(a, l->sender)));
	paper_text_paragraph(b, paper_words(&w, MSG_PAPER_TO_PERSON, name));
	paper_text_paragraph(b, paper_words(&w, MSG_PAPER_LETTER_OPEN, name));
	paper_text_paragraph(b, paper_word(&w, MSG_PAPER_APOLOGY));
	matters(&w, l, to, five);
	for (int k = 0; k < FIVE; k++)
		paper_text_matter(&w, b, k + 1, five[k].title, five[k].text);
	paper_text_matter(&w, b, FIVE + 1, MSG_PAPER_L_DESK, l->desk);
	paper_text_paragraph(b, l->signature);
}
