/* read.c - one file: plain text straight into the scanner, everything else through the sandbox. */
#include "domain/finder/read.h"
#include "base/utf8.h"
#include "format/json.h"
#include <stdlib.h>
#include <unistd.h>

enum { OUTPUT_BYTES = 256 << 10, HEAD = 16 << 10, PIECE = 256 << 10 };

/* ---- findings ---- */

static struct str member_of(const struct reader_thread *t)
{
	return t->in_member ? buf_str(&t->member) : (struct str){ NULL, 0 };
}

static void fail(struct reader_thread *t, enum status st)
{
	if (t->st == ST_OK)
		t->st = st;
}

static void flush_if_full(struct reader_thread *t)
{
	if (t->output.n > OUTPUT_BYTES)
		fail(t, t->flush(t->user, &t->output));
}

static void member_text(struct js_out *j, struct str key, struct str value)
{
	js_key(j, key);
	if (value.p)
		js_text(j, value);
	else
		js_null(j);
}

static void member_int(struct js_out *j, struct str key, int64_t v)
{
	js_key(j, key);
	js_int(j, v);
}

/* A finding or a thing not read, as the state keeps it. */
static void remember(struct reader_thread *t, const struct finding *f, struct str member, enum extract_why why)
{
	struct js_out j = { .b = &t->told };

	if (!t->keep)
		return;
	if (t->told.n > MEMORY_PART) {
		t->keep(t->user, t);
		t->parts++;
		t->told.n = 0;
	}
	if (t->told.n)
		buf_char(&t->told, ',');
	js_open(&j, '{');
	member_text(&j, S("member"), member);
	if (f) {
		member_text(&j, S("kind"), str_z(scan_kinds[f->kind].name));
		member_text(&j, S("masked"), f->masked);
		member_int(&j, S("line"), f->line);
		member_int(&j, S("column"), f->column);
		member_int(&j, S("start"), f->start);
		member_int(&j, S("end"), f->end);
		member_int(&j, S("score"), f->score);
	} else {
		member_text(&j, S("error"), str_z(extract_why_code(why)));
	}
	js_close(&j, '}');
}

static void tell(struct reader_thread *t, const struct finding *f)
{
	t->counts.findings++;
	t->counts.kinds[f->kind]++;
	t->out->finding(t->out->user, &t->output, f);
	flush_if_full(t);
}

void reader_thread_found(struct reader_thread *t, const struct scan_finding *s, struct str masked, struct str value)
{
	struct finding f = {
		.path = t->path, .member = member_of(t), .line = s->line, .column = s->column, .start = s->start + t->offset,
		.end = s->end + t->offset, .kind = s->kind, .score = s->score, .masked = masked,
	};

	if (t->o->values && s->kind != SCAN_my_number)
		f.value = value;
	remember(t, &f, f.member, 0);
	tell(t, &f);
}

static void on_found(void *user, const struct scan_finding *s, struct str value)
{
	struct reader_thread *t = user;

	t->masked.n = 0;
	scan_mask(&t->masked, s->kind, value);
	reader_thread_found(t, s, buf_str(&t->masked), value);
}

void reader_thread_unread(struct reader_thread *t, struct str member, enum extract_why why)
{
	t->counts.unread++;
	remember(t, NULL, member, why);
	t->out->unread(t->out->user, &t->output, t->path, member, why);
	flush_if_full(t);
}

/* ---- plain text ---- */

bool reader_thread_stopped(struct reader_thread *t)
{
	if (t->o->stop && atomic_load_explicit(t->o->stop, memory_order_relaxed))
		fail(t, ST_RETRY);
	return t->st != ST_OK;
}

ptrdiff_t reader_ascii_prefix(const char *p, ptrdiff_t n)
{
	ptrdiff_t i = 0;

	for (; n - i >= 64; i += 64) {
		uint64_t w[8], any = 0;
		memcpy(w, p + i, sizeof w);
		for (int k = 0; k < 8; k++)
			any |= w[k];
		if (any & 0x8080808080808080u)
			break;
	}
	while (i < n && !(p[i] & 0x80))
		i++;
	return i;
}

/* Text that is converted or unescaped on its way. */
struct filtered { struct scan_run *run; struct charset_reader cs; struct json_unescape json; bool is_json; struct buf utf8, plain; };

