// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/base/lock.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void fib_lock(void)
{
	pthread_mutex_lock(&lock);
}

void fib_unlock(void)
{
	pthread_mutex_unlock(&lock);
}
