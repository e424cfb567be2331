/* html_test.c - what is not a literal never becomes markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "web/html.h"

#define SHOWS(b, text) do { assert_int_equal((b).n, sizeof(text) - 1); \
	assert_memory_equal((b).p, text, sizeof(text) - 1); } while (0)

/* REQ: APP-02 - script text in a name is shown as text. */
static void text_and_attributes_are_escaped(void **state)
{
	struct buf b = buf_make(0);
	struct html h = { .out = &b };

	(void)state;
	EL(&h, "p", " class=\"x\"") {
		h_attr(&h, "title", S("\"><script>"));
		h_text(&h, S("<b>&'\"\0" "</b>"));
	}
	SHOWS(b, "<p class=\"x\" title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;&#39;&quot;\xEF\xBF\xBD&lt;/b&gt;</p>");
	assert_true(html_whole(&h));
	buf_free(&b);
}

static void elements_nest_and_void_ones_do_not_close(void **state)
{
	struct buf b = buf_make(0);
	struct html h = { .out = &b };

	(void)state;
	EL(&h, "ul") {
		for (int i = 0; i < 2; i++)
			EL(&h, "li") {
				VOID(&h, "input") {
					h_attr_int(&h, "value", i);
					h_flag(&h, "checked");
				}
				h_count(&h, i ? -1234567 : 0);
			}
	}
	SHOWS(b, "<ul><li><input value=\"0\" checked>0</li><li><input value=\"1\" checked>-1,234,567</li></ul>");
	assert_true(html_whole(&h));
	buf_free(&b);
}

static void misuse_is_seen(void **state)
{
	struct buf b = buf_make(0);
	struct html h = { .out = &b }, open = { .out = &b };

	(void)state;
	EL(&h, "p") {
		h_text(&h, S("x"));
		h_attr(&h, "title", S("late"));
	}
	assert_false(html_whole(&h));
	for (int i = 0; i < 1; i++)
		EL(&open, "p")
			break;
	assert_false(html_whole(&open));
	buf_free(&b);
}

static void messages_take_escaped_arguments(void **state)
{
	struct buf b = buf_make(0);
	struct html h = { .out = &b, .lang = EN };

	(void)state;
	h_msg(&h, MSG_CLI_NOT_A_NUMBER, S("<1>"), S("2"));
	SHOWS(b, "Give a whole number from &lt;1&gt; to 2.");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_attributes_are_escaped), cmocka_unit_test(elements_nest_and_void_ones_do_not_close),
		cmocka_unit_test(misuse_is_seen), cmocka_unit_test(messages_take_escaped_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
