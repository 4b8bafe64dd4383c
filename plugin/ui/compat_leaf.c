// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/compat_leaf.h"

#include "lib/json.h"

#include "plugin/ui/northbound_leaf.h"
#include "plugin/ui/northbound_list.h"

#if FRR_AT_LEAST(10, 0)

static bool term_new(const struct lysc_node *snode, struct lyd_node *parent,
		     struct json_object *value)
{
	const char *text = value ? json_object_get_string(value) : NULL;

	return !text ||
	       !lyd_new_term(parent, snode->module, snode->name, text, 0, NULL);
}

static enum nb_error leaf_get(const struct nb_node *leaf, const void *entry,
			      struct lyd_node *parent)
{
	struct json_object *owner, *value;
	bool made = true;

	value = northbound_leaf_value(leaf, entry, &owner);
	if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++)
			made &= term_new(leaf->snode, parent,
					 json_object_array_get_idx(value, i));
	else
		made = term_new(leaf->snode, parent, value);
	json_object_put(owner);
	return made ? NB_OK : NB_ERR_RESOURCE;
}

void compat_leaf_callbacks(struct nb_node *node)
{
	node->cbs.get = leaf_get;
}

#else

/* A leaf, or the element of a leaf-list that the entry is. NULL: absent. */
static struct yang_data *leaf_get_elem(struct nb_cb_get_elem_args *args)
{
	const struct nb_node *leaf = nb_node_find(args->xpath);
	struct json_object *owner = NULL, *value = NULL;
	struct yang_data *data = NULL;
	const char *text;

	if (leaf && leaf->snode->nodetype == LYS_LEAFLIST)
		value = (struct json_object *)args->list_entry;
	else if (leaf)
		value = northbound_leaf_value(leaf, args->list_entry, &owner);
	text = value ? json_object_get_string(value) : NULL;
	if (text)
		data = yang_data_new(args->xpath, text);
	json_object_put(owner);
	return data;
}

/*
 * The elements of the only leaf-list, status/reason: get_next is not told its node.
 * Keeps the array that it walks.
 */
static const void *reason_get_next(struct nb_cb_get_next_args *args)
{
	static struct json_object *status, *reasons;

	if (!args->list_entry) {
		json_object_put(status);
		reasons = northbound_leaf_value(
			nb_node_find("/frr-bpf:bpf/status/reason"), NULL,
			&status);
	}
	return northbound_array_next(reasons, args->list_entry);
}

void compat_leaf_callbacks(struct nb_node *node)
{
	node->cbs.get_elem = leaf_get_elem;
	if (node->snode->nodetype == LYS_LEAFLIST)
		node->cbs.get_next = reason_get_next;
}

#endif