static void filter(struct filtered *f, struct str piece, bool last)
{
	charset_add(&f->cs, piece, last, &f->utf8);
	if (f->is_json) {
		json_unescape(&f->json, buf_str(&f->utf8), last, &f->plain);
		scan_feed(f->run, buf_str(&f->plain));
		f->plain.n = 0;
	} else {
		scan_feed(f->run, buf_str(&f->utf8));
	}
	f->utf8.n = 0;
}

void reader_filtered(struct reader_thread *t, struct scan_run *run, int fd, int64_t at, enum charset c, bool is_json)
{
	struct filtered f = { .run = run, .is_json = is_json, .utf8 = buf_make(0), .plain = buf_make(0) };
	char *piece = malloc(PIECE);
	ssize_t n = 1;

	if (!piece || charset_open(&f.cs, c) != ST_OK) {
		reader_thread_unread(t, member_of(t), EXTRACT_unreadable);
		free(piece);
		return;
	}
	while (n > 0 && !reader_thread_stopped(t)) {
		n = pread(fd, piece, PIECE, at);
		if (n < 0)
			break;
		filter(&f, (struct str){ piece, n }, n == 0);
		at += n;
		t->bytes_done(t->user, n);
	}
	if (n < 0)
		reader_thread_unread(t, member_of(t), EXTRACT_unreadable);
	charset_close(&f.cs);
	buf_free(&f.utf8);
	buf_free(&f.plain);
	wipe(piece, PIECE);
	free(piece);
}

/* A text may be ASCII for long before its first Japanese letter shows its encoding: from there it is converted. What is read
 * does not depend on where a piece ended. */
bool reader_turns_out_other(int fd, int64_t at, enum charset *ret)
{
	char head[HEAD];
	ssize_t n = pread(fd, head, sizeof head, at);
	ptrdiff_t bom;

	if (n <= 0)
		return false;
	*ret = charset_detect((struct str){ head, n }, false, &bom);
	wipe(head, n);
	return *ret == CHARSET_CP932 || *ret == CHARSET_EUC_JP || *ret == CHARSET_LATIN1;
}

void reader_plain(struct reader_thread *t, struct scan_run *run, int fd, int64_t at, bool ascii)
{
	while (!reader_thread_stopped(t)) {
		ptrdiff_t room, prefix;
		enum charset c;
		char *p = scan_room(run, &room);
		ssize_t n = pread(fd, p, (size_t)room, at);
		if (n < 0)
			reader_thread_unread(t, member_of(t), EXTRACT_unreadable);
		if (n <= 0)
			return;
		if (ascii && (prefix = reader_ascii_prefix(p, n)) < n) {
			ascii = false;
			if (reader_turns_out_other(fd, at + prefix, &c)) {
				scan_took(run, prefix);
				t->bytes_done(t->user, prefix);
				reader_filtered(t, run, fd, at + prefix, c, false);
				return;
			}
		}
		scan_took(run, n);
		t->bytes_done(t->user, n);
		at += n;
	}
}

static void read_text(struct reader_thread *t, int fd, struct extract_kind k, int64_t size)
{
	bool cut = true, utf16 = k.charset == CHARSET_UTF16LE || k.charset == CHARSET_UTF16BE;

	t->offset = utf16 ? 0 : k.bom;                /* a mark belongs to the UTF-8 of a UTF-8 file: offsets are the file's own */
	if (k.charset == CHARSET_UTF8 && k.format == EXTRACT_IS_TEXT)
		cut = cut_scan(t, fd, k.bom, size);
	else
		reader_filtered(t, t->run, fd, k.bom, k.charset, k.format == EXTRACT_IS_JSON);
	if (!cut)
		reader_plain(t, t->run, fd, k.bom, true);
	scan_end(t->run);
	t->offset = 0;
}

/* ---- everything else ---- */

static enum status on_begin(void *user, struct str member)
{
	struct reader_thread *t = user;

	t->in_member = member.p;
	t->member.n = 0;
	buf_add(&t->member, member);
	return t->st;
}

static enum status on_text(void *user, struct str utf8)
{
	struct reader_thread *t = user;

	scan_feed(t->run, utf8);
	return reader_thread_stopped(t) ? t->st : ST_OK;
}

