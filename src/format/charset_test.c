/* charset_test.c - detection of short and long texts, conversion whole and cut at every byte. */
#include "format/charset.h"
#include "base/utf8.h"
#include <iconv.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

static const struct { enum charset charset; const char *iconv; } TARGETS[] = {
	{ CHARSET_CP932, "CP932" }, { CHARSET_EUC_JP, "EUC-JP-MS" }, { CHARSET_ISO_2022_JP, "ISO-2022-JP" }, { CHARSET_UTF8, "UTF-8" },
	{ CHARSET_UTF16LE, "UTF-16LE" }, { CHARSET_UTF16BE, "UTF-16BE" },
};

/* The text in another encoding; its memory is the arena's. */
static struct str encode(struct arena *a, const char *name, struct str text)
{
	iconv_t cd = iconv_open(name, "UTF-8");
	assert_true(cd != (iconv_t)-1);
	char *in = str_to_z(a, text), *out = new_n(a, char, text.n * 4 + 16), *to = out;
	size_t left = (size_t)text.n, room = (size_t)text.n * 4 + 16;
	assert_int_equal(iconv(cd, &in, &left, &to, &room), 0);
	assert_int_equal(iconv(cd, NULL, NULL, &to, &room), 0);
	iconv_close(cd);
	return (struct str){ out, to - out };
}

static const struct str SHORT[] = {
	SLIT("氏名"), SLIT("山田太郎"), SLIT("個人番号"), SLIT("生年月日,電話番号"), SLIT("東京都千代田区霞が関1-2-3"), SLIT("斎藤"),
	SLIT("電話 03-1234-5678"), SLIT("お名前:佐藤花子"), SLIT("ヤマダ タロウ"), SLIT("メール"), SLIT("高橋"), SLIT("大阪府"),
	SLIT("株式会社日本商事\r\n〒100-0001\r\n"), SLIT("id,name\n1,鈴木一郎\n2,伊藤\n"), SLIT("ひらがな"), SLIT("渡辺 美咲"),
};

#define KANJI_ONLY(s) (utf8_length(s) * 3 == (s).n)

static void detects_short_texts(void **state)
{
	(void)state;
	struct arena a = arena_make(0);
	ptrdiff_t bom;

	for (int t = 0; t < COUNT(TARGETS); t++)
		for (int i = 0; i < COUNT(SHORT); i++) {
			if (KANJI_ONLY(SHORT[i]) && (TARGETS[t].charset == CHARSET_UTF16LE || TARGETS[t].charset == CHARSET_UTF16BE))
				continue;                   /* without a mark or a zero byte such UTF-16 may be anything */
			struct str in = encode(&a, TARGETS[t].iconv, SHORT[i]);
			enum charset got = charset_detect(in, true, &bom);
			if (got != TARGETS[t].charset)
				fail_msg("%s text \"%.*s\" taken for %s", TARGETS[t].iconv, STR_FMT(SHORT[i]), charset_name(got));
			assert_int_equal(bom, 0);
		}
	arena_free(&a);
}

static void detects_half_width_kana(void **state)
{
	(void)state;
	struct arena a = arena_make(0);
	static const struct str kana[] = { SLIT("ﾔﾏﾀﾞ ﾀﾛｳ"), SLIT("ｶ)ﾆﾎﾝｼﾖｳｼﾞ"), SLIT("ﾄｳｷﾖｳ"), SLIT("1234567 ｻﾄｳ ﾊﾅｺ\r\n7654321 ｽｽﾞｷ ｲﾁﾛｳ\r\n") };
	ptrdiff_t bom;

	for (int i = 0; i < COUNT(kana); i++) {
		assert_int_equal(charset_detect(encode(&a, "CP932", kana[i]), true, &bom), CHARSET_CP932);
		assert_int_equal(charset_detect(encode(&a, "EUC-JP-MS", kana[i]), true, &bom), CHARSET_EUC_JP);
	}
	arena_free(&a);
}

