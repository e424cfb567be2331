/* hint.c - words that make data sensitive (APPI 2(3), Order 2): they point at it, a person judges. */
#include "scan/inside.h"

/* What the law names, in the words of forms and mails; kana that belongs to a word is part of it. */
static const char *const hints[] = {
	/* medical history, examinations, treatment */
	"病歴", "既往歴", "既往症", "持病", "病名", "診断書", "診断結果", "診療録", "診療記録", "診療情報", "診療明細", "健康診断結果", "健康診断の結果", "健診結果", "健康状態",
	"検査結果", "血液検査", "人間ドック", "ストレスチェック", "遺伝子検査", "処方箋", "処方せん", "服薬", "投薬", "調剤", "通院歴", "通院中", "入院歴", "手術歴",
	"治療歴", "治療中", "病気休職", "休職歴", "療養", "罹患", "感染歴", "陽性", "妊娠", "要介護", "介護認定", "お薬手帳",
	"うつ病", "鬱病", "適応障害", "統合失調症", "精神疾患", "精神病", "発達障害", "糖尿病", "悪性腫瘍", "心筋梗塞", "脳梗塞", "肝炎", "結核", "認知症", "アルコール依存症",
	/* disability */
	"障害者手帳", "身体障害", "知的障害", "精神障害", "障害等級", "障害者", "障がい者", "障害の程度", "障害の有無", "療育手帳", "障害年金", "難病", "視覚障害", "聴覚障害",
	/* crime */
	"前科", "犯罪歴", "犯歴", "前歴", "逮捕歴", "逮捕", "有罪判決", "服役", "刑事手続", "執行猶予", "少年院", "保護観察", "非行歴", "犯罪被害", "被害届", "性犯罪", "受刑",
	/* race, creed, status, and what the JIS adds */
	"人種", "民族", "信条", "宗教", "信仰", "思想", "支持政党", "政治的見解", "社会的身分", "門地", "本籍地", "被差別部落", "同和地区", "労働組合への加入", "組合加入",
	"労働組合員", "性的指向", "性自認", "性生活", "性同一性障害", "生活保護", "出身地区",
};

enum { HINT_SLOTS = 512 };
static struct { uint16_t first[HINT_SLOTS], next[COUNT(hints)]; } slots;

static unsigned slot_of(uint32_t c)
{
	return (c ^ c >> 9) % HINT_SLOTS;
}

__attribute__((constructor)) static void fill_slots(void)
{
	for (ptrdiff_t i = COUNT(hints); i-- > 0;) {
		int len;
		uint32_t c = char_at((const uint8_t *)hints[i], 0, 3, &len);

		slots.next[i] = slots.first[slot_of(c)];
		slots.first[slot_of(c)] = (uint16_t)(i + 1);
	}
}

void hint_leads(void)
{
	for (ptrdiff_t i = 0; i < COUNT(hints); i++) {
		const uint8_t *p = (const uint8_t *)hints[i];
		ptrdiff_t n = (ptrdiff_t)strlen(hints[i]);
		int len, len2;
		uint32_t a = char_at(p, 0, n, &len);

		if (a >= 0x4E00)
			han_lead(a, len < n ? char_at(p, len, n, &len2) : 0);
	}
}

/* 宗教法人 and the booking of a check-up are no hints. */
static bool harmless(const struct scan_run *r, ptrdiff_t end, ptrdiff_t hi)
{
	static const char *const after[] = { "法人", "用の", "用駐車", "対応", "学", "改革", "差別" };

	for (ptrdiff_t i = 0; i < COUNT(after); i++) {
		ptrdiff_t n = (ptrdiff_t)strlen(after[i]);

		if (hi - end >= n && memcmp(r->t + end, after[i], (size_t)n) == 0)
			return true;
	}
	return false;
}

int hint_at(const struct han *h, int k, const struct scan_run *r, ptrdiff_t *ret_end)
{
	ptrdiff_t at = h->at[k], hi = view_hi(r, at), best = 0;

	for (unsigned i = slots.first[slot_of(h->c[k])]; i; i = slots.next[i - 1]) {
		ptrdiff_t n = (ptrdiff_t)strlen(hints[i - 1]);

		if (n > best && hi - at >= n && memcmp(r->t + at, hints[i - 1], (size_t)n) == 0)
			best = n;
	}
	if (!best || harmless(r, at + best, hi))
		return 0;
	*ret_end = at + best;
	return 1;
}
