/* scan_dict.c - builds the scanner's dictionary from the packaged IPA dictionary: `scan_dict FOLDER OUT`.
 * FOLDER holds the csv files and matrix.def of Debian's mecab-ipadic (EUC-JP). Licence and source: docs/DATA.md. */
#include "../src/scan/dict.h"
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONTEXTS = 1316, FIELDS = 13, LINE = 4096 };

static struct dict dict;
static const char *folder;
static int nwords, ndropped;

static void die(const char *what, const char *which)
{
	fprintf(stderr, "scan_dict: %s %s (is the package mecab-ipadic installed?)\n", what, which);
	exit(1);
}

/* ---- one character at a time ---- */

static int chars_of(const char *s, uint32_t *c, int max)
{
	int n = 0;

	for (const unsigned char *p = (const unsigned char *)s; *p; n++) {
		int len = *p < 0x80 ? 1 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;

		if (n == max)
			return max + 1;
		c[n] = len == 1 ? *p : len == 2 ? (*p & 31u) << 6 | (p[1] & 63u) : len == 3 ? (*p & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u) : 0x10FFFF;
		p += len;
	}
	return n;
}

static bool is_han(uint32_t c)
{
	return (c >= 0x4E00 && c < DICT_HAN_END) || c == 0x3005 || c == 0x3006 || c == 0x30F6 || c == 0x30B1 || c == 0x30CE;
}

static bool all_han(const uint32_t *c, int n)
{
	for (int i = 0; i < n; i++)
		if (!is_han(c[i]))
			return false;
	return n > 0 && c[0] >= 0x4E00;
}

static uint64_t hash_of(const uint32_t *c, int n)
{
	uint64_t h = DICT_SEED;

	for (int i = 0; i < n; i++)
		h = dict_hash(h, c[i]);
	return h;
}

static void set_bit(uint8_t *set, uint32_t c)
{
	if (c >= DICT_HAN && c < DICT_HAN_END)
		set[(c - DICT_HAN) / 8] |= (uint8_t)(1u << ((c - DICT_HAN) % 8));
}

static void add_to_set(uint32_t *set, uint64_t h)
{
	uint32_t print = (uint32_t)(h >> 32) | 1, i = (uint32_t)h & (DICT_SET - 1);

	while (set[i] && set[i] != print)
		i = (i + 1) & (DICT_SET - 1);
	set[i] = print;
}

/* ---- words ---- */

static const struct dict_word *find_word(const uint32_t *c, int n)
{
	uint64_t h = hash_of(c, n);
	uint32_t print = (uint32_t)(h >> 32) | 1, i = (uint32_t)h & (DICT_WORDS - 1);

	while (dict.words[i].print && dict.words[i].print != print)
		i = (i + 1) & (DICT_WORDS - 1);
	return dict.words[i].print ? &dict.words[i] : NULL;
}

/* Keeps the cheapest readings; those of a name are never pushed out. */
static void add_word(const uint32_t *c, int n, enum dict_class class, int cost)
{
	uint64_t h = hash_of(c, n);
	uint32_t print = (uint32_t)(h >> 32) | 1, i = (uint32_t)h & (DICT_WORDS - 1);
	struct dict_word *w;
	int worst = -1;
	unsigned item;

	cost = cost < 0 ? 0 : cost > 16000 ? 16000 : cost;
	item = (unsigned)class << 11 | (unsigned)cost / 8;
	while (dict.words[i].print && dict.words[i].print != print)
		i = (i + 1) & (DICT_WORDS - 1);
	w = &dict.words[i];
	if (!w->print) {
		w->print = print;
		for (int k = 0; k < DICT_CLASSES; k++)
			w->item[k] = UINT16_MAX;
		nwords++;
	}
	for (int k = 0; k < DICT_CLASSES; k++) {
		if (w->item[k] >> 11 == class || w->item[k] == UINT16_MAX) {
			if (w->item[k] > item || w->item[k] == UINT16_MAX)
				w->item[k] = (uint16_t)item;
			return;
		}
		if (w->item[k] >> 11 != DC_SURNAME && w->item[k] >> 11 != DC_GIVEN && (worst < 0 || (w->item[k] & 2047) > (w->item[worst] & 2047)))
			worst = k;
	}
	ndropped++;
	if (worst >= 0 && ((unsigned)cost / 8 < (w->item[worst] & 2047u) || class == DC_SURNAME || class == DC_GIVEN))
		w->item[worst] = (uint16_t)item;
}

/* ---- readings ---- */

