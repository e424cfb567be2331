/* people.h - a store with a small organisation in it, for tests of pages: who is who, and accounts to log in with. */
#pragma once
#include "base/test_dir.h"
#include "record/store.h"

#define PEOPLE_PASSWORD "tobari2026test"

struct people {
	char            dir[TEST_DIR_MAX];
	struct sandbox *sandbox;
	struct keyring *keys;
	struct store   *store;
	struct conn    *conn;
	struct arena    a;
	struct request  rq;              /* the system's own */
	int64_t         sales, system;   /* departments */
};
/* Accounts, all with PEOPLE_PASSWORD: top, manager (privacy manager), head (of sales), staff (employee), audit, ism. */
struct people *people_make(void);
void           people_free(struct people *p);
/* An account with PEOPLE_PASSWORD for a staff record; `rq` is the system's own. */
void           people_account(struct request *rq, const char *login, int64_t id, int64_t staff);
/* A record of the type with fields given as name, text pairs up to a NULL; moved by `move` where that is not NULL. */
int64_t people_record(struct people *p, const char *type, const char *move, ...);
