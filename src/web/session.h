/* session.h - who is logged in. The browser holds 256 random bits in a __Host- cookie, the store only their hash; the
 * bits are new at each log-in. After ten idle minutes a session is locked on the server until the password is given. */
#pragma once
#include "web/web.h"

enum {
	SESSION_IDLE_S   = 600,          /* not a setting: the rule book's ten minutes are the most (SYS-11) */
	SESSION_LIFE_S   = 12 * 3600,
	SESSION_TOUCH_S  = 15,           /* how exactly the last use is kept */
	LOGIN_TRIES      = 5,            /* failures in a row that lock an account */
	LOGIN_LOCK_S     = 15 * 60,
};

struct session {
	int64_t        id, account;
	struct str     login;
	struct instant created, seen;
	bool           locked;           /* by idleness or by the user */
	bool           idle;             /* locked by idleness, not yet noted in the store */
	bool           must_change;      /* the password, before anything else */
	bool           kept;             /* forms wait that came while it was locked (kept.h) */
};

/* Inside a transaction: fills w->session from the cookie, and the actor unless locked. ST_OK also without a session. */
NODISCARD enum status session_load(struct web *w);
/* Inside a write transaction: a new session for the account, its cookie in the reply. */
NODISCARD enum status session_start(struct web *w, int64_t account);
NODISCARD enum status session_stop(struct web *w);
NODISCARD enum status session_lock(struct web *w);
NODISCARD enum status session_unlock(struct web *w);
/* Notes the last use when that is due; its own transaction. */
NODISCARD enum status session_touch(struct web *w);
