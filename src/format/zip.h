/* zip.h - reading the members of a zip archive (zip, xlsx, docx, pptx) within bounds. */
#pragma once
#include "base/base.h"

struct zip_limits {              /* 0 = the default */
	int64_t members;             /* 100000 */
	int64_t member_bytes;        /* of one member, unpacked; 512 MiB */
	int64_t total_bytes;         /* of all members read, unpacked; 2 GiB */
	int64_t ratio;               /* unpacked to packed bytes of a member, judged above 1 MiB; 1000 */
};

struct zip_reader;
struct zip_member {
	ptrdiff_t  index;
	struct str name;             /* UTF-8; names without the UTF-8 flag are read as UTF-8 or CP932; lives as long as the reader */
	int64_t    size;             /* as the directory claims it: a hint, never trusted */
	bool       encrypted, folder;
};

/* Opens an archive in memory, or through a seekable descriptor (which must stay open); memory comes from the arena and
 * from libzip. ST_OK; ST_BAD_INPUT (no zip, damaged directory), ST_TOO_BIG (too many members). */
NODISCARD enum status zip_open_bytes(struct arena *a, struct str bytes, const struct zip_limits *l, struct zip_reader **ret);
NODISCARD enum status zip_open_fd(struct arena *a, int fd, const struct zip_limits *l, struct zip_reader **ret);
void zip_reader_close(struct zip_reader *z);           /* takes NULL */

ptrdiff_t         zip_members(const struct zip_reader *z);
struct zip_member zip_member_at(struct zip_reader *z, ptrdiff_t index);
/* By exact name, else without regard to ASCII case (as Office does). ST_OK, ST_NOT_FOUND. */
NODISCARD enum status zip_find(struct zip_reader *z, struct str name, struct zip_member *ret);

/* Unpacks in pieces of at most 64 KiB and checks the checksum at the end; what `sink` returns besides ST_OK ends it.
 * ST_OK; ST_BAD_INPUT (damaged, wrong checksum), ST_DENIED (encrypted, or a method we lack), ST_TOO_BIG (a limit), the sink's. */
typedef enum status zip_sink(void *user, struct str piece);
NODISCARD enum status zip_read(struct zip_reader *z, ptrdiff_t index, zip_sink *sink, void *user);
/* The whole member, of at most `max` bytes, into the arena. */
NODISCARD enum status zip_read_all(struct zip_reader *z, struct arena *a, ptrdiff_t index, ptrdiff_t max, struct str *ret);
