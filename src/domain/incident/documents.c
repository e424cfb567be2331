/* documents.c - the papers of an incident, set from one struct of facts. */
#include "domain/incident/documents.h"
#include "base/calendar.h"
#include <stdio.h>

/* What every paper needs at hand. */
struct desk { struct arena *a; const struct incident_papers *i; enum lang lang; struct pdf *p; };

/* ---- small texts ---- */

static struct str kept(struct arena *a, struct buf *b)
{
	struct str s = str_dup(a, buf_str(b));

	buf_free(b);
	return s;
}

static struct str words2(const struct desk *d, enum msg_id id, struct str x, struct str y)
{
	struct buf b = buf_make(1 << 20);
	struct str args[] = { x, y };

	msg_add(&b, d->lang, id, args, 2);
	return kept(d->a, &b);
}

static struct str words(const struct desk *d, enum msg_id id, struct str x)
{
	return words2(d, id, x, S(""));
}

static struct str word(const struct desk *d, enum msg_id id)
{
	return msg_text(id, d->lang);
}

static struct str day(const struct desk *d, struct date when)
{
	struct buf b = buf_make(64);

	if (when.days == DATE_NEVER.days)
		buf_add(&b, word(d, MSG_PAPER_UNKNOWN_DAY));
	else if (d->lang == JA)
		calendar_add_wareki(&b, when);
	else
		date_add_iso(&b, when);
	return kept(d->a, &b);
}

static void line(struct buf *b, struct str s)
{
	if (s.n == 0)
		return;
	if (b->n)
		buf_char(b, '\n');
	buf_add(b, s);
}

static struct str or_words(const struct desk *d, struct str s, enum msg_id otherwise)
{
	return s.n ? s : word(d, otherwise);
}

/* 12,345 */
static struct str grouped(const struct desk *d, int64_t n)
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
	return kept(d->a, &b);
}

/* ---- the nine matters ---- */

static void add_triggers(const struct desk *d, struct buf *b, enum msg_id label, const enum answer a[4], const enum msg_id names[4])
{
	struct buf list = buf_make(4096);

	for (int i = 0; i < 4; i++) {
		if (a[i] == ANSWER_NO)
			continue;
		if (list.n)
			buf_add(&list, word(d, MSG_PAPER_AND));
		buf_add(&list, a[i] == ANSWER_YES ? word(d, names[i]) : words(d, MSG_PAPER_TO_JUDGE, word(d, names[i])));
	}
	if (list.n)
		line(b, words(d, label, buf_str(&list)));
	buf_free(&list);
}

static void add_course(const struct desk *d, struct buf *b)
{
	const struct incident_log *c = &d->i->course;

	if (c->n)
		line(b, word(d, MSG_PAPER_COURSE));
	for (int k = 0; k < c->n; k++)
		line(b, words2(d, MSG_PAPER_COURSE_LINE, c->lines[k].when, c->lines[k].what));
}

static struct str outline(const struct desk *d)
{
	static const enum msg_id ppc[] = { MSG_PAPER_TRIGGER_1, MSG_PAPER_TRIGGER_2, MSG_PAPER_TRIGGER_3, MSG_PAPER_TRIGGER_4 };
	static const enum msg_id mn[] = { MSG_PAPER_MN_TRIGGER_1, MSG_PAPER_MN_TRIGGER_2, MSG_PAPER_MN_TRIGGER_3, MSG_PAPER_MN_TRIGGER_4 };
	const struct incident_papers *i = d->i;
	struct buf b = buf_make(1 << 20);

	line(&b, words(d, MSG_PAPER_OCCURRED, day(d, i->occurred)));
	line(&b, words(d, MSG_PAPER_KNOWN, day(d, i->known)));
	line(&b, words(d, MSG_PAPER_EVENT, i->title));
	if (i->found_by.n)
		line(&b, words(d, MSG_PAPER_FOUND_BY, i->found_by));
	if (i->verdict) {
		add_triggers(d, &b, MSG_PAPER_TRIGGERS, i->verdict->ppc, ppc);
		add_triggers(d, &b, MSG_PAPER_MN_TRIGGERS, i->verdict->my_number, mn);
	}
	line(&b, words2(d, MSG_PAPER_ENTRUSTED, or_words(d, i->entruster, MSG_PAPER_NONE), or_words(d, i->entrustee, MSG_PAPER_NONE)));
	line(&b, i->outline);
	add_course(d, &b);
	return kept(d->a, &b);
}

