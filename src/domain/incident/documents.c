/* documents.c - the papers of an incident, set from one struct of facts. */
#include "domain/incident/documents.h"
#include "domain/affected_person/letter.h"

/* What every paper needs at hand. */
struct desk { struct pen w; const struct incident_papers *i; };

/* ---- the nine matters ---- */

static void add_triggers(const struct desk *d, struct buf *b, enum msg_id label, const enum answer a[4], const enum msg_id names[4])
{
	struct buf list = buf_make(4096);

	for (int i = 0; i < 4; i++) {
		if (a[i] == ANSWER_NO)
			continue;
		if (list.n)
			buf_add(&list, paper_word(&d->w, MSG_PAPER_AND));
		buf_add(&list, a[i] == ANSWER_YES ? paper_word(&d->w, names[i]) : paper_words(&d->w, MSG_PAPER_TO_JUDGE, paper_word(&d->w, names[i])));
	}
	if (list.n)
		paper_line(b, paper_words(&d->w, label, buf_str(&list)));
	buf_free(&list);
}

static void add_course(const struct desk *d, struct buf *b)
{
	const struct incident_log *c = &d->i->course;

	if (c->n)
		paper_line(b, paper_word(&d->w, MSG_PAPER_COURSE));
	for (int k = 0; k < c->n; k++)
		paper_line(b, paper_words2(&d->w, MSG_PAPER_COURSE_LINE, c->lines[k].when, c->lines[k].what));
}

static struct str outline(const struct desk *d)
{
	static const enum msg_id ppc[] = { MSG_PAPER_TRIGGER_1, MSG_PAPER_TRIGGER_2, MSG_PAPER_TRIGGER_3, MSG_PAPER_TRIGGER_4 };
	static const enum msg_id mn[] = { MSG_PAPER_MN_TRIGGER_1, MSG_PAPER_MN_TRIGGER_2, MSG_PAPER_MN_TRIGGER_3, MSG_PAPER_MN_TRIGGER_4 };
	const struct incident_papers *i = d->i;
	struct buf b = buf_make(1 << 20);

	paper_line(&b, paper_words(&d->w, MSG_PAPER_OCCURRED, paper_day(&d->w, i->occurred)));
	paper_line(&b, paper_words(&d->w, MSG_PAPER_KNOWN, paper_day(&d->w, i->known)));
	paper_line(&b, paper_words(&d->w, MSG_PAPER_EVENT, i->title));
	if (i->found_by.n)
		paper_line(&b, paper_words(&d->w, MSG_PAPER_FOUND_BY, i->found_by));
	if (i->verdict) {
		add_triggers(d, &b, MSG_PAPER_TRIGGERS, i->verdict->ppc, ppc);
		add_triggers(d, &b, MSG_PAPER_MN_TRIGGERS, i->verdict->my_number, mn);
	}
	paper_line(&b, paper_words2(&d->w, MSG_PAPER_ENTRUSTED, paper_or(&d->w, i->entruster, MSG_PAPER_NONE), paper_or(&d->w, i->entrustee, MSG_PAPER_NONE)));
	paper_line(&b, i->outline);
	add_course(d, &b);
	return paper_kept(d->w.a, &b);
}

static struct str items(const struct desk *d)
{
	struct buf b = buf_make(1 << 20);

	if (d->i->items.n == 0)
		return S("");
	paper_line(&b, paper_words(&d->w, MSG_PAPER_ITEMS, d->i->items));
	if (d->i->medium.n)
		paper_line(&b, paper_words(&d->w, MSG_PAPER_MEDIUM, d->i->medium));
	if (d->i->data_kind.n)
		paper_line(&b, paper_words(&d->w, MSG_PAPER_DATA_KIND, d->i->data_kind));
	return paper_kept(d->w.a, &b);
}

static struct str persons(const struct desk *d)
{
	if (d->i->persons < 0)
		return S("");
	return paper_words(&d->w, d->i->persons_are_maximum ? MSG_PAPER_PERSONS_MAX : MSG_PAPER_PERSONS, paper_number(&d->w, d->i->persons));
}

