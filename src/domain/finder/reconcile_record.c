/* reconcile_record.c - what a scan showed, as records: drafts of ledger rows, questions and disposals as tasks. A folder or
 * row that was dealt with is left alone until what is found there changes. */
#include "base/utf8.h"
#include "domain/department/department.h"
#include "domain/finder/reconcile.h"
#include "domain/ledger/ledger.h"
#include "domain/task/task.h"
#include "record/access.h"
#include "record/list.h"

enum { ANSWER_DAYS = 30, PATHS_MAX = 100, PORTION = 50 };

struct department { struct str name; int64_t id; struct department *next; };
struct work { struct request *rq; struct reconcile *r; struct arena keep; struct department *departments; bool write; };

static struct str words(struct work *w, ptrdiff_t max, enum msg_id id, struct str x, struct str y)
{
	struct buf b CLEANUP(buf_free) = buf_make(1 << 20);

	msg_add(&b, JA, id, (struct str[]){ x, y }, 2);     /* records hold the words of the organisation, whoever starts the scan */
	return str_dup(w->rq->a, utf8_clip(buf_str(&b), max));
}

static struct str number(struct work *w, int64_t n)
{
	struct buf b CLEANUP(buf_free) = buf_make(32);

	buf_int(&b, n);
	return str_dup(w->rq->a, buf_str(&b));
}

void reconcile_kinds(struct buf *b, const int64_t *found, enum lang lang)
{
	ptrdiff_t begin = b->n;

	for (int k = 0; k < SCAN_KIND_MAX; k++) {
		struct buf n CLEANUP(buf_free) = buf_make(32);
		if (!found[k])
			continue;
		if (b->n > begin)
			buf_add(b, msg_text(MSG_FINDER_COMMA, lang));
		buf_int(&n, found[k]);
		msg_add(b, lang, MSG_FINDER_EACH, (struct str[]){ lang == JA ? scan_kinds[k].ja : scan_kinds[k].en, buf_str(&n) }, 2);
	}
}

/* ---- drafts of ledger rows ---- */

static enum status take_department(struct request *rq, struct record *rec, void *arg)
{
	struct work *w = arg;
	struct department *d = new(&w->keep, struct department);

	(void)rq;
	*d = (struct department){ str_dup(&w->keep, utf8_fold(&w->keep, department_name(rec))), rec->id, w->departments };
	w->departments = d;
	return ST_OK;
}

/* "営業部" of the folder 営業, too: people leave out what every department's name ends with. */
static bool is_called(struct str department, struct str folder)
{
	static const struct str ENDS[] = { SLIT("部"), SLIT("課"), SLIT("室"), SLIT("係") };

	if (str_eq(department, folder))
		return true;
	for (ptrdiff_t i = 0; i < COUNT(ENDS); i++)
		if (str_ends(department, ENDS[i]) && folder.n > 3 && str_eq(str_sub(department, 0, department.n - ENDS[i].n), folder))
			return true;
	return false;
}

/* The department that the path names, the nearest to its end; 0 when it names none, or two of that name. */
static int64_t department_of(struct work *w, struct str path)
{
	struct str rest = reconcile_fold(w->rq->a, path), part;
	int64_t id = 0;

	while (str_cut(&rest, '/', &part)) {
		int64_t here = 0, n = 0;
		for (const struct department *d = w->departments; d && part.n; d = d->next)
			if (is_called(d->name, part)) {
				here = d->id;
				n++;
			}
		id = n == 1 ? here : n ? 0 : id;
	}
	return id;
}

/* About how many persons: names found, or where there are none, what each person has one of. */
static int64_t persons(const int64_t *found)
{
	static const enum scan_kind ONE_EACH[] = { SCAN_my_number, SCAN_email, SCAN_phone, SCAN_date_of_birth, SCAN_address };
	int64_t most = found[SCAN_person_name];

	for (ptrdiff_t i = 0; i < COUNT(ONE_EACH) && !found[SCAN_person_name]; i++)
		most = MAX(most, found[ONE_EACH[i]]);
	return most;
}

static struct str last_part(struct str path)
{
	for (ptrdiff_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return str_sub(path, i, path.n);
	return path;
}

/* The kinds as codes, and as the words of the column 個人情報の項目. */
static struct str kinds_as(struct work *w, const int64_t *found, bool codes)
{
	struct buf b CLEANUP(buf_free) = buf_make(1 << 16);

	for (int k = 0; k < SCAN_KIND_MAX; k++) {
		if (!found[k] || (!codes && k == SCAN_sensitive_hint))
			continue;
		if (b.n)
			buf_add(&b, codes ? S(" ") : msg_text(MSG_FINDER_COMMA, JA));
		buf_add(&b, codes ? str_z(scan_kinds[k].name) : scan_kinds[k].ja);
	}
	return str_dup(w->rq->a, buf_str(&b));
}

static void set_found(struct work *w, struct record *rec, const struct reconcile_act *act)
{
	rec->v[ledger_f_found_on] = value_of_date(w->rq->today);
	rec->v[ledger_f_found_kinds] = value_of_text(kinds_as(w, act->found, true));
	rec->v[ledger_f_found_files] = value_of_number(act->files);
}

static enum status propose(struct work *w, struct reconcile_act *act)
{
	struct record *rec = record_new(w->rq, store_type(conn_store(w->rq->conn), S("ledger")));
	struct buf kinds CLEANUP(buf_free) = buf_make(1 << 16);
	struct str items = kinds_as(w, act->found, false);
	int64_t department = department_of(w, act->path), count = persons(act->found);

