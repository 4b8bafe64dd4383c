// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_route.h"

#include <arpa/inet.h>

#include "fake_kernel.h"

#include "plugin/engine/maps.h"
#include "plugin/fib/nhgroup.h"
#include "plugin/fib/path.h"
#include "plugin/fib/record.h"

struct prefix_key key4(uint32_t addr, uint8_t len)
{
	struct prefix_key key = { .table = TABLE,
				  .family = AF_INET,
				  .len = len };

	addr = htonl(addr);
	memcpy(key.addr, &addr, sizeof(addr));
	prefix_key_mask(&key);
	return key;
}

struct route_spec *via(struct prefix_key key, uint8_t gateway)
{
	static struct route_spec spec;
	static struct nexthop_key nexthop;

	memset(&spec, 0, sizeof(spec));
	spec.key = key;
	spec.protocol = 9;
	spec.action = FIB_FORWARD;
	spec.count = 1;
	spec.nexthops = &nexthop;
	nexthop = (struct nexthop_key){
		.ifindex = 1,
		.family = AF_INET,
		.weight = 1,
		.gateway = { 10, 0, 0, gateway },
	};
	return &spec;
}

int both_install(const struct route_spec *spec)
{
	if (record_load(&spec->key).path == PATH_NONE)
		route_kernel_set(&spec->key, PATH_UNSURE);
	return route_install(spec);
}

int both_withdraw(const struct prefix_key *key, uint8_t protocol,
		  uint16_t instance)
{
	int ret = route_withdraw(key, protocol, instance);

	if (!(record_load(key).owners & FIB_OWNER_ZEBRA))
		route_kernel_set(key, PATH_NONE);
	return ret;
}

uint32_t forward4(uint32_t addr)
{
	struct prefix_key key = key4(addr, 32);

	return fake_forward(TABLE, AF_INET, key.addr);
}

uint8_t gateway_of(uint32_t word)
{
	uint32_t bucket;

	if (fib_word_action(word) != FIB_FORWARD)
		return 0;
	return maps.nexthop[nhgroup_select(fib_word_argument(word), 0, &bucket)]
		.gateway[3];
}
