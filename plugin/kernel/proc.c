// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/proc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plugin/base/lock.h"

/* A number in a file; otherwise where there is none. */
static int number_in(const char *path, int otherwise)
{
	FILE *file = fopen(path, "r");
	int value = otherwise;

	if (!file)
		return otherwise;
	if (fscanf(file, "%d", &value) != 1)
		value = otherwise;
	fclose(file);
	return value;
}

/* Place of a name in a line of names, from 0, or -1. */
static int place_in(char *names, const char *name)
{
	char *save, *word = strtok_r(names, " \n", &save);

	for (int place = 0; word; place++) {
		if (!strcmp(word, name))
			return place;
		word = strtok_r(NULL, " \n", &save);
	}
	return -1;
}

static uint64_t value_at(char *values, int place)
{
	char *save, *word = strtok_r(values, " \n", &save);

	while (word && place--)
		word = strtok_r(NULL, " \n", &save);
	return word ? strtoull(word, NULL, 10) : UINT64_MAX;
}

/* A line of names, then one of values, both after "Icmp:". */
static uint64_t heard4(void)
{
	FILE *file = fopen("/proc/net/snmp", "r");
	char names[1024] = "", values[1024] = "";
	uint64_t heard = UINT64_MAX;
	int place = -1;

	if (!file)
		return heard;
	while (place < 0 && fgets(names, sizeof(names), file))
		if (!strncmp(names, "Icmp:", 5))
			place = place_in(names, "InRedirects");
	if (place >= 0 && fgets(values, sizeof(values), file))
		heard = value_at(values, place);
	fclose(file);
	return heard;
}

static uint64_t heard6(void)
{
	FILE *file = fopen("/proc/net/snmp6", "r");
	uint64_t heard = UINT64_MAX;
	char line[128];

	if (!file)
		return heard;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Icmp6InRedirects %" SCNu64, &heard) == 1)
			break;
	fclose(file);
	return heard;
}

void proc_read(const struct kernel_sink *sink)
{
	struct kernel_redirects redirects = {
		.all4 = number_in(
			"/proc/sys/net/ipv4/conf/all/accept_redirects", 1),
		.heard4 = heard4(),
		.heard6 = heard6(),
	};
	bool use_pmtu = number_in("/proc/sys/net/ipv4/ip_forward_use_pmtu", 0);

	fib_lock();
	sink->redirects(&redirects);
	sink->use_pmtu(use_pmtu);
	fib_unlock();
}