	reconcile_kinds(&kinds, act->found, JA);
	if (department)
		rec->v[ledger_f_department] = value_of_link(department);
	rec->v[ledger_f_name] = value_of_text(words(w, 300, MSG_FINDER_NAME, last_part(act->path), S("")));
	if (items.n)
		rec->v[ledger_f_items] = value_of_text(items);
	rec->v[ledger_f_storage_place] = value_of_text(act->path);
	rec->v[ledger_f_media] = value_of_text(S("electronic"));
	if (count)
		rec->v[ledger_f_count] = value_of_count(count, COUNT_ABOUT);
	if (act->found[SCAN_my_number])
		rec->v[ledger_f_my_number] = value_of_text(S("yes"));
	if (act->found[SCAN_sensitive_hint])
		rec->v[ledger_f_sensitive] = value_of_text(S("unknown"));      /* words only: a person must look */
	rec->v[ledger_f_notes] = value_of_text(words(w, 4000, MSG_FINDER_NOTES, number(w, act->files), buf_str(&kinds)));
	set_found(w, rec, act);
	TRY(record_write(w->rq, rec, msg_text(MSG_FINDER_WHY, JA)));
	act->record = rec->id;
	act->serial = str_dup(&w->keep, rec->serial);
	return ST_OK;
}

static bool has_word(struct str list, struct str word)
{
	for (struct str one; str_cut(&list, ' ', &one); )
		if (str_eq(one, word))
			return true;
	return false;
}

/* Has what was found there changed enough to ask again? A new kind, or twice the files. */
static bool changed(const struct record *rec, const struct reconcile_act *act)
{
	for (int k = 0; k < SCAN_KIND_MAX; k++)
		if (act->found[k] && !has_word(ledger_found_kinds(rec), str_z(scan_kinds[k].name)))
			return true;
	return act->files >= MAX(2, ledger_found_files(rec) * 2);
}

/* Rows as they are now, of which some came while the files were read, and those that were refused. */
static enum status compare_row(struct request *rq, struct record *rec, void *arg)
{
	struct work *w = arg;
	const struct step *step = type_step(rec->type->t, rec->step);
	bool ended = step && step->kind == STEP_END;
	const struct reconcile_place *places = NULL;

	if (ended && !(str_eq(rec->step, S("refused")) && rec->v[ledger_f_found_on].set))
		return ST_OK;
	for (struct reconcile_act *act = reconcile_acts(w->r); act; act = act->next) {
		if (act->what != RECONCILE_PROPOSAL || act->row)
			continue;
		if (!places && !(places = reconcile_places(rq->a, ledger_storage_place(rec))))
			return ST_OK;
		struct str folded = reconcile_fold(rq->a, act->path);
		bool same = ended ? str_eq(reconcile_fold(rq->a, ledger_storage_place(rec)), folded) && !changed(rec, act)
		                  : reconcile_holds(places, folded) > 0;
		if (!same || (ended && act->outcome == RECONCILE_WAITS))
			continue;
		act->outcome = ended ? RECONCILE_SETTLED : RECONCILE_WAITS;
		act->record = rec->id;
		act->serial = str_dup(&w->keep, rec->serial);
	}
	return ST_OK;
}

/* A draft that still waits tells what is there now. */
static enum status bring_up_to_date(struct work *w, struct reconcile_act *act)
{
	struct record *rec;

	act->record = act->row->record;
	act->serial = act->row->serial;
	act->outcome = RECONCILE_WAITS;
	TRY(record_get(w->rq, act->record, &rec));
	if (!w->write || !str_eq(rec->step, S("draft")) ||
	    (str_eq(ledger_found_kinds(rec), kinds_as(w, act->found, true)) && ledger_found_files(rec) == act->files))
		return ST_OK;
	set_found(w, rec, act);
	return record_write(w->rq, rec, msg_text(MSG_FINDER_WHY, JA));
}

/* ---- tasks ---- */

/* Who is asked: the department's manager, or where there is none, the next higher role. */
static enum role owner_of(struct work *w, int64_t department)
{
	int64_t one;

	for (enum role role = ROLE_department_manager; department && role != ROLE_none; role = role_higher(role))
		if (access_holders(w->rq, role, department, &one, 1))
			return role;
	return ROLE_privacy_manager;
}

static struct str dates(struct work *w, const struct reconcile_overdue *o)
{
	struct buf changed_on CLEANUP(buf_free) = buf_make(32), due CLEANUP(buf_free) = buf_make(32), b CLEANUP(buf_free) = buf_make(1 << 20);

