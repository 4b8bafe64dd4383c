/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * route_text.h - a route of model.h in the words of "show ip route".
 */
#ifndef FRR_BPF_ROUTE_TEXT_H
#define FRR_BPF_ROUTE_TEXT_H

#include <json-c/printbuf.h>
#include <stddef.h>

#include "plugin/base/compat.h"

struct json_object;

/* Append lines: the route with all its nexthops. */
void route_text(struct printbuf *out, struct json_object *route);

/* Append " via G, IF, weight W" or " is directly connected, IF"; no line end. */
void route_text_gateway(struct printbuf *out, struct json_object *nexthop);

/* Likewise, and why it is not forwarded to. */
void route_text_nexthop(struct printbuf *out, struct json_object *nexthop);

/* An age as in "show ip route". */
void route_text_age(uint64_t seconds, char *text, size_t size);

#endif /* FRR_BPF_ROUTE_TEXT_H */
