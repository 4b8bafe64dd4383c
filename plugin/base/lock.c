// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/base/lock.h"

#include <pthread.h>
#include <stdint.h>

/*
 * Tickets: a pthread mutex alone goes to whoever asks first after it was given
 * up, which is the thread that runs, not one that has to be woken.
 */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static uint64_t next_ticket, serving;

static unsigned int counted; /* in this hold: its holder's */
static unsigned int longest; /* under the mutex */

/* Under the mutex, by the holder. */
static void count_end(void)
{
	if (counted > longest)
		longest = counted;
	counted = 0;
}

void fib_lock(void)
{
	uint64_t ticket;

	pthread_mutex_lock(&mutex);
	ticket = next_ticket++;
	while (ticket != serving)
		pthread_cond_wait(&turn, &mutex);
	pthread_mutex_unlock(&mutex);
}

void fib_unlock(void)
{
	bool wanted;

	pthread_mutex_lock(&mutex);
	count_end();
	serving++;
	wanted = serving != next_ticket;
	pthread_mutex_unlock(&mutex);
	if (wanted)
		pthread_cond_broadcast(&turn);
}

bool fib_lock_wanted(void)
{
	bool wanted;

	pthread_mutex_lock(&mutex);
	wanted = next_ticket - serving > 1;
	pthread_mutex_unlock(&mutex);
	return wanted;
}

void fib_lock_count(void)
{
	counted++;
}

void fib_lock_pause(void)
{
	if (counted < FIB_LOCK_BATCH)
		return;
	fib_unlock();
	fib_lock();
}

unsigned int fib_lock_longest(void)
{
	unsigned int ret;

	pthread_mutex_lock(&mutex);
	ret = longest;
	pthread_mutex_unlock(&mutex);
	return ret;
}