static const char *const kana_table =
	"ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ si ス su セ se ソ so タ ta チ ti ツ tu テ te ト to ナ na ニ ni ヌ nu ネ ne ノ no "
	"ハ ha ヒ hi フ hu ヘ he ホ ho マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヲ o ン n ガ ga ギ gi グ gu ゲ ge "
	"ゴ go ザ za ジ zi ズ zu ゼ ze ゾ zo ダ da ヂ zi ヅ zu デ de ド do バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po ヴ vu ";

static const char *kana_roman(uint32_t c, char *out)
{
	const char *p = kana_table;
	uint32_t k[2];
	char one[8];

	while (*p) {
		int at = 0, used = 0;

		memcpy(one, p, 3);
		one[3] = 0;
		chars_of(one, k, 1);
		p += 4;
		while (p[used] && p[used] != ' ')
			out[at++] = p[used++];
		out[at] = 0;
		p += used + 1;
		if (k[0] == c)
			return out;
	}
	return NULL;
}

/* Katakana as Kunrei letters; small signs join what stands before. */
static bool romanise(const uint32_t *c, int n, char *out, int room)
{
	int m = 0;
	char r[8];
	bool twice = false;

	for (int i = 0; i < n && m < room - 6; i++) {
		if (c[i] == 0x30C3) {                           /* ッ */
			twice = true;
			continue;
		}
		if (c[i] == 0x30FC)
			continue;
		if (c[i] == 0x30E3 || c[i] == 0x30E5 || c[i] == 0x30E7) {       /* ャュョ */
			if (m == 0 || out[m - 1] != 'i')
				return false;
			out[m - 1] = 'y';
			out[m++] = c[i] == 0x30E3 ? 'a' : c[i] == 0x30E5 ? 'u' : 'o';
			continue;
		}
		if (!kana_roman(c[i], r))
			return false;
		if (twice)
			out[m++] = r[0];
		twice = false;
		for (const char *p = r; *p; p++)
			out[m++] = *p;
	}
	out[m] = 0;
	return m >= 2;
}

static void add_reading(const char *yomi, bool surname)
{
	uint32_t c[16];
	int n = chars_of(yomi, c, 15);
	char roman[64], plain[64];
	int m;

	if (n < 2 || n > 12)
		return;
	add_to_set(surname ? dict.kana_surname : dict.kana_given, hash_of(c, n));
	if (!romanise(c, n, roman, (int)sizeof roman))
		return;
	m = roman_plain(roman, (int)strlen(roman), plain);
	if (m >= 2) {
		uint64_t h = DICT_SEED;

		for (int i = 0; i < m; i++)
			h = dict_hash(h, (unsigned char)plain[i]);
		add_to_set(surname ? dict.roman_surname : dict.roman_given, h);
	}
}