static struct str items(const struct desk *d)
{
	struct buf b = buf_make(1 << 20);

	if (d->i->items.n == 0)
		return S("");
	line(&b, words(d, MSG_PAPER_ITEMS, d->i->items));
	if (d->i->medium.n)
		line(&b, words(d, MSG_PAPER_MEDIUM, d->i->medium));
	if (d->i->data_kind.n)
		line(&b, words(d, MSG_PAPER_DATA_KIND, d->i->data_kind));
	return kept(d->a, &b);
}

static struct str persons(const struct desk *d)
{
	if (d->i->persons < 0)
		return S("");
	return words(d, d->i->persons_are_maximum ? MSG_PAPER_PERSONS_MAX : MSG_PAPER_PERSONS, grouped(d, d->i->persons));
}

/* The same without a promise to report. */
static struct str persons_told(const struct desk *d)
{
	if (d->i->persons < 0)
		return S("");
	return words(d, d->i->persons_are_maximum ? MSG_PAPER_PERSONS_UP_TO : MSG_PAPER_PERSONS, grouped(d, d->i->persons));
}

static struct str cause(const struct desk *d)
{
	if (d->i->cause.n == 0 || d->i->doer.n == 0)
		return d->i->cause;
	return words2(d, MSG_PAPER_CAUSE, d->i->cause, d->i->doer);
}

/* What is done and what is planned stand apart (GL 3-5-3-3 (8)). */
static struct str prevention(const struct desk *d)
{
	struct buf b = buf_make(1 << 20);

	if (d->i->done.n)
		line(&b, words(d, MSG_PAPER_DONE, d->i->done));
	if (d->i->planned.n)
		line(&b, words(d, MSG_PAPER_PLANNED, d->i->planned));
	return kept(d->a, &b);
}

static struct str known_item(const struct desk *d, enum report_item item)
{
	switch (item) {
	case REPORT_OUTLINE:       return d->i->outline.n ? outline(d) : S("");
	case REPORT_ITEMS:         return items(d);
	case REPORT_PERSONS:       return persons(d);
	case REPORT_CAUSE:         return cause(d);
	case REPORT_DAMAGE:        return d->i->damage;
	case REPORT_PERSON_ACTION: return d->i->person_action;
	case REPORT_PUBLICATION:   return d->i->publication;
	case REPORT_PREVENTION:    return prevention(d);
	case REPORT_OTHER:         return d->i->other.n ? d->i->other : word(d, MSG_PAPER_NONE);
	case REPORT_ITEM_MAX:      break;
	}
	return S("");
}

static const enum msg_id item_titles[REPORT_ITEM_MAX] = {
	MSG_PAPER_1, MSG_PAPER_2, MSG_PAPER_3, MSG_PAPER_4, MSG_PAPER_5, MSG_PAPER_6, MSG_PAPER_7, MSG_PAPER_8, MSG_PAPER_9,
};

static struct str report_item(const struct desk *d, enum incident_report_kind kind, enum report_item item)
{
	struct str s = known_item(d, item);

	if (s.n)
		return s;
	if (kind == REPORT_FINAL && d->i->why_unknown[item].n)
		return words(d, MSG_PAPER_OPEN_WHY, d->i->why_unknown[item]);
	return word(d, MSG_PAPER_OPEN);
}

struct str incident_report_item(struct arena *a, const struct incident_papers *i, enum incident_report_kind kind, enum report_item item, enum lang lang)
{
	struct desk d = { a, i, lang, NULL };

	return report_item(&d, kind, item);
}

/* REQ: INC-42 - the preliminary report holds what is known; the final one everything, or the reason. */
enum status incident_report_complete(const struct incident_papers *i, enum incident_report_kind kind, struct problems *ps)
{
	static const char *const places[REPORT_ITEM_MAX] = {
		"outline", "items", "persons", "cause", "damage", "person_action", "publication", "prevention", "other",
	};
	static const struct str numbers[REPORT_ITEM_MAX] = {
		SLIT("1"), SLIT("2"), SLIT("3"), SLIT("4"), SLIT("5"), SLIT("6"), SLIT("7"), SLIT("8"), SLIT("9"),
	};
	struct desk d = { ps->a, i, JA, NULL };
	enum status st = ST_OK;

