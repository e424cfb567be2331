/* table_in.c - tells kinds of files apart, and reads workbooks in a confined child. */
#include "format/table_in.h"
#include "format/xlsx.h"
#include "format/zip.h"

/* ---- kinds ---- */

/* A name in the directory of an OLE2 file: UTF-16. */
static bool ole_has(struct str bytes, struct str name)
{
	char wide[64];

	for (ptrdiff_t i = 0; i < name.n; i++) {
		wide[2 * i] = name.p[i];
		wide[2 * i + 1] = 0;
	}
	return str_find(bytes, (struct str){ wide, 2 * name.n }) >= 0;
}

static uint32_t little32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

/* The directory of an archive, which its last record points at; of an archive cut short, what there is of it. */
static struct str directory_of(struct str zip)
{
	enum { END_RECORD = 22, OFFSET_AT = 16, COMMENT_MAX = 65535 };

	for (ptrdiff_t i = zip.n - END_RECORD; i >= MAX(0, zip.n - END_RECORD - COMMENT_MAX); i--)
		if (memcmp(zip.p + i, "PK\5\6", 4) == 0 && little32(zip.p + i + OFFSET_AT) < i)
			return str_sub(zip, little32(zip.p + i + OFFSET_AT), i);
	return zip;
}

static enum table_kind kind_of_zip(struct str zip)
{
	struct str bytes = directory_of(zip);

	if (str_find(bytes, S("xl/workbook.bin")) >= 0)
		return TABLE_KIND_XLSB;
	if (str_find(str_sub(zip, 0, 200), S("application/vnd.oasis.opendocument")) >= 0)
		return TABLE_KIND_ODS;
	if (str_find(bytes, S("word/document.xml")) >= 0 || str_find(bytes, S("ppt/presentation.xml")) >= 0)
		return TABLE_KIND_OTHER;
	return TABLE_KIND_XLSX;
}

enum table_kind table_kind(struct str bytes)
{
	static const struct str others[] = { SLIT("%PDF-"), SLIT("\x89PNG"), SLIT("\xff\xd8\xff"), SLIT("GIF8"), SLIT("Rar!"), SLIT("7z\xbc\xaf"), SLIT("\x1f\x8b"),
		SLIT("{\\rtf"), SLIT("<!DOCTYPE"), SLIT("<html"), SLIT("<?xml") };

	if (str_starts(bytes, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))) {
		if (ole_has(bytes, S("EncryptedPackage")))
			return TABLE_KIND_LOCKED;
		return ole_has(bytes, S("WordDocument")) || ole_has(bytes, S("PowerPoint Document")) ? TABLE_KIND_OTHER : TABLE_KIND_XLS;
	}
	if (str_starts(bytes, S("PK\3\4")) || str_starts(bytes, S("PK\5\6")))
		return kind_of_zip(bytes);
	if (str_starts(bytes, S("\x09\x08\x10\x00")) || str_starts(bytes, S("\x09\x08\x08\x00")))
		return TABLE_KIND_XLS;                   /* the bare stream of an old workbook */
	for (ptrdiff_t i = 0; i < COUNT(others); i++)
		if (str_starts(bytes, others[i]))
			return TABLE_KIND_OTHER;
	return TABLE_KIND_TEXT;
}

static enum status refuse(struct problems *ps, enum table_kind kind)
{
	static const enum msg_id messages[] = {
		[TABLE_KIND_XLS] = MSG_TABLE_XLS, [TABLE_KIND_LOCKED] = MSG_XLSX_LOCKED, [TABLE_KIND_XLSB] = MSG_TABLE_XLSB,
		[TABLE_KIND_ODS] = MSG_TABLE_ODS, [TABLE_KIND_OTHER] = MSG_TABLE_OTHER,
	};

	problem(ps, S(""), messages[kind]);
	return ST_BAD_INPUT;
}

/* ---- in the child ---- */

static enum status answer(void *user, struct str bytes)
{
	return sandbox_answer(user, bytes);
}

static enum status parse(struct sandbox_child *c)
{
	struct arena a = arena_make((ptrdiff_t)1 << 30);
	struct problems ps = { .a = &a };
	struct sheet_writer w;

	enum status st = xlsx_read_fd(&a, c->in, NULL, &ps, sheet_write(&w, answer, c));
	/* the problems tell more than the status: they go to the parent as part of a whole answer */
	if (st == ST_OK || ps.n > 0)
		TRY(sheet_write_end(&w, &ps));
	return st == ST_OK || ps.n > 0 ? ST_OK : st;
}

static enum status read_confined(struct sandbox *s, struct str bytes, struct problems *ps, struct workbook *ret)
{
	struct sandbox_job job = { .fn = parse, .has_bytes = true, .bytes = bytes,
		.limits = { .memory = (int64_t)1 << 30, .output = (int64_t)1 << 30, .cpu_s = 120, .wall_ms = 240000 } };
	ptrdiff_t before = ps->n;
	struct sheet_reader *r = sheet_reader_make(workbook_sink(ret), ps);      /* keeps up with the child */
	enum status st = sandbox_run(s, &job, sheet_reader_take, r, NULL), whole = sheet_reader_end(r);

	if (st == ST_OK)
		st = whole;
	if (st == ST_OK && ps->n > before)
		st = ST_BAD_INPUT;
	else if (st == ST_TOO_BIG)
		problem(ps, S(""), MSG_XLSX_TOO_BIG);
	else if (st == ST_UNAVAILABLE)
		problem(ps, S(""), MSG_TABLE_UNCONFINED);
	else if (st != ST_OK && ps->n == before)
		problem(ps, S(""), MSG_XLSX_NO_WORKBOOK);
	return st;
}

static enum status read_text(struct str bytes, const struct csv_options *o, struct problems *ps, struct workbook *ret)
{
	struct csv *r;
	ptrdiff_t before = ps->n;

	TRY(csv_open(ret->a, bytes, o, ps, &r));
	enum status st = sheet_of_csv(r, S("CSV"), workbook_sink(ret));
	csv_close(r);
	if (st == ST_TOO_BIG && ps->n == before)
		problem(ps, S(""), MSG_RECOGNISE_TOO_BIG);
	return st;
}

enum status table_in(struct sandbox *s, struct str bytes, const struct table_in_options *o, struct problems *ps,
	struct workbook *ret, enum table_kind *ret_kind)
{
	enum table_kind kind = table_kind(bytes);

	*ret_kind = kind;
	if (kind == TABLE_KIND_TEXT)
		return read_text(bytes, o ? &o->csv : NULL, ps, ret);
	if (kind != TABLE_KIND_XLSX)
		return refuse(ps, kind);
	if (o && o->unconfined)
		return xlsx_read_bytes(ret->a, bytes, NULL, ps, workbook_sink(ret));
	return read_confined(s, bytes, ps, ret);
}
