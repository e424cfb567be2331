/* identify.h - kinds of personal information on the command line. */
#pragma once
#include "cli/cli.h"

/* Tells that there is no such kind, and which there are. ST_BAD_INPUT. */
NODISCARD enum status cli_no_kind(struct cli *c, struct str place);