	for (enum report_item item = 0; item < REPORT_ITEM_MAX; item++) {
		bool needed = kind == REPORT_FINAL || item == REPORT_OUTLINE;
		if (!needed || known_item(&d, item).n || (kind == REPORT_FINAL && i->why_unknown[item].n))
			continue;
		problem(ps, str_z(places[item]), MSG_PAPER_LACKS, .arg = { numbers[item] });
		st = ST_NO;
	}
	return st;
}

/* ---- parts that papers share ---- */

static struct pdf *paper(struct desk *d, enum msg_id title, bool form)
{
	struct buf b = buf_make(4096);

	if (d->i->number.n)
		buf_add(&b, words(d, MSG_PAPER_REFERENCE, d->i->number));
	struct pdf_settings s = {
		.title = word(d, title), .author = d->i->from.name, .header_right = form ? kept(d->a, &b) : S(""), .made = d->i->made, .gothic = form,
	};
	if (!form)
		buf_free(&b);
	return d->p = pdf_new(d->a, &s);
}

static struct str contact(const struct desk *d)
{
	const struct incident_sender *f = &d->i->from;
	struct buf b = buf_make(1 << 16);

	line(&b, f->desk);
	line(&b, f->desk_person);
	line(&b, f->desk_phone);
	line(&b, f->desk_mail);
	line(&b, f->desk_hours);
	return kept(d->a, &b);
}

static struct str signature(const struct desk *d)
{
	struct buf b = buf_make(1 << 16);

	line(&b, d->i->from.address);
	line(&b, d->i->from.name);
	line(&b, d->i->from.representative);
	return kept(d->a, &b);
}

static void pairs_begin(struct desk *d)
{
	static const double widths[] = { 3, 8 };

	pdf_table_begin(d->p, &(struct pdf_table){ .columns = 2, .widths = widths, .labels = true });
}

static void pair(struct desk *d, enum msg_id label, struct str value)
{
	struct str cells[] = { word(d, label), value };

	if (value.n)
		pdf_row(d->p, cells);
}

static void reporter(struct desk *d, enum incident_report_kind kind)
{
	const struct incident_sender *f = &d->i->from;

	pairs_begin(d);
	pair(d, MSG_PAPER_REPORT_KIND, word(d, kind == REPORT_FINAL ? MSG_PAPER_FINAL : MSG_PAPER_PRELIMINARY));
	pair(d, MSG_PAPER_REPORTER_NAME, f->name);
	pair(d, MSG_PAPER_REPORTER_ADDRESS, f->address);
	pair(d, MSG_PAPER_REPRESENTATIVE, f->representative);
	pair(d, MSG_PAPER_BUSINESS, f->business);
	pair(d, MSG_PAPER_MARK_NUMBER, f->mark_number);
	pair(d, MSG_PAPER_CONTACT, contact(d));
	pdf_table_end(d->p);
}

static void letter_head(struct desk *d, struct str addressee, enum msg_id title)
{
	pdf_right(d->p, day(d, d->i->made));
	pdf_left(d->p, addressee);
	pdf_gap(d->p, 0.5);
	pdf_sender(d->p, signature(d));
	pdf_gap(d->p, 0.5);
	pdf_title(d->p, word(d, title));
}

/* A numbered matter of a letter: its name as the item, its text below. */
static void matter(struct desk *d, int no, enum msg_id title, struct str text)
{
	char label[16];
	int n = snprintf(label, sizeof label, "%d.", no);

	pdf_item(d->p, 0, str_dup(d->a, (struct str){ label, n }), word(d, title));
	pdf_item(d->p, 1, S(""), text);
	pdf_gap(d->p, 0.3);
}

/* ---- reports to authorities ---- */

struct pdf *incident_ppc_report(struct arena *a, const struct incident_papers *i, enum incident_report_kind kind, struct str addressee, enum lang lang)
{
	static const double widths[] = { 3, 8 };
	struct desk d = { a, i, lang, NULL };
	enum msg_id title = kind == REPORT_FINAL ? MSG_PAPER_PPC_TITLE_FINAL : MSG_PAPER_PPC_TITLE_PRELIMINARY;

