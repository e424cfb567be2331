/* extract.c - parts, limits, and the choice of a reader. */
#include "format/extract/inside.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { FLUSH = 48 << 10, READ_PIECE = 64 << 10, RATIO_FREE = 1 << 20, PATH_BYTES = 4096 };

static const struct { const char *code; struct str text[LANG_MAX]; } WHYS[EXTRACT_WHY_MAX] = {
#define WHY(name, ja, en) [EXTRACT_##name] = { #name, { SLIT(ja), SLIT(en) } },
#include "format/extract/why.def"
#undef WHY
};

const char *extract_why_code(enum extract_why w)
{
	return WHYS[w].code;
}

struct str extract_why_text(enum extract_why w, enum lang lang)
{
	return WHYS[w].text[lang];
}

/* ---- telling ---- */

static struct str path_of(const struct extract *x)
{
	return x->path.n ? buf_str(&x->path) : (struct str){ NULL, 0 };
}

static void tell(struct extract *x, enum status st)
{
	if (x->st == ST_OK)
		x->st = st;
}

void extract_unread(struct extract *x, enum extract_why why)
{
	if (x->st == ST_OK)
		tell(x, x->ev->unread(x->user, path_of(x), why));
}

void extract_program(struct extract *x, enum extract_program p, struct str bytes)
{
	if (!x->ev->program)
		extract_unread(x, p == EXTRACT_PDF ? EXTRACT_no_program : EXTRACT_old_office);
	else if (x->st == ST_OK)
		tell(x, x->ev->program(x->user, path_of(x), p, bytes));
}

void text_begin(struct extract *x)
{
	if (x->st == ST_OK && !x->open)
		tell(x, x->ev->begin(x->user, path_of(x)));
	x->open = true;
}

static void flush(struct extract *x)
{
	if (x->out.n && x->st == ST_OK)
		tell(x, x->ev->text(x->user, buf_str(&x->out)));
	x->out.n = 0;
}

void text_add(struct extract *x, struct str utf8)
{
	if (x->st != ST_OK)
		return;
	if (utf8.n >= FLUSH) {
		flush(x);
		tell(x, x->ev->text(x->user, utf8));
		return;
	}
	buf_add(&x->out, utf8);
	if (x->out.n >= FLUSH)
		flush(x);
}

void text_end(struct extract *x)
{
	flush(x);
	if (x->st == ST_OK && x->open)
		tell(x, x->ev->end(x->user));
	x->open = false;
}

ptrdiff_t path_enter(struct extract *x, struct str name)
{
	ptrdiff_t mark = x->path.n;

	if (x->path.n && name.n)
		buf_char(&x->path, '/');
	buf_add(&x->path, str_sub(name, 0, PATH_BYTES));
	return mark;
}

void path_leave(struct extract *x, ptrdiff_t mark)
{
	x->path.n = mark;
	x->path.failed = false;
}

bool extract_count(struct extract *x, int64_t bytes, int64_t all, int64_t packed)
{
	x->unpacked += bytes;
	if (x->unpacked > x->l.total_bytes) {
		extract_unread(x, EXTRACT_too_big);
		return false;
	}
	if (all > RATIO_FREE && all / x->l.ratio > packed) {
		extract_unread(x, EXTRACT_ratio);
		return false;
	}
	return x->st == ST_OK;
}

/* ---- sniffing ---- */

static bool has(struct str s, ptrdiff_t at, struct str magic)
{
	return str_eq(str_sub(s, at, at + magic.n), magic) && s.n >= at + magic.n;
}

static bool named(struct str name, const char *const *endings)
{
	for (; *endings; endings++) {
		struct str e = str_z(*endings);
		if (name.n > e.n && str_eq_nocase(str_sub(name, name.n - e.n, name.n), e))
			return true;
	}
	return false;
}

