/* totp.h - one-time codes from an authenticator (RFC 6238: HMAC-SHA-1, 30 seconds, six digits). */
#pragma once
#include "base/date.h"

enum { TOTP_SECRET_BYTES = 20, TOTP_STEP = 30 };

void totp_secret(unsigned char ret[TOTP_SECRET_BYTES]);
void totp_base32(struct str secret, char *ret);             /* (n * 8 + 4) / 5 letters and a NUL, as apps take them */
int  totp_code(struct str secret, int64_t step);            /* of one time step */
/* Accepts the step of `now`, one before and one after, but none up to `last_used`: a code works once.
 * ST_OK with the step to store, ST_NO. */
NODISCARD enum status totp_check(struct str secret, struct str code, struct instant now, int64_t last_used, int64_t *ret_step);
