/* notice_papers.c - from the records to the letters: one person's, or everybody's who waits, letter after letter in one file. */
#include "domain/affected_person/notice_papers.h"
#include "domain/affected_person/affected_person.h"
#include "domain/affected_person/incident_notice.h"
#include "domain/organisation/organisation.h"
#include "record/store.h"

/* ---- one letter ---- */

static enum status sign(struct request *rq, struct notice_letter *l)
{
	struct record *house;
	struct buf b = buf_make(4096);

	TRY(organisation_find(rq, &house));
	if (house) {
		if (organisation_postal_code(house).n) {
			struct pen w = { rq->a, JA, NULL };
			paper_line(&b, paper_words(&w, MSG_PAPER_POSTAL_CODE, organisation_postal_code(house)));
		}
		paper_line(&b, organisation_address(house));
		paper_line(&b, organisation_name(house));
		paper_line(&b, organisation_representative(house));
		l->sender = organisation_name(house);
	}
	l->signature = paper_kept(rq->a, &b);
	return ST_OK;
}

enum status notice_letter_of(struct request *rq, const struct record *notice, struct notice_letter *ret)
{
	*ret = (struct notice_letter){ .made = rq->today, .sender = S(""), .mark = S(""), .title = incident_notice_title(notice), .facts = incident_notice_facts(notice),
		.items = incident_notice_items(notice), .cause = incident_notice_cause(notice), .damage = incident_notice_damage(notice),
		.measures = incident_notice_measures(notice), .advice = incident_notice_advice(notice), .other = S(""), .desk = incident_notice_desk(notice) };
	return sign(rq, ret);
}

static struct addressee addressee_of(const struct record *person)
{
	return (struct addressee){ affected_person_postal_code(person), affected_person_address(person), person->v[affected_person_f_person].text,
		affected_person_items(person) };
}

enum status affected_person_letter(struct request *rq, const struct record *person, struct notice_letter *ret_letter, struct addressee *ret_to)
{
	const struct value *sent = &person->v[affected_person_f_notice];
	struct record *notice;

	if (sent->num)
		TRY(record_load_version(rq, sent->num, sent->num2, &notice));
	else
		TRY(incident_notice_for(rq, affected_person_incident(person), affected_person_group(person), &notice));
	if (!notice) {
		problem(&rq->problems, S(""), MSG_AFFECTED_NO_NOTICE);
		return ST_NO;
	}
	TRY(notice_letter_of(rq, notice, ret_letter));
	if (person->v[affected_person_f_sent].set)
		ret_letter->made = affected_person_sent(person);
	*ret_to = addressee_of(person);
	return ST_OK;
}

/* ---- everybody's ---- */

enum { NOTICES = 16 };

/* The letters of the notices met so far; what they say lives as long as the job. */
struct told { int64_t notice; struct notice_letter letter; };
struct writing {
	struct letters    *l;
	struct arena      *a;            /* of the job */
	struct arena       page;         /* of one letter */
	struct pdf_series *file;
	struct told        told[NOTICES];
	int                ntold;
};

static void keep(struct arena *a, struct str *s)
{
	*s = str_dup(a, *s);
}

static enum status letter_by(struct request *rq, struct writing *x, const struct record *notice, const struct notice_letter **ret)
{
	for (int i = 0; i < x->ntold; i++)
		if (x->told[i].notice == notice->id) {
			*ret = &x->told[i].letter;
			return ST_OK;
		}
	struct told *t = &x->told[x->ntold < NOTICES ? x->ntold++ : NOTICES - 1];
	t->notice = notice->id;
	TRY(notice_letter_of(rq, notice, &t->letter));
	struct str *texts[] = { &t->letter.sender, &t->letter.signature, &t->letter.title, &t->letter.facts, &t->letter.items, &t->letter.cause, &t->letter.damage,
		&t->letter.measures, &t->letter.advice, &t->letter.other, &t->letter.desk };
	for (int i = 0; i < COUNT(texts); i++)
		keep(x->a, texts[i]);
	*ret = &t->letter;
	return ST_OK;
}

static enum status write_one(struct request *rq, struct record *person, struct record *notice, void *arg)
{
	struct writing *x = arg;
	const struct notice_letter *letter;

	if (x->l->notice && x->l->notice != notice->id)
		return ST_OK;
	if (x->l->written == x->l->max)
		return ST_TOO_BIG;
	TRY(letter_by(rq, x, notice, &letter));
	if (!x->file)
		x->file = pdf_series_begin(x->a, &(struct pdf_settings){ .title = letter->title, .author = letter->sender, .made = rq->today });
	struct arena_mark m = arena_mark(&x->page);
	struct addressee to = addressee_of(person);
	enum status st = pdf_series_add(x->file, notice_letter_pdf(&x->page, letter, &to, JA));
	arena_reset(&x->page, m);
	x->l->written += st == ST_OK;
	return st;
}

/* REQ: INC-03 - letters for all who wait, of thousands of pages if need be. */
enum status notice_letters_write(struct request *rq, struct letters *l, pdf_put *put, void *user)
{
	struct arena job = arena_make(0);
	struct writing *x = new(&job, struct writing);

	*x = (struct writing){ .l = l, .a = &job, .page = arena_make(0) };
	l->written = 0;
	enum status st = affected_persons_untold(rq, l->incident, write_one, x);
	if (st == ST_OK && x->file) {
		st = pdf_series_make(conn_sandbox(rq->conn), x->file, put, user);
	} else if (st == ST_OK) {
		problem(&rq->problems, S(""), MSG_NOTICE_NO_LETTERS);
		st = ST_NO;
	} else {
		pdf_series_drop(x->file);
	}
	arena_free(&x->page);
	arena_free(&job);
	return st;
}
