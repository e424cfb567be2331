/* demo.c - plays the history of the sample organisation through the same engines that people use. */
#include "domain/demo/demo.h"
#include "domain/acquisition/acquisition.h"
#include "domain/appointment/appointment.h"
#include "domain/change_application/change_application.h"
#include "domain/department/department.h"
#include "domain/enquiry/enquiry.h"
#include "domain/ledger/ledger.h"
#include "domain/norm/norm.h"
#include "domain/organisation/organisation.h"
#include "domain/process/process.h"
#include "domain/site/site.h"
#include "domain/staff/staff.h"
#include "domain/task/task.h"
#include "record/access.h"
#include "record/account.h"
#include "record/list.h"
#include <stdio.h>

/* ---- the tables ---- */

struct department_row { const char *key, *name, *parent; };
struct person_row { const char *login, *number, *name, *kana, *employment, *department, *title, *role, *role_department; };
struct norm_row { const char *name, *kind, *issuer, *edition, *reason; };
struct process_row { const char *department, *name, *form[2], *holds[2]; };
struct ledger_row {
	const char *department, *business, *name, *items, *purpose, *class, *route, *place, *method, *media, *access, *manager,
		*use, *retention, *count, *sensitive, *my_number, *entrusted, *contractors, *notice;
};

#define DEPARTMENT(...)
#define PERSON(...)
#define NORM(...)
#define PROCESS(...)
#define ROW(...)
#undef DEPARTMENT
#define DEPARTMENT(key, name, parent) { #key, name, parent },
static const struct department_row departments[] = {
#include "domain/demo/demo.def"
};
#undef DEPARTMENT
#define DEPARTMENT(...)
#undef PERSON
#define PERSON(...) { __VA_ARGS__ },
static const struct person_row people[] = {
#include "domain/demo/demo.def"
};
#undef PERSON
#define PERSON(...)
#undef NORM
#define NORM(...) { __VA_ARGS__ },
static const struct norm_row norms[] = {
#include "domain/demo/demo.def"
};
#undef NORM
#define NORM(...)
#undef PROCESS
#define PROCESS(department, name, f1, h1, f2, h2) { department, name, { f1, f2 }, { h1, h2 } },
static const struct process_row processes[] = {
#include "domain/demo/demo.def"
};
#undef PROCESS
#define PROCESS(...)
#undef ROW
#define ROW(...) { __VA_ARGS__ },
static const struct ledger_row rows[] = {
#include "domain/demo/demo.def"
};
#undef ROW
#undef DEPARTMENT
#undef PERSON
#undef NORM
#undef PROCESS

#define ROW(...)
#define DEPARTMENT(...)
#define NORM(...)
#define PROCESS(...)
#define PERSON(login, number, name, kana, employment, department, title, role, rd) { login, role, name, title },
const struct demo_account demo_accounts[] = {
#include "domain/demo/demo.def"
};
const int demo_naccounts = (int)COUNT(demo_accounts);
#undef PERSON
#undef ROW
#undef DEPARTMENT
#undef NORM
#undef PROCESS

/* ---- acting ---- */

struct play {
	struct conn   *conn;
	struct arena   a;
	struct request rq;
	int64_t        department[COUNT(departments)], staff[COUNT(people)];
};

static int64_t department_id(const struct play *p, const char *key)
{
	for (ptrdiff_t i = 0; i < COUNT(departments); i++)
		if (strcmp(departments[i].key, key) == 0)
			return p->department[i];
	return 0;
}

static int64_t staff_id(const struct play *p, const char *login)
{
	for (ptrdiff_t i = 0; i < COUNT(people); i++)
		if (strcmp(people[i].login, login) == 0)
			return p->staff[i];
	return 0;
}

/* The roles of the person as the tables give them. */
static void take_roles(const struct play *p, struct request *rq)
{
	struct held_role held[8] = { { ROLE_employee, 0 } };
	int n = 1;

	for (ptrdiff_t i = 0; i < COUNT(people); i++)
		if (p->staff[i] == rq->actor.staff && people[i].role[0])
			held[n++] = (struct held_role){ role_of_code(str_z(people[i].role)), department_id(p, people[i].role_department) };
	rq->actor.held = new_n(rq->a, struct held_role, n);
	memcpy(rq->actor.held, held, (size_t)n * sizeof *held);
	rq->actor.nheld = n;
}