	paper(&d, title, true);
	pdf_right(d.p, day(&d, i->made));
	pdf_left(d.p, words(&d, MSG_PAPER_TO_OFFICE, addressee));
	pdf_title(d.p, word(&d, title));
	pdf_paragraph(d.p, word(&d, MSG_PAPER_PPC_BODY));
	pdf_gap(d.p, 0.4);
	reporter(&d, kind);
	struct str headers[] = { word(&d, MSG_PAPER_MATTER), word(&d, MSG_PAPER_CONTENT) };
	pdf_table_begin(d.p, &(struct pdf_table){ .columns = 2, .widths = widths, .headers = headers, .labels = true });
	for (enum report_item item = 0; item < REPORT_ITEM_MAX; item++) {
		struct str cells[] = { word(&d, item_titles[item]), report_item(&d, kind, item) };
		pdf_row(d.p, cells);
	}
	pdf_table_end(d.p);
	return d.p;
}

void incident_ppc_text(struct arena *a, struct buf *b, const struct incident_papers *i, enum incident_report_kind kind, enum lang lang)
{
	struct desk d = { a, i, lang, NULL };

	for (enum report_item item = 0; item < REPORT_ITEM_MAX; item++) {
		buf_add(b, word(&d, item_titles[item]));
		buf_char(b, '\n');
		buf_add(b, report_item(&d, kind, item));
		buf_lit(b, "\n\n");
	}
}

static struct str entrusting(const struct desk *d)
{
	if (d->i->entruster.n == 0 && d->i->entrustee.n == 0)
		return S("");
	return words2(d, MSG_PAPER_ENTRUSTED, or_words(d, d->i->entruster, MSG_PAPER_NONE), or_words(d, d->i->entrustee, MSG_PAPER_NONE));
}

static struct str course(const struct desk *d)
{
	struct buf b = buf_make(1 << 20);

	for (int k = 0; k < d->i->course.n; k++)
		line(&b, words2(d, MSG_PAPER_COURSE_LINE, d->i->course.lines[k].when, d->i->course.lines[k].what));
	return kept(d->a, &b);
}

/* REQ: INC-33, INC-34 */
struct pdf *incident_mark_report(struct arena *a, const struct incident_papers *i, enum incident_report_kind kind, struct str addressee, enum lang lang)
{
	struct desk d = { a, i, lang, NULL };
	enum msg_id title = kind == REPORT_FINAL ? MSG_PAPER_MARK_TITLE_FINAL : MSG_PAPER_MARK_TITLE_PRELIMINARY;
	const struct { enum msg_id label; struct str value; } rows[] = {
		{ MSG_PAPER_M_KIND, i->accident_kinds }, { MSG_PAPER_M_OCCURRED, day(&d, i->occurred) }, { MSG_PAPER_M_KNOWN, day(&d, i->known) },
		{ MSG_PAPER_M_OUTLINE, i->outline }, { MSG_PAPER_M_MEDIUM, i->medium }, { MSG_PAPER_M_ITEMS, i->items }, { MSG_PAPER_M_PERSONS, persons(&d) },
		{ MSG_PAPER_M_SECURITY, i->security }, { MSG_PAPER_M_COURSE, course(&d) }, { MSG_PAPER_M_PLACE, i->place }, { MSG_PAPER_M_DOER, i->doer },
		{ MSG_PAPER_M_CAUSE, i->cause }, { MSG_PAPER_M_PERSON, i->person_action }, { MSG_PAPER_M_PUBLICATION, i->publication },
		{ MSG_PAPER_M_DAMAGE, i->damage }, { MSG_PAPER_M_DONE, i->done }, { MSG_PAPER_M_PLANNED, i->planned },
	};

	paper(&d, title, true);
	pdf_right(d.p, day(&d, i->made));
	pdf_left(d.p, words(&d, MSG_PAPER_TO, addressee));
	pdf_title(d.p, word(&d, title));
	pdf_paragraph(d.p, word(&d, MSG_PAPER_MARK_BODY));
	pdf_gap(d.p, 0.4);
	reporter(&d, kind);
	pairs_begin(&d);
	for (int k = 0; k < COUNT(rows); k++)
		pair(&d, rows[k].label, or_words(&d, rows[k].value, MSG_PAPER_OPEN));
	pair(&d, MSG_PAPER_M_ENTRUSTED, entrusting(&d));
	pdf_table_end(d.p);
	return d.p;
}

