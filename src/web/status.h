/* status.h - what an answer that is not the page itself says to people. */
#pragma once
#include "base/msg.h"

struct status_message { enum msg_id title, text; };
/* Of an HTTP status; one that has no words of its own is a fault of ours. */
struct status_message status_message(int status);
