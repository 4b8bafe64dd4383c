// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unit_lock.c - the fib lock excludes, and goes to who has waited longest.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "plugin/base/lock.h"

#define ROUNDS 2000
#define THREADS 4

static unsigned long served; /* under the lock */
static atomic_bool stop;

static void *serve(void *argument)
{
	unsigned long rounds = (unsigned long)(uintptr_t)argument;

	for (unsigned long i = 0; rounds ? i < rounds : !stop; i++) {
		fib_lock();
		served++;
		fib_unlock();
	}
	return NULL;
}

static void test_excludes(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	served = 0;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, serve,
						(void *)(uintptr_t)20000),
				 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(served, THREADS * 20000);
	assert_false(fib_lock_wanted());
}

/* Who gives it up while another waits gets it behind that one, each time. */
static void test_handed_over(void **state)
{
	pthread_t other;

	(void)state;
	served = 0;
	stop = false;
	assert_int_equal(pthread_create(&other, NULL, serve, NULL), 0);
	fib_lock();
	for (int i = 0; i < ROUNDS; i++) {
		unsigned long before;

		while (!fib_lock_wanted())
			sched_yield();
		before = served;
		for (int count = 0; count < FIB_LOCK_BATCH; count++)
			fib_lock_count();
		fib_lock_pause();
		assert_true(served > before);
	}
	stop = true;
	fib_unlock();
	pthread_join(other, NULL);
}

/* The longest hold is what was counted between two chances for others. */
static void test_counts(void **state)
{
	(void)state;
	fib_lock();
	for (int i = 0; i < 3 * FIB_LOCK_BATCH; i++) {
		fib_lock_count();
		fib_lock_pause();
	}
	fib_unlock();
	assert_int_equal(fib_lock_longest(), FIB_LOCK_BATCH);
	fib_lock();
	for (int i = 0; i < FIB_LOCK_BATCH + 1; i++)
		fib_lock_count();
	fib_unlock();
	assert_int_equal(fib_lock_longest(), FIB_LOCK_BATCH + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_excludes),
		cmocka_unit_test(test_handed_over),
		cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