/* From now on, at nine in the morning and some minutes of this day, this person acts ("" is the console). */
static void on(struct play *p, struct date day, int minute, const char *login)
{
	sys_set_now(instant_of_tokyo(day, 9 + minute / 60, minute % 60, 0));
	request_init(&p->rq, &p->a, p->conn, JA);
	if (!login[0])
		return;
	p->rq.actor = (struct actor){ .staff = staff_id(p, login), .name = S("") };
	take_roles(p, &p->rq);
}

static struct record *blank(struct play *p, const char *type)
{
	return record_new(&p->rq, store_type(conn_store(p->conn), str_z(type)));
}

static enum status work_save(struct request *rq, void *r)
{
	return rq->actor.system ? record_write(rq, r, S("console")) : record_save(rq, r);
}

static enum status save(struct play *p, struct record *r)
{
	return request_run(&p->rq, DB_WRITE, work_save, r);
}

struct moving { struct record *r; const char *move, *comment; };

static enum status work_move(struct request *rq, void *arg)
{
	struct moving *m = arg;
	struct record *now;

	TRY(record_get(rq, m->r->id, &now));
	TRY(record_move(rq, now, str_z(m->move), str_z(m->comment), NULL));
	*m->r = *now;
	return ST_OK;
}

static enum status move(struct play *p, struct record *r, const char *name, const char *comment)
{
	struct moving m = { r, name, comment };

	return request_run(&p->rq, DB_WRITE, work_move, &m);
}

static void set(struct play *p, struct record *r, const char *field, const char *text)
{
	int at = type_place(r->type, str_z(field));

	if (text[0] && value_parse(&p->a, &r->type->fields[at], str_z(text), str_z(field), &p->rq.problems, &r->v[at]) != ST_OK)
		r->v[at] = value_of_raw(str_z(text));
}

static void set_link(struct record *r, const char *field, int64_t id)
{
	r->v[type_place(r->type, str_z(field))] = value_of_link(id);
}

/* ---- the founding ---- */

static enum status found(struct play *p, struct date day)
{
	struct record *r;

	on(p, day, 0, "");
	r = blank(p, "organisation");
	set(p, r, "name", "株式会社みなと総合サービス");
	set(p, r, "name_kana", "カブシキガイシャミナトソウゴウサービス");
	set(p, r, "name_english", "Minato Sogo Service Co., Ltd.");
	set(p, r, "postal_code", "000-0000");
	set(p, r, "address", "みなと県みなと市海岸通1丁目2番3号");
	set(p, r, "representative", "代表取締役 港 太一郎");
	set(p, r, "phone", "00-0000-0000");
	set(p, r, "mail", "privacy@minato.example");
	set(p, r, "business", "販売促進の企画、印刷・発送の受託、お客様サポート業務の受託");
	set(p, r, "sector", "private");
	set(p, r, "pmark_holder", "yes");
	set(p, r, "pmark_number", "00000000(00)");
	set(p, r, "pmark_until", "2027-08-31");
	set(p, r, "reviewing_body", "一般社団法人みなと審査機構");
	set(p, r, "desk", "個人情報お問い合わせ窓口（お客様サポート部）　電話 00-0000-0000　平日9時から17時　privacy@minato.example");
	set(p, r, "scope", "当社の全事業所において、全従業者が事業の用に供するすべての個人情報の取扱いに適用する。");
	set(p, r, "policy", "当社は、事業の用に供するすべての個人情報を適正に取り扱うため、次のとおり個人情報保護方針を定めます。\n"
	    "1. 個人情報は、事業の内容と規模を考慮し、利用目的の範囲内で適切に取得・利用・提供し、目的外利用を行わないための措置を講じます。\n"
	    "2. 個人情報の取扱いに関する法令、国が定める指針その他の規範を遵守します。\n"
	    "3. 個人情報の漏えい、滅失、毀損の防止と是正に努めます。\n"
	    "4. 苦情・相談に適切かつ迅速に対応します。\n"
	    "5. 個人情報保護マネジメントシステムを継続的に改善します。");
	set(p, r, "policy_made", "2011-04-01");
	set(p, r, "policy_revised", "2025-04-01");
	TRY(save(p, r));
	r = blank(p, "site");
	set(p, r, "name", "本社");
	set(p, r, "address", "みなと県みなと市海岸通1丁目2番3号");
	set(p, r, "people", "128");
	TRY(save(p, r));
	r = blank(p, "site");
	set(p, r, "name", "印刷・発送センター");
	set(p, r, "address", "みなと県みなと市埋立町4番地");
	set(p, r, "people", "68");
	TRY(save(p, r));
	for (ptrdiff_t i = 0; i < COUNT(departments); i++) {
		r = blank(p, "department");
		set(p, r, "name", departments[i].name);
		set_link(r, "parent", department_id(p, departments[i].parent));
		r->v[department_f_valid_from] = value_of_date(date_make(2011, 4, 1));
		TRY(save(p, r));
		p->department[i] = r->id;
	}
	return ST_OK;
}