	date_add_iso(&changed_on, o->changed);
	date_add_iso(&due, o->due);
	msg_add(&b, JA, MSG_FINDER_DISPOSE_FILE, (struct str[]){ utf8_clip(o->path, 1000), buf_str(&changed_on), buf_str(&due) }, 3);
	return str_dup(w->rq->a, buf_str(&b));
}

static struct str details_of(struct work *w, const struct reconcile_act *act)
{
	struct buf b CLEANUP(buf_free) = buf_make(1 << 20);
	int64_t n = 0;

	if (act->what == RECONCILE_QUESTION)
		return words(w, 8000, MSG_FINDER_ASK, act->row->place, S(""));
	buf_add(&b, words(w, 4000, MSG_FINDER_DISPOSE, act->row->retention, number(w, act->row->noverdue)));
	for (const struct reconcile_overdue *o = act->row->overdue; o; o = o->next) {
		struct str line = dates(w, o);
		if (n == PATHS_MAX || b.n + line.n > 7800) {
			buf_char(&b, '\n');
			buf_add(&b, words(w, 200, MSG_FINDER_MORE, number(w, act->row->noverdue - n), S("")));
			break;
		}
		buf_char(&b, '\n');
		buf_add(&b, line);
		n++;
	}
	return str_dup(w->rq->a, buf_str(&b));
}

/* REQ: RET-02 - what is kept longer than its row allows is asked to be disposed of. */
static enum status ask(struct work *w, struct reconcile_act *act)
{
	bool question = act->what == RECONCILE_QUESTION;
	struct str kind = question ? S("place_check") : S("disposal"), details = details_of(w, act);
	struct record *t;

	TRY(task_newest(w->rq, act->row->record, kind, &t));
	bool open = t && str_eq(t->step, S("open"));
	bool same = t && str_eq(task_details(t), details);
	act->outcome = open ? RECONCILE_WAITS : same ? RECONCILE_SETTLED : RECONCILE_NEW;
	act->record = t && (open || same) ? t->id : 0;
	if (!w->write || same)
		return ST_OK;
	if (!open) {
		t = record_new(w->rq, store_type(conn_store(w->rq->conn), S("task")));
		t->v[task_f_kind] = value_of_text(kind);
		t->v[task_f_title] = value_of_text(words(w, 300, question ? MSG_FINDER_ASK_TITLE : MSG_FINDER_DISPOSE_TITLE,
			act->row->serial, act->row->name));
		if (act->row->department)
			t->v[task_f_department] = value_of_link(act->row->department);
		t->v[task_f_role] = value_of_text(str_z(role_code(owner_of(w, act->row->department))));
		t->v[task_f_due] = value_of_date(date_add_days(w->rq->today, ANSWER_DAYS));
		t->v[task_f_clause] = value_of_text(question ? S("J.3.1.1") : S("J.9.1"));
		t->v[task_f_about] = value_of_link(act->row->record);
	}
	t->v[task_f_details] = value_of_text(details);
	TRY(record_write(w->rq, t, msg_text(MSG_FINDER_WHY, JA)));
	act->record = t->id;
	return ST_OK;
}

/* ---- all of it ---- */

static enum status record_act(struct work *w, struct reconcile_act *act)
{
	if (act->what != RECONCILE_PROPOSAL)
		return ask(w, act);
	if (act->row)
		return bring_up_to_date(w, act);
	return act->outcome == RECONCILE_NEW && w->write ? propose(w, act) : ST_OK;
}

static enum status record_all(struct work *w)
{
	struct store *s = conn_store(w->rq->conn);
	struct list_query departments = { .type = store_type(s, S("department")), .sort = LIST_SORT_CHANGED };
	struct list_query rows = { .type = store_type(s, S("ledger")), .sort = LIST_SORT_SERIAL, .step = S("*") };

	for (struct reconcile_act *act = reconcile_acts(w->r); act; act = act->next)
		act->outcome = RECONCILE_NEW;
	TRY(record_each(w->rq, &departments, take_department, w));
	TRY(record_each(w->rq, &rows, compare_row, w));
	for (struct reconcile_act *act = reconcile_acts(w->r); act; ) {
		struct arena_mark mark = arena_mark(w->rq->a);
		for (int n = 0; n < PORTION && act; n++, act = act->next)
			TRY(record_act(w, act));
		if (!w->write)
			continue;
		TRY(request_flush(w->rq));
		arena_reset(w->rq->a, mark);
	}
	return ST_OK;
}

enum status reconcile_record(struct request *rq, struct reconcile *r, bool write)
{
	struct work w = { .rq = rq, .r = r, .keep = arena_make(0), .write = write };
	enum status st = record_all(&w);

	for (struct reconcile_act *act = reconcile_acts(r); act; act = act->next)
		act->serial = reconcile_keep(r, act->serial);
	arena_free(&w.keep);
	return st;
}
