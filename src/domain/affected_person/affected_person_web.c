/* affected_person_web.c - letters and mails from the pages of a notice, of a person and of the incident. A letter is made when it is
 * asked for and kept nowhere; making it is noted in the audit log, and no name of a person stands in an address or a file name. */
#include "domain/affected_person/affected_person_web.h"
#include "domain/affected_person/affected_person.h"
#include "domain/affected_person/incident_notice.h"
#include "domain/affected_person/notice_papers.h"
#include "domain/publication/publication.h"
#include "record/trail.h"

enum { LETTERS_MAX = 5000 };

/* ---- what is asked for ---- */

static bool of_type(const struct record *r, const char *type)
{
	return str_eq(str_z(r->type->t->name), str_z(type));
}

/* What the record's page makes: of this person, or of the notice with a place for the name. A letter without a name is a sample; of a
 * text that is not decided the mail is one, too. */
static enum status letter_of(struct web *w, const struct record *r, bool mail, struct notice_letter *letter, struct addressee *to)
{
	if (of_type(r, "affected_person"))
		return affected_person_letter(&w->rq, r, letter, to);
	*to = (struct addressee){ .name = msg_text(MSG_NOTICE_NAME_HERE, JA) };
	TRY(notice_letter_of(&w->rq, r, letter));
	if (!mail || !str_eq(r->step, S("decided")))
		letter->mark = msg_text(MSG_NOTICE_SPECIMEN, JA);
	return ST_OK;
}

static void note(struct web *w, const struct record *r, struct str what, int64_t count)
{
	trail_add(&w->rq, TRAIL_EXPORT, r->type, r->id, r->version, what)->count = count;
}

static void name_file(struct web *w, enum msg_id title, struct str suffix)
{
	reply_attachment_named(w, msg_text(title, JA), suffix);
}

/* ---- why not ---- */

static void refused_body(struct html *h, struct web *w, void *arg)
{
	h_problem_summary(h, &w->rq.problems);
	EL(h, "p")
		h_link(h, record_url(w, arg), MSG_WEB_BACK);
}

static enum status refused(struct web *w, struct record *r, enum status st)
{
	if (st != ST_NO || !w->rq.problems.n)
		return st;
	page_send(w, &(struct page){ .title = msg_text(MSG_NOTICE_PAPERS, w->lang), .area = r->type->t->area, .status = 409, .body = refused_body, .arg = r });
	return ST_OK;
}

/* ---- files ---- */

static enum status into_reply(void *user, struct str bytes)
{
	struct web *w = user;

	buf_add(&w->reply.body, bytes);
	return w->reply.body.failed ? ST_TOO_BIG : ST_OK;
}

enum status notice_letters_file(struct web *w, const struct type *t, struct record *r)
{
	bool notice = of_type(r, "incident_notice");
	struct letters l = { .incident = notice ? incident_notice_incident(r) : r->id, .notice = notice ? r->id : 0, .max = LETTERS_MAX };

	(void)t;
	reply_start(w, 200, "application/pdf");
	enum status st = notice_letters_write(&w->rq, &l, into_reply, w);
	if (st == ST_OK) {
		note(w, r, S("letters"), l.written);
		name_file(w, MSG_NOTICE_FILE_LETTERS, S("pdf"));
		return ST_OK;
	}
	w->reply.status = 0;
	if (st == ST_TOO_BIG) {
		problem(&w->rq.problems, S(""), MSG_NOTICE_TOO_MANY, .arg = { text_of_int(&w->a, LETTERS_MAX) });
		st = ST_NO;
	}
	return refused(w, r, st);
}

/* One file, as letter or as mail. */
static enum status paper_file(struct web *w, struct record *r, bool mail)
{
	struct notice_letter letter;
	struct addressee to;
	enum status st = letter_of(w, r, mail, &letter, &to);

	if (st != ST_OK)
		return refused(w, r, st);
	note(w, r, mail ? S("mail") : S("letter"), 1);
	if (mail) {
		reply_start(w, 200, "text/plain; charset=utf-8");
		notice_letter_mail(&w->a, &w->reply.body, &letter, &to, JA);
		name_file(w, MSG_NOTICE_FILE_MAIL, S("txt"));
		return ST_OK;
	}
	reply_start(w, 200, "application/pdf");
	st = pdf_make(conn_sandbox(w->rq.conn), notice_letter_pdf(&w->a, &letter, &to, JA), &w->reply.body);
	if (st != ST_OK)
		w->reply.status = 0;
	else
		name_file(w, of_type(r, "affected_person") ? MSG_NOTICE_FILE_LETTER : MSG_NOTICE_SAMPLE, S("pdf"));
	return st;
}

static enum status letter_file(struct web *w, const struct type *t, struct record *r)
{
	(void)t;
	return paper_file(w, r, false);
}

static enum status mail_file(struct web *w, const struct type *t, struct record *r)
{
	(void)t;
	return paper_file(w, r, true);
}

/* ---- the mail on a page, to be copied ---- */