/* Given names that became usual after the dictionary was made, with their readings: facts stated by hand. */
static const char *const modern[][2] = {
	{ "大翔", "ヒロト" }, { "悠真", "ユウマ" }, { "陽翔", "ハルト" }, { "悠人", "ユウト" }, { "蒼", "アオイ" }, { "湊", "ミナト" }, { "律", "リツ" }, { "朝陽", "アサヒ" },
	{ "陽太", "ヨウタ" }, { "颯太", "ソウタ" }, { "颯真", "ソウマ" }, { "蒼空", "ソラ" }, { "大和", "ヤマト" }, { "悠斗", "ユウト" }, { "結翔", "ユイト" }, { "陽向", "ヒナタ" },
	{ "湊斗", "ミナト" }, { "樹", "イツキ" }, { "伊織", "イオリ" }, { "颯", "ハヤテ" }, { "蓮", "レン" }, { "碧", "アオイ" }, { "暖", "ダン" }, { "琉生", "ルイ" }, { "奏太", "ソウタ" },
	{ "瑛太", "エイタ" }, { "翔", "ショウ" }, { "翼", "ツバサ" }, { "大雅", "タイガ" }, { "琥珀", "コハク" }, { "陽葵", "ヒマリ" }, { "凛", "リン" }, { "紬", "ツムギ" },
	{ "芽依", "メイ" }, { "咲良", "サクラ" }, { "結愛", "ユア" }, { "莉子", "リコ" }, { "結菜", "ユイナ" }, { "陽菜", "ヒナ" }, { "澪", "ミオ" }, { "杏", "アン" },
	{ "心春", "コハル" }, { "美月", "ミヅキ" }, { "心結", "ミユ" }, { "葵", "アオイ" }, { "結月", "ユヅキ" }, { "楓", "カエデ" }, { "莉央", "リオ" }, { "愛莉", "アイリ" },
	{ "彩葉", "イロハ" }, { "詩", "ウタ" }, { "美桜", "ミオ" }, { "結衣", "ユイ" }, { "凪", "ナギ" }, { "朱莉", "アカリ" }, { "花音", "カノン" }, { "心愛", "ココア" },
	{ "優奈", "ユナ" }, { "七海", "ナナミ" }, { "美羽", "ミウ" }, { "琴音", "コトネ" }, { "柚希", "ユズキ" }, { "千紗", "チサ" }, { "沙羅", "サラ" }, { "海斗", "カイト" },
	{ "拓海", "タクミ" }, { "蒼太", "ソウタ" }, { "匠", "タクミ" }, { "隼人", "ハヤト" }, { "優斗", "ユウト" }, { "悠", "ユウ" }, { "朔", "サク" }, { "新", "アラタ" },
	{ "翔平", "ショウヘイ" }, { "拓真", "タクマ" }, { "悠馬", "ユウマ" }, { "健斗", "ケント" }, { "涼太", "リョウタ" }, { "陸斗", "リクト" }, { "奏", "カナデ" }, { "龍馬", "リョウマ" },
	{ "龍之介", "リュウノスケ" }, { "駿", "シュン" }, { "怜", "レイ" }, { "漣", "レン" }, { "蓮斗", "レント" }, { "颯人", "ハヤト" }, { "海翔", "カイト" }, { "一颯", "イブキ" },
	{ "美咲", "ミサキ" }, { "彩香", "アヤカ" }, { "彩花", "アヤカ" }, { "遥香", "ハルカ" }, { "春香", "ハルカ" }, { "里奈", "リナ" }, { "梨花", "リカ" }, { "愛美", "マナミ" },
	{ "麻衣", "マイ" }, { "沙織", "サオリ" }, { "友香", "ユカ" }, { "菜摘", "ナツミ" }, { "奈々", "ナナ" }, { "風香", "フウカ" }, { "綾乃", "アヤノ" }, { "涼香", "リョウカ" },
	{ "詩織", "シオリ" }, { "真央", "マオ" }, { "真由", "マユ" }, { "玲奈", "レイナ" }, { "夏帆", "カホ" }, { "夏希", "ナツキ" }, { "瑞希", "ミズキ" }, { "杏奈", "アンナ" },
	{ "七菜", "ナナ" }, { "千夏", "チナツ" }, { "悠希", "ユウキ" }, { "優希", "ユウキ" }, { "美優", "ミユ" }, { "美結", "ミユ" }, { "心桜", "ココロ" }, { "紗奈", "サナ" },
};

/* ---- the files ---- */

static int first_count[DICT_HANS], last_count[DICT_HANS];

/* Signs of countries, places and order that stand before titles far more often than they are a family's name. */
static bool is_common(uint32_t c)
{
	uint32_t common[64];
	int n = chars_of("米英仏独露中日韓伊印豪前元現新旧副総町村市区県国社各同両主一二三四五六七八九十初次先後上下大小", common, 63);

	for (int i = 0; i < n; i++)
		if (common[i] == c)
			return true;
	return false;
}

static void add_person(const uint32_t *c, int n, bool surname, int cost)
{
	if (surname) {
		uint32_t b = n >= 2 ? dict_pair_bit(c[0], c[1]) : 0;

		if (n >= 2) {
			dict.pair[b / 64] |= UINT64_C(1) << (b % 64);
			dict.follow[c[0] - DICT_HAN] |= UINT64_C(1) << (c[1] & 63);
			set_bit(dict.surname_start, c[0]);
		} else if (cost < 11000 && !is_common(c[0]))
			set_bit(dict.single, c[0]);
		return;
	}
	set_bit(dict.given_start, c[0]);
	if (n >= 2 && n <= 3) {
		first_count[c[0] - DICT_HAN]++;
		if (c[n - 1] >= DICT_HAN)
			last_count[c[n - 1] - DICT_HAN]++;
	}
}

/* The most frequent surnames that are no prefecture, large town or plain word besides, for the dictionary's costs do not
 * follow how many people bear a name: facts stated by hand, in the order of the 1990s' telephone directories. */