static void detects_marks_and_the_rest(void **state)
{
	(void)state;
	ptrdiff_t bom;

	assert_int_equal(charset_detect(S("\xEF\xBB\xBF" "a"), true, &bom), CHARSET_UTF8);
	assert_int_equal(bom, 3);
	assert_int_equal(charset_detect(S("\xFF\xFE" "a\0"), true, &bom), CHARSET_UTF16LE);
	assert_int_equal(bom, 2);
	assert_int_equal(charset_detect(S("\xFE\xFF\0a"), true, &bom), CHARSET_UTF16BE);
	assert_int_equal(charset_detect(S("a\0b\0c\0\n\0"), true, &bom), CHARSET_UTF16LE);
	assert_int_equal(charset_detect(S("\0a\0b\0c\0\n"), true, &bom), CHARSET_UTF16BE);
	assert_int_equal(charset_detect(S("plain"), true, &bom), CHARSET_UTF8);
	assert_int_equal(charset_detect(S(""), true, &bom), CHARSET_UTF8);
	assert_int_equal(charset_detect(S("\x7F" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\x3E\0\1\0\0\0"), true, &bom), CHARSET_BINARY);
	assert_int_equal(charset_detect(S("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0\x5C\x72\xA8\x66"), true, &bom), CHARSET_BINARY);
	assert_int_equal(charset_detect(S("caf\xE9 and a long text in plain letters around it"), true, &bom), CHARSET_LATIN1);
	/* one broken byte does not make a text unreadable */
	assert_int_equal(charset_detect(S("氏名 山田太郎 \xFF 住所 東京都"), true, &bom), CHARSET_UTF8);
	/* a character cut at the end of a head is no error */
	assert_int_equal(charset_detect(S("氏名 山田太\xE9\x83"), false, &bom), CHARSET_UTF8);
	assert_int_equal(charset_detect(S("\x8e\x81\x96\xbc \x8eR\x93\x63\x91"), false, &bom), CHARSET_CP932);
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(charset_of_name(S("Shift_JIS")), CHARSET_CP932);
	assert_int_equal(charset_of_name(S(" iso-2022-jp ")), CHARSET_ISO_2022_JP);
	assert_int_equal(charset_of_name(S("US-ASCII")), CHARSET_UTF8);
	assert_int_equal(charset_of_name(S("koi8-r")), CHARSET_BINARY);
	assert_string_equal(charset_name(CHARSET_CP932), "Windows-31J");
}

static void converts_known_bytes(void **state)
{
	(void)state;
	struct arena a = arena_make(0);
	enum charset c;
	struct str out;
	static const struct { struct str in, out; enum charset charset; } V[] = {
		{ SLIT("\x8e\x81\x96\xbc\x87\x40\xed\x95"), SLIT("氏名①﨑"), CHARSET_CP932 },      /* NEC rows and NEC-selected IBM kanji */
		{ SLIT("\xbb\xe1\xcc\xbe\xad\xa1"), SLIT("氏名①"), CHARSET_EUC_JP },
		{ SLIT("\x1b$B;aL>-!\x1b(B,\x1b(I1\x1b(B"), SLIT("氏名①,ｱ"), CHARSET_ISO_2022_JP },
		{ SLIT("\xff\xfe\x0f\x6c\x0d\x54\x42\xd8\xb7\xdf"), SLIT("氏名𠮷"), CHARSET_UTF16LE },
		{ SLIT("\xef\xbb\xbf氏名"), SLIT("氏名"), CHARSET_UTF8 },
	};

	for (int i = 0; i < COUNT(V); i++) {
		assert_int_equal(charset_to_utf8(&a, V[i].in, 1000, &out, &c), ST_OK);
		assert_int_equal(c, V[i].charset);
		assert_true(str_eq(out, V[i].out));
	}
	struct str same = S("氏名,山田");
	assert_int_equal(charset_to_utf8(&a, same, 1000, &out, &c), ST_OK);
	assert_ptr_equal(out.p, same.p);
	assert_int_equal(charset_to_utf8(&a, V[0].in, 5, &out, &c), ST_TOO_BIG);
	assert_int_equal(charset_to_utf8(&a, S("\0\1\2\3\4\0\0\0"), 5, &out, &c), ST_BAD_INPUT);
	arena_free(&a);
}

static void add_cut(struct charset_reader *r, struct str in, ptrdiff_t at, struct buf *out)
{
	charset_add(r, str_sub(in, 0, at), false, out);
	charset_add(r, str_sub(in, at, in.n), true, out);
}

/* The same text comes out wherever the input is cut, also byte by byte. */
static void cuts_do_not_matter(void **state)
{
	(void)state;
	struct arena a = arena_make(0);
	struct str text = S("氏名\t山田太郎 ABC, 〒100-0001 ﾀﾛｳ 東京都\r\n①髙﨑 end");
	static const char *const names[CHARSET_MAX] = { [CHARSET_UTF8] = "UTF-8", [CHARSET_UTF16LE] = "UTF-16LE",
		[CHARSET_UTF16BE] = "UTF-16BE", [CHARSET_CP932] = "CP932", [CHARSET_EUC_JP] = "EUC-JP-MS", [CHARSET_ISO_2022_JP] = NULL };

	for (enum charset c = 0; c < CHARSET_BINARY; c++) {
		struct str want = c == CHARSET_ISO_2022_JP ? S("氏名ﾀﾛｳabc\n山田\n") : text;
		struct str in = c == CHARSET_ISO_2022_JP ? S("\x1b$B;aL>\x1b(I@[3\x1b(Babc\n\x1b$B;3ED\x1b(B\n") :
			names[c] ? encode(&a, names[c], text) : S("");
		for (ptrdiff_t at = 0; at <= in.n && in.n; at++) {
			struct charset_reader r;
			struct buf out = buf_make(0), bytes = buf_make(0);
			assert_int_equal(charset_open(&r, c), ST_OK);
			add_cut(&r, in, at, &out);
			assert_true(str_eq(buf_str(&out), want));
			assert_int_equal(r.replaced, 0);
			charset_close(&r);
			assert_int_equal(charset_open(&r, c), ST_OK);
			for (ptrdiff_t i = 0; i < in.n; i++)
				charset_add(&r, str_sub(in, i, i + 1), i + 1 == in.n, &bytes);
			assert_true(str_eq(buf_str(&bytes), want));
			charset_close(&r);
			buf_free(&out);
			buf_free(&bytes);
		}
	}
	arena_free(&a);
}

static void counts_malformed_bytes(void **state)
{
	(void)state;
	static const struct { enum charset c; struct str in, out; int replaced; } V[] = {
		{ CHARSET_UTF8, SLIT("a\xFF" "b\xE6\xB0"), SLIT("a\xEF\xBF\xBD" "b\xEF\xBF\xBD"), 2 },
		{ CHARSET_CP932, SLIT("a\x8e\x20" "b\x8e"), SLIT("a\xEF\xBF\xBD b\xEF\xBF\xBD"), 2 },
		{ CHARSET_EUC_JP, SLIT("\xbb\xe1\xbb,1"), SLIT("氏\xEF\xBF\xBD,1"), 1 },
		{ CHARSET_UTF16LE, SLIT("a\0\0\xD8" "b\0c"), SLIT("a\xEF\xBF\xBD" "b\xEF\xBF\xBD"), 2 },
		{ CHARSET_ISO_2022_JP, SLIT("\x1b$B;"), SLIT("\xEF\xBF\xBD"), 1 },
	};

	for (int i = 0; i < COUNT(V); i++) {
		struct charset_reader r;
		struct buf out = buf_make(0);
		assert_int_equal(charset_open(&r, V[i].c), ST_OK);
		charset_add(&r, V[i].in, true, &out);
		assert_true(str_eq(buf_str(&out), V[i].out));
		assert_int_equal(r.replaced, V[i].replaced);
		charset_close(&r);
		buf_free(&out);
	}
}

/* Random bytes in every encoding give well-formed UTF-8. */
static void noise_gives_utf8(void **state)
{
	(void)state;
	uint32_t seed = 7;

	for (int round = 0; round < 400; round++) {
		char noise[64];
		for (int i = 0; i < COUNT(noise); i++) {
			seed = (uint32_t)(((uint64_t)seed * 1103515245 + 12345) & 0x7FFFFFFF);
			noise[i] = (char)(seed >> 16 & 0xFF);
		}
		struct str in = { noise, COUNT(noise) };
		struct charset_reader r;
		struct buf out = buf_make(0);
		assert_int_equal(charset_open(&r, (enum charset)(round % CHARSET_BINARY)), ST_OK);
		add_cut(&r, in, round % 64, &out);
		assert_true(utf8_valid(buf_str(&out)));
		charset_close(&r);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(detects_short_texts), cmocka_unit_test(detects_half_width_kana),
		cmocka_unit_test(detects_marks_and_the_rest), cmocka_unit_test(names), cmocka_unit_test(converts_known_bytes),
		cmocka_unit_test(cuts_do_not_matter), cmocka_unit_test(counts_malformed_bytes), cmocka_unit_test(noise_gives_utf8),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