/* The same without a promise to report. */
static struct str persons_told(const struct desk *d)
{
	if (d->i->persons < 0)
		return S("");
	return paper_words(&d->w, d->i->persons_are_maximum ? MSG_PAPER_PERSONS_UP_TO : MSG_PAPER_PERSONS, paper_number(&d->w, d->i->persons));
}

static struct str cause(const struct desk *d)
{
	if (d->i->cause.n == 0 || d->i->doer.n == 0)
		return d->i->cause;
	return paper_words2(&d->w, MSG_PAPER_CAUSE, d->i->cause, d->i->doer);
}

/* What is done and what is planned stand apart (GL 3-5-3-3 (8)). */
static struct str prevention(const struct desk *d)
{
	struct buf b = buf_make(1 << 20);

	if (d->i->done.n)
		paper_line(&b, paper_words(&d->w, MSG_PAPER_DONE, d->i->done));
	if (d->i->planned.n)
		paper_line(&b, paper_words(&d->w, MSG_PAPER_PLANNED, d->i->planned));
	return paper_kept(d->w.a, &b);
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
	case REPORT_OTHER:         return d->i->other.n ? d->i->other : paper_word(&d->w, MSG_PAPER_NONE);
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
		return paper_words(&d->w, MSG_PAPER_OPEN_WHY, d->i->why_unknown[item]);
	return paper_word(&d->w, MSG_PAPER_OPEN);
}

struct str incident_report_item(struct arena *a, const struct incident_papers *i, enum incident_report_kind kind, enum report_item item, enum lang lang)
{
	struct desk d = { { a, lang, NULL }, i };

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
	struct desk d = { { ps->a, JA, NULL }, i };
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

/* A form says its number on each page, a text to the outside what it is until it is decided; `head` may be empty. */
static struct pdf *paper_headed(struct desk *d, enum msg_id title, bool form, struct str head)
{
	struct pdf_settings s = {
		.title = paper_word(&d->w, title), .author = d->i->from.name, .header_right = head, .made = d->i->made, .gothic = form,
	};

	return d->w.p = pdf_new(d->w.a, &s);
}

static struct pdf *form(struct desk *d, enum msg_id title)
{
	return paper_headed(d, title, true, d->i->number.n ? paper_words(&d->w, MSG_PAPER_REFERENCE, d->i->number) : S(""));
}

static struct str contact(const struct desk *d)
{
	const struct incident_sender *f = &d->i->from;
	struct buf b = buf_make(1 << 16);

	const struct str lines[] = { f->desk, f->desk_person, f->desk_phone, f->desk_mail, f->desk_hours };
	for (int k = 0; k < COUNT(lines); k++)
		if (str_find(buf_str(&b), lines[k]) < 0)     /* many offices write the number behind the name of the desk */
			paper_line(&b, lines[k]);
	return paper_kept(d->w.a, &b);
}

static struct str signature(const struct desk *d)
{
	struct buf b = buf_make(1 << 16);

	paper_line(&b, d->i->from.address);
	paper_line(&b, d->i->from.name);
	paper_line(&b, d->i->from.representative);
	return paper_kept(d->w.a, &b);
}

static void reporter(struct desk *d, enum incident_report_kind kind)
{
	const struct incident_sender *f = &d->i->from;

	paper_pairs_begin(&d->w);
	paper_pair(&d->w, MSG_PAPER_REPORT_KIND, paper_word(&d->w, kind == REPORT_FINAL ? MSG_PAPER_FINAL : MSG_PAPER_PRELIMINARY));
	paper_pair(&d->w, MSG_PAPER_REPORTER_NAME, f->name);
	paper_pair(&d->w, MSG_PAPER_REPORTER_ADDRESS, f->address);
	paper_pair(&d->w, MSG_PAPER_REPRESENTATIVE, f->representative);
	paper_pair(&d->w, MSG_PAPER_BUSINESS, f->business);
	paper_pair(&d->w, MSG_PAPER_MARK_NUMBER, f->mark_number);
	paper_pair(&d->w, MSG_PAPER_CONTACT, contact(d));
	pdf_table_end(d->w.p);
}

/* ---- reports to authorities ---- */

struct pdf *incident_ppc_report(struct arena *a, const struct incident_papers *i, enum incident_report_kind kind, struct str addressee, enum lang lang)
{
	static const double widths[] = { 3, 8 };
	struct desk d = { { a, lang, NULL }, i };
	enum msg_id title = kind == REPORT_FINAL ? MSG_PAPER_PPC_TITLE_FINAL : MSG_PAPER_PPC_TITLE_PRELIMINARY;

