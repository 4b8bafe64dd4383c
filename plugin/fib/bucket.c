// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/bucket.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "bpf/abi.h"

/* 32 buckets a member keep a share within 3 percent of what it should be. */
#define BUCKETS_PER_MEMBER 32
#define MEMBERS_MAX FIB_GROUP_BUCKETS_MAX

uint32_t bucket_count(uint32_t count, uint32_t minimum)
{
	uint32_t n = minimum > 64 ? minimum : 64;

	if (count == 1)
		return 1;
	while (n < count * BUCKETS_PER_MEMBER && n < FIB_GROUP_BUCKETS_MAX)
		n *= 2;
	return n;
}

/* Largest remainder: quotas add up to n and differ from the ideal by < 1. */
static void bucket_quotas(uint32_t *quotas, uint32_t n,
			  const struct bucket_member *members, uint32_t count)
{
	uint64_t remainders[MEMBERS_MAX], total = 0;
	uint32_t left = n;

	for (uint32_t i = 0; i < count; i++)
		total += members[i].weight;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t share = (uint64_t)n * members[i].weight;

		quotas[i] = (uint32_t)(share / total);
		remainders[i] = share % total;
		left -= quotas[i];
	}
	while (left--) {
		uint32_t best = 0;

		for (uint32_t i = 1; i < count; i++)
			if (remainders[i] > remainders[best])
				best = i;
		quotas[best]++;
		remainders[best] = 0;
	}
}

static bool take_quota(uint32_t nexthop, const struct bucket_member *members,
		       uint32_t count, uint32_t *quotas)
{
	for (uint32_t i = 0; i < count; i++)
		if (members[i].nexthop == nexthop && quotas[i]) {
			quotas[i]--;
			return true;
		}
	return false;
}

void bucket_fill(uint32_t *buckets, uint32_t n,
		 const struct bucket_member *members, uint32_t count,
		 const uint32_t *old, uint32_t n_old)
{
	uint32_t quotas[MEMBERS_MAX];
	uint32_t next = 0;

	bucket_quotas(quotas, n, members, count);
	/* nexthop id 0 is never used: it marks a bucket that is still free. */
	memset(buckets, 0, n * sizeof(*buckets));
	for (uint32_t b = 0; old && b < n; b++)
		if (take_quota(old[b & (n_old - 1)], members, count, quotas))
			buckets[b] = old[b & (n_old - 1)];
	for (uint32_t b = 0; b < n; b++) {
		if (buckets[b])
			continue;
		while (!quotas[next])
			next = (next + 1) % count;
		buckets[b] = members[next].nexthop;
		quotas[next]--;
		next = (next + 1) % count;
	}
}
