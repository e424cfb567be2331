/* ole.c - old office formats: told apart by the streams they hold; programs read them. */
#include "format/extract/inside.h"

/* Is there a directory entry of that name? Entries hold names in UTF-16, followed by zeros. */
static bool holds(struct str bytes, const char *name)
{
	char wide[64] = { 0 };
	ptrdiff_t n = 0;

	for (; name[n]; n++)
		wide[2 * n] = name[n];
	for (ptrdiff_t at = 512; at + 128 <= bytes.n; at += 128)      /* entries lie at multiples of 128 */
		if (memcmp(bytes.p + at, wide, (size_t)(2 * n + 2)) == 0)
			return true;
	return false;
}

void read_ole(struct extract *x, struct str bytes)
{
	if (holds(bytes, "EncryptedPackage"))
		extract_unread(x, EXTRACT_encrypted);
	else if (holds(bytes, "WordDocument"))
		extract_program(x, EXTRACT_DOC, bytes);
	else if (holds(bytes, "Workbook") || holds(bytes, "Book"))
		extract_program(x, EXTRACT_XLS, bytes);
	else if (holds(bytes, "PowerPoint Document"))
		extract_program(x, EXTRACT_PPT, bytes);
	else
		extract_unread(x, EXTRACT_old_office);
}
