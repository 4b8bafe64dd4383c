// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel/xtables.h"

/* Before linux/in.h, which then leaves out what this declares. */
#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugin/base/compat.h"
#include "lib/privs.h"

#include "plugin/kernel/filter_list.h"

extern struct zebra_privs_t zserv_privs;

/* struct ip6t_getinfo and ip6t_get_entries are the same. */
static struct kind {
	const char *path, *command;
	uint8_t family;
	int level, get_info, get_entries;
	int names; /* path, open */
} kinds[] = {
	{ "/proc/net/ip_tables_names", "iptables", AF_INET, SOL_IP,
	  IPT_SO_GET_INFO, IPT_SO_GET_ENTRIES, -1 },
	{ "/proc/net/ip6_tables_names", "ip6tables", AF_INET6, SOL_IPV6,
	  IP6T_SO_GET_INFO, IP6T_SO_GET_ENTRIES, -1 },
};

static const struct {
	int hook;
	const char *name;
} chains[] = {
	{ NF_INET_PRE_ROUTING, "PREROUTING" },
	{ NF_INET_FORWARD, "FORWARD" },
	{ NF_INET_POST_ROUTING, "POSTROUTING" },
};

/* A table, as it was asked for. */
struct table {
	const struct kind *kind;
	int socket;
	struct ipt_getinfo info;
	struct ipt_get_entries *entries; /* NULL before it is needed */
};

void xtables_open(void)
{
	for (size_t i = 0; i < array_size(kinds); i++)
		kinds[i].names = open(kinds[i].path, O_RDONLY | O_CLOEXEC);
}

static int ask(const struct table *table, int option, void *answer,
	       socklen_t size)
{
	int ret = -EPERM;

	frr_with_privs (&zserv_privs) {
		ret = getsockopt(table->socket, table->kind->level, option,
				 answer, &size)
			      ? -errno
			      : 0;
	}
	return ret;
}

static int entries_read(struct table *table)
{
	size_t size = sizeof(*table->entries) + table->info.size;

	table->entries = calloc(1, size);
	if (!table->entries)
		return -ENOMEM;
	memcpy(table->entries->name, table->info.name,
	       sizeof(table->entries->name));
	table->entries->size = table->info.size;
	return ask(table, table->kind->get_entries, table->entries,
		   (socklen_t)size);
}

/* The verdict at a chain's end, of which the offset in the table is told. */
static int policy_read(const struct table *table, unsigned int offset,
		       int *verdict)
{
	const char *entry = (const char *)table->entries->entrytable + offset;
	const struct xt_standard_target *target;
	unsigned int header = table->kind->family == AF_INET
				      ? sizeof(struct ipt_entry)
				      : sizeof(struct ip6t_entry);
	unsigned int to_target;

	if (offset > table->info.size || table->info.size - offset < header)
		return -EPROTO;
	to_target = table->kind->family == AF_INET
			    ? ((const struct ipt_entry *)entry)->target_offset
			    : ((const struct ip6t_entry *)entry)->target_offset;
	if (table->info.size - offset < to_target + sizeof(*target))
		return -EPROTO;
	target = (const struct xt_standard_target *)(entry + to_target);
	*verdict = -target->verdict - 1;
	return 0;
}

/* Result: 1: it has rules, or does not accept; 0: it does nothing; -errno. */
static int chain_acts(struct table *table, int hook)
{
	int verdict, ret = 0;

	if (!(table->info.valid_hooks & 1U << hook))
		return 0;
	if (table->info.hook_entry[hook] != table->info.underflow[hook])
		return 1;
	if (!table->entries)
		ret = entries_read(table);
	if (!ret)
		ret = policy_read(table, table->info.underflow[hook], &verdict);
	return ret ? ret : verdict != NF_ACCEPT;
}

static int table_look(const struct kind *kind, int socket, const char *name,
		      struct kernel_filter_list *list)
{
	struct table table = { .kind = kind, .socket = socket };
	int ret;

	strlcpy(table.info.name, name, sizeof(table.info.name));
	ret = ask(&table, kind->get_info, &table.info, sizeof(table.info));
	for (size_t i = 0; ret >= 0 && i < array_size(chains); i++) {
		ret = chain_acts(&table, chains[i].hook);
		if (ret > 0)
			filter_list_add(list, kind->family,
					"%s -t %s, chain %s", kind->command,
					name, chains[i].name);
	}
	free(table.entries);
	/* It has gone since its name was read, or is being replaced. */
	return ret == -ENOENT || ret > 0 ? 0 : ret;
}

static int tables_look(const struct kind *kind, char *names,
		       struct kernel_filter_list *list)
{
	char *save, *name = strtok_r(names, "\n", &save);
	int asks, ret = 0;

	if (!name)
		return 0;
	asks = socket(kind->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (asks < 0)
		return -errno;
	for (; name && !ret; name = strtok_r(NULL, "\n", &save))
		ret = table_look(kind, asks, name, list);
	close(asks);
	return ret;
}

static int kind_look(struct kind *kind, struct kernel_filter_list *list)
{
	char names[256];
	ssize_t size;

	if (kind->names < 0 && access(kind->path, F_OK))
		return 0;
	if (kind->names < 0)
		kind->names = open(kind->path, O_RDONLY | O_CLOEXEC);
	if (kind->names < 0) {
		filter_list_add(
			list, kind->family,
			"%s, in use only since zebra started: restart zebra to have its rules looked at",
			kind->command);
		return 0;
	}
	size = pread(kind->names, names, sizeof(names) - 1, 0);
	if (size < 0)
		return -errno;
	names[size] = '\0';
	return tables_look(kind, names, list);
}

int xtables_look(struct kernel_filter_list *list)
{
	int ret = 0;

	for (size_t i = 0; i < array_size(kinds) && !ret; i++)
		ret = kind_look(&kinds[i], list);
	return ret;
}
