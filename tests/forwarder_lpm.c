/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forwarder_lpm.c - the forwarder's longest-prefix match against a naive
 * reference: random tables, prefixes added, replaced and removed in random order,
 * and after every few changes frames to random destinations. Which route a frame
 * met is read from the route counters.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "frame.h"
#include "prefix_list.h"
#include "router.h"
#include "router_require.h"

#define TABLES 3
#define CHANGES 6000
#define LOOKUPS_A_CHANGE 4
#define ROUTES_WANTED 1500

static struct router router;
static struct frame frame;
static struct router_result result;
static struct prefix_list list;
static __u64 random_state;

/* Table ids in the order of their index, from all over the range. */
static const __u32 table_ids[TABLES] = { 254, 10000, 0xfffffffe };

static const char *map_name(void)
{
	return list.bits == 32 ? "fib4_lpm" : "fib6_lpm";
}

static void make_key(const struct prefix_entry *entry, struct fib4_key *key4,
		     struct fib6_key *key6)
{
	key4->prefixlen = key6->prefixlen = FIB_KEY_TABLE_BITS + entry->length;
	key4->table = key6->table = table_ids[entry->table];
	memcpy(&key4->addr, entry->addr, sizeof(key4->addr));
	memcpy(key6->addr, entry->addr, sizeof(key6->addr));
}

static const void *key_of(const struct prefix_entry *entry)
{
	static struct fib4_key key4;
	static struct fib6_key key6;

	make_key(entry, &key4, &key6);
	return list.bits == 32 ? (const void *)&key4 : (const void *)&key6;
}

static int map_remove(const struct prefix_entry *entry)
{
	return bpf_map_delete_elem(router_fd(&router, map_name()),
				   key_of(entry))
		       ? -errno
		       : 0;
}

static void map_set(const struct prefix_entry *entry)
{
	require(bpf_map_update_elem(router_fd(&router, map_name()),
				    key_of(entry), &entry->id, BPF_ANY) == 0,
		"%s: %s", map_name(), strerror(errno));
}

/* Adds, replaces or removes one prefix, in the map and in the list. */
static void change_one(void)
{
	struct prefix_entry entry =
		prefix_list_random(&list, TABLES, &random_state);
	struct prefix_entry *there;
	__u64 dice = frame_random(&random_state) % 100;

	entry.id = 1 + frame_random(&random_state) % (ROUTER_ROUTES - 1);
	if (list.count && dice < (list.count < ROUTES_WANTED ? 20 : 70)) {
		there = &list.entry[frame_random(&random_state) % list.count];
		require(map_remove(there) == 0, "cannot remove a prefix");
		prefix_list_remove(&list, there);
		return;
	}
	if (list.count && dice >= 95) { /* the same prefix, another route */
		there = &list.entry[frame_random(&random_state) % list.count];
		there->id = entry.id;
		map_set(there);
		return;
	}
	if (dice >= 90) { /* removing what is not there changes nothing */
		if (!prefix_list_find(&list, &entry))
			require(map_remove(&entry) == -ENOENT,
				"removed a prefix that is not there");
		return;
	}
	map_set(&entry);
	prefix_list_set(&list, &entry);
}

/* Addresses that the checks stop before the lookup. */
static bool is_checked_first(const __u8 *addr)
{
	static const __u8 zero[12];

	if (list.bits == 32)
		return addr[0] == 0 || addr[0] == 127 || addr[0] >> 4 == 14 ||
		       memcmp(addr, "\xff\xff\xff\xff", 4) == 0;
	return addr[0] == 0xff || (addr[0] == 0xfe && addr[1] >> 6 == 2) ||
	       memcmp(addr, zero, 10) == 0;
}

static void port_table(__u32 table)
{
	struct fib_port port;
	int fd = router_fd(&router, "port");

	require(!bpf_map_lookup_elem(fd, &router.ifindex[ROUTER_IN], &port),
		"no port");
	port.table = table_ids[table];
	require(!bpf_map_update_elem(fd, &router.ifindex[ROUTER_IN], &port,
				     BPF_ANY),
		"cannot change the port");
}

static const char *address_text(const __u8 *addr)
{
	static char text[INET6_ADDRSTRLEN];

	inet_ntop(list.bits == 32 ? AF_INET : AF_INET6, addr, text,
		  sizeof(text));
	return text;
}

/* One frame: the reference's route counts it, or no route does. */
static void lookup_one(__u64 *matched)
{
	const struct prefix_entry *expected;
	struct fib_route_hot *hot;
	__u8 addr[16] = { 0 };
	__u64 before = 0;
	__u32 table;

	do {
		prefix_list_random_address(&list, TABLES, &random_state, &table,
					   addr);
	} while (is_checked_first(addr));
	port_table(table);
	frame_build(&frame,
		    &(struct frame_spec){ .destination = address_text(addr) });
	expected = prefix_list_lookup(&list, table, addr);
	hot = router_route_hot(&router, router_cpu(),
			       expected ? expected->id : 0);
	before = hot->packets;
	router_run(&router, ROUTER_IN, &frame, &result);
	require(result.verdict == (expected ? VERDICT_PUNT_UNREACHABLE
					    : VERDICT_PUNT_NO_ROUTE),
		"%s in table %u: %s, reference: route %d", address_text(addr),
		table_ids[table], router_verdict_name(result.verdict),
		expected ? (int)expected->id : -1);
	require(hot->packets - before == !!expected,
		"%s in table %u: not counted by route %u, a /%u",
		address_text(addr), table_ids[table],
		expected ? expected->id : 0, expected ? expected->length : 0);
	if (expected)
		matched[expected->length]++;
}

