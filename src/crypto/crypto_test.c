/* crypto_test.c - sealing, hashes, passwords, root keys, one-time codes, against published vectors where there are any. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "crypto/crypto.h"
#include "base/test_dir.h"
#include "crypto/password.h"
#include "crypto/root_key.h"
#include "crypto/totp.h"
#include "sys/sys.h"
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[TEST_DIR_MAX];

static struct str in_dir(struct arena *a, const char *name)
{
	char path[256];

	return str_dup(a, (struct str){ path, snprintf(path, sizeof path, "%s/%s", dir, name) });
}

static void test_seal(void **state)
{
	struct arena a = arena_make(0);
	struct key *k = keys_alloc(2);
	struct str plain = S("山田太郎 090-1234-5678"), out;

	(void)state;
	key_random(&k[0]);
	key_random(&k[1]);
	struct str sealed = seal_in(&a, &k[0], S("staff/1/name"), plain);
	assert_int_equal(sealed.n, plain.n + SEAL_EXTRA);
	assert_int_equal(str_find(sealed, S("山田")), -1);
	assert_false(str_eq(sealed, seal_in(&a, &k[0], S("staff/1/name"), plain)));
	assert_int_equal(unseal_in(&a, &k[0], S("staff/1/name"), sealed, &out), ST_OK);
	assert_true(str_eq(out, plain));
	assert_int_equal(unseal_in(&a, &k[0], S("staff/2/name"), sealed, &out), ST_BROKEN);
	assert_int_equal(unseal_in(&a, &k[1], S("staff/1/name"), sealed, &out), ST_BROKEN);
	assert_int_equal(unseal_in(&a, &k[0], S("staff/1/name"), str_sub(sealed, 0, 30), &out), ST_BROKEN);
	for (ptrdiff_t i = 0; i < sealed.n; i++) {
		char *p = str_to_z(&a, sealed);
		p[i] ^= 1;
		assert_int_equal(unseal_in(&a, &k[0], S("staff/1/name"), (struct str){ p, sealed.n }, &out), ST_BROKEN);
	}
	unsigned char w[WRAP_BYTES];
	key_wrap(&k[0], S("x"), &k[1], w);
	struct key *got = keys_alloc(1);
	assert_int_equal(key_unwrap(&k[0], S("x"), (struct str){ (char *)w, WRAP_BYTES }, got), ST_OK);
	assert_memory_equal(got->b, k[1].b, KEY_BYTES);
	assert_int_equal(key_unwrap(&k[0], S("y"), (struct str){ (char *)w, WRAP_BYTES }, got), ST_BROKEN);
	keys_free(got);
	keys_free(k);
	arena_free(&a);
}

/* RFC 7693 appendix A gives BLAKE2b-512 of "abc"; the 256-bit values are those of b2sum -l 256. */
static void test_hashes(void **state)
{
	unsigned char h[HASH_BYTES], prev[HASH_BYTES] = { 0 }, one[16], two[16];
	char hex[65];
	struct key *k = keys_alloc(3);

	(void)state;
	hash(S("abc"), h);
	hex_of((struct str){ (char *)h, HASH_BYTES }, hex);
	assert_string_equal(hex, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	char joined[35] = { 0 };
	memcpy(joined + 32, "abc", 3);
	unsigned char chained[HASH_BYTES];
	hash((struct str){ joined, 35 }, h);
	hash_chain(prev, S("abc"), chained);
	assert_memory_equal(h, chained, HASH_BYTES);

	key_random(&k[0]);
	key_derive(&k[0], S("staff.mail"), &k[1]);
	key_derive(&k[0], S("staff.phone"), &k[2]);
	blind_index(&k[1], S("x@example.jp"), one);
	blind_index(&k[1], S("x@example.jp"), two);
	assert_memory_equal(one, two, 16);
	blind_index(&k[2], S("x@example.jp"), two);
	assert_memory_not_equal(one, two, 16);
	assert_true(secret_eq(S("abc"), S("abc")));
	assert_false(secret_eq(S("abc"), S("abd")));
	assert_false(secret_eq(S("abc"), S("abcd")));
	assert_int_equal(hex_parse(S("00ff"), one, 2), ST_OK);
	assert_int_equal(one[1], 255);
	assert_int_equal(hex_parse(S("00fg"), one, 2), ST_BAD_INPUT);
	assert_int_equal(hex_parse(S("00f"), one, 2), ST_BAD_INPUT);
	keys_free(k);
}

/* RFC 8032, 7.1, test 2. */
static void test_signature(void **state)
{
	struct key *seed = keys_alloc(1);
	unsigned char public[SIGN_PUBLIC_BYTES], sig[SIGN_BYTES];
	char hex[129];

	(void)state;
	assert_int_equal(key_of_hex(S("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb\n"), seed), ST_OK);
	sign_public(seed, public);
	hex_of((struct str){ (char *)public, 32 }, hex);
	assert_string_equal(hex, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
	sign_make(seed, S("r"), sig);
	hex_of((struct str){ (char *)sig, 64 }, hex);
	assert_string_equal(hex, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
		"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
	assert_true(sign_ok(public, S("r"), sig));
	assert_false(sign_ok(public, S("s"), sig));
	sig[5] ^= 1;
	assert_false(sign_ok(public, S("r"), sig));
	keys_free(seed);
}

static void test_random(void **state)
{
	unsigned char mine[32], child[32];
	int fd[2];

	(void)state;
	crypto_random(mine, 8);                  /* fills what is read ahead */
	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	crypto_random(mine, 32);
	if (pid == 0) {
		IGNORE(write(fd[1], mine, 32) != 32);
		_exit(0);
	}
	assert_int_equal(read(fd[0], child, 32), 32);
	waitpid(pid, NULL, 0);
	assert_memory_not_equal(mine, child, 32);
	close(fd[0]);
	close(fd[1]);
}

static void round_trip(ptrdiff_t n)
{
	struct arena a = arena_make(0);
	struct key *k = keys_alloc(2);
	char *bytes = new_n(&a, char, n + 1);
	struct str plain = { bytes, n }, got;
	struct str from = in_dir(&a, "plain"), to = in_dir(&a, "sealed"), back = in_dir(&a, "back");

	key_random(&k[0]);
	key_random(&k[1]);
	crypto_random(bytes, n);
	assert_int_equal(sys_write_file(from, plain, 0600), ST_OK);
	assert_int_equal(file_seal(&k[0], S("backup 7"), from, to), ST_OK);
	assert_int_equal(file_unseal(&k[0], S("backup 7"), to, back), ST_OK);
	assert_int_equal(sys_read_file(&a, back, 1 << 30, &got), ST_OK);
	assert_true(str_eq(got, plain));
	assert_int_equal(file_unseal(&k[1], S("backup 7"), to, back), ST_BROKEN);
	assert_int_equal(file_unseal(&k[0], S("backup 8"), to, back), ST_BROKEN);
	assert_int_equal(sys_read_file(&a, to, 1 << 30, &got), ST_OK);
	for (ptrdiff_t cut = 1; cut < got.n; cut += MAX(1, got.n / 7)) {      /* cut off anywhere: refused */
		assert_int_equal(sys_write_file(back, str_sub(got, 0, got.n - cut), 0600), ST_OK);
		assert_int_equal(file_unseal(&k[0], S("backup 7"), back, from), ST_BROKEN);
	}
	struct buf more = buf_make(0);
	buf_add(&more, got);
	buf_char(&more, 'x');
	assert_int_equal(sys_write_file(back, buf_str(&more), 0600), ST_OK);
	assert_int_equal(file_unseal(&k[0], S("backup 7"), back, from), ST_BROKEN);
	assert_int_equal(sys_read_file(&a, from, 1 << 30, &got), ST_OK);
	assert_true(str_eq(got, plain));                                      /* untouched by the refusals */
	buf_free(&more);
	keys_free(k);
	arena_free(&a);
}

static void test_files(void **state)
{
	(void)state;
	round_trip(0);
	round_trip(10);
	round_trip(1 << 16);
	round_trip(200000);
}

static void test_root_key(void **state)
{
	struct arena a = arena_make(0);
	struct key *k = keys_alloc(3);
	char source[3][300];

	(void)state;
	for (int i = 0; i < 3; i++)
		snprintf(source[i], sizeof source[i], "%s%s/root%d%s", i == 0 ? "file:" : i == 1 ? "passphrase:" : "command:/bin/cat ", dir, i == 2 ? 0 : i, "");
	assert_int_equal(root_key_load(str_z(source[0]), S(""), &k[0]), ST_NOT_FOUND);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(root_key_make(str_z(source[i]), S("a long sentence"), &k[0]), ST_OK);
		assert_int_equal(root_key_make(str_z(source[i]), S("a long sentence"), &k[1]), ST_CONFLICT);
		assert_int_equal(root_key_load(str_z(source[i]), S("a long sentence"), &k[1]), ST_OK);
		assert_memory_equal(k[0].b, k[1].b, KEY_BYTES);
	}
	assert_int_equal(root_key_load(str_z(source[1]), S("another sentence"), &k[1]), ST_OK);
	assert_memory_not_equal(k[0].b, k[1].b, KEY_BYTES);
	assert_int_equal(root_key_load(str_z(source[2]), S(""), &k[2]), ST_OK);
	assert_int_equal(root_key_load(str_z(source[0]), S(""), &k[0]), ST_OK);
	assert_memory_equal(k[0].b, k[2].b, KEY_BYTES);
	assert_int_equal(root_key_load(S("command:/bin/false"), S(""), &k[2]), ST_UNAVAILABLE);
	assert_int_equal(root_key_load(S("command:/nonexistent/x"), S(""), &k[2]), ST_UNAVAILABLE);
	assert_int_equal(root_key_load(S("what"), S(""), &k[2]), ST_BAD_INPUT);
	chmod(source[0] + 5, 0644);
	assert_int_equal(root_key_load(str_z(source[0]), S(""), &k[0]), ST_DENIED);
	keys_free(k);
	arena_free(&a);
}

/* REQ: SYS-17 */
static void test_passwords(void **state)
{
	static const struct { const char *password; enum msg_id expect; } cases[] = {
		{ "short1", MSG_PASSWORD_SHORT }, { "onlylettershere", MSG_PASSWORD_KINDS }, { "8461937205184", MSG_PASSWORD_KINDS },
		{ "Password1234", MSG_PASSWORD_LEAKED }, { "P@ssw0rd2026", MSG_PASSWORD_LEAKED }, { "qwertyuiop123", MSG_PASSWORD_LEAKED },
		{ "1qaz2wsx3edc", MSG_PASSWORD_LEAKED }, { "aaaaaaaaaaa1", MSG_PASSWORD_LEAKED }, { "abc1abc1abc1", MSG_PASSWORD_LEAKED },
		{ "abcdefgh12345678", MSG_PASSWORD_LEAKED }, { "Welcome2026!Welcome", MSG_PASSWORD_LEAKED }, { "sakura-2025-tokyo", MSG_PASSWORD_LEAKED },
		{ "yamada.t-7Kq9wz", MSG_PASSWORD_LOGIN }, { "vT4-brick-lotus-92", MSG_NONE }, { "朝のコーヒーは2杯まで飲む", MSG_NONE },
	};
	char hash1[PASSWORD_HASH_MAX], weak[PASSWORD_HASH_MAX], random[24];
	bool again = true;

	(void)state;
	assert_int_equal(password_setup(1024, 1, 1), ST_BAD_INPUT);
	assert_int_equal(password_setup(8192, 1, 2), ST_OK);
	for (ptrdiff_t i = 0; i < COUNT(cases); i++)
		if (password_problem(str_z(cases[i].password), S("yamada.t"), NULL, 0) != cases[i].expect)
			fail_msg("%s", cases[i].password);
	password_hash(S("vT4-brick-lotus-92"), weak);
	assert_non_null(strstr(weak, "argon2id"));
	assert_int_equal(password_setup(8192, 2, 2), ST_OK);
	assert_int_equal(password_check(S("vT4-brick-lotus-92"), str_z(weak), &again), ST_OK);
	assert_true(again);
	password_hash(S("vT4-brick-lotus-92"), hash1);
	assert_int_equal(password_check(S("vT4-brick-lotus-92"), str_z(hash1), &again), ST_OK);
	assert_false(again);
	assert_int_equal(password_check(S("vT4-brick-lotus-93"), str_z(hash1), &again), ST_NO);
	assert_int_equal(password_check(S("x"), S("not a hash"), &again), ST_NO);
	struct str former[] = { str_z(weak) };
	assert_int_equal(password_problem(S("vT4-brick-lotus-92"), S("x"), former, 1), MSG_PASSWORD_FORMER);
	assert_int_equal(password_problem(S("vT4-brick-lotus-93"), S("x"), former, 1), MSG_NONE);
	for (int i = 0; i < 20; i++) {
		password_random(random);
		assert_int_equal(password_problem(str_z(random), S("admin"), NULL, 0), MSG_NONE);
	}
}

/* RFC 6238, appendix B (SHA-1), the last six of its eight digits. */
static void test_totp(void **state)
{
	static const struct { int64_t time; int code; } vectors[] = {
		{ 59, 287082 }, { 1111111109, 81804 }, { 1111111111, 50471 }, { 1234567890, 5924 }, { 2000000000, 279037 }, { 20000000000, 353130 },
	};
	struct str secret = S("12345678901234567890");
	char text[40];
	int64_t used = 0;

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(vectors); i++)
		assert_int_equal(totp_code(secret, vectors[i].time / 30), vectors[i].code);
	totp_base32(S("foobar"), text);                        /* RFC 4648, 10 */
	assert_string_equal(text, "MZXW6YTBOI");
	totp_base32(secret, text);
	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	struct instant now = { INT64_C(1111111109) * 1000000 };
	assert_int_equal(totp_check(secret, S("081804"), now, 0, &used), ST_OK);
	assert_int_equal(used, 1111111109 / 30);
	assert_int_equal(totp_check(secret, S("081804"), now, used, &used), ST_NO);        /* once only */
	assert_int_equal(totp_check(secret, S("050471"), now, 0, &used), ST_OK);           /* the next step */
	now.us += INT64_C(120) * 1000000;
	assert_int_equal(totp_check(secret, S("081804"), now, 0, &used), ST_NO);
	assert_int_equal(totp_check(secret, S("81804"), now, 0, &used), ST_NO);
	assert_int_equal(totp_check(secret, S("+81804"), now, 0, &used), ST_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seal), cmocka_unit_test(test_hashes), cmocka_unit_test(test_signature), cmocka_unit_test(test_random),
		cmocka_unit_test(test_files), cmocka_unit_test(test_root_key), cmocka_unit_test(test_passwords), cmocka_unit_test(test_totp),
	};

	if (!test_dir(dir, "crypto"))
		return 1;
	int failed = cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
	char rm[300];
	static const char *const names[] = { "plain", "sealed", "back", "root0", "root1" };
	for (ptrdiff_t i = 0; i < COUNT(names); i++) {
		snprintf(rm, sizeof rm, "%s/%s", dir, names[i]);
		unlink(rm);
	}
	rmdir(dir);
	return failed;
}
