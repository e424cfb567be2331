/* data.h - the store a command works on: --data DIR, or TOBARI_DATA. */
#pragma once
#include "cli/cli.h"
#include "record/place.h"

#define CLI_DATA_OPTION { "data", "DIR", MSG_CLI_DATA }

/* Opens it, with the reason as a problem when it cannot. A passphrase for the root key is the first line of the file named
 * by TOBARI_PASSPHRASE_FILE. ST_OK; ST_BAD_INPUT (none named, or no store there); ST_UNAVAILABLE for all else. */
NODISCARD enum status cli_open_place(struct cli *c, enum place_use use, struct place **ret);
/* The same store, brought up to date and not opened. */
NODISCARD enum status cli_upgrade_place(struct cli *c);
/* The passphrase itself, empty when none is given. ST_OK, ST_BAD_INPUT with a problem. */
NODISCARD enum status cli_passphrase(struct cli *c, struct str *ret);
