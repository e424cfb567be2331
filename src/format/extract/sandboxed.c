/* sandboxed.c - reading in a sandboxed child: its events come as frames through the answer pipe. A frame is a type, the
 * length of what follows in four bytes, and that. The child may have been taken over: nothing it says is trusted. */
#include "format/extract/inside.h"
#include "base/utf8.h"
#include <unistd.h>

enum { FRAME_HEAD = 5, FRAME_MAX = 1 << 20, NAME_MAX_BYTES = 64 << 10 };
enum frame { FRAME_BEGIN = 'B', FRAME_TEXT = 'T', FRAME_END = 'E', FRAME_UNREAD = 'U', FRAME_PROGRAM = 'P', FRAME_BYTES = 'p', FRAME_RUN = 'r' };

/* ---- the child ---- */

static enum status send(struct sandbox_child *c, enum frame type, struct str a, struct str b)
{
	uint32_t n = (uint32_t)(a.n + b.n);
	char head[FRAME_HEAD] = { (char)type, (char)(n & 0xFF), (char)(n >> 8 & 0xFF), (char)(n >> 16 & 0xFF), (char)(n >> 24 & 0xFF) };

	TRY(sandbox_answer(c, (struct str){ head, FRAME_HEAD }));
	if (a.n)
		TRY(sandbox_answer(c, a));
	return b.n ? sandbox_answer(c, b) : ST_OK;
}

static enum status send_begin(void *user, struct str member)
{
	return send(user, FRAME_BEGIN, str_sub(member, 0, NAME_MAX_BYTES), S(""));
}

static enum status send_text(void *user, struct str utf8)
{
	for (; utf8.n > FRAME_MAX; utf8 = str_sub(utf8, FRAME_MAX, utf8.n))
		TRY(send(user, FRAME_TEXT, str_sub(utf8, 0, FRAME_MAX), S("")));
	return send(user, FRAME_TEXT, utf8, S(""));
}

static enum status send_end(void *user)
{
	return send(user, FRAME_END, S(""), S(""));
}

static enum status send_unread(void *user, struct str member, enum extract_why why)
{
	char code = (char)why;

	return send(user, FRAME_UNREAD, (struct str){ &code, 1 }, str_sub(member, 0, NAME_MAX_BYTES));
}

static enum status send_program(void *user, struct str member, enum extract_program p, struct str bytes)
{
	char code = (char)p;

	TRY(send(user, FRAME_PROGRAM, (struct str){ &code, 1 }, str_sub(member, 0, NAME_MAX_BYTES)));
	for (; bytes.n; bytes = str_sub(bytes, FRAME_MAX, bytes.n))
		TRY(send(user, FRAME_BYTES, str_sub(bytes, 0, FRAME_MAX), S("")));
	return send(user, FRAME_RUN, S(""), S(""));
}

static enum status child(struct sandbox_child *c)
{
	static const struct extract_events EV = { send_begin, send_text, send_end, send_unread, send_program };
	struct extract_limits l;

	if (c->arg.n < (ptrdiff_t)sizeof l)
		return ST_BROKEN;
	memcpy(&l, c->arg.p, sizeof l);
	return extract_fd(c->in, str_sub(c->arg, (ptrdiff_t)sizeof l, c->arg.n), &l, &EV, c);
}

/* ---- programs ---- */

static const char *const PLACES[] = { "/usr/bin", "/usr/lib", "/usr/lib64", "/bin", "/lib", "/lib64", "/usr/share/poppler", "/usr/share/catdoc",
                                      "/etc/ld.so.cache", "/etc/catdocrc", NULL };
static const char *const PDFTOTEXT[] = { "/usr/bin/pdftotext", "-q", "-layout", "-nopgbrk", "-enc", "UTF-8", "-", "-", NULL };
static const char *const CATDOC[] = { "/usr/bin/catdoc", "-w", "-d", "utf-8", NULL };
static const char *const CATPPT[] = { "/usr/bin/catppt", "-d", "utf-8", "/dev/stdin", NULL };
static const char *const *const PROGRAMS[EXTRACT_PROGRAM_MAX] = {
	[EXTRACT_PDF] = PDFTOTEXT, [EXTRACT_DOC] = CATDOC, [EXTRACT_PPT] = CATPPT,
};

struct output { const struct extract_events *ev; void *user; struct str member; bool begun, seen; };

static enum status take_output(void *user, struct str piece)
{
	struct output *o = user;

	if (!o->begun)
		TRY(o->ev->begin(o->user, o->member));
	o->begun = true;
	o->seen |= str_trim(piece).n > 0;
	return o->ev->text(o->user, piece);
}