/* ---- to the persons ---- */

static struct str letter_outline(const struct desk *d)
{
	if (d->i->outline.n == 0)
		return word(d, MSG_PAPER_L_NOT_KNOWN);
	if (d->i->occurred.days == DATE_NEVER.days)
		return d->i->outline;
	return words2(d, MSG_PAPER_WHEN_OUTLINE, day(d, d->i->occurred), d->i->outline);
}

static struct str letter_other(const struct desk *d)
{
	struct buf b = buf_make(1 << 20);

	line(&b, or_words(d, d->i->advice, MSG_PAPER_L_ADVICE));
	line(&b, d->i->other);
	return kept(d->a, &b);
}

/* The five matters that Rule 10 names: nos. 1, 2, 4, 5 and 9 of Rule 8(1). */
struct told { enum msg_id title; struct str text; };
static void five_matters(const struct desk *d, struct told ret[5])
{
	ret[0] = (struct told){ MSG_PAPER_L_OUTLINE, letter_outline(d) };
	ret[1] = (struct told){ MSG_PAPER_L_ITEMS, or_words(d, d->i->items, MSG_PAPER_L_NOT_KNOWN) };
	ret[2] = (struct told){ MSG_PAPER_L_CAUSE, or_words(d, d->i->cause, MSG_PAPER_L_NOT_KNOWN) };
	ret[3] = (struct told){ MSG_PAPER_L_DAMAGE, or_words(d, d->i->damage, MSG_PAPER_L_NO_DAMAGE) };
	ret[4] = (struct told){ MSG_PAPER_L_OTHER, letter_other(d) };
}

struct pdf *incident_person_letter(struct arena *a, const struct incident_papers *i, struct str person, enum lang lang)
{
	struct desk d = { a, i, lang, NULL };
	struct told five[5];

	paper(&d, MSG_PAPER_LETTER_TITLE, false);
	letter_head(&d, words(&d, MSG_PAPER_TO_PERSON, person), MSG_PAPER_LETTER_TITLE);
	pdf_plain(d.p, word(&d, MSG_PAPER_HAIKEI));
	pdf_paragraph(d.p, word(&d, MSG_PAPER_LETTER_OPEN));
	pdf_paragraph(d.p, or_words(&d, i->apology, MSG_PAPER_APOLOGY));
	pdf_paragraph(d.p, word(&d, MSG_PAPER_LETTER_CLOSE));
	pdf_right(d.p, word(&d, MSG_PAPER_KEIGU));
	pdf_gap(d.p, 0.3);
	pdf_centre(d.p, word(&d, MSG_PAPER_KI));
	pdf_gap(d.p, 0.3);
	five_matters(&d, five);
	for (int k = 0; k < 5; k++)
		matter(&d, k + 1, five[k].title, five[k].text);
	matter(&d, 6, MSG_PAPER_L_DESK, contact(&d));
	pdf_right(d.p, word(&d, MSG_PAPER_IJO));
	return d.p;
}

static void text_matter(const struct desk *d, struct buf *b, int no, enum msg_id title, struct str text)
{
	buf_fmt(b, "%d. ", no);
	buf_add(b, word(d, title));
	buf_char(b, '\n');
	buf_add(b, text);
	buf_lit(b, "\n\n");
}

static void text_paragraph(struct buf *b, struct str s)
{
	buf_add(b, s);
	buf_lit(b, "\n\n");
}

void incident_person_mail(struct arena *a, struct buf *b, const struct incident_papers *i, struct str person, enum lang lang)
{
	struct desk d = { a, i, lang, NULL };
	struct told five[5];

	text_paragraph(b, words2(&d, MSG_PAPER_MAIL_SUBJECT, word(&d, MSG_PAPER_LETTER_TITLE), i->from.name));
	text_paragraph(b, words(&d, MSG_PAPER_TO_PERSON, person));
	text_paragraph(b, word(&d, MSG_PAPER_LETTER_OPEN));
	text_paragraph(b, or_words(&d, i->apology, MSG_PAPER_APOLOGY));
	five_matters(&d, five);
	for (int k = 0; k < 5; k++)
		text_matter(&d, b, k + 1, five[k].title, five[k].text);
	text_matter(&d, b, 6, MSG_PAPER_L_DESK, contact(&d));
	text_paragraph(b, signature(&d));
}

