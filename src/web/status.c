/* status.c - what an answer that is not the page itself says to people. */
#include "web/status.h"

struct status_message status_message(int status)
{
	static const struct { int status; struct status_message says; } known[] = {
		{ 400, { MSG_WEB_400, MSG_WEB_400_TEXT } }, { 403, { MSG_WEB_403, MSG_WEB_403_TEXT } },
		{ 404, { MSG_WEB_404, MSG_WEB_404_TEXT } }, { 405, { MSG_WEB_405, MSG_WEB_405_TEXT } },
		{ 409, { MSG_WEB_409, MSG_WEB_409_TEXT } }, { 413, { MSG_WEB_413, MSG_WEB_413_TEXT } },
		{ 421, { MSG_WEB_421, MSG_WEB_421_TEXT } }, { 429, { MSG_WEB_429, MSG_WEB_429_TEXT } },
		{ 503, { MSG_WEB_503, MSG_WEB_503_TEXT } }, { 505, { MSG_WEB_400, MSG_WEB_400_TEXT } },
	};

	for (ptrdiff_t i = 0; i < COUNT(known); i++)
		if (known[i].status == status)
			return known[i].says;
	return (struct status_message){ MSG_WEB_500, MSG_WEB_500_TEXT };
}
