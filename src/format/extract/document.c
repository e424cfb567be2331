/* document.c - docx, pptx and OpenDocument: paragraphs as lines, cells with tabs between them. */
#include "format/extract/document.h"
#include <stdlib.h>

/* ---- parsing in pieces ---- */

struct parsing {
	struct extract              *x;
	XML_Parser                   p;
	const struct document_handler *h;
	void                        *user;
	bool                         counted_out;
};

static struct str local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return str_z(colon ? colon + 1 : name);
}

struct str document_attribute(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (str_eq(local(attributes[0]), str_z(name)))
			return str_z(attributes[1]);
	return (struct str){ NULL, 0 };
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct parsing *p = user;

	p->h->start(p->user, local(name), attributes);
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
	struct parsing *p = user;

	p->h->end(p->user, local(name));
}

static void XMLCALL on_text(void *user, const XML_Char *s, int n)
{
	struct parsing *p = user;

	p->h->text(p->user, (struct str){ s, n });
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system, const XML_Char *public, int inside)
{
	struct parsing *p = user;

	(void)name, (void)system, (void)public, (void)inside;
	XML_StopParser(p->p, XML_FALSE);
}

static enum status take_piece(void *user, struct str piece)
{
	struct parsing *p = user;

	if (!extract_count(p->x, piece.n, 0, 0)) {
		p->counted_out = true;
		return ST_TOO_BIG;
	}
	return XML_Parse(p->p, piece.p, (int)piece.n, 0) == XML_STATUS_OK ? p->x->st : ST_BAD_INPUT;
}

bool document_parse(struct extract *x, struct zip_reader *z, struct zip_member m, const struct document_handler *h, void *user)
{
	struct parsing p = { .x = x, .p = XML_ParserCreate(NULL), .h = h, .user = user };

	if (!p.p)
		abort();
	XML_SetUserData(p.p, &p);
	XML_SetElementHandler(p.p, on_start, on_end);
	XML_SetCharacterDataHandler(p.p, on_text);
	XML_SetStartDoctypeDeclHandler(p.p, on_doctype);
	enum status st = zip_read(z, m.index, take_piece, &p);
	if (st == ST_OK && XML_Parse(p.p, "", 0, 1) != XML_STATUS_OK)
		st = ST_BAD_INPUT;
	XML_ParserFree(p.p);
	if (st != ST_OK && !p.counted_out && x->st == ST_OK)
		extract_unread(x, st == ST_TOO_BIG ? EXTRACT_ratio : st == ST_DENIED ? EXTRACT_encrypted : EXTRACT_damaged);
	return st == ST_OK;
}

/* ---- running text ---- */

enum act { ACT_TEXT = 1, ACT_PARAGRAPH, ACT_CELL, ACT_ROW, ACT_TAB, ACT_BREAK, ACT_SPACE, ACT_SKIP };

/* Word: t in r in p; PowerPoint and drawings: t in r in p; OpenDocument: text straight in p and h. */
static const struct { struct str element; enum act act; } ELEMENTS[] = {
	{ SLIT("t"), ACT_TEXT }, { SLIT("delText"), ACT_TEXT }, { SLIT("p"), ACT_PARAGRAPH }, { SLIT("h"), ACT_PARAGRAPH },
	{ SLIT("tc"), ACT_CELL }, { SLIT("table-cell"), ACT_CELL }, { SLIT("tr"), ACT_ROW }, { SLIT("table-row"), ACT_ROW },
	{ SLIT("tab"), ACT_TAB }, { SLIT("br"), ACT_BREAK }, { SLIT("cr"), ACT_BREAK }, { SLIT("line-break"), ACT_BREAK },
	{ SLIT("s"), ACT_SPACE }, { SLIT("Fallback"), ACT_SKIP }, { SLIT("rt"), ACT_SKIP }, { SLIT("ruby-text"), ACT_SKIP },
	{ SLIT("instrText"), ACT_SKIP }, { SLIT("author"), ACT_TEXT }, { SLIT("creator"), ACT_TEXT },
};

struct running {
	struct extract *x;
	bool            open_document;
	int             text, skip, cells, paragraphs;    /* how deep inside of each */
	bool            due;                              /* a space for a paragraph that ended inside a cell */
};

static enum act act_of(struct str element)
{
	for (ptrdiff_t i = 0; i < COUNT(ELEMENTS); i++)
		if (str_eq(ELEMENTS[i].element, element))
			return ELEMENTS[i].act;
	return 0;
}

static void running_start(void *user, struct str element, const char **attributes)
{
	struct running *r = user;
	enum act act = act_of(element);

	(void)attributes;
	r->skip += act == ACT_SKIP || r->skip;
	if (r->skip)
		return;
	r->open_document |= str_eq(element, S("document-content"));
	r->text += act == ACT_TEXT;
	r->cells += act == ACT_CELL;
	r->paragraphs += act == ACT_PARAGRAPH;
	if (act == ACT_TAB)
		text_add(r->x, S("\t"));
	else if (act == ACT_BREAK)
		text_add(r->x, r->cells ? S(" ") : S("\n"));
	else if (act == ACT_SPACE && r->open_document)
		text_add(r->x, S(" "));
}

