/* document.h - xml members of office documents, parsed in pieces; only document.c and sheets.c include it. */
#pragma once
#include "format/extract/inside.h"
#include "format/zip.h"
#include <expat.h>

struct document_handler {
	void (*start)(void *user, struct str element, const char **attributes);    /* names without their prefix */
	void (*end)(void *user, struct str element);
	void (*text)(void *user, struct str s);
};
/* Parses one member. False when it is damaged or a limit was passed, which is told for the part being read.
 * A document type declaration counts as damage: office files have none, and entities grow from it. */
bool document_parse(struct extract *x, struct zip_reader *z, struct zip_member m, const struct document_handler *h, void *user);
/* The value of an attribute by its name without prefix; p is NULL when absent. */
struct str document_attribute(const char **attributes, const char *name);
/* Embedded files and pictures of a document, as parts; xml members are passed over. */
void document_embedded(struct extract *x, struct arena *a, struct zip_reader *z);
/* The texts of a member whose paragraphs and tables are those of Word, PowerPoint, drawings or OpenDocument. */
void document_text(struct extract *x, struct zip_reader *z, struct zip_member m);
void document_sheets(struct extract *x, struct arena *a, struct zip_reader *z, struct str bytes, int fd);
