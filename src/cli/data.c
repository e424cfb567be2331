/* data.c - opening the store a command works on. */
#include "cli/data.h"
#include "sys/sys.h"
#include <stdlib.h>

enum status cli_passphrase(struct cli *c, struct str *ret)
{
	const char *path = getenv("TOBARI_PASSPHRASE_FILE");
	struct str text, line = S("");

	*ret = S("");
	if (!path || !*path)
		return ST_OK;
	if (sys_read_file(c->a, str_z(path), 4096, &text) != ST_OK) {
		problem(&c->problems, str_z(path), MSG_FILE_UNREADABLE);
		return ST_BAD_INPUT;
	}
	str_cut(&text, '\n', &line);
	*ret = line;
	return ST_OK;
}

static enum status tell(struct cli *c, struct str dir, enum status st)
{
	static const struct { enum status st; enum msg_id msg; enum status ret; } table[] = {
		{ ST_NOT_FOUND,   MSG_CLI_NO_STORE,       ST_BAD_INPUT },
		{ ST_BAD_INPUT,   MSG_CLI_STORE_SETTINGS, ST_BAD_INPUT },
		{ ST_DENIED,      MSG_CLI_STORE_KEY,      ST_UNAVAILABLE },
		{ ST_CONFLICT,    MSG_CLI_STORE_BUSY,     ST_UNAVAILABLE },
		{ ST_NO,          MSG_CLI_STORE_REVISION, ST_UNAVAILABLE },
		{ ST_UNAVAILABLE, MSG_CLI_STORE_DOWN,     ST_UNAVAILABLE },
		{ ST_RETRY,       MSG_CLI_STORE_DOWN,     ST_UNAVAILABLE },
	};

	for (ptrdiff_t i = 0; i < COUNT(table); i++) {
		if (table[i].st == st) {
			problem(&c->problems, dir, table[i].msg);
			return table[i].ret;
		}
	}
	return st;
}

/* The folder that --data or TOBARI_DATA names, and the passphrase, if there is one. */
static enum status data_place(struct cli *c, struct str *ret_dir, struct str *ret_passphrase)
{
	*ret_dir = cli_value(c, "data");
	if (!ret_dir->p)
		*ret_dir = str_z(getenv("TOBARI_DATA"));
	if (ret_dir->n == 0) {
		problem(&c->problems, S("--data"), MSG_CLI_DATA_MISSING);
		return ST_BAD_INPUT;
	}
	return cli_passphrase(c, ret_passphrase);
}

enum status cli_open_place(struct cli *c, enum place_use use, struct place **ret)
{
	struct str dir, passphrase;

	TRY(data_place(c, &dir, &passphrase));
	enum status st = place_open(dir, use, passphrase, ret);
	return st == ST_OK ? ST_OK : tell(c, dir, st);
}

enum status cli_upgrade_place(struct cli *c)
{
	struct str dir, passphrase;

	TRY(data_place(c, &dir, &passphrase));
	enum status st = place_upgrade(dir, passphrase);
	return st == ST_OK ? ST_OK : tell(c, dir, st);
}