struct hashing { const char *login; int64_t staff; };

static enum status work_account(struct request *rq, void *arg)
{
	const struct hashing *h = arg;
	int64_t id;

	return account_add(rq, str_z(h->login), h->staff, S(DEMO_PASSWORD), false, &id);
}

static enum status hire(struct play *p)
{
	for (ptrdiff_t i = 0; i < COUNT(people); i++) {
		const struct person_row *x = &people[i];
		struct record *r = blank(p, "staff"), *a = blank(p, "appointment");
		char mail[64];

		snprintf(mail, sizeof mail, "s%s@minato.example", x->number);
		set(p, r, "number", x->number);
		set(p, r, "name", x->name);
		set(p, r, "kana", x->kana);
		set(p, r, "employment", x->employment);
		set_link(r, "department", department_id(p, x->department));
		set(p, r, "title", x->title);
		set(p, r, "mail", mail);
		r->v[staff_f_joined] = value_of_date(date_make(2012 + (int)(i % 12), 4, 1));
		TRY(save(p, r));
		p->staff[i] = r->id;
		if (x->role[0]) {
			set(p, a, "role", x->role);
			set_link(a, "staff", r->id);
			set_link(a, "department", department_id(p, x->role_department));
			a->v[appointment_f_valid_from] = value_of_date(p->rq.today);
			TRY(save(p, a));
			TRY(move(p, a, "console", ""));
		}
		if (x->login[0]) {
			struct hashing h = { x->login, r->id };
			TRY(request_run(&p->rq, DB_WRITE, work_account, &h));
		}
	}
	return ST_OK;
}

/* ---- norms, processes, the ledger ---- */

static enum status write_norms(struct play *p, struct date day, struct record **ret)
{
	for (ptrdiff_t i = 0; i < COUNT(norms); i++) {
		on(p, day, 40 + (int)i, "kanri");
		struct record *r = ret[i] = blank(p, "norm");
		set(p, r, "name", norms[i].name);
		set(p, r, "kind", norms[i].kind);
		set(p, r, "issuer", norms[i].issuer);
		set(p, r, "edition", norms[i].edition);
		set(p, r, "reason", norms[i].reason);
		TRY(save(p, r));
	}
	return ST_OK;
}

static enum status check_norms(struct play *p, struct date day, struct record **all)
{
	on(p, day, 60, "kanri");
	for (ptrdiff_t i = 0; i < COUNT(norms); i++)
		TRY(move(p, all[i], "check", ""));
	return ST_OK;
}

static void fill_row(struct play *p, struct record *r, const struct ledger_row *x)
{
	set_link(r, "department", department_id(p, x->department));
	set(p, r, "business", x->business);
	set(p, r, "name", x->name);
	set(p, r, "items", x->items);
	set(p, r, "purpose", x->purpose);
	set(p, r, "class", x->class);
	set(p, r, "route", x->route);
	set(p, r, "storage_place", x->place);
	set(p, r, "storage_method", x->method);
	set(p, r, "media", x->media);
	set(p, r, "access", x->access);
	set(p, r, "manager", x->manager);
	set(p, r, "use_period", x->use);
	set(p, r, "retention", x->retention);
	set(p, r, "count", x->count);
	set(p, r, "sensitive", x->sensitive);
	set(p, r, "my_number", x->my_number);
	set(p, r, "entrusted", x->entrusted);
	set(p, r, "contractors", x->contractors);
	set(p, r, "notice", x->notice);
}

/* The ledger comes in as a batch and is approved as one, with a statement that nothing is missing. */
static enum status adopt_ledger(struct play *p, struct date day, struct record **ret)
{
	on(p, day, 90, "");
	for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
		struct record *r = ret[i] = blank(p, "ledger");
		fill_row(p, r, &rows[i]);
		r->step = S("adopted");
		r->v[ledger_f_risk_analysed] = value_of_date(date_add_days(day, 14));
		TRY(save(p, r));
	}
	on(p, date_add_days(day, 6), 20, "kanri");
	for (ptrdiff_t i = 0; i < COUNT(rows); i++)
		TRY(move(p, ret[i], "adopt", "全部門の業務と帳票を確認し、漏れのないことを確認した。"));
	return ST_OK;
}

