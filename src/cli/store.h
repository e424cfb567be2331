/* store.h - what commands on a store share: opening it, acting as the console, reading a password. */
#pragma once
#include "cli/data.h"
#include "record/store.h"

/* A store opened for one command. */
struct cli_store {
	struct sandbox *sandbox;
	struct place  *place;
	struct store  *store;
	struct conn   *conn;
	struct request rq;               /* the console acts: rq.actor.system */
};
/* --data DIR or TOBARI_DATA. Problems are told; close with cli_store_close in every case. */
NODISCARD enum status cli_store_open(struct cli *c, struct cli_store *ret);
void                  cli_store_close(struct cli_store *s);
/* The type named by an argument of the command; a problem lists those there are. NULL when there is none. */
const struct type    *cli_type(struct cli *c, const struct cli_store *s, struct str name);
/* One line from standard input, without its end; of at most 4 KiB. ST_OK, ST_BAD_INPUT. */
NODISCARD enum status cli_read_line(struct cli *c, struct str *ret);
/* Moves the problems of the request to the command's. */
void                  cli_take_problems(struct cli *c, const struct request *rq);
/* Copies the texts of the command's problems into its own arena, before another one is freed. */
void                  cli_keep_problems(struct cli *c);