	form(&d, title);
	pdf_right(d.w.p, paper_day(&d.w, i->made));
	pdf_left(d.w.p, paper_words(&d.w, MSG_PAPER_TO_OFFICE, addressee));
	pdf_title(d.w.p, paper_word(&d.w, title));
	pdf_paragraph(d.w.p, paper_word(&d.w, MSG_PAPER_PPC_BODY));
	pdf_gap(d.w.p, 0.4);
	reporter(&d, kind);
	struct str headers[] = { paper_word(&d.w, MSG_PAPER_MATTER), paper_word(&d.w, MSG_PAPER_CONTENT) };
	pdf_table_begin(d.w.p, &(struct pdf_table){ .columns = 2, .widths = widths, .headers = headers, .labels = true });
	for (enum report_item item = 0; item < REPORT_ITEM_MAX; item++) {
		struct str cells[] = { paper_word(&d.w, item_titles[item]), report_item(&d, kind, item) };
		pdf_row(d.w.p, cells);
	}
	pdf_table_end(d.w.p);
	return d.w.p;
}

void incident_ppc_text(struct arena *a, struct buf *b, const struct incident_papers *i, enum incident_report_kind kind, enum lang lang)
{
	struct desk d = { { a, lang, NULL }, i };

	for (enum report_item item = 0; item < REPORT_ITEM_MAX; item++) {
		buf_add(b, paper_word(&d.w, item_titles[item]));
		buf_char(b, '\n');
		buf_add(b, report_item(&d, kind, item));
		buf_lit(b, "\n\n");
	}
}

static struct str entrusting(const struct desk *d)
{
	if (d->i->entruster.n == 0 && d->i->entrustee.n == 0)
		return S("");
	return paper_words2(&d->w, MSG_PAPER_ENTRUSTED, paper_or(&d->w, d->i->entruster, MSG_PAPER_NONE), paper_or(&d->w, d->i->entrustee, MSG_PAPER_NONE));
}

static struct str course(const struct desk *d)
{
	struct buf b = buf_make(1 << 20);

	for (int k = 0; k < d->i->course.n; k++)
		paper_line(&b, paper_words2(&d->w, MSG_PAPER_COURSE_LINE, d->i->course.lines[k].when, d->i->course.lines[k].what));
	return paper_kept(d->w.a, &b);
}

/* REQ: INC-33, INC-34 */
struct pdf *incident_mark_report(struct arena *a, const struct incident_papers *i, enum incident_report_kind kind, struct str addressee, enum lang lang)
{
	struct desk d = { { a, lang, NULL }, i };
	enum msg_id title = kind == REPORT_FINAL ? MSG_PAPER_MARK_TITLE_FINAL : MSG_PAPER_MARK_TITLE_PRELIMINARY;
	const struct { enum msg_id label; struct str value; } rows[] = {
		{ MSG_PAPER_M_KIND, i->accident_kinds }, { MSG_PAPER_M_OCCURRED, paper_day(&d.w, i->occurred) }, { MSG_PAPER_M_KNOWN, paper_day(&d.w, i->known) },
		{ MSG_PAPER_M_OUTLINE, i->outline }, { MSG_PAPER_M_MEDIUM, i->medium }, { MSG_PAPER_M_ITEMS, i->items }, { MSG_PAPER_M_PERSONS, persons(&d) },
		{ MSG_PAPER_M_SECURITY, i->security }, { MSG_PAPER_M_COURSE, course(&d) }, { MSG_PAPER_M_PLACE, i->place }, { MSG_PAPER_M_DOER, i->doer },
		{ MSG_PAPER_M_CAUSE, i->cause }, { MSG_PAPER_M_PERSON, i->person_action }, { MSG_PAPER_M_PUBLICATION, i->publication },
		{ MSG_PAPER_M_DAMAGE, i->damage }, { MSG_PAPER_M_DONE, i->done }, { MSG_PAPER_M_PLANNED, i->planned },
	};