static const char frequent[] = "佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田 佐々木 松本 井上 木村 斎藤 清水 山崎 池田 橋本 阿部 山下 中島 石井 小川 "
	"前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 斉藤 福田 太田 西村 藤井 金子 岡本 藤原 三浦 中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 内田 柴田 "
	"酒井 横山 高木 安藤 宮本 大野 小島 谷口 今井 工藤 高田 増田 丸山 杉山 村田 大塚 新井 小山 平野 藤本 河野 野口 武田 松井 菅原 岩崎 久保 木下 佐野 野村 松尾 菊地 杉本 古川 大西 "
	"島田 水野 桜井 高野 渡部 吉川 山内 西田 飯田 菊池 西川 北村 安田 五十嵐 川口 平田 中田 久保田 岩田 土屋 本田 樋口 秋山 田口 永井 山中 中西 吉村 川上 石原 大橋 松岡 馬場 浜田 "
	"森本 矢野 浅野 大久保 吉岡 荒木 熊谷 小池 松浦 大島 黒田 内藤 関口 尾崎 川村 望月 永田 田辺 堀 荒井 松下 服部 小沢 大沢 須藤 富田 飯塚 篠原 早川 八木 横田 西山 村井 "
	"沢田 児玉 野田 川島 星野 片山 本間 福島 石橋 久保 宮田 永山 牧野 大谷 萩原 石塚 黒木 松村 古賀 小栗 椎名";

static void add_frequent(void)
{
	char text[sizeof frequent], *rest = text, *name;

	memcpy(text, frequent, sizeof frequent);
	while ((name = strsep(&rest, " "))) {
		uint32_t c[8];
		int n = chars_of(name, c, 7);

		if (n >= 2)
			add_word(c, n, DC_SURNAME, 6800);
	}
}

static void add_modern(void)
{
	for (size_t i = 0; i < sizeof modern / sizeof *modern; i++) {
		uint32_t c[8];
		int n = chars_of(modern[i][0], c, 7);

		add_word(c, n, DC_GIVEN, 8450);
		add_person(c, n, false, 8450);
		add_reading(modern[i][1], false);
	}
}

static enum dict_class class_of(char *const *f)
{
	if (strcmp(f[4], "接頭詞") == 0)
		return DC_PREFIX;
	if (strcmp(f[4], "動詞") == 0 || strcmp(f[4], "形容詞") == 0)
		return DC_STEM;
	if (strcmp(f[4], "副詞") == 0 || strcmp(f[4], "連体詞") == 0 || strcmp(f[4], "接続詞") == 0)
		return DC_ADVERB;
	if (strcmp(f[4], "名詞") != 0)
		return DC_NONE;
	if (strcmp(f[5], "固有名詞") == 0) {
		if (strcmp(f[6], "人名") == 0)
			return strcmp(f[7], "姓") == 0 ? DC_SURNAME : strcmp(f[7], "名") == 0 ? DC_GIVEN : DC_PERSON;
		return strcmp(f[6], "地域") == 0 ? DC_PLACE : strcmp(f[6], "組織") == 0 ? DC_ORG : DC_PROPER;
	}
	if (strcmp(f[5], "接尾") == 0)
		return strcmp(f[6], "人名") == 0 ? DC_TITLE : strcmp(f[6], "地域") == 0 ? DC_REGION : strcmp(f[6], "助数詞") == 0 ? DC_COUNTER : DC_SUFFIX;
	if (strcmp(f[5], "サ変接続") == 0)
		return DC_VERBAL;
	if (strcmp(f[5], "数") == 0)
		return DC_NUMBER;
	if (strcmp(f[5], "副詞可能") == 0)
		return DC_ADVERB;
	return strcmp(f[5], "形容動詞語幹") == 0 ? DC_ADJECTIVE : DC_NOUN;
}

static void add_row(char *const *f)
{
	enum dict_class class = class_of(f);
	uint32_t c[32];
	int n = chars_of(f[0], c, 31), cost = atoi(f[3]);

	if (class == DC_NONE || n > 31)
		return;
	if (class == DC_SURNAME || class == DC_GIVEN)
		add_reading(f[11], class == DC_SURNAME);
	if (class == DC_STEM)
		while (n > 0 && !is_han(c[n - 1]))
			n--;
	if (n > DICT_WORD_MAX || !all_han(c, n))
		return;
	add_word(c, n, class, cost);
	if (class == DC_SURNAME || class == DC_GIVEN)
		add_person(c, n, class == DC_SURNAME, cost);
}