static enum status write_processes(struct play *p, struct date day, struct record **ledger)
{
	on(p, day, 120, "");
	for (ptrdiff_t i = 0; i < COUNT(processes); i++) {
		struct record *r = blank(p, "process");
		struct row *first = NULL, **end = &first;
		set_link(r, "department", department_id(p, processes[i].department));
		set(p, r, "name", processes[i].name);
		for (int k = 0; k < 2; k++) {
			struct row *row = new(&p->a, struct row);
			row->id = k + 1;
			row->v = new_n(&p->a, struct value, 3);
			row->v[0] = value_of_text(str_z(processes[i].form[k]));
			row->v[1] = value_of_text(str_z(processes[i].holds[k]));
			for (ptrdiff_t m = 0; m < COUNT(rows) && strcmp(processes[i].holds[k], "yes") == 0; m++)
				if (strcmp(rows[m].business, processes[i].name) == 0)
					row->v[2] = value_of_link(ledger[m]->id);
			*end = row;
			end = &row->next;
		}
		r->v[process_f_forms] = (struct value){ .set = true, .num = 2, .rows = first };
		TRY(save(p, r));
	}
	return ST_OK;
}

/* ---- July: each department confirms its rows, the manager approves; one department is late ---- */

static enum status review_department(struct play *p, struct date day, const char *department, const char *who, struct record **ledger,
	bool finish)
{
	struct record *t;

	on(p, day, 10, "");
	t = blank(p, "task");
	set(p, t, "kind", "ledger_review");
	set(p, t, "title", "個人情報管理台帳の見直し");
	set_link(t, "department", department_id(p, department));
	set(p, t, "role", "department_manager");
	t->v[task_f_due] = value_of_date(date_make(date_civil(day).year, 7, 31));
	set(p, t, "clause", "J.3.1.1");
	t->v[task_f_year] = value_of_number(date_civil(day).year);
	TRY(save(p, t));
	if (!finish)
		return ST_OK;
	on(p, date_add_days(day, 9), 35, who);
	for (ptrdiff_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].department, department) == 0)
			TRY(move(p, ledger[i], "confirm", "変更なし"));
	TRY(move(p, t, "finish", ""));
	on(p, date_add_days(day, 13), 15, "kanri");
	return move(p, t, "approve", "");
}

static enum status july(struct play *p, int year, struct record **ledger, bool all)
{
	static const struct { const char *department, *who; } done[] = {
		{ "hr", "jinji" }, { "account", "keiri" }, { "support", "support1" }, { "sales1", "eigyo1" }, { "admin", "soumu" },
	};

	for (ptrdiff_t i = 0; i < COUNT(done); i++)
		TRY(review_department(p, date_make(year, 7, 1), done[i].department, done[i].who, ledger, true));
	return review_department(p, date_make(year, 7, 1), "print", "insatsu", ledger, all);
}

/* ---- applications and enquiries ---- */

static struct record *application(struct play *p, const char *department, const char *name, struct date start)
{
	struct record *r = blank(p, "acquisition");

	set_link(r, "department", department_id(p, department));
	set(p, r, "business", "オンラインセミナー");
	set(p, r, "name", name);
	set(p, r, "items", "氏名、勤務先、メールアドレス、質問内容");
	set(p, r, "subjects", "セミナーの申込者");
	set(p, r, "count", "約500");
	set(p, r, "purpose", "セミナーの運営、受講者への資料送付、次回開催のご案内のため");
	set(p, r, "route", "direct_written");
	set(p, r, "lawful", "yes");
	r->v[acquisition_f_start_on] = value_of_date(start);
	set(p, r, "sensitive", "no");
	set(p, r, "my_number", "no");
	set(p, r, "storage_place", "営業支援システム");
	set(p, r, "storage_method", "アクセス権を設定したクラウド上に保管");
	set(p, r, "access", "営業部員");
	set(p, r, "use_period", "1年");
	set(p, r, "retention", "2年");
	set(p, r, "notice", "当社は、お申し込みの際にいただく個人情報を、セミナーの運営、資料の送付、次回開催のご案内のために利用します。");
	return r;
}

static enum status apply(struct play *p, struct date today)
{
	struct record *r;

