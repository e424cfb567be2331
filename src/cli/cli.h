/* cli.h - one command of the command line: its words, its options, its run. */
#pragma once
#include "base/msg.h"

struct cli_option {
	const char *name;          /* without "--" */
	const char *arg;           /* what stands for the value in --help; NULL for a flag */
	enum msg_id help;
};

struct cli;
struct cli_command {
	const char              *name;       /* one word or two: "scan", "audit verify" */
	const char              *synopsis;   /* what follows the name in --help: "[OPTION...] PATH..." */
	enum msg_id              summary;
	const char              *repeatable; /* the one option that may be given more than once; NULL = none */
	const struct cli_option *options;    /* ends with a NULL name; --help, --data and --format need no row of help */
	int                      min_args, max_args;
	enum status            (*run)(struct cli *c);
};

struct cli {
	struct arena             *a;         /* lives as long as the command */
	enum lang                 lang;      /* of LANG / LC_ALL: Japanese, else English */
	const struct cli_command *command;
	struct str               *args;      /* what stands behind the options */
	int                       nargs;
	struct cli_given { const struct cli_option *option; struct str value; } *given;
	int                       ngiven;
	struct problems           problems;  /* told on stderr after the run, one a line */
};

/* The value of an option; p is NULL when it was not given. A flag that was given has an empty text. */
struct str cli_value(const struct cli *c, const char *name);
bool       cli_flag(const struct cli *c, const char *name);
/* A whole number option within bounds, or `otherwise` when not given. A bad one is a problem at "--name". */
NODISCARD enum status cli_number(struct cli *c, const char *name, int64_t min, int64_t max, int64_t otherwise, int64_t *ret);
/* One of the words in `choices` ("text|jsonl|csv"): its index, the first when not given. */
NODISCARD enum status cli_choice(struct cli *c, const char *name, const char *choices, int *ret);
bool       cli_wants_progress(const struct cli *c);    /* a terminal on stderr, or --progress */
/* Everything a command prints goes to stdout through this; ST_BROKEN when the reader is gone. */
NODISCARD enum status cli_print(struct str s);

/* Finds the command, reads its options, runs it; returns the exit code. */
int cli_main(int argc, char **argv);
