/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * northbound_leaf.h - the values of yang/frr-bpf.yang's leaves, which are members of
 * model.h's JSON objects. Main thread.
 */
#ifndef FRR_BPF_NORTHBOUND_LEAF_H
#define FRR_BPF_NORTHBOUND_LEAF_H

struct json_object;
struct nb_node;

/*
 * The value of a leaf, the array of a leaf-list: of a list's entry or, where entry is
 * NULL, of the status. Takes the fib lock. NULL: absent.
 * The value lives as long as entry and *owner, which the caller puts.
 */
struct json_object *northbound_leaf_value(const struct nb_node *leaf,
					  const void *entry,
					  struct json_object **owner);

#endif /* FRR_BPF_NORTHBOUND_LEAF_H */