	form(&d, title);
	pdf_right(d.w.p, paper_day(&d.w, i->made));
	pdf_left(d.w.p, paper_words(&d.w, MSG_PAPER_TO, addressee));
	pdf_title(d.w.p, paper_word(&d.w, title));
	pdf_paragraph(d.w.p, paper_word(&d.w, MSG_PAPER_MARK_BODY));
	pdf_gap(d.w.p, 0.4);
	reporter(&d, kind);
	paper_pairs_begin(&d.w);
	for (int k = 0; k < COUNT(rows); k++)
		paper_pair(&d.w, rows[k].label, paper_or(&d.w, rows[k].value, MSG_PAPER_OPEN));
	paper_pair(&d.w, MSG_PAPER_M_ENTRUSTED, entrusting(&d));
	pdf_table_end(d.w.p);
	return d.w.p;
}

/* ---- to the persons ---- */

static struct str letter_outline(const struct desk *d)
{
	if (d->i->outline.n == 0)
		return paper_word(&d->w, MSG_PAPER_L_NOT_KNOWN);
	if (d->i->occurred.days == DATE_NEVER.days)
		return d->i->outline;
	return paper_words2(&d->w, MSG_PAPER_WHEN_OUTLINE, paper_day(&d->w, d->i->occurred), d->i->outline);
}

/* As long as no notice is decided, a letter of what the record says. */
static struct notice_letter letter_of(const struct desk *d)
{
	return (struct notice_letter){ .made = d->i->made, .sender = d->i->from.name, .signature = signature(d), .mark = paper_word(&d->w, MSG_NOTICE_SPECIMEN),
		.title = paper_word(&d->w, MSG_PAPER_LETTER_TITLE), .facts = letter_outline(d), .items = d->i->items, .cause = d->i->cause,
		.damage = d->i->damage, .measures = d->i->done, .advice = d->i->advice, .other = d->i->other, .desk = contact(d) };
}

struct pdf *incident_person_letter(struct arena *a, const struct incident_papers *i, struct str person, enum lang lang)
{
	struct desk d = { { a, lang, NULL }, i };
	struct notice_letter l = letter_of(&d);

	return notice_letter_pdf(a, &l, &(struct addressee){ .name = person }, lang);
}

void incident_person_mail(struct arena *a, struct buf *b, const struct incident_papers *i, struct str person, enum lang lang)
{
	struct desk d = { { a, lang, NULL }, i };
	struct notice_letter l = letter_of(&d);

	notice_letter_mail(a, b, &l, &(struct addressee){ .name = person }, lang);
}

/* ---- to the public ---- */

enum { PUBLISHED = 7 };

struct told { enum msg_id title; struct str text; };
static void published_matters(const struct desk *d, struct told ret[PUBLISHED])
{
	ret[0] = (struct told){ MSG_PAPER_PUB_OUTLINE, letter_outline(d) };
	ret[1] = (struct told){ MSG_PAPER_PUB_ITEMS, paper_or(&d->w, d->i->items, MSG_PAPER_L_NOT_KNOWN) };
	ret[2] = (struct told){ MSG_PAPER_PUB_PERSONS, paper_or(&d->w, persons_told(d), MSG_PAPER_L_NOT_KNOWN) };
	ret[3] = (struct told){ MSG_PAPER_L_CAUSE, paper_or(&d->w, d->i->cause, MSG_PAPER_L_NOT_KNOWN) };
	ret[4] = (struct told){ MSG_PAPER_L_DAMAGE, paper_or(&d->w, d->i->damage, MSG_PAPER_L_NOT_KNOWN) };
	ret[5] = (struct told){ MSG_PAPER_PUB_STATUS, paper_or(&d->w, d->i->person_action, MSG_PAPER_L_NOT_KNOWN) };
	ret[6] = (struct told){ MSG_PAPER_PUB_PREVENTION, paper_or(&d->w, prevention(d), MSG_PAPER_L_NOT_KNOWN) };
}

struct pdf *incident_publication(struct arena *a, const struct incident_papers *i, enum lang lang)
{
	struct desk d = { { a, lang, NULL }, i };
	struct told matters[PUBLISHED];

