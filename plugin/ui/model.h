/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model.h - what is shown, as JSON objects: the one model behind the text of the show
 * commands, their "json", and YANG. Names are the YANG names in camel case.
 *
 * Main thread. Callers hold the fib lock and own the objects they get.
 */
#ifndef FRR_BPF_MODEL_H
#define FRR_BPF_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/base/compat.h"
#include "lib/json.h"

#include "plugin/base/repair.h"
#include "plugin/control/audit.h"
#include "plugin/engine/maps.h"
#include "plugin/fib/neighbour.h"
#include "plugin/ports/port.h"

struct json_object *model_status(void);
struct json_object *model_interface(const struct port *port);
struct json_object *model_verdict(enum verdict verdict);
/* NULL when the id is not in use. */
struct json_object *model_route(uint32_t id);
struct json_object *model_nexthop(uint32_t id);
struct json_object *model_nhgroup(uint32_t id);
struct json_object *model_adjacency(const struct neighbour *neighbour);

/* The audit's last pass; what it mended; a prefix at which zebra and the kernel differ. */
struct json_object *model_audit(void);
struct json_object *model_repair(const struct repair *repair);
struct json_object *model_difference(const struct prefix_key *key);

/* A packet to look up; addresses in wire order, ports in host order. */
struct lookup {
	uint8_t family;
	uint8_t destination[16];
	uint8_t source[16];
	bool has_source;
	uint32_t ingress; /* ifindex; 0: whatever that decides is left out */
	uint8_t protocol;
	uint16_t source_port;
	uint16_t destination_port;
};

/* The way the forwarder would take, step by step. */
struct json_object *model_lookup(const struct lookup *lookup);

/* A nexthop that is not in the maps. */
struct json_object *model_nexthop_key(const struct nexthop_key *key);

/* What a forwarding word does: action, and nexthops or verdict. */
void model_action(struct json_object *object, uint32_t word);

/* Its member "prefix". */
void model_prefix(struct json_object *object, const struct prefix_key *key);

/* Seconds since a time of CLOCK_BOOTTIME. */
void model_age(struct json_object *object, const char *name, uint32_t since);

/* Add a member; mac is 6 bytes. */
void model_string(struct json_object *object, const char *name,
		  const char *value);
void model_number(struct json_object *object, const char *name, uint64_t value);
void model_mac(struct json_object *object, const char *name,
	       const uint8_t mac[6]);

/* Name and action word ("forward", "punt", "drop") of a verdict. */
const char *verdict_name(enum verdict verdict);
const char *verdict_action(enum verdict verdict);

const char *action_name(enum fib_action action);
const char *counters_name(enum fib_counters counters);

#endif /* FRR_BPF_MODEL_H */
