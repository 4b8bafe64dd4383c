// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/control/resize.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "zebra/zebra_router.h"

#include "plugin/base/idpool.h"
#include "plugin/base/lock.h"
#include "plugin/engine/counters.h"
#include "plugin/engine/pin.h"
#include "plugin/engine/program.h"
#include "plugin/fib/record.h"
#include "plugin/ports/port_attach.h"

/*
 * Prefixes brought over in one hold of the lock: more than others, who have it
 * in turns with us, can change in theirs.
 */
#define COPY_BATCH (2 * FIB_LOCK_BATCH)
/* Prefixes removed from a trie that goes, before zebra does other work. */
#define RETIRE_BATCH 256
/* Batches in one event. */
#define EVENT_BATCHES 16
/* Batches before the command returns: a small table is moved then. */
#define COMMAND_BATCHES 128

static struct {
	enum {
		IDLE,
		COPY,	/* to the new maps */
		CARRY,	/* counts, from the old ones */
		ADMIT,	/* routes that had waited for room */
		RETIRE, /* the maps that go */
	} phase;
	struct maps maps;      /* the new ones, from CARRY on those that go */
	struct tables retired; /* what is in their tries */
	struct tables_walk walk;
	int result;
	void (*ended)(int result);
	struct event *event;
} resize;

bool resize_running(void)
{
	return resize.phase != IDLE;
}

const char *resize_reason(int result)
{
	return result == -ENOSPC ? "more routes than that are in use"
				 : safe_strerror(-result);
}

/* Everything but the route maps is shared by both sets. */
static void maps_share(struct maps *to)
{
	static const enum map_id resized[] = { MAP_FIB4_LPM, MAP_FIB6_LPM,
					       MAP_ROUTE, MAP_ROUTE_HOT };

	memcpy(to->fd, maps.fd, sizeof(to->fd));
	for (size_t i = 0; i < array_size(resized); i++)
		to->fd[resized[i]] = -1;
}

/* In the hold in which nothing was left to copy. */
static void switch_over(void)
{
	struct maps from = maps;

	maps = resize.maps;
	resize.maps = from;
	program_use();
	port_replace_programs();
	record_move_end(&resize.maps, &resize.retired);
	pin_maps(&maps);
}

static void copy(void)
{
	int ret = 1;

	fib_lock();
	for (int i = 0; ret > 0 && i < COPY_BATCH; i++)
		ret = record_move_step();
	if (!ret)
		switch_over();
	else if (ret < 0)
		record_move_abort(&resize.retired);
	fib_unlock();
	if (!ret) {
		/* The last program that uses the old maps ends. */
		grace_period_wait();
		resize.phase = CARRY;
	} else if (ret < 0) {
		program_discard();
		resize.result = ret;
		resize.phase = RETIRE;
	}
}

/* A trie of millions that is freed at once stalls a CPU: empty it first. */
static bool retire(void)
{
	for (int i = 0; i < RETIRE_BATCH; i++) {
		if (!tables_next(&resize.retired, &resize.walk)) {
			tables_fini(&resize.retired);
			maps_release(&resize.maps, &maps);
			return false;
		}
		maps_lpm_remove(&resize.maps, &resize.walk.at);
	}
	return true;
}

static bool locked(bool (*batch)(void))
{
	bool more;

	fib_lock();
	more = batch();
	fib_unlock();
	return more;
}

static void work(void)
{
	switch (resize.phase) {
	case IDLE:
		break;
	case COPY:
		copy();
		break;
	case CARRY:
		if (!locked(counters_carry))
			resize.phase = ADMIT;
		break;
	case ADMIT:
		if (!locked(record_retry))
			resize.phase = RETIRE;
		break;
	case RETIRE:
		if (!retire())
			resize.phase = IDLE;
		break;
	}
}

static void handle_work(struct event *event)
{
	(void)event;
	for (int i = 0; i < EVENT_BATCHES; i++)
		work();
	if (resize_running())
		event_add_event(zrouter.master, handle_work, NULL, 0,
				&resize.event);
	else
		resize.ended(resize.result);
}

int resize_begin(const struct maps *to, void (*ended)(int result), char *error,
		 size_t size)
{
	int ret;

	memset(&resize, 0, sizeof(resize));
	resize.ended = ended;
	resize.maps = *to;
	maps_share(&resize.maps);
	ret = program_load(&resize.maps, error, size);
	if (ret) {
		maps_release(&resize.maps, &maps);
		return ret;
	}
	fib_lock();
	ret = record_move_begin(&resize.maps);
	fib_unlock();
	resize.phase = ret ? RETIRE : COPY;
	resize.result = ret;
	for (int i = 0; i < COMMAND_BATCHES && resize_running(); i++)
		work();
	if (resize_running())
		event_add_event(zrouter.master, handle_work, NULL, 0,
				&resize.event);
	else if (resize.result)
		snprintf(error, size, "cannot move the routes: %s",
			 resize_reason(resize.result));
	return resize_running() ? 0 : resize.result;
}

void resize_stop(void)
{
	if (!resize_running())
		return;
	event_cancel(&resize.event);
	if (resize.phase == COPY)
		record_move_abort(&resize.retired);
	counters_carry_end();
	tables_fini(&resize.retired);
	maps_release(&resize.maps, &maps);
	resize.phase = IDLE;
}