static enum extract_why why_of(const struct sandbox_result *r)
{
	switch (r->end) {
	case SANDBOX_CRASHED: case SANDBOX_STOPPED:
		return EXTRACT_crashed;
	case SANDBOX_FORBIDDEN:
		return EXTRACT_forbidden;
	case SANDBOX_TIME:
		return EXTRACT_time;
	case SANDBOX_MEMORY:
		return EXTRACT_memory;
	case SANDBOX_OUTPUT:
		return EXTRACT_too_big;
	case SANDBOX_NO_PROGRAM:
		return EXTRACT_no_program;
	case SANDBOX_REFUSED:
		return EXTRACT_no_sandbox;
	case SANDBOX_ENDED:
		break;
	}
	return EXTRACT_damaged;
}

static enum status run_program(struct sandbox *s, const struct extract_events *ev, void *user, struct str member,
                               enum extract_program p, struct sandbox_job job, bool encrypted)
{
	struct output o = { ev, user, member, false, false };
	struct sandbox_result r;

	job.argv = PROGRAMS[p];
	job.readable = PLACES;
	job.limits = (struct sandbox_limits){ .memory = (int64_t)1 << 30, .output = (int64_t)256 << 20, .cpu_s = 60, .wall_ms = 180000 };
	enum status st = sandbox_run(s, &job, take_output, &o, &r);
	if (o.begun)
		TRY(ev->end(user));
	if (r.end == SANDBOX_STOPPED)
		return st;
	if (st != ST_OK) {
		enum extract_why why = r.end == SANDBOX_ENDED && encrypted ? EXTRACT_encrypted : why_of(&r);
		return ev->unread(user, member, why == EXTRACT_no_program && p != EXTRACT_PDF ? EXTRACT_old_office : why);
	}
	if (o.seen)
		return ST_OK;
	return ev->unread(user, member, p == EXTRACT_PDF ? EXTRACT_image : EXTRACT_no_text);      /* pages without a letter are pictures */
}

/* ---- the parent ---- */

struct frames {
	struct sandbox              *s;
	const struct extract_events *ev;
	void                        *user;
	char        head[FRAME_HEAD];
	ptrdiff_t   nhead;
	int64_t     left;              /* of the frame's content */
	struct buf  content, name, bytes;
	int         program;           /* whose bytes are coming; -1 none */
	bool        open, told;
	enum status st;                /* of an event: passed on as it is */
};

/* Text passes through as it comes; the rest is collected. */
static enum status take_content(struct frames *f, struct str piece)
{
	if (f->head[0] == FRAME_TEXT)
		return f->open ? f->ev->text(f->user, piece) : ST_BAD_INPUT;
	buf_add(f->head[0] == FRAME_BYTES ? &f->bytes : &f->content, piece);
	return f->content.failed || f->bytes.failed ? ST_TOO_BIG : ST_OK;
}

static struct str member_of(struct str name)
{
	return name.n ? name : (struct str){ NULL, 0 };
}

static enum status close_text(struct frames *f)
{
	bool open = f->open;

	f->open = false;
	return open ? f->ev->end(f->user) : ST_OK;
}

static enum status take_frame(struct frames *f)
{
	struct str s = buf_str(&f->content);
	int code = s.n ? (unsigned char)s.p[0] : 255;

	switch ((enum frame)f->head[0]) {
	case FRAME_BEGIN:
		TRY(close_text(f));
		f->open = true;
		return f->ev->begin(f->user, member_of(s));
	case FRAME_TEXT: case FRAME_BYTES:
		return ST_OK;
	case FRAME_END:
		return close_text(f);
	case FRAME_UNREAD:
		f->told = true;
		return code < EXTRACT_WHY_MAX ? f->ev->unread(f->user, member_of(str_sub(s, 1, s.n)), (enum extract_why)code) : ST_BAD_INPUT;
	case FRAME_PROGRAM:
		f->program = code < EXTRACT_PROGRAM_MAX ? code : -1;
		f->name.n = f->bytes.n = 0;
		buf_add(&f->name, str_sub(s, 1, s.n));
		return f->program >= 0 ? close_text(f) : ST_BAD_INPUT;
	case FRAME_RUN:
		break;
	default:
		return ST_BAD_INPUT;
	}
	if (f->program < 0)
		return ST_BAD_INPUT;
	struct str bytes = buf_str(&f->bytes);
	enum status st = run_program(f->s, f->ev, f->user, member_of(buf_str(&f->name)), (enum extract_program)f->program,
		(struct sandbox_job){ .has_bytes = true, .bytes = bytes }, str_find(bytes, S("/Encrypt")) >= 0);
	buf_free(&f->bytes);
	f->program = -1;
	return st;
}