static const struct { ptrdiff_t at; struct str magic; enum extract_format format; } MAGIC[] = {
	{ 0, SLIT("PK\3\4"), EXTRACT_IS_ZIP },              { 0, SLIT("PK\5\6"), EXTRACT_IS_ZIP },
	{ 0, SLIT("\x1F\x8B\x08"), EXTRACT_IS_GZIP },       { 257, SLIT("ustar"), EXTRACT_IS_TAR },
	{ 0, SLIT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), EXTRACT_IS_OLE },
	{ 0, SLIT("SQLite format 3\0"), EXTRACT_IS_SQLITE }, { 0, SLIT("{\\rtf"), EXTRACT_IS_RTF },
	{ 0, SLIT("\x89PNG\r\n\x1A\n"), EXTRACT_IS_IMAGE }, { 0, SLIT("\xFF\xD8\xFF"), EXTRACT_IS_IMAGE },
	{ 0, SLIT("GIF87a"), EXTRACT_IS_IMAGE },            { 0, SLIT("GIF89a"), EXTRACT_IS_IMAGE },
	{ 0, SLIT("II*\0"), EXTRACT_IS_IMAGE },             { 0, SLIT("MM\0*"), EXTRACT_IS_IMAGE },
	{ 8, SLIT("WEBP"), EXTRACT_IS_IMAGE },              { 4, SLIT("ftyphei"), EXTRACT_IS_IMAGE },
	{ 4, SLIT("ftypavif"), EXTRACT_IS_IMAGE },          { 4, SLIT("ftypmif1"), EXTRACT_IS_IMAGE },
	{ 0, SLIT("8BPS"), EXTRACT_IS_IMAGE },              { 0, SLIT("\0\0\1\0"), EXTRACT_IS_IMAGE },
	{ 0, SLIT("7z\xBC\xAF\x27\x1C"), EXTRACT_IS_ARCHIVE }, { 0, SLIT("Rar!\x1A\7"), EXTRACT_IS_ARCHIVE },
	{ 0, SLIT("BZh"), EXTRACT_IS_ARCHIVE },             { 0, SLIT("\xFD" "7zXZ\0"), EXTRACT_IS_ARCHIVE },
	{ 0, SLIT("\x28\xB5\x2F\xFD"), EXTRACT_IS_ARCHIVE }, { 2, SLIT("-lh"), EXTRACT_IS_ARCHIVE },
	{ 0, SLIT("MSCF\0\0\0\0"), EXTRACT_IS_ARCHIVE },
};

static bool is_bitmap(struct str head)
{
	return has(head, 0, S("BM")) && has(head, 6, S("\0\0\0\0")) && head.n > 26;
}

/* A tar header of before 1988 carries no word, but a checksum. */
static bool is_old_tar(struct str head)
{
	long sum = 0, want = 0;

	if (head.n < 512 || head.p[0] == 0)
		return false;
	for (ptrdiff_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)head.p[i];
	for (ptrdiff_t i = 148; i < 156; i++) {
		char c = head.p[i];
		if (c >= '0' && c <= '7')
			want = want * 8 + (c - '0');
		else if (c != ' ' && c != 0)
			return false;
	}
	return sum == want;
}

static bool field_at_line_start(struct str head, struct str field)
{
	struct str rest = str_sub(head, 0, 8192), line;

	while (str_cut(&rest, '\n', &line)) {
		if (line.n >= field.n && str_eq_nocase(str_sub(line, 0, field.n), field))
			return true;
		if (str_trim(line).n == 0)
			break;
	}
	return false;
}

static bool is_mail(struct str head, struct str name)
{
	static const char *const ENDINGS[] = { ".eml", ".emlx", ".mht", ".mhtml", NULL };
	static const struct str FIELDS[] = { SLIT("Received:"), SLIT("Message-ID:"), SLIT("MIME-Version:"), SLIT("From:"),
	                                     SLIT("Date:"), SLIT("Subject:"), SLIT("Return-Path:"), SLIT("To:") };
	int n = 0;

	for (ptrdiff_t i = 0; i < COUNT(FIELDS); i++)
		n += field_at_line_start(head, FIELDS[i]);
	return n >= (named(name, ENDINGS) ? 1 : 4);
}

static bool is_mbox(struct str head)
{
	ptrdiff_t line = str_find_char(head, '\n');

	return str_starts(head, S("From ")) && line > 0 && is_mail(str_sub(head, line + 1, head.n), S("x.eml"));
}

