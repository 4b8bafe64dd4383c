// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/northbound.h"

#include <ctype.h>

#include "plugin/base/compat.h"
#include "lib/log.h"
#include "lib/northbound.h"
#include "lib/yang.h"

#include "plugin/base/lock.h"
#include "plugin/ui/model.h"
#include "plugin/ui/northbound_list.h"

extern const char frr_bpf_yang[];

static struct yang_module_embed embed = {
	.mod_name = "frr-bpf",
	.mod_rev = "2026-11-30",
	.format = LYS_IN_YANG,
};

void northbound_embed(void)
{
	embed.data = frr_bpf_yang;
	yang_module_embed(&embed);
}

/* YANG name to JSON name: max-entries, maxEntries. */
static void camel(const char *name, size_t length, char *out, size_t size)
{
	size_t o = 0;

	for (size_t i = 0; i < length && o + 1 < size; i++) {
		if (name[i] == '-' && i + 1 < length)
			out[o++] = (char)toupper((unsigned char)name[++i]);
		else
			out[o++] = name[i];
	}
	out[o] = '\0';
}

/* Walk a path ("parameters/hash-seed") down from object; borrowed or NULL. */
static struct json_object *json_walk(struct json_object *object,
				     const char *path)
{
	char name[64];

	while (object && *path) {
		size_t length;

		path += *path == '/';
		length = strcspn(path, "/");
		camel(path, length, name, sizeof(name));
		path += length;
		if (!json_object_object_get_ex(object, name, &object))
			return NULL;
	}
	return object;
}

#define STATUS_PATH "/frr-bpf:bpf/status"

static struct json_object *status_locked(void)
{
	struct json_object *status;

	fib_lock();
	status = model_status();
	fib_unlock();
	return status;
}

/*
 * Any leaf or leaf-list. Inside a list: what follows the last ']' of the xpath, in
 * the entry. Otherwise in the status object. NULL: the leaf is absent.
 */
static struct yang_data *leaf_get(struct nb_cb_get_elem_args *args)
{
	struct json_object *entry = (struct json_object *)args->list_entry;
	const char *behind = strrchr(args->xpath, ']');
	struct json_object *status = NULL, *value;
	struct yang_data *data = NULL;

	if (entry && !json_object_is_type(entry, json_type_object)) {
		value = entry; /* an element of a leaf-list */
	} else if (entry && behind) {
		value = json_walk(entry, behind + 1);
	} else {
		status = status_locked();
		value = json_walk(status, args->xpath + strlen(STATUS_PATH));
	}
	if (value && json_object_get_string(value))
		data = yang_data_new(args->xpath,
				     json_object_get_string(value));
	json_object_put(status);
	return data;
}

/* leaf-list status/reason: keeps the array that it walks. */
static const void *reason_get_next(struct nb_cb_get_next_args *args)
{
	static struct json_object *status;
	struct json_object *reasons;

	if (!args->list_entry) {
		json_object_put(status);
		status = status_locked();
	}
	json_object_object_get_ex(status, "reasons", &reasons);
	return northbound_array_next(reasons, args->list_entry);
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
		node->cbs.get_next = reason_get_next;
		node->cbs.get_elem = leaf_get;
		break;
	case LYS_LEAF:
		node->cbs.get_elem = leaf_get;
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