static enum status take_answer(void *user, struct str piece)
{
	struct frames *f = user;

	while (piece.n || (f->nhead == FRAME_HEAD && f->left == 0)) {
		if (f->nhead < FRAME_HEAD) {
			f->head[f->nhead++] = piece.p[0];
			piece = str_sub(piece, 1, piece.n);
			if (f->nhead < FRAME_HEAD)
				continue;
			f->left = (int64_t)((uint32_t)(unsigned char)f->head[1] | (uint32_t)(unsigned char)f->head[2] << 8 |
			                    (uint32_t)(unsigned char)f->head[3] << 16 | (uint32_t)(unsigned char)f->head[4] << 24);
			f->content.n = 0;
			if (f->left > FRAME_MAX + NAME_MAX_BYTES)
				return ST_BAD_INPUT;
		}
		if (f->left) {
			struct str part = str_sub(piece, 0, (ptrdiff_t)MIN(f->left, piece.n));
			f->left -= part.n;
			piece = str_sub(piece, part.n, piece.n);
			f->st = take_content(f, part);
			TRY(f->st);
		}
		if (f->left == 0) {
			f->nhead = 0;
			f->st = take_frame(f);
			TRY(f->st);
		}
	}
	return ST_OK;
}

static enum status run_child(struct sandbox *s, int fd, int64_t size, struct str name, const struct extract_limits *l,
                             const struct extract_events *ev, void *user)
{
	struct extract_limits limits = l ? *l : (struct extract_limits){ 0 };
	struct buf arg CLEANUP(buf_free) = buf_make(SANDBOX_ARG_MAX);
	struct frames f = { .s = s, .ev = ev, .user = user, .program = -1, .content = buf_make(FRAME_MAX + NAME_MAX_BYTES),
	                    .name = buf_make(NAME_MAX_BYTES), .bytes = buf_make((ptrdiff_t)256 << 20) };
	struct sandbox_result r;
	int64_t total = limits.total_bytes ? limits.total_bytes : (int64_t)4 << 30;

	buf_add(&arg, (struct str){ (const char *)&limits, (ptrdiff_t)sizeof limits });
	buf_add(&arg, str_sub(name, MAX(0, name.n - 4096), name.n));
	struct sandbox_job job = { .fn = child, .arg = buf_str(&arg), .in = fd, .limits = {
		.memory = (int64_t)768 << 20, .output = total + (total >> 3) + (64 << 20), .cpu_s = (int)MIN(60 + size / (2 << 20), 7200),
		.wall_ms = 30 * 60 * 1000 } };
	enum status st = sandbox_run(s, &job, take_answer, &f, &r);
	enum status closed = close_text(&f);
	buf_free(&f.content);
	buf_free(&f.name);
	buf_free(&f.bytes);
	if (r.end == SANDBOX_STOPPED && f.st != ST_OK && f.st != ST_BAD_INPUT && f.st != ST_TOO_BIG)
		return f.st;                              /* an event's; those two are frames that make no sense */
	TRY(closed);
	return st == ST_OK ? ST_OK : ev->unread(user, (struct str){ NULL, 0 }, why_of(&r));
}

/* Does the end of a PDF, where its trailer lies, speak of encryption? */
static bool pdf_encrypted(int fd, int64_t size)
{
	char tail[4096];
	int64_t from = MAX(0, size - (int64_t)sizeof tail);
	struct bytes_at at = { .fd = fd, .size = size };
	ptrdiff_t n = (ptrdiff_t)(size - from);

	return bytes_get(&at, from, tail, n) && str_find((struct str){ tail, n }, S("/Encrypt")) >= 0;
}

enum status extract_sandboxed(struct sandbox *s, int fd, struct str name, const struct extract_limits *l,
                              const struct extract_events *ev, void *user)
{
	char head[1024];
	int64_t size = lseek(fd, 0, SEEK_END);
	ptrdiff_t n = (ptrdiff_t)MIN(size, (int64_t)sizeof head);
	struct bytes_at at = { .fd = fd, .size = size };

	if (size < 0 || lseek(fd, 0, SEEK_SET) != 0 || !bytes_get(&at, 0, head, n))
		return ev->unread(user, (struct str){ NULL, 0 }, EXTRACT_unreadable);
	if (extract_sniff((struct str){ head, n }, n == size, name).format == EXTRACT_IS_PDF)
		return run_program(s, ev, user, (struct str){ NULL, 0 }, EXTRACT_PDF, (struct sandbox_job){ .in = fd }, pdf_encrypted(fd, size));
	return run_child(s, fd, size, name, l, ev, user);
}