static enum status on_end(void *user)
{
	struct reader_thread *t = user;

	scan_end(t->run);
	t->in_member = false;
	return t->st;
}

static enum status on_unread(void *user, struct str member, enum extract_why why)
{
	struct reader_thread *t = user;

	reader_thread_unread(t, member, why);
	return t->st;
}

static void read_other(struct reader_thread *t, int fd, int64_t size)
{
	static const struct extract_events EV = { on_begin, on_text, on_end, on_unread, NULL };

	if (!t->o->sandbox)
		reader_thread_unread(t, (struct str){ NULL, 0 }, EXTRACT_no_sandbox);
	else
		fail(t, extract_sandboxed(t->o->sandbox, fd, t->path, &t->o->limits, &EV, t));
	if (t->in_member)
		scan_end(t->run);
	t->in_member = false;
	t->bytes_done(t->user, size);
}

/* ---- a file ---- */

enum status reader_thread_file(struct reader_thread *t, struct str path, int fd, int64_t size)
{
	char head[HEAD];
	ssize_t n = pread(fd, head, sizeof head, 0);

	t->path = path;
	t->told.n = t->parts = 0;
	t->st = ST_OK;
	if (n < 0) {
		reader_thread_unread(t, (struct str){ NULL, 0 }, EXTRACT_unreadable);
		return t->st;
	}
	struct extract_kind k = extract_sniff((struct str){ head, n }, n < HEAD, path);
	if (k.format == EXTRACT_IS_TEXT || k.format == EXTRACT_IS_JSON) {
		read_text(t, fd, k, size);
	} else if (k.format == EXTRACT_IS_IMAGE || k.format == EXTRACT_IS_ARCHIVE || k.format == EXTRACT_IS_BINARY) {
		reader_thread_unread(t, (struct str){ NULL, 0 }, k.format == EXTRACT_IS_IMAGE ? EXTRACT_image :
			k.format == EXTRACT_IS_ARCHIVE ? EXTRACT_archive : EXTRACT_binary);
		t->bytes_done(t->user, size);
	} else {
		read_other(t, fd, size);
	}
	wipe(head, n);
	return t->st;
}

/* ---- what is remembered ---- */

static struct str text_in(const struct js *o, struct str key)
{
	const struct js *v = js_get(o, key);

	return v && v->kind == JS_TEXT ? v->text : (struct str){ NULL, 0 };
}

static int64_t int_in(const struct js *o, struct str key)
{
	const struct js *v = js_get(o, key);

	return v && v->kind == JS_INT ? v->integer : 0;
}

static void again(struct reader_thread *t, const struct js *o)
{
	struct finding f = {
		.path = t->path, .member = text_in(o, S("member")), .masked = text_in(o, S("masked")), .line = int_in(o, S("line")),
		.column = int_in(o, S("column")), .start = int_in(o, S("start")), .end = int_in(o, S("end")), .score = (int)int_in(o, S("score")),
	};
	struct str error = text_in(o, S("error"));

	for (int w = 0; error.p && w < EXTRACT_WHY_MAX; w++)
		if (str_eq(error, str_z(extract_why_code((enum extract_why)w)))) {
			t->counts.unread++;
			t->out->unread(t->out->user, &t->output, t->path, f.member, (enum extract_why)w);
		}
	if (!error.p && scan_kind_named(text_in(o, S("kind")), &f.kind) == ST_OK)
		tell(t, &f);
	flush_if_full(t);
}

void reader_thread_again(struct reader_thread *t, struct str path, const struct js *remembered)
{
	const struct js *told = js_get(remembered, S("told"));

	t->path = path;
	for (const struct js *o = told ? told->child : NULL; o; o = o->next)
		again(t, o);
}

void reader_thread_make(struct reader_thread *t, const struct scanner *s)
{
	t->run = scan_run_make(s, on_found, t);
	t->member = buf_make(0);
	t->output = buf_make(0);
	t->masked = buf_make(0);
	t->told = buf_make(0);
}

void reader_thread_free(struct reader_thread *t)
{
	scan_run_free(t->run);
	buf_free(&t->member);
	buf_free(&t->output);
	buf_free(&t->masked);
	buf_free(&t->told);
}
