/* define.h - turns RECORD_DEF into the tables that the engines walk. Include from one .c file; then write
 * `const struct record_type X_type = { RECORD_TABLES, .name = ..., .hooks = ... };` */
#define APPROVAL(step, role, order)
#define MOVE(code, from, to, ja, en, by, flags, demands, ...)
#define PERMIT(roles, acts, scope)
#define STEP(code, ja, en, kind, ...)
#define FIELD(nm, kind, ja, en, fl, ...)
#define ROWS(set)
#define COLUMN(nm, kind, ja, en, fl, ...)
#define END_ROWS(set)
#define CHOICES(set)                     static const struct choice choices_##set[] = {
#define CHOICE(set, cd, ja, en, ...)     { .code = #cd, .label = { SLIT(ja), SLIT(en) }, __VA_ARGS__ },
#define END_CHOICES(set)                 { 0 } };
#include RECORD_DEF
#undef CHOICES
#undef CHOICE
#undef END_CHOICES
#undef ROWS
#undef COLUMN
#undef END_ROWS
#define CHOICES(set)
#define CHOICE(set, code, ja, en, ...)
#define END_CHOICES(set)
#define FIELD_ROW(nm, kd, ja, en, fl, ...) \
	{ .name = #nm, .kind = FK_##kd, .label = { SLIT(ja), SLIT(en) }, .flags = (fl), __VA_ARGS__ },
#define ROWS(set)                        static const struct field rows_##set[] = {
#define COLUMN                           FIELD_ROW
#define END_ROWS(set)                    { 0 } };
#include RECORD_DEF
#undef ROWS
#undef COLUMN
#undef END_ROWS
#undef FIELD
#define ROWS(set)
#define COLUMN(nm, kind, ja, en, fl, ...)
#define END_ROWS(set)
#define FIELD                            FIELD_ROW
static const struct field CAT(RECORD, _fields)[] = {
#include RECORD_DEF
};
#undef FIELD
#undef FIELD_ROW
#undef STEP
#define FIELD(nm, kind, ja, en, fl, ...)
#define STEP(cd, ja, en, kd, ...) { .code = #cd, .label = { SLIT(ja), SLIT(en) }, .kind = STEP_##kd, __VA_ARGS__ },
static const struct step CAT(RECORD, _steps)[] = {
#include RECORD_DEF
};
#undef STEP
#undef MOVE
#define STEP(code, ja, en, kind, ...)
#define MOVE(cd, fr, t, ja, en, b, fl, dm, ...) \
	{ .code = #cd, .from = #fr, .to = #t, .label = { SLIT(ja), SLIT(en) }, .by = (b), .flags = (fl), .demands = (dm), __VA_ARGS__ },
static const struct move CAT(RECORD, _moves)[] = {
#include RECORD_DEF
};
#undef MOVE
#undef APPROVAL
#define MOVE(code, from, to, ja, en, by, flags, demands, ...)
#define APPROVAL(st, rl, od)             { #st, ROLE_##rl, od },
static const struct approval CAT(RECORD, _approvals)[] = {
#include RECORD_DEF
	{ 0 }                                /* so that a type without approvals compiles; not counted */
};
#undef APPROVAL
#undef PERMIT
#define APPROVAL(step, role, order)
#define PERMIT(rl, ac, sc)               { (rl), (ac), SCOPE_##sc },
static const struct permit CAT(RECORD, _permits)[] = {
#include RECORD_DEF
};
#undef PERMIT
#undef APPROVAL
#undef MOVE
#undef STEP
#undef FIELD
#undef ROWS
#undef COLUMN
#undef END_ROWS
#undef CHOICES
#undef CHOICE
#undef END_CHOICES

#define RECORD_TABLES                                                                     \
	.fields = CAT(RECORD, _fields), .nfields = (int)COUNT(CAT(RECORD, _fields)),          \
	.steps = CAT(RECORD, _steps), .nsteps = (int)COUNT(CAT(RECORD, _steps)),              \
	.moves = CAT(RECORD, _moves), .nmoves = (int)COUNT(CAT(RECORD, _moves)),              \
	.approvals = CAT(RECORD, _approvals), .napprovals = (int)COUNT(CAT(RECORD, _approvals)) - 1, \
	.permits = CAT(RECORD, _permits), .npermits = (int)COUNT(CAT(RECORD, _permits))