/* ---- to the public ---- */

enum { PUBLISHED = 7 };

static void published_matters(const struct desk *d, struct told ret[PUBLISHED])
{
	ret[0] = (struct told){ MSG_PAPER_PUB_OUTLINE, letter_outline(d) };
	ret[1] = (struct told){ MSG_PAPER_PUB_ITEMS, or_words(d, d->i->items, MSG_PAPER_L_NOT_KNOWN) };
	ret[2] = (struct told){ MSG_PAPER_PUB_PERSONS, or_words(d, persons_told(d), MSG_PAPER_L_NOT_KNOWN) };
	ret[3] = (struct told){ MSG_PAPER_L_CAUSE, or_words(d, d->i->cause, MSG_PAPER_L_NOT_KNOWN) };
	ret[4] = (struct told){ MSG_PAPER_L_DAMAGE, or_words(d, d->i->damage, MSG_PAPER_L_NO_DAMAGE) };
	ret[5] = (struct told){ MSG_PAPER_PUB_STATUS, or_words(d, d->i->person_action, MSG_PAPER_L_NOT_KNOWN) };
	ret[6] = (struct told){ MSG_PAPER_PUB_PREVENTION, or_words(d, prevention(d), MSG_PAPER_L_NOT_KNOWN) };
}

struct pdf *incident_publication(struct arena *a, const struct incident_papers *i, enum lang lang)
{
	struct desk d = { a, i, lang, NULL };
	struct told matters[PUBLISHED];

	paper(&d, MSG_PAPER_PUB_TITLE, false);
	pdf_right(d.p, day(&d, i->made));
	pdf_sender(d.p, signature(&d));
	pdf_title(d.p, word(&d, MSG_PAPER_PUB_TITLE));
	pdf_paragraph(d.p, word(&d, MSG_PAPER_PUB_OPEN));
	pdf_gap(d.p, 0.3);
	pdf_centre(d.p, word(&d, MSG_PAPER_KI));
	pdf_gap(d.p, 0.3);
	published_matters(&d, matters);
	for (int k = 0; k < PUBLISHED; k++)
		matter(&d, k + 1, matters[k].title, matters[k].text);
	matter(&d, PUBLISHED + 1, MSG_PAPER_L_DESK, contact(&d));
	pdf_right(d.p, word(&d, MSG_PAPER_IJO));
	return d.p;
}

void incident_publication_text(struct arena *a, struct buf *b, const struct incident_papers *i, enum lang lang)
{
	struct desk d = { a, i, lang, NULL };
	struct told matters[PUBLISHED];

	text_paragraph(b, word(&d, MSG_PAPER_PUB_TITLE));
	text_paragraph(b, day(&d, i->made));
	text_paragraph(b, signature(&d));
	text_paragraph(b, word(&d, MSG_PAPER_PUB_OPEN));
	published_matters(&d, matters);
	for (int k = 0; k < PUBLISHED; k++)
		text_matter(&d, b, k + 1, matters[k].title, matters[k].text);
	text_matter(&d, b, PUBLISHED + 1, MSG_PAPER_L_DESK, contact(&d));
}

/* ---- to the client ---- */

/* REQ: INC-22 - the entrustee tells the nine matters as far as they are known, and asks for instructions. */
struct pdf *incident_client_report(struct arena *a, const struct incident_papers *i, struct str client, enum lang lang)
{
	struct desk d = { a, i, lang, NULL };

	paper(&d, MSG_PAPER_CLIENT_TITLE, false);
	letter_head(&d, words(&d, MSG_PAPER_TO, client), MSG_PAPER_CLIENT_TITLE);
	pdf_plain(d.p, word(&d, MSG_PAPER_HAIKEI));
	pdf_paragraph(d.p, word(&d, MSG_PAPER_CLIENT_OPEN));
	pdf_paragraph(d.p, word(&d, MSG_PAPER_CLIENT_CLOSE));
	pdf_right(d.p, word(&d, MSG_PAPER_KEIGU));
	pdf_gap(d.p, 0.3);
	pdf_centre(d.p, word(&d, MSG_PAPER_KI));
	pdf_gap(d.p, 0.3);
	pairs_begin(&d);
	for (enum report_item item = 0; item < REPORT_ITEM_MAX; item++)
		pair(&d, item_titles[item], report_item(&d, REPORT_PRELIMINARY, item));
	pair(&d, MSG_PAPER_L_DESK, contact(&d));
	pdf_table_end(d.p);
	pdf_right(d.p, word(&d, MSG_PAPER_IJO));
	return d.p;
}