	paper_headed(&d, MSG_PAPER_PUB_TITLE, false, paper_word(&d.w, MSG_PAPER_PROPOSAL));
	pdf_right(d.w.p, paper_day(&d.w, i->made));
	pdf_sender(d.w.p, signature(&d));
	pdf_title(d.w.p, paper_word(&d.w, MSG_PAPER_PUB_TITLE));
	pdf_paragraph(d.w.p, paper_word(&d.w, MSG_PAPER_PUB_OPEN));
	pdf_gap(d.w.p, 0.3);
	pdf_centre(d.w.p, paper_word(&d.w, MSG_PAPER_KI));
	pdf_gap(d.w.p, 0.3);
	published_matters(&d, matters);
	for (int k = 0; k < PUBLISHED; k++)
		paper_matter(&d.w, k + 1, matters[k].title, matters[k].text);
	paper_matter(&d.w, PUBLISHED + 1, MSG_PAPER_L_DESK, contact(&d));
	pdf_right(d.w.p, paper_word(&d.w, MSG_PAPER_IJO));
	return d.w.p;
}

void incident_publication_text(struct arena *a, struct buf *b, const struct incident_papers *i, enum lang lang)
{
	struct desk d = { { a, lang, NULL }, i };
	struct told matters[PUBLISHED];

	paper_text_paragraph(b, paper_word(&d.w, MSG_PAPER_PUB_TITLE));
	paper_text_paragraph(b, paper_day(&d.w, i->made));
	paper_text_paragraph(b, signature(&d));
	paper_text_paragraph(b, paper_word(&d.w, MSG_PAPER_PUB_OPEN));
	published_matters(&d, matters);
	for (int k = 0; k < PUBLISHED; k++)
		paper_text_matter(&d.w, b, k + 1, matters[k].title, matters[k].text);
	paper_text_matter(&d.w, b, PUBLISHED + 1, MSG_PAPER_L_DESK, contact(&d));
}

/* ---- to the client ---- */

/* REQ: INC-22 - the entrustee tells the nine matters as far as they are known, and asks for instructions. */
struct pdf *incident_client_report(struct arena *a, const struct incident_papers *i, struct str client, enum lang lang)
{
	struct desk d = { { a, lang, NULL }, i };

	paper_headed(&d, MSG_PAPER_CLIENT_TITLE, false, S(""));
	paper_letter_head(&d.w, i->made, paper_words(&d.w, MSG_PAPER_TO, client), signature(&d), paper_word(&d.w, MSG_PAPER_CLIENT_TITLE));
	pdf_plain(d.w.p, paper_word(&d.w, MSG_PAPER_HAIKEI));
	pdf_paragraph(d.w.p, paper_word(&d.w, MSG_PAPER_CLIENT_OPEN));
	pdf_paragraph(d.w.p, paper_word(&d.w, MSG_PAPER_CLIENT_CLOSE));
	pdf_right(d.w.p, paper_word(&d.w, MSG_PAPER_KEIGU));
	pdf_gap(d.w.p, 0.3);
	pdf_centre(d.w.p, paper_word(&d.w, MSG_PAPER_KI));
	pdf_gap(d.w.p, 0.3);
	paper_pairs_begin(&d.w);
	for (enum report_item item = 0; item < REPORT_ITEM_MAX; item++)
		paper_pair(&d.w, item_titles[item], report_item(&d, REPORT_PRELIMINARY, item));
	paper_pair(&d.w, MSG_PAPER_L_DESK, contact(&d));
	pdf_table_end(d.w.p);
	pdf_right(d.w.p, paper_word(&d.w, MSG_PAPER_IJO));
	return d.w.p;
}

/* ---- the emergency record ---- */

static void log_table(struct desk *d, enum msg_id title, enum msg_id last, const struct incident_log *log)
{
	static const double widths[] = { 2.2, 6, 2.6 };
	struct str headers[] = { paper_word(&d->w, MSG_PAPER_REC_WHEN), paper_word(&d->w, MSG_PAPER_REC_WHAT), paper_word(&d->w, last) };

	pdf_heading(d->w.p, paper_word(&d->w, title));
	pdf_table_begin(d->w.p, &(struct pdf_table){ .columns = 3, .widths = widths, .headers = headers });
	for (int k = 0; k < log->n; k++) {
		struct str cells[] = { log->lines[k].when, log->lines[k].what, log->lines[k].who };
		pdf_row(d->w.p, cells);
	}
	if (log->n == 0) {
		struct str cells[] = { S(""), paper_word(&d->w, MSG_PAPER_REC_NOTHING), S("") };
		pdf_row(d->w.p, cells);
	}
	pdf_table_end(d->w.p);
}

struct pdf *incident_record(struct arena *a, const struct incident_papers *i, enum lang lang)
{
	struct desk d = { { a, lang, NULL }, i };

