/* reply.c - saying what the answer is; no header can be injected through it. */
#include "web/web.h"

enum { BODY_MAX = 256 << 20 };

void reply_start_(struct web *w, int status, struct str type)
{
	struct reply *r = &w->reply;

	buf_free(&r->body);
	*r = (struct reply){ .status = status, .type = type, .body = buf_make(BODY_MAX) };
}

/* REQ: APP-02 - a value with CR or LF never becomes a header. */
void reply_header_(struct web *w, struct str name, struct str value)
{
	struct reply *r = &w->reply;

	if (r->nfields == REPLY_FIELDS || value.n == 0 || !http_header_safe(value))
		r->failed = true;
	else
		r->field[r->nfields++] = (struct reply_field){ name, value };
}

static struct str made(struct web *w, struct buf *b)
{
	struct str s = str_dup(&w->a, buf_str(b));

	if (b->failed)
		w->reply.failed = true;
	buf_free(b);
	return s;
}

void reply_cookie_(struct web *w, struct str start, struct str value, int max_age)
{
	struct buf b = buf_make(4096);

	if (str_find_char(value, ';') >= 0)
		w->reply.failed = true;
	buf_add(&b, start);
	buf_add(&b, value);
	buf_lit(&b, "; Path=/; Secure; HttpOnly; SameSite=Lax");
	if (max_age >= 0) {
		buf_lit(&b, "; Max-Age=");
		buf_int(&b, max_age);
	}
	reply_header(w, "Set-Cookie", made(w, &b));
}

void reply_redirect(struct web *w, struct url to)
{
	struct reply_field cookie[REPLY_FIELDS];
	int n = 0;

	for (int i = 0; i < w->reply.nfields; i++)                   /* cookies set before the redirect stay */
		if (str_eq(w->reply.field[i].name, S("Set-Cookie")))
			cookie[n++] = w->reply.field[i];
	bool failed = w->reply.failed;
	reply_start(w, 303, "text/plain; charset=utf-8");
	memcpy(w->reply.field, cookie, (size_t)n * sizeof *cookie);
	w->reply.nfields = n;
	w->reply.failed = failed;
	if (http_local_path(to.s))
		reply_header(w, "Location", to.s);
	else
		w->reply.failed = true;
}

void reply_attachment(struct web *w, struct str file_name)
{
	struct buf b = buf_make(4096);

	buf_lit(&b, "attachment; filename*=UTF-8''");
	http_escape(&b, file_name);
	reply_header(w, "Content-Disposition", made(w, &b));
}

void reply_attachment_named(struct web *w, struct str title, struct str suffix)
{
	struct buf b = buf_make(4096);

	buf_add(&b, title);
	buf_char(&b, '_');
	date_add_iso(&b, w->rq.today);
	buf_char(&b, '.');
	buf_add(&b, suffix);
	reply_attachment(w, made(w, &b));
}
