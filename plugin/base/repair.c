// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/base/repair.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "plugin/base/compat.h"
#include "lib/log.h"

#include "plugin/base/boottime.h"

/* What was mended lately. */
#define KEPT 64

/* Lines in the log at a time. */
#define LOGGED_MAX 16

static struct repair repairs[KEPT];
static uint32_t newest, nrepairs;
static uint64_t count;
static uint32_t logged;

static const struct {
	const char *name, *text;
} faults[] = {
#define F(id, name, text) { name, text },
	FAULTS(F)
#undef F
};

const char *fault_name(enum fault fault)
{
	return faults[fault].name;
}

const char *fault_text(enum fault fault)
{
	return faults[fault].text;
}

static struct repair *at(uint32_t index)
{
	return &repairs[(newest + KEPT - index) % KEPT];
}

const struct repair *repair_at(uint32_t index)
{
	return index < nrepairs ? at(index) : NULL;
}

uint64_t repair_count(void)
{
	return count;
}

/* The same as before? Somebody keeps writing: told once. */
static struct repair *repair_find(enum fault fault, const char *object)
{
	for (uint32_t i = 0; i < nrepairs; i++)
		if (at(i)->fault == fault && !strcmp(at(i)->object, object))
			return at(i);
	return NULL;
}

static struct repair *repair_make(enum fault fault, const char *object)
{
	struct repair *repair;

	newest = (newest + 1) % KEPT;
	nrepairs += nrepairs < KEPT;
	repair = at(0);
	memset(repair, 0, sizeof(*repair));
	strlcpy(repair->object, object, sizeof(repair->object));
	repair->fault = fault;
	if (++logged <= LOGGED_MAX)
		zlog_warn("bpf: audit: %s %s: mended (see show bpf audit)",
			  object, fault_text(fault));
	return repair;
}

void repair_object(enum fault fault, const char *format, ...)
{
	char object[sizeof(repairs->object)];
	struct repair *repair;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(object, sizeof(object), format, arguments);
	va_end(arguments);
	count++;
	repair = repair_find(fault, object);
	if (!repair)
		repair = repair_make(fault, object);
	repair->when = boottime();
	repair->times++;
}

void repair_prefix(enum fault fault, const struct prefix_key *key)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(key->family, key->addr, text, sizeof(text));
	repair_object(fault, "%s/%u", text, key->len);
}

void repair_log_more(void)
{
	if (logged > LOGGED_MAX)
		zlog_warn("bpf: audit: %u more mended", logged - LOGGED_MAX);
	logged = 0;
}

void repair_fini(void)
{
	nrepairs = 0;
	count = 0;
	logged = 0;
}
