/* affected_person_web.h - letters to all who wait, also asked for on the page of the incident. */
#pragma once
#include "web/type_pages.h"

/* A file of letters: of the incident `r`, or of the notice `r` alone. */
NODISCARD enum status notice_letters_file(struct web *w, const struct type *t, struct record *r);
