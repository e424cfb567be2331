/* assets.h - style, script and icon: inside the program, under addresses that change with their content. */
#pragma once
#include "web/web.h"

enum asset { ASSET_CSS, ASSET_JS, ASSET_ICON, ASSET_MAX };
struct url asset_url(enum asset a);
