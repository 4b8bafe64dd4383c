// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_kernel.h"
#include "fake_route.h"
#include "route_model.h"

#include "plugin/fib/record.h"
#include "plugin/fib/route.h"

static uint32_t address(const struct prefix_key *key)
{
	uint32_t addr;

	memcpy(&addr, key->addr, sizeof(addr));
	return ntohl(addr);
}

struct model_route model[MODEL];

/* The longest of the model's prefixes that covers key, or -1; fib: in the FIB. */
static int model_cover(const struct prefix_key *key, bool fib)
{
	int best = -1;

	for (int i = 0; i < MODEL; i++)
		if (model[i].gateway && prefix_key_covers(&model[i].key, key) &&
		    (!fib || record_find(&model[i].key)) &&
		    (best < 0 || model[i].key.len > model[best].key.len))
			best = i;
	return best;
}

/* Does prefix i catch packets of another one, which did not fit? */
static bool model_catches(int i)
{
	for (int w = 0; w < MODEL; w++)
		if (model[w].gateway && !record_find(&model[w].key) &&
		    prefix_key_covers(&model[i].key, &model[w].key) &&
		    model_cover(&model[w].key, true) == i)
			return true;
	return false;
}

/* 0: no route of the model, or it or what it should catch is not in the FIB. */
static uint8_t model_gateway(uint32_t addr)
{
	struct prefix_key host = key4(addr, 32);
	int best = model_cover(&host, false);

	if (best < 0 || !record_find(&model[best].key) || model_catches(best))
		return 0;
	return model[best].gateway;
}

void model_init(void)
{
	memset(model, 0, sizeof(model));
	for (int i = 0; i < MODEL; i++) {
		int twin;

		do {
			model[i].key = key4(0x0a000000 | (random() & 0xffffff),
					    (uint8_t)(random() % 25 + 8));
			for (twin = 0; twin < i; twin++)
				if (prefix_key_same(&model[twin].key,
						    &model[i].key))
					break;
		} while (twin < i);
	}
}

void model_step(void)
{
	int i = (int)(random() % MODEL);

	if (model[i].gateway && random() % 2) {
		model[i].gateway = 0;
		both_withdraw(&model[i].key, 9, 0);
	} else {
		model[i].gateway = (uint8_t)(1 + random() % 40);
		both_install(via(model[i].key, model[i].gateway));
	}
}

unsigned int model_check(void)
{
	unsigned int forwarded = 0;

	for (int i = 0; i < MODEL; i++) {
		uint32_t addr = address(&model[i].key);
		uint8_t got = gateway_of(forward4(addr));

		assert_int_equal(got, model_gateway(addr));
		forwarded += got != 0;
	}
	return forwarded;
}

void model_watch(const struct prefix_key *key)
{
	for (int i = 0; i < MODEL; i++) {
		struct prefix_key host = key4(address(&model[i].key), 32);
		uint8_t got;
		int best;

		if (!prefix_key_covers(key, &model[i].key))
			continue;
		got = gateway_of(forward4(address(&model[i].key)));
		best = model_cover(&host, false);
		assert_true(!got || (best >= 0 && got == model[best].gateway));
	}
}

unsigned int model_in_fib(void)
{
	unsigned int count = 0;

	for (int i = 0; i < MODEL; i++)
		count += record_find(&model[i].key) != 0;
	return count;
}