static void running_end(void *user, struct str element)
{
	struct running *r = user;
	enum act act = act_of(element);

	if (r->skip) {
		r->skip--;
		return;
	}
	r->text -= act == ACT_TEXT;
	r->cells -= act == ACT_CELL;
	r->paragraphs -= act == ACT_PARAGRAPH;
	if (act == ACT_PARAGRAPH && r->cells)
		r->due = true;
	else if (act == ACT_PARAGRAPH || act == ACT_ROW || str_eq(element, S("author")))
		text_add(r->x, S("\n"));
	else if (act == ACT_CELL)
		text_add(r->x, S("\t"));
	if (act != ACT_PARAGRAPH && (act == ACT_CELL || act == ACT_ROW))
		r->due = false;
}

static void running_text(void *user, struct str s)
{
	struct running *r = user;

	if (r->skip || !(r->text || (r->open_document && r->paragraphs)))
		return;
	if (r->due)
		text_add(r->x, S(" "));
	r->due = false;
	text_add(r->x, s);
}

void document_text(struct extract *x, struct zip_reader *z, struct zip_member m)
{
	static const struct document_handler H = { running_start, running_end, running_text };
	struct running r = { .x = x };

	document_parse(x, z, m, &H, &r);
	text_add(x, S("\n"));
}

/* ---- documents ---- */

static bool is_xml(struct str name)
{
	return str_ends(name, S(".xml")) || str_ends(name, S(".rels"));
}

void document_embedded(struct extract *x, struct arena *a, struct zip_reader *z)
{
	for (ptrdiff_t i = 0; i < zip_members(z) && x->st == ST_OK; i++) {
		struct arena_mark mark = arena_mark(a);
		struct zip_member m = zip_member_at(z, i);
		bool media = str_find(m.name, S("media/")) >= 0 || str_find(m.name, S("embeddings/")) >= 0 || str_starts(m.name, S("Pictures/"));
		if (media && !m.folder && !is_xml(m.name))
			read_zip_member(x, z, m);
		arena_reset(a, mark);
	}
}

/* The members NAME1.xml, NAME2.xml ... in the order of their numbers; deleted slides leave gaps. */
static void numbered(struct extract *x, struct zip_reader *z, const char *before)
{
	int missing = 0;

	for (int n = 1; missing < 200 && x->st == ST_OK; n++) {
		struct buf name CLEANUP(buf_free) = buf_make(200);
		struct zip_member m;
		buf_fmt(&name, "%s%d.xml", before, n);
		if (zip_find(z, buf_str(&name), &m) == ST_OK)
			document_text(x, z, m);
		else
			missing++;
	}
}

static void one(struct extract *x, struct zip_reader *z, struct str name)
{
	struct zip_member m;

	if (zip_find(z, name, &m) == ST_OK)
		document_text(x, z, m);
}

static void read_word(struct extract *x, struct zip_reader *z)
{
	static const char *const MORE[] = { "word/header", "word/footer" };
	static const struct str NOTES[] = { SLIT("word/footnotes.xml"), SLIT("word/endnotes.xml"), SLIT("word/comments.xml") };

	one(x, z, S("word/document.xml"));
	for (ptrdiff_t i = 0; i < COUNT(MORE); i++)
		numbered(x, z, MORE[i]);
	for (ptrdiff_t i = 0; i < COUNT(NOTES); i++)
		one(x, z, NOTES[i]);
}

bool read_document(struct extract *x, struct arena *a, struct zip_reader *z, struct str bytes, int fd)
{
	struct zip_member m;
	bool word = zip_find(z, S("word/document.xml"), &m) == ST_OK;
	bool slides = !word && zip_find(z, S("ppt/presentation.xml"), &m) == ST_OK;
	bool sheets = !word && !slides && zip_find(z, S("xl/workbook.xml"), &m) == ST_OK;
	bool open_document = !word && !slides && !sheets && zip_find(z, S("mimetype"), &m) == ST_OK &&
	                     zip_find(z, S("content.xml"), &m) == ST_OK;

	if (!word && !slides && !sheets && !open_document)
		return false;
	if (sheets) {
		document_sheets(x, a, z, bytes, fd);
	} else {
		text_begin(x);
		if (word)
			read_word(x, z);
		if (slides) {
			numbered(x, z, "ppt/slides/slide");
			numbered(x, z, "ppt/notesSlides/notesSlide");
			numbered(x, z, "ppt/comments/comment");
		}
		if (open_document)
			one(x, z, S("content.xml"));
		text_end(x);
	}
	document_embedded(x, a, z);
	return true;
}
