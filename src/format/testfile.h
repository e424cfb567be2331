/* testfile.h - archives and documents built byte by byte, honest or lying; for tests and corpora only. */
#pragma once
#include "base/base.h"
#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#define TESTFILE static inline __attribute__((unused))

TESTFILE void put16(struct buf *b, unsigned v)
{
	buf_char(b, (char)(v & 0xFF));
	buf_char(b, (char)(v >> 8 & 0xFF));
}

TESTFILE void put32(struct buf *b, uint32_t v)
{
	put16(b, v & 0xFFFF);
	put16(b, v >> 16);
}

/* Compresses; window_bits: -15 raw deflate, 15 zlib, 31 gzip. */
TESTFILE void put_deflated(struct buf *b, struct str data, int window_bits)
{
	z_stream z = { 0 };
	assert(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY) == Z_OK);
	uLong bound = deflateBound(&z, (uLong)data.n);
	unsigned char *in = malloc((size_t)data.n + 1), *out = malloc(bound);
	assert(in && out);
	memcpy(in, data.p, (size_t)data.n);
	z.next_in = in;
	z.avail_in = (uInt)data.n;
	z.next_out = out;
	z.avail_out = (uInt)bound;
	assert(deflate(&z, Z_FINISH) == Z_STREAM_END);
	buf_add(b, (struct str){ (const char *)out, (ptrdiff_t)z.total_out });
	deflateEnd(&z);
	free(in);
	free(out);
}

/* One member of a zip to be; the last fields tell lies where they are not zero. */
struct test_member {
	struct str name, data;
	bool     deflate, encrypted;
	unsigned method;             /* another method than it is written in */
	unsigned flags;
	int64_t  claim_size;         /* unpacked size in the directory and the local header */
	uint32_t wrong_crc;          /* added to the checksum */
};

TESTFILE void put_zip_head(struct buf *b, const struct test_member *m, uint32_t crc, ptrdiff_t packed)
{
	put16(b, 20);
	put16(b, m->flags | (m->encrypted ? 1u : 0u));
	put16(b, m->method ? m->method : m->deflate ? 8 : 0);
	put16(b, 0);
	put16(b, 0x5A21);
	put32(b, crc);
	put32(b, (uint32_t)packed);
	put32(b, (uint32_t)(m->claim_size ? m->claim_size : m->data.n));
	put16(b, (unsigned)m->name.n);
	put16(b, 0);
}

/* A zip archive of the members; free with buf_free. */
TESTFILE struct buf test_zip(const struct test_member *m, ptrdiff_t n)
{
	struct buf b = buf_make(0), dir = buf_make(0);
	for (ptrdiff_t i = 0; i < n; i++, m++) {
		struct buf data = buf_make(0);
		if (m->deflate)
			put_deflated(&data, m->data, -15);
		else
			buf_add(&data, m->data);
		uint32_t crc = (uint32_t)crc32(crc32(0, NULL, 0), (const unsigned char *)m->data.p, (uInt)m->data.n) ^ m->wrong_crc;
		put32(&dir, 0x02014B50);
		put16(&dir, 20);
		put_zip_head(&dir, m, crc, data.n);
		put16(&dir, 0);
		put16(&dir, 0);
		put16(&dir, 0);
		put32(&dir, 0);
		put32(&dir, (uint32_t)b.n);
		buf_add(&dir, m->name);
		put32(&b, 0x04034B50);
		put_zip_head(&b, m, crc, data.n);
		buf_add(&b, m->name);
		buf_add(&b, buf_str(&data));
		buf_free(&data);
	}
	ptrdiff_t at = b.n;
	buf_add(&b, buf_str(&dir));
	put32(&b, 0x06054B50);
	put32(&b, 0);
	put16(&b, (unsigned)n);
	put16(&b, (unsigned)n);
	put32(&b, (uint32_t)dir.n);
	put32(&b, (uint32_t)at);
	put16(&b, 0);
	buf_free(&dir);
	return b;
}