static bool starts_nocase(struct str s, struct str prefix)
{
	return str_eq_nocase(str_sub(s, 0, prefix.n), prefix);
}

/* Which kind of text it is. `head` may be in any encoding that holds ASCII. */
static enum extract_format sniff_text(struct str head, struct str name)
{
	static const char *const HTML[] = { ".html", ".htm", ".xhtml", ".shtml", NULL };
	static const char *const XML[] = { ".xml", ".svg", ".kml", ".rdf", ".xsl", NULL };
	static const char *const JSON[] = { ".json", ".jsonl", ".ndjson", ".geojson", ".ipynb", ".har", NULL };
	struct str s = str_trim(str_sub(head, 0, 4096));

	if (is_mbox(head))
		return EXTRACT_IS_MBOX;
	if (is_mail(head, name))
		return EXTRACT_IS_MAIL;
	if (starts_nocase(s, S("<!doctype html")) || starts_nocase(s, S("<html")) || (named(name, HTML) && str_find_char(s, '<') >= 0))
		return EXTRACT_IS_HTML;
	if (starts_nocase(s, S("<?xml")))
		return str_find(s, S("<html")) >= 0 ? EXTRACT_IS_HTML : EXTRACT_IS_XML;
	if (named(name, XML) && str_starts(s, S("<")))
		return EXTRACT_IS_XML;
	if (named(name, JSON) || ((str_starts(s, S("{")) || str_starts(s, S("["))) && str_find(head, S("\\u")) >= 0))
		return EXTRACT_IS_JSON;
	return EXTRACT_IS_TEXT;
}

struct extract_kind extract_sniff(struct str head, bool whole, struct str name)
{
	struct extract_kind k = { .charset = CHARSET_BINARY };
	ptrdiff_t pdf = str_find(str_sub(head, 0, 1024), S("%PDF-"));

	for (ptrdiff_t i = 0; i < COUNT(MAGIC); i++)
		if (has(head, MAGIC[i].at, MAGIC[i].magic) && !(MAGIC[i].at == 2 && head.n < 22))
			return (struct extract_kind){ MAGIC[i].format, CHARSET_BINARY, 0 };
	if (pdf >= 0)
		return (struct extract_kind){ EXTRACT_IS_PDF, CHARSET_BINARY, 0 };
	if (is_bitmap(head))
		return (struct extract_kind){ EXTRACT_IS_IMAGE, CHARSET_BINARY, 0 };
	if (is_old_tar(head))
		return (struct extract_kind){ EXTRACT_IS_TAR, CHARSET_BINARY, 0 };
	k.charset = charset_detect(head, whole, &k.bom);
	if (k.charset == CHARSET_BINARY)
		k.format = EXTRACT_IS_BINARY;
	else if (k.charset != CHARSET_UTF16LE && k.charset != CHARSET_UTF16BE)
		k.format = sniff_text(str_sub(head, k.bom, head.n), name);
	else
		k.format = EXTRACT_IS_TEXT;
	return k;
}

/* ---- parts ---- */

struct part {
	struct extract      *x;
	ptrdiff_t            mark;            /* where its name begins in the path */
	struct buf           head;            /* until the kind is known; then all of it where it is read whole */
	struct extract_kind  kind;
	bool                 known, failed;
	const struct reader *reader;
	void                *r;
};

struct part *part_open(struct extract *x, struct str name)
{
	ptrdiff_t mark = path_enter(x, name);

	if (x->depth >= x->l.depth || x->members >= x->l.members) {
		extract_unread(x, x->depth >= x->l.depth ? EXTRACT_too_deep : EXTRACT_too_many);
		path_leave(x, mark);
		return NULL;
	}
	struct part *p = calloc(1, sizeof *p);
	if (!p)
		abort();
	*p = (struct part){ .x = x, .mark = mark, .head = buf_make((ptrdiff_t)x->l.member_bytes) };
	x->depth++;
	x->members++;
	return p;
}

static bool is_streamed(enum extract_format f)
{
	return f <= EXTRACT_IS_XML || f == EXTRACT_IS_MBOX || f == EXTRACT_IS_GZIP || f == EXTRACT_IS_TAR;
}

