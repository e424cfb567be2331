/* http.h - reading what browsers send: paths, queries, forms, multipart, cookies, languages, hosts.
 * Pure and bounded: every reader has a limit on count and size, and is fuzzed (tests/fuzz). Nothing is guessed:
 * what does not fit the grammar is refused. Texts are valid UTF-8 without control characters but tab and line feed. */
#pragma once
#include "base/msg.h"

enum {
	HTTP_MAX_PAIRS = 4000,           /* fields of a form */
	HTTP_MAX_PARTS = 200,            /* parts of a multipart body */
	HTTP_MAX_COOKIES = 50,
	HTTP_MAX_SEGMENTS = 12,
};

struct http_pair { struct str name, value; };
struct http_pairs { struct http_pair *p; ptrdiff_t n; };

/* The value of the first pair of that name; p is NULL when absent. */
struct str http_get(const struct http_pairs *ps, struct str name);

/* application/x-www-form-urlencoded, also the query of a URL. CR LF becomes LF.
 * ST_OK; ST_BAD_INPUT (malformed escape, not UTF-8, a control character); ST_TOO_BIG (too many pairs). */
NODISCARD enum status http_form(struct arena *a, struct str body, struct http_pairs *ret);

/* A request target "/a/b?x=y": segments decoded, "." and ".." refused, the query left as it came.
 * An empty last segment ("/a/") is dropped. ST_OK, ST_BAD_INPUT, ST_TOO_BIG. */
struct http_target { struct str segment[HTTP_MAX_SEGMENTS]; int n; struct str path, query; };
NODISCARD enum status http_target(struct arena *a, struct str target, struct http_target *ret);

/* The Cookie header. Malformed pairs are passed over, as RFC 6265 has it. ST_OK, ST_TOO_BIG. */
NODISCARD enum status http_cookies(struct arena *a, struct str header, struct http_pairs *ret);

/* multipart/form-data. `bytes` points into the body. A part without a file name is text and checked as in
 * http_form; file names lose every folder part. ST_OK, ST_BAD_INPUT, ST_TOO_BIG. */
struct http_part { struct str name, filename, type, bytes; bool file; };
struct http_parts { struct http_part *p; ptrdiff_t n; };
NODISCARD enum status http_boundary(struct str content_type, struct str *ret);
NODISCARD enum status http_multipart(struct arena *a, struct str boundary, struct str body, struct http_parts *ret);

/* The better of the two languages by Accept-Language; Japanese when neither is named. */
enum lang http_language(struct str accept);

/* "host:port" without the port, brackets of IPv6 removed. ST_BAD_INPUT when it is none. */
NODISCARD enum status http_host(struct str header, struct str *ret);

/* Is this a path of this site that a redirect may lead to? Begins with one slash; no "//", backslash, control byte. */
bool http_local_path(struct str path);

/* Adds s with everything but unreserved characters percent-encoded. */
void http_escape(struct buf *b, struct str s);
/* May stand in a header value: printable ASCII, space and tab, nothing else (no CR, no LF). */
bool http_header_safe(struct str value);