struct mail { struct record *r; struct str text; };

static void mail_body(struct html *h, struct web *w, void *arg)
{
	struct mail *m = arg;

	h_el_msg(h, "p", MSG_NOTICE_MAIL_COPY, " id=\"how\"");
	EL(h, "textarea", " class=\"to-copy\" rows=\"30\" readonly aria-describedby=\"how\"") {
		h_attr_msg(h, "aria-label", MSG_NOTICE_MAIL);
		h_text(h, m->text);
	}
	EL(h, "p", " class=\"buttons\"") {
		h_link_button(h, type_page_url(w, m->r->type, m->r, "mail.txt"), MSG_NOTICE_MAIL_FILE, true);
		h_link(h, record_url(w, m->r), MSG_WEB_BACK);
	}
}

static enum status mail_page(struct web *w, const struct type *t, struct record *r)
{
	struct notice_letter letter;
	struct addressee to;
	struct mail m = { .r = r };
	struct buf b = buf_make(1 << 20);
	enum status st = letter_of(w, r, true, &letter, &to);

	if (st != ST_OK)
		return refused(w, r, st);
	note(w, r, S("mail"), 1);
	notice_letter_mail(&w->a, &b, &letter, &to, JA);
	m.text = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	page_send(w, &(struct page){ .title = msg_text(MSG_NOTICE_MAIL, w->lang), .area = t->t->area, .body = mail_body, .arg = &m });
	return ST_OK;
}

/* ---- on the page of the record ---- */

static void file_link(struct html *h, struct url to, enum msg_id words)
{
	EL(h, "li")
		EL(h, "a") {
			h_url(h, "href", to);
			h_msg(h, words);
			h_lit(h, " (PDF)");
		}
}

static void beside(struct html *h, struct web *w, const struct record *r, void *found)
{
	bool person = of_type(r, "affected_person"), decided = str_eq(r->step, S("decided"));

	(void)found;
	if (!access_may(&w->rq, r, person ? MAY_READ : MAY_EXPORT))
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_NOTICE_PAPERS);
		EL(h, "ul", " class=\"bare papers\"") {
			if (!person && decided)
				file_link(h, type_page_url(w, r->type, r, "letters.pdf"), MSG_NOTICE_LETTERS);
			file_link(h, type_page_url(w, r->type, r, "letter.pdf"), person ? MSG_NOTICE_LETTER : MSG_NOTICE_SAMPLE);
			EL(h, "li")
				h_link(h, type_page_url(w, r->type, r, "mail"), MSG_NOTICE_MAIL);
		}
		h_el_msg(h, "p", MSG_NOTICE_PAPERS_NOTE, " class=\"note\"");
	}
}

/* REQ: INC-21 - the publication that stands for the notice to one who cannot be reached. */
static enum status told_publicly(struct web *w, const struct record *r, void **ret)
{
	struct record *p = NULL;

	if (str_eq(r->step, str_z(affected_step(AFFECTED_UNREACHABLE))))
		TRY(publication_instead(&w->rq, affected_person_incident(r), &p));
	*ret = p;
	return ST_OK;
}

static void above(struct html *h, struct web *w, const struct record *r, void *found)
{
	const struct record *publication = found;

	(void)r;
	if (!publication)
		return;
	NOTICE(h, "ok")
		EL(h, "p") {
			h_msg(h, MSG_AFFECTED_TOLD_PUBLICLY);
			h_lit(h, " ");
			EL(h, "a") {
				h_url(h, "href", record_url(w, publication));
				h_text(h, record_title(&w->rq, publication));
			}
		}
}

static const struct type_page of_person[] = {
	{ .name = "letter.pdf", .kind = RECORD_FILE, .method = HTTP_GET, .act = MAY_READ, .handler = letter_file },
	{ .name = "mail.txt",   .kind = RECORD_FILE, .method = HTTP_GET, .act = MAY_READ, .handler = mail_file },
	{ .name = "mail",       .kind = RECORD_PAGE, .method = HTTP_GET, .act = MAY_READ, .handler = mail_page },
	{ 0 },
};
const struct type_pages affected_person_pages = { .type = "affected_person", .pages = of_person, .gather = told_publicly, .above = above,
	.beside = beside };

static const struct type_page of_notice[] = {
	{ .name = "letters.pdf", .kind = RECORD_FILE, .method = HTTP_GET, .act = MAY_EXPORT, .handler = notice_letters_file },
	{ .name = "letter.pdf",  .kind = RECORD_FILE, .method = HTTP_GET, .act = MAY_EXPORT, .handler = letter_file },
	{ .name = "mail.txt",    .kind = RECORD_FILE, .method = HTTP_GET, .act = MAY_EXPORT, .handler = mail_file },
	{ .name = "mail",        .kind = RECORD_PAGE, .method = HTTP_GET, .act = MAY_EXPORT, .handler = mail_page },
	{ 0 },
};
const struct type_pages incident_notice_pages = { .type = "incident_notice", .pages = of_notice, .beside = beside };
