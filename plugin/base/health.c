// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/base/health.h"

#include "plugin/base/compat.h"
#include "lib/log.h"

static bool map_failed; /* since health_maps_begin() */
static char texts[HEALTH_REASONS][256];

void health_set(enum health_reason reason, const char *format, ...)
{
	char text[sizeof(texts[0])];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!texts[reason][0])
		zlog_warn("bpf: degraded: %s", text);
	memcpy(texts[reason], text, sizeof(text));
}

void health_map_write(const char *what, int ret)
{
	if (!ret)
		return;
	map_failed = true;
	health_set(HEALTH_MAPS, "cannot write %s: %s; such packets are punted",
		   what, strerror(-ret));
}

void health_maps_begin(void)
{
	map_failed = false;
}

void health_maps_end(void)
{
	if (!map_failed)
		health_clear(HEALTH_MAPS);
}

void health_clear(enum health_reason reason)
{
	if (texts[reason][0])
		zlog_info("bpf: recovered: %s", texts[reason]);
	texts[reason][0] = '\0';
}

const char *health_text(enum health_reason reason)
{
	return texts[reason][0] ? texts[reason] : NULL;
}

bool health_ok(void)
{
	for (int reason = 0; reason < HEALTH_REASONS; reason++)
		if (texts[reason][0])
			return false;
	return true;
}