static void random_tables(__u32 bits)
{
	__u64 matched[129] = { 0 }, total = 0, counted = 0;
	__u32 i, id, lengths = 0;

	list.bits = bits;
	list.count = 0;
	for (i = 0; i < CHANGES; i++) {
		__u32 lookup;

		change_one();
		for (lookup = 0; lookup < LOOKUPS_A_CHANGE; lookup++)
			lookup_one(matched);
	}
	/* Empty it in random order; what remains must still be right. */
	while (list.count) {
		struct prefix_entry *victim =
			&list.entry[frame_random(&random_state) % list.count];

		require(map_remove(victim) == 0, "cannot remove a prefix");
		prefix_list_remove(&list, victim);
		lookup_one(matched);
	}
	require(bpf_map_get_next_key(router_fd(&router, map_name()), NULL,
				     &(struct fib6_key){ 0 }) == -ENOENT,
		"the trie is not empty");
	for (i = 0; i <= bits; i++) {
		total += matched[i];
		lengths += matched[i] > 0;
	}
	for (id = 0; id < ROUTER_ROUTES; id++)
		counted += router_route_hot(&router, router_cpu(), id)->packets;
	print_message("# %u bits: %llu lookups matched %u different lengths\n",
		      bits, total, lengths);
	require(counted == total, "%llu counted, %llu expected", counted,
		total);
	require(lengths > bits * 9 / 10, "only %u lengths matched", lengths);
}

static int test_setup(void **state)
{
	__u32 id;

	(void)state;
	router_open(&router, FIB_COUNTERS_ROUTE);
	for (id = 0; id < ROUTER_ROUTES; id++)
		router_route_word(&router, id,
				  fib_word(FIB_PUNT, VERDICT_PUNT_UNREACHABLE));
	return router_pin(router_cpu()) ? 0 : -1;
}

static int test_teardown(void **state)
{
	(void)state;
	router_close(&router);
	return 0;
}

static void test_random_tables_ipv4(void **state)
{
	(void)state;
	random_tables(32);
}

static void test_random_tables_ipv6(void **state)
{
	(void)state;
	random_tables(128);
}

/* Every length of one address's cover, from the longest to the default route. */
static void every_length(__u32 bits)
{
	__u8 addr[16] = { 0x2a, 0x55, 0xa5, 0x5a, 0x0f, 0xf0, 0x33, 0xcc,
			  0x99, 0x66, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbd };
	struct prefix_entry entry = { 0 };
	__u32 length;

	list.bits = bits;
	list.count = 0;
	for (length = 0; length <= bits; length++) {
		memcpy(entry.addr, addr, sizeof(addr));
		prefix_mask(entry.addr, bits, length);
		entry.length = length;
		entry.id = 1 + length;
		map_set(&entry);
	}
	port_table(0);
	for (length = bits + 1; length-- > 0;) {
		struct fib_route_hot *hot =
			router_route_hot(&router, router_cpu(), 1 + length);

		frame_build(&frame,
			    &(struct frame_spec){ .destination =
							  address_text(addr) });
		router_run(&router, ROUTER_IN, &frame, &result);
		require(hot->packets == 1, "/%u not matched", length);
		memcpy(entry.addr, addr, sizeof(addr));
		prefix_mask(entry.addr, bits, length);
		entry.length = length;
		require(map_remove(&entry) == 0, "cannot remove /%u", length);
	}
	router_run(&router, ROUTER_IN, &frame, &result);
	require(result.verdict == VERDICT_PUNT_NO_ROUTE, "%s",
		router_verdict_name(result.verdict));
}

static void test_every_length_ipv4(void **state)
{
	(void)state;
	every_length(32);
}

static void test_every_length_ipv6(void **state)
{
	(void)state;
	every_length(128);
}

static int group_setup(void **state)
{
	(void)state;
	random_state = frame_random_seed("forwarder_lpm");
	router_namespace();
	return 0;
}

#define ROUTER_TEST(test)                                                      \
	cmocka_unit_test_setup_teardown(test, test_setup, test_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		ROUTER_TEST(test_random_tables_ipv4),
		ROUTER_TEST(test_random_tables_ipv6),
		ROUTER_TEST(test_every_length_ipv4),
		ROUTER_TEST(test_every_length_ipv6),
	};

	return cmocka_run_group_tests_name("forwarder: LPM", tests, group_setup,
					   NULL);
}
