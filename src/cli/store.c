/* store.c - opening a store for a command. */
#include "cli/store.h"
#include "domain/types.h"
#include "sys/sandbox.h"
#include "sys/sys.h"
#include <errno.h>
#include <unistd.h>

enum status cli_store_open(struct cli *c, struct cli_store *ret)
{
	*ret = (struct cli_store){ 0 };
	if (sandbox_start(&ret->sandbox) != ST_OK)               /* before keys; without it nothing is read or set */
		ret->sandbox = NULL;
	TRY(cli_open_place(c, PLACE_SHARE, &ret->place));
	enum status st = store_open(place_where(ret->place), place_keyring(ret->place), domain_types, domain_ntypes, &ret->store);
	if (st == ST_OK) {
		store_confine(ret->store, ret->sandbox);
		st = conn_open(ret->store, &ret->conn);
	}
	if (st != ST_OK) {
		problem(&c->problems, str_dup(c->a, place_dir(ret->place)), MSG_STORE_UNAVAILABLE);
		return ST_UNAVAILABLE;
	}
	request_init(&ret->rq, c->a, ret->conn, c->lang);
	return ST_OK;
}

void cli_store_close(struct cli_store *s)
{
	conn_close(s->conn);
	store_close(s->store);
	place_close(s->place);
	sandbox_stop(s->sandbox);
	*s = (struct cli_store){ 0 };
}

const struct type *cli_type(struct cli *c, const struct cli_store *s, struct str name)
{
	const struct type *t = store_type(s->store, name), *all;
	int n;

	if (t)
		return t;
	struct buf b = buf_make(4096);
	all = store_types(s->store, &n);
	for (int i = 0; i < n; i++)
		buf_fmt(&b, "%s%s", i ? " " : "", all[i].t->name);
	problem(&c->problems, str_dup(c->a, name), MSG_CLI_NO_TYPE, .arg = { str_dup(c->a, buf_str(&b)) });
	buf_free(&b);
	return NULL;
}

enum status cli_read_line(struct cli *c, struct str *ret)
{
	char line[4096];
	ptrdiff_t n = 0;

	while (n < (ptrdiff_t)sizeof line) {
		ssize_t got = read(STDIN_FILENO, line + n, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || line[n] == '\n')
			break;
		n++;
	}
	if (n && line[n - 1] == '\r')
		n--;
	*ret = str_dup(c->a, (struct str){ line, n });
	wipe(line, (ptrdiff_t)sizeof line);
	return n ? ST_OK : ST_BAD_INPUT;
}

void cli_take_problems(struct cli *c, const struct request *rq)
{
	for (ptrdiff_t i = 0; i < rq->problems.n; i++)
		problem_add_(&c->problems, rq->problems.p[i].place, rq->problems.p[i]);
}

void cli_keep_problems(struct cli *c)
{
	for (ptrdiff_t i = 0; i < c->problems.n; i++) {
		struct problem *p = &c->problems.p[i];
		p->place = str_dup(c->a, p->place);
		for (ptrdiff_t k = 0; k < COUNT(p->arg); k++)
			p->arg[k] = str_dup(c->a, p->arg[k]);
	}
}
