// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/engine/veth_layout.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <string.h>

#include "plugin/base/compat.h"
#include "lib/privs.h"

extern struct zebra_privs_t zserv_privs;

/*
 * Byte offset of a structure's member, at least 0, anonymous structures and unions
 * within it included. Result: -1: there is no such.
 */
static int member_offset(const struct btf *btf, const struct btf_type *type,
			 const char *name)
{
	const struct btf_member *member = btf_members(type);

	for (unsigned int i = 0; i < btf_vlen(type); i++, member++) {
		const char *own = btf__name_by_offset(btf, member->name_off);
		int bits = (int)btf_member_bit_offset(type, i), within = 0;
		const struct btf_type *inner;

		if (!own[0]) {
			inner = btf__type_by_id(btf, member->type);
			within = btf_is_composite(inner)
					 ? member_offset(btf, inner, name)
					 : -1;
		} else if (strcmp(own, name)) {
			within = -1;
		}
		if (within >= 0)
			return bits / 8 + within;
	}
	return -1;
}

static const struct btf_type *structure(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);

	return id < 0 ? NULL : btf__type_by_id(btf, (uint32_t)id);
}

static struct fib_veth_layout layout_read(const struct btf *btf)
{
	const struct btf_type *buff = structure(btf, "xdp_buff");
	const struct btf_type *skb = structure(btf, "sk_buff");
	struct fib_veth_layout none = { 0 };
	int hard_start, head, vlan;

	/* Came with 6.3 when veth got its skb behind its xdp_buff. */
	if (!structure(btf, "xdp_metadata_ops") || !buff || !skb)
		return none;
	hard_start = member_offset(btf, buff, "data_hard_start");
	head = member_offset(btf, skb, "head");
	vlan = member_offset(btf, skb, "vlan_all");
	if (hard_start < 0 || head < 0 || vlan < 0)
		return none;
	return (struct fib_veth_layout){
		.hard_start = (uint16_t)hard_start,
		.skb = (uint16_t)buff->size,
		.head = (uint16_t)head,
		.vlan = (uint16_t)vlan,
	};
}

static struct fib_veth_layout layout_learn(void)
{
	struct fib_veth_layout layout = { 0 };
	struct btf *btf = NULL;

	frr_with_privs (&zserv_privs) {
		/* Locked down, a program must not even name the helper. */
		if (libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP,
					    BPF_FUNC_probe_read_kernel,
					    NULL) == 1)
			btf = btf__load_vmlinux_btf();
	}
	if (btf)
		layout = layout_read(btf);
	btf__free(btf);
	return layout;
}

/* The kernel's BTF is megabytes: it is read once. */
struct fib_veth_layout veth_layout(void)
{
	static struct fib_veth_layout layout;
	static bool learned;

	if (!learned)
		layout = layout_learn();
	learned = true;
	return layout;
}
