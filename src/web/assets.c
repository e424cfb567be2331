/* assets.c - the embedded files. */
#include "web/assets.h"
#include "web/pages.h"
#include <pthread.h>
#include <stdio.h>

#define FILE_IN(symbol, path) \
	__asm__(".section .rodata\n" #symbol ":\n.incbin \"" path "\"\n" #symbol "_end:\n.byte 0\n.previous\n"); \
	extern const char symbol[] __attribute__((visibility("hidden"))); \
	extern const char symbol##_end[] __attribute__((visibility("hidden")))
FILE_IN(asset_css, "src/web/static/tobari.css");
FILE_IN(asset_js, "src/web/static/tobari.js");
FILE_IN(asset_icon, "src/web/static/icon.svg");

static struct {
	const char *begin, *end, *name, *suffix;
	struct str  type;
	char        path[64];
} assets[ASSET_MAX] = {
	[ASSET_CSS]  = { asset_css, asset_css_end, "tobari", "css", SLIT("text/css; charset=utf-8"), "" },
	[ASSET_JS]   = { asset_js, asset_js_end, "tobari", "js", SLIT("text/javascript; charset=utf-8"), "" },
	[ASSET_ICON] = { asset_icon, asset_icon_end, "icon", "svg", SLIT("image/svg+xml"), "" },
};
static pthread_once_t once = PTHREAD_ONCE_INIT;

static struct str content(enum asset a)
{
	return (struct str){ assets[a].begin, assets[a].end - assets[a].begin };
}

static void name_them(void)
{
	for (int i = 0; i < ASSET_MAX; i++)
		snprintf(assets[i].path, sizeof assets[i].path, "/static/%s-%016llx.%s", assets[i].name,
			(unsigned long long)str_hash(content((enum asset)i)), assets[i].suffix);
}

struct url asset_url(enum asset a)
{
	pthread_once(&once, name_them);
	return (struct url){ str_z(assets[a].path) };
}

enum status page_asset(struct web *w)
{
	for (int i = 0; i < ASSET_MAX; i++) {
		if (!str_eq(asset_url((enum asset)i).s, w->target.path))
			continue;
		reply_start_(w, 200, assets[i].type);
		w->reply.fixed = content((enum asset)i);
		w->reply.forever = true;
		return ST_OK;
	}
	return ST_NOT_FOUND;
}

enum status page_icon(struct web *w)
{
	reply_start_(w, 200, assets[ASSET_ICON].type);
	w->reply.fixed = content(ASSET_ICON);
	return ST_OK;
}
