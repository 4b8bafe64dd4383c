// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/northbound.h"

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/northbound.h"
#include "lib/yang.h"

#include "plugin/ui/compat_leaf.h"
#include "plugin/ui/northbound_list.h"

extern const char frr_bpf_yang[];

static struct yang_module_embed embed = {
	.mod_name = "frr-bpf",
	.mod_rev = "2026-12-01",
	.format = LYS_IN_YANG,
};

void northbound_embed(void)
{
	embed.data = frr_bpf_yang;
	yang_module_embed(&embed);
}

/* The memory type that libfrr frees its nodes with; ours must be of it too. */
static int memtype_find(void *argument, struct memgroup *group,
			struct memtype *type)
{
	(void)group;
	if (!type || !type->name || strcmp(type->name, "Northbound Node"))
		return 0;
	*(struct memtype **)argument = type;
	return 1;
}

/* libfrr calls get_next and get_elem unchecked: every node has its own. */
static void node_callbacks(struct nb_node *node)
{
	switch (node->snode->nodetype) {
	case LYS_LEAFLIST:
	case LYS_LEAF:
		compat_leaf_callbacks(node);
		break;
	case LYS_LIST:
		northbound_list_callbacks(node);
		break;
	default:
		break;
	}
}

/* For a module loaded late, what nb_nodes_create() does for zebra's own. */
static int node_new(const struct lysc_node *snode, void *argument)
{
	struct memtype *type = argument;
	const struct lysc_node *parent = yang_snode_real_parent(snode);
	const struct lysc_node *list = yang_snode_parent_list(snode);
	struct nb_node *node = qcalloc(type, sizeof(*node));

	yang_snode_get_path(snode, YANG_PATH_DATA, node->xpath,
			    sizeof(node->xpath));
	node->priority = NB_DFLT_PRIORITY;
	node->parent = parent ? parent->priv : NULL;
	node->parent_list = list ? list->priv : NULL;
	node->snode = snode;
	((struct lysc_node *)snode)->priv = node;
	node_callbacks(node);
	return YANG_ITER_CONTINUE;
}

void northbound_install(void)
{
	struct memtype *type = NULL;
	struct yang_module *module;

	qmem_walk(memtype_find, &type);
	if (!type) {
		zlog_err(
			"bpf: no YANG: this libfrr has no memory type for northbound nodes");
		return;
	}
	/* yang_module_load() ends zebra when the text does not parse. */
	if (!ly_ctx_load_module(ly_native_ctx, "frr-bpf", NULL, NULL)) {
		zlog_err("bpf: no YANG: %s", ly_errmsg(ly_native_ctx));
		return;
	}
	module = compat_yang_module_load("frr-bpf");
	yang_snodes_iterate(module->info, node_new, 0, type);
}