/* When all words are known: given names that are nothing else. */
static void mark_given(char *const *f)
{
	uint32_t c[32];
	int n = chars_of(f[0], c, 31);

	if (class_of(f) == DC_GIVEN && n >= 2 && n <= DICT_WORD_MAX && all_han(c, n) && dict_names_only(find_word(c, n))) {
		uint32_t b = dict_pair_bit(c[0], c[1]);

		dict.given_pair[b / 64] |= UINT64_C(1) << (b % 64);
		dict.follow[c[0] - DICT_HAN] |= UINT64_C(1) << (c[1] & 63);
	}
}

static void read_csv(const char *name, void (*take)(char *const *f))
{
	char path[512], raw[LINE], line[LINE];
	iconv_t conv = iconv_open("UTF-8", "EUC-JP");
	FILE *in;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	in = fopen(path, "r");
	if (!in || conv == (iconv_t)-1)
		die("cannot read", path);
	while (fgets(raw, sizeof raw, in)) {
		char *f[FIELDS] = { 0 }, *from = raw, *to = line, *rest = line;
		size_t nin = strcspn(raw, "\r\n"), nout = sizeof line - 1;
		int k = 0;

		if (iconv(conv, &from, &nin, &to, &nout) == (size_t)-1)
			continue;
		*to = 0;
		while (k < FIELDS && (f[k] = strsep(&rest, ",")))
			k++;
		if (k == FIELDS)
			take(f);
	}
	fclose(in);
	iconv_close(conv);
}

/* The context numbers of the IPA dictionary that stand for our classes. */
static const int context_id[DC_MAX] = {
	[DC_EDGE] = 0, [DC_SURNAME] = 1290, [DC_GIVEN] = 1291, [DC_PERSON] = 1289, [DC_PLACE] = 1293, [DC_ORG] = 1292, [DC_NOUN] = 1285,
	[DC_VERBAL] = 1283, [DC_PROPER] = 1288, [DC_SUFFIX] = 1298, [DC_TITLE] = 1302, [DC_REGION] = 1303, [DC_COUNTER] = 1300, [DC_NUMBER] = 1295,
	[DC_ADVERB] = 1314, [DC_ADJECTIVE] = 1287, [DC_PREFIX] = 560, [DC_STEM] = 772, [DC_PARTICLE] = 153, [DC_COMMA] = 10,
};

static void read_matrix(void)
{
	char path[512];
	int left, right, cost;
	FILE *in;

	snprintf(path, sizeof path, "%s/matrix.def", folder);
	in = fopen(path, "r");
	if (!in || fscanf(in, "%d %d", &left, &right) != 2 || left != CONTEXTS)
		die("cannot read", path);
	while (fscanf(in, "%d %d %d", &left, &right, &cost) == 3) {
		for (int a = 0; a < DC_MAX; a++)
			for (int b = 0; context_id[a] == left && b < DC_MAX; b++)
				if (context_id[b] == right)
					dict.join[a][b] = (int16_t)cost;
	}
	fclose(in);
}

static uint8_t unlike(int count)
{
	int penalty = 0;

	if (count < 3)
		return DICT_REJECT;
	for (; count < 64; count *= 2)
		penalty += 350;
	return (uint8_t)(penalty / 32);
}

int main(int argc, char **argv)
{
	static const char *const files[] = { "Noun.name.csv", "Noun.place.csv", "Noun.org.csv", "Noun.proper.csv", "Noun.csv", "Noun.verbal.csv", "Noun.adjv.csv",
		"Noun.adverbal.csv", "Noun.others.csv", "Noun.number.csv", "Suffix.csv", "Prefix.csv", "Adverb.csv", "Adnominal.csv", "Verb.csv", "Adj.csv" };
	FILE *out;

	if (argc != 3) {
		fprintf(stderr, "usage: scan_dict FOLDER OUT\n");
		return 2;
	}
	folder = argv[1];
	memcpy(dict.magic, DICT_MAGIC, sizeof DICT_MAGIC);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		read_csv(files[i], add_row);
	add_modern();
	add_frequent();
	read_csv(files[0], mark_given);
	read_matrix();
	for (int i = 0; i < DICT_HANS; i++) {
		dict.given_first[i] = unlike(first_count[i]);
		dict.given_last[i] = unlike(last_count[i]);
	}
	out = fopen(argv[2], "wb");
	if (!out || fwrite(&dict, sizeof dict, 1, out) != 1 || fclose(out))
		die("cannot write", argv[2]);
	if (getenv("V"))
		fprintf(stderr, "%d words, %d readings dropped, %zu bytes\n", nwords, ndropped, sizeof dict);
	return 0;
}