static bool is_refused(enum extract_format f)
{
	return f >= EXTRACT_IS_IMAGE;
}

static const struct reader *reader_of(enum extract_format f)
{
	return f == EXTRACT_IS_GZIP ? &gzip_reader : f == EXTRACT_IS_TAR ? &tar_reader : f == EXTRACT_IS_MBOX ? &mbox_reader : &text_reader;
}

/* The bytes so far choose the reader. */
static void choose(struct part *p, bool whole)
{
	p->known = true;
	p->kind = extract_sniff(str_sub(buf_str(&p->head), 0, EXTRACT_HEAD), whole && p->head.n <= EXTRACT_HEAD, buf_str(&p->x->path));
	if (!is_streamed(p->kind.format))
		return;
	p->reader = reader_of(p->kind.format);
	p->r = p->reader->open(p->x, p->kind);
	p->reader->push(p->r, buf_str(&p->head));
	buf_free(&p->head);
}

void part_push(struct part *p, struct str piece)
{
	if (p->x->st != ST_OK || p->failed)
		return;
	if (p->reader) {
		p->reader->push(p->r, piece);
		return;
	}
	if (p->known && is_refused(p->kind.format))
		return;
	buf_add(&p->head, piece);
	if (p->head.failed) {
		extract_unread(p->x, EXTRACT_too_big);
		p->failed = true;
		return;
	}
	if (!p->known && p->head.n >= EXTRACT_HEAD)
		choose(p, false);
}

static void refuse(struct extract *x, enum extract_format f)
{
	extract_unread(x, f == EXTRACT_IS_IMAGE ? EXTRACT_image : f == EXTRACT_IS_ARCHIVE ? EXTRACT_archive : EXTRACT_binary);
}

static void read_whole(struct extract *x, enum extract_format f, struct str bytes, int fd)
{
	struct bytes_at at = { bytes, fd, fd >= 0 ? lseek(fd, 0, SEEK_END) : bytes.n };

	if (f == EXTRACT_IS_ZIP)
		read_zip(x, bytes, fd);
	else if (f == EXTRACT_IS_SQLITE)
		read_sqlite(x, &at);
	else if (f == EXTRACT_IS_MAIL)
		read_mail(x, bytes);
	else if (f == EXTRACT_IS_RTF)
		read_rtf(x, bytes);
	else if (f == EXTRACT_IS_PDF)
		extract_program(x, EXTRACT_PDF, bytes);
	else if (f == EXTRACT_IS_OLE)
		read_ole(x, bytes);
	else
		refuse(x, f);
}

void part_close(struct part *p)
{
	if (!p)
		return;
	struct extract *x = p->x;
	if (!p->known && !p->failed && x->st == ST_OK)
		choose(p, true);
	if (p->reader)
		p->reader->close(p->r);
	else if (!p->failed && x->st == ST_OK)
		read_whole(x, p->kind.format, buf_str(&p->head), -1);
	buf_free(&p->head);
	path_leave(x, p->mark);
	x->depth--;
	free(p);
}

void part_drop(struct part *p, enum extract_why why)
{
	struct extract *x = p->x;

	if (!p->known && !p->failed && p->head.n && x->st == ST_OK)
		choose(p, true);
	if (p->reader)                                /* half a text is read; half a document is not */
		p->reader->close(p->r);
	p->reader = NULL;
	p->failed = true;
	extract_unread(x, why);
	part_close(p);
}

void part_bytes(struct extract *x, struct str name, struct str bytes)
{
	struct part *p = part_open(x, name);

	if (p)
		part_push(p, bytes);
	part_close(p);
}

bool bytes_get(const struct bytes_at *b, int64_t at, void *p, ptrdiff_t n)
{
	if (at < 0 || n < 0 || at > b->size || n > b->size - at)
		return false;
	if (b->fd < 0) {
		memcpy(p, b->bytes.p + at, (size_t)n);
		return true;
	}
	for (char *c = p; n > 0; ) {
		ssize_t got = pread(b->fd, c, (size_t)n, at);
		if (got <= 0)
			return false;
		c += got;
		at += got;
		n -= got;
	}
	return true;
}