	form(&d, MSG_PAPER_REC_TITLE);
	pdf_title(d.w.p, paper_word(&d.w, MSG_PAPER_REC_TITLE));
	pdf_approval(d.w.p, i->approval, 3);
	pdf_heading(d.w.p, paper_word(&d.w, MSG_PAPER_REC_BASICS));
	paper_pairs_begin(&d.w);
	paper_pair(&d.w, MSG_PAPER_REC_TITLE_ROW, i->title);
	paper_pair(&d.w, MSG_PAPER_M_KIND, i->accident_kinds);
	paper_pair(&d.w, MSG_PAPER_M_OUTLINE, outline(&d));
	paper_pair(&d.w, MSG_PAPER_M_PLACE, i->place);
	paper_pair(&d.w, MSG_PAPER_M_ITEMS, items(&d));
	paper_pair(&d.w, MSG_PAPER_M_PERSONS, persons_told(&d));
	paper_pair(&d.w, MSG_PAPER_M_CAUSE, cause(&d));
	paper_pair(&d.w, MSG_PAPER_M_DAMAGE, i->damage);
	pdf_table_end(d.w.p);
	log_table(&d, MSG_PAPER_REC_FIRST, MSG_PAPER_REC_ACTOR, &i->steps);
	pdf_heading(d.w.p, paper_word(&d.w, MSG_PAPER_REC_RESPONSE));
	paper_pairs_begin(&d.w);
	struct buf to_persons = buf_make(1 << 16);
	paper_line(&to_persons, i->person_action);
	paper_line(&to_persons, i->told);
	paper_pair(&d.w, MSG_PAPER_M_PERSON, paper_or(&d.w, paper_kept(a, &to_persons), MSG_PAPER_REC_NOTHING));
	paper_pair(&d.w, MSG_PAPER_M_PUBLICATION, i->publication);
	paper_pair(&d.w, MSG_PAPER_PUB_PREVENTION, prevention(&d));
	paper_pair(&d.w, MSG_PAPER_REC_ANALYSIS, i->analysis);
	paper_pair(&d.w, MSG_PAPER_REC_SETTLED, i->settled_on);
	paper_pair(&d.w, MSG_PAPER_REC_CLOSED, i->closed_on);
	pdf_table_end(d.w.p);
	pdf_heading(d.w.p, paper_word(&d.w, MSG_PAPER_REC_COUNCIL));
	paper_pairs_begin(&d.w);
	paper_pair(&d.w, MSG_PAPER_REC_CHAIR, paper_or(&d.w, i->chair, MSG_PAPER_REC_NOTHING));
	paper_pair(&d.w, MSG_PAPER_REC_MEMBERS, i->members);
	pdf_table_end(d.w.p);
	log_table(&d, MSG_PAPER_REC_DECISIONS, MSG_PAPER_REC_NUMBER, &i->decisions);
	log_table(&d, MSG_PAPER_REC_REPORTS, MSG_PAPER_REC_RECEIPT, &i->reports);
	log_table(&d, MSG_PAPER_REC_V, MSG_PAPER_REC_WHO, &i->inquiries);
	log_table(&d, MSG_PAPER_REC_W, MSG_PAPER_REC_WHO, &i->outside);
	log_table(&d, MSG_PAPER_REC_X, MSG_PAPER_REC_WHO, &i->inside);
	return d.w.p;
}