/* ---- the emergency record ---- */

static void log_table(struct desk *d, enum msg_id title, enum msg_id last, const struct incident_log *log)
{
	static const double widths[] = { 2.2, 6, 2.6 };
	struct str headers[] = { word(d, MSG_PAPER_REC_WHEN), word(d, MSG_PAPER_REC_WHAT), word(d, last) };

	pdf_heading(d->p, word(d, title));
	pdf_table_begin(d->p, &(struct pdf_table){ .columns = 3, .widths = widths, .headers = headers });
	for (int k = 0; k < log->n; k++) {
		struct str cells[] = { log->lines[k].when, log->lines[k].what, log->lines[k].who };
		pdf_row(d->p, cells);
	}
	if (log->n == 0) {
		struct str cells[] = { S(""), word(d, MSG_PAPER_REC_NOTHING), S("") };
		pdf_row(d->p, cells);
	}
	pdf_table_end(d->p);
}

struct pdf *incident_record(struct arena *a, const struct incident_papers *i, enum lang lang)
{
	struct desk d = { a, i, lang, NULL };

	paper(&d, MSG_PAPER_REC_TITLE, true);
	pdf_title(d.p, word(&d, MSG_PAPER_REC_TITLE));
	pdf_approval(d.p, i->approval, 3);
	pdf_heading(d.p, word(&d, MSG_PAPER_REC_BASICS));
	pairs_begin(&d);
	pair(&d, MSG_PAPER_REC_TITLE_ROW, i->title);
	pair(&d, MSG_PAPER_M_KIND, i->accident_kinds);
	pair(&d, MSG_PAPER_M_OUTLINE, outline(&d));
	pair(&d, MSG_PAPER_M_PLACE, i->place);
	pair(&d, MSG_PAPER_M_ITEMS, items(&d));
	pair(&d, MSG_PAPER_M_PERSONS, persons_told(&d));
	pair(&d, MSG_PAPER_M_CAUSE, cause(&d));
	pair(&d, MSG_PAPER_M_DAMAGE, i->damage);
	pdf_table_end(d.p);
	log_table(&d, MSG_PAPER_REC_FIRST, MSG_PAPER_REC_ACTOR, &i->steps);
	pdf_heading(d.p, word(&d, MSG_PAPER_REC_RESPONSE));
	pairs_begin(&d);
	pair(&d, MSG_PAPER_M_PERSON, i->person_action);
	pair(&d, MSG_PAPER_M_PUBLICATION, i->publication);
	pair(&d, MSG_PAPER_PUB_PREVENTION, prevention(&d));
	pair(&d, MSG_PAPER_REC_ANALYSIS, i->analysis);
	pair(&d, MSG_PAPER_REC_SETTLED, i->settled_on);
	pair(&d, MSG_PAPER_REC_CLOSED, i->closed_on);
	pdf_table_end(d.p);
	pdf_heading(d.p, word(&d, MSG_PAPER_REC_COUNCIL));
	pairs_begin(&d);
	pair(&d, MSG_PAPER_REC_CHAIR, or_words(&d, i->chair, MSG_PAPER_REC_NOTHING));
	pair(&d, MSG_PAPER_REC_MEMBERS, i->members);
	pdf_table_end(d.p);
	log_table(&d, MSG_PAPER_REC_DECISIONS, MSG_PAPER_REC_NUMBER, &i->decisions);
	log_table(&d, MSG_PAPER_REC_REPORTS, MSG_PAPER_REC_RECEIPT, &i->reports);
	log_table(&d, MSG_PAPER_REC_V, MSG_PAPER_REC_WHO, &i->inquiries);
	log_table(&d, MSG_PAPER_REC_W, MSG_PAPER_REC_WHO, &i->outside);
	log_table(&d, MSG_PAPER_REC_X, MSG_PAPER_REC_WHO, &i->inside);
	return d.p;
}