/* ---- a whole file ---- */

static struct extract make(const struct extract_limits *l, const struct extract_events *ev, void *user)
{
	struct extract_limits g = l ? *l : (struct extract_limits){ 0 };

	return (struct extract){
		.ev = ev, .user = user, .path = buf_make(64 << 10), .out = buf_make(0),
		.l = { .depth = g.depth ? g.depth : 8, .members = g.members ? g.members : 100000,
		       .member_bytes = g.member_bytes ? g.member_bytes : (int64_t)128 << 20,
		       .total_bytes = g.total_bytes ? g.total_bytes : (int64_t)4 << 30, .ratio = g.ratio ? g.ratio : 500 },
	};
}

static enum status finish(struct extract *x)
{
	buf_free(&x->path);
	buf_free(&x->out);
	return x->st;
}

/* The file's name serves sniffing only: the path of the file itself is empty. */
static void read_named(struct extract *x, struct str head, bool whole, struct str name, struct str bytes, int fd)
{
	struct extract_kind k = extract_sniff(head, whole, name);

	x->depth = 1;
	x->members = 1;
	if (!is_streamed(k.format)) {
		read_whole(x, k.format, bytes, fd);
		return;
	}
	const struct reader *reader = reader_of(k.format);
	void *r = reader->open(x, k);
	if (fd < 0) {
		reader->push(r, bytes);
	} else {
		char *piece = malloc(READ_PIECE);
		ssize_t n = 1;
		for (int64_t at = 0; piece && n > 0 && x->st == ST_OK; at += n) {
			n = pread(fd, piece, READ_PIECE, at);
			if (n > 0)
				reader->push(r, (struct str){ piece, n });
		}
		if (!piece || n < 0)
			extract_unread(x, EXTRACT_unreadable);
		free(piece);
	}
	reader->close(r);
}

enum status extract_bytes(struct str bytes, struct str name, const struct extract_limits *l, const struct extract_events *ev, void *user)
{
	struct extract x = make(l, ev, user);

	read_named(&x, str_sub(bytes, 0, EXTRACT_HEAD), bytes.n <= EXTRACT_HEAD, name, bytes, -1);
	return finish(&x);
}

/* Mails and rich text are held whole, others are read where they lie. */
static void read_held(struct extract *x, struct str name, int fd, int64_t size)
{
	struct buf all CLEANUP(buf_free) = buf_make((ptrdiff_t)x->l.member_bytes);
	char *room = size <= x->l.member_bytes ? buf_room(&all, (ptrdiff_t)size) : NULL;
	struct bytes_at at = { .fd = fd, .size = size };

	if (!room)
		extract_unread(x, EXTRACT_too_big);
	else if (!bytes_get(&at, 0, room, (ptrdiff_t)size))
		extract_unread(x, EXTRACT_unreadable);
	else
		read_named(x, str_sub(buf_str(&all), 0, EXTRACT_HEAD), all.n <= EXTRACT_HEAD, name, buf_str(&all), -1);
}

enum status extract_fd(int fd, struct str name, const struct extract_limits *l, const struct extract_events *ev, void *user)
{
	struct extract x = make(l, ev, user);
	char *head = malloc(EXTRACT_HEAD);
	int64_t size = lseek(fd, 0, SEEK_END);
	struct bytes_at at = { .fd = fd, .size = size };
	ptrdiff_t n = (ptrdiff_t)MIN(size, EXTRACT_HEAD);

	assert(fd >= 0);
	if (!head || size < 0 || !bytes_get(&at, 0, head, n)) {
		extract_unread(&x, EXTRACT_unreadable);
	} else {
		struct str h = { head, n };
		enum extract_format f = extract_sniff(h, n == size, name).format;
		if (is_streamed(f) || is_refused(f) || f == EXTRACT_IS_ZIP || f == EXTRACT_IS_SQLITE)
			read_named(&x, h, n == size, name, h, fd);
		else
			read_held(&x, name, fd, size);
	}
	free(head);
	return finish(&x);
}
