// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/northbound_leaf.h"

#include <ctype.h>

#include "plugin/base/compat.h"
#include "lib/northbound.h"

#include "plugin/base/lock.h"
#include "plugin/ui/model.h"

#define STATUS_PATH "/frr-bpf:bpf/status"

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

struct json_object *northbound_leaf_value(const struct nb_node *leaf,
					  const void *entry,
					  struct json_object **owner)
{
	const char *above = leaf->parent_list ? leaf->parent_list->xpath
					      : STATUS_PATH;
	char path[XPATH_MAXLEN];

	/* Arrays are named in the plural. */
	snprintf(path, sizeof(path), "%s%s", leaf->xpath + strlen(above),
		 leaf->snode->nodetype == LYS_LEAFLIST ? "s" : "");
	*owner = NULL;
	if (!entry) {
		fib_lock();
		*owner = model_status();
		fib_unlock();
		entry = *owner;
	}
	return json_walk((struct json_object *)entry, path);
}