	on(p, date_add_days(today, -75), 5, "shain");
	r = application(p, "sales1", "オンラインセミナー申込フォーム", date_add_days(today, -50));
	TRY(save(p, r));
	TRY(move(p, r, "submit", ""));
	on(p, date_add_days(today, -73), 50, "eigyo1");
	TRY(move(p, r, "check", "内容を確認しました。"));
	on(p, date_add_days(today, -71), 20, "kanri");
	TRY(move(p, r, "approve", ""));
	on(p, date_add_days(today, -6), 30, "shain");
	r = application(p, "sales1", "商品モニター応募者情報", date_add_days(today, 20));
	TRY(save(p, r));
	TRY(move(p, r, "submit", ""));
	on(p, date_add_days(today, -5), 55, "eigyo1");
	TRY(move(p, r, "check", ""));
	on(p, date_add_days(today, -2), 15, "shain");
	r = application(p, "sales1", "ユーザー会名簿", date_add_days(today, 40));
	TRY(save(p, r));
	return move(p, r, "submit", "");
}

static enum status change(struct play *p, struct date today, struct record **ledger)
{
	struct record *r;
	struct row *row = new(&p->a, struct row);

	on(p, date_add_days(today, -4), 10, "shain");
	r = blank(p, "change_application");
	set_link(r, "department", department_id(p, "sales1"));
	set_link(r, "ledger", ledger[1]->id);
	set(p, r, "kind", "retention");
	row->id = 1;
	row->v = new_n(&p->a, struct value, 3);
	row->v[0] = value_of_text(S("retention"));
	row->v[1] = value_of_text(S("2年"));
	row->v[2] = value_of_text(S("3年"));
	r->v[change_application_f_changes] = (struct value){ .set = true, .num = 1, .rows = row };
	set(p, r, "reason", "次々回の展示会まで案内を続けるため。");
	set(p, r, "consent", "no_purpose");
	r->v[change_application_f_effective_on] = value_of_date(date_add_days(today, 10));
	TRY(save(p, r));
	return move(p, r, "submit", "");
}

static enum status ask(struct play *p, struct date day, const char *kind, const char *name, const char *mail, const char *text,
	const char *answer)
{
	struct record *r;

	on(p, day, 200, "");
	r = blank(p, "enquiry");
	set(p, r, "kind", kind);
	set(p, r, "person", name);
	set(p, r, "mail", mail);
	set(p, r, "text", text);
	set(p, r, "consent", "yes");
	TRY(save(p, r));
	if (!answer[0])
		return ST_OK;
	on(p, date_add_days(day, 1), 30, "uketsuke");
	set(p, r, "answer", answer);
	TRY(save(p, r));
	TRY(move(p, r, "draft", ""));
	on(p, date_add_days(day, 2), 5, "madoguchi");
	return move(p, r, "approve", "");
}

static enum status play(struct play *p, struct date today)
{
	struct record *norm[COUNT(norms)], *ledger[COUNT(rows)];
	int year = date_civil(today).year - (date_civil(today).month < 8);
	struct date start = date_make(year - 1, 4, 1);

	TRY(found(p, start));
	TRY(hire(p));
	TRY(write_norms(p, date_add_days(start, 7), norm));
	TRY(adopt_ledger(p, date_add_days(start, 20), ledger));
	TRY(write_processes(p, date_add_days(start, 30), ledger));
	TRY(check_norms(p, date_make(year - 1, 7, 10), norm));
	TRY(july(p, year - 1, ledger, true));
	TRY(check_norms(p, date_make(year, 7, 8), norm));
	TRY(july(p, year, ledger, false));
	TRY(ask(p, date_add_days(today, -120), "question", "潮風 一郎", "ichiro@example.jp", "案内状の送付先を変更したいのですが、どうすればよいですか。",
	        "ご連絡ありがとうございます。新しいご住所を伺い、変更いたしました。"));
	TRY(apply(p, today));
	TRY(change(p, today, ledger));
	TRY(ask(p, date_add_days(today, -3), "request", "", "", "私の個人情報がどのように使われているか知りたいです。手続きを教えてください。", ""));
	return ask(p, date_add_days(today, -1), "complaint", "磯野 海", "umi@example.jp", "申し込んでいないセミナーの案内メールが届きました。送らないでください。", "");
}

enum status demo_fill(struct conn *conn)
{
	struct play *p = &(struct play){ .conn = conn, .a = arena_make(0) };

	enum status st = play(p, instant_date_tokyo(sys_now()));
	sys_set_now(SYS_RUNNING);
	arena_free(&p->a);
	return st;
}
