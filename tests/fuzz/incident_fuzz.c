/* incident_fuzz.c - any JSON as an incident: what is read is judged, and the verdict keeps its own rules. */
#include "domain/incident/classify_json.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = arena_make(256 << 20);
	struct problems ps = { .a = &a };
	struct unknown_members unknown;
	struct incident_facts f;
	struct js *document;

	if (js_parse(&a, (struct str){ (const char *)data, (ptrdiff_t)size }, &ps, &document) == ST_OK
		&& incident_facts_read(&a, document, S(""), &ps, &f, &unknown) == ST_OK) {
		struct buf b = buf_make(16 << 20);
		struct js_out j = { .b = &b };
		struct incident_verdict v;
		incident_classify(incident_words_make(&a), &a, &f, date_make(2026, 11, 22), &v);
		assert(v.nreasons > 0 && v.nreasons <= INCIDENT_REASONS_MAX);
		assert(v.final_days == 0 || v.final_days == 30 || v.final_days == 60);
		assert(f.persons_max <= 0 || v.mark_final == ANSWER_YES);
		incident_verdict_write(&j, &v);
		assert(js_parse(&a, buf_str(&b), &ps, &document) == ST_OK);
		buf_free(&b);
	}
	arena_free(&a);
	return 0;
}
