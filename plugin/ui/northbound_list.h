/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * northbound_list.h - the lists of yang/frr-bpf.yang. An entry is its JSON object;
 * one entry at a time, so a large table needs no memory. Main thread.
 */
#ifndef FRR_BPF_NORTHBOUND_LIST_H
#define FRR_BPF_NORTHBOUND_LIST_H

struct json_object;
struct nb_node;

/* Set the callbacks of a list node. */
void northbound_list_callbacks(struct nb_node *node);

/* The element of an array after entry (NULL: the first); NULL at the end. */
const void *northbound_array_next(struct json_object *array, const void *entry);

#endif /* FRR_BPF_NORTHBOUND_LIST_H */
