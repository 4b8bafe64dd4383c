# SPDX-License-Identifier: GPL-2.0-or-later
#
# The zebra module's files, headers included, in alphabetical order.
# bpf/forwarder.skel.h and plugin/yang_embedded.c are generated.

dplane_bpf_sources = \
	plugin/adjacency.c \
	plugin/adjacency.h \
	plugin/bucket.c \
	plugin/bucket.h \
	plugin/commands.h \
	plugin/compat.h \
	plugin/context.c \
	plugin/context.h \
	plugin/counters.c \
	plugin/counters.h \
	plugin/fib.h \
	plugin/health.c \
	plugin/health.h \
	plugin/idpool.c \
	plugin/idpool.h \
	plugin/lifecycle.c \
	plugin/lifecycle.h \
	plugin/local.c \
	plugin/local.h \
	plugin/maps.c \
	plugin/maps.h \
	plugin/model.c \
	plugin/model.h \
	plugin/model_lookup.c \
	plugin/model_status.c \
	plugin/module.c \
	plugin/neighbour.c \
	plugin/neighbour.h \
	plugin/netlink.c \
	plugin/netlink.h \
	plugin/netlink_features.c \
	plugin/netlink_features.h \
	plugin/netlink_parse.c \
	plugin/netlink_parse.h \
	plugin/nexthop.c \
	plugin/nexthop.h \
	plugin/nhgroup.c \
	plugin/nhgroup.h \
	plugin/northbound.c \
	plugin/northbound.h \
	plugin/northbound_list.c \
	plugin/northbound_list.h \
	plugin/offload.c \
	plugin/offload.h \
	plugin/overflow.c \
	plugin/overflow.h \
	plugin/pin.c \
	plugin/pin.h \
	plugin/port.c \
	plugin/port.h \
	plugin/port_config.c \
	plugin/port_config.h \
	plugin/prefix_key.h \
	plugin/program.c \
	plugin/program.h \
	plugin/provider.c \
	plugin/provider.h \
	plugin/route.c \
	plugin/route.h \
	plugin/route_index.c \
	plugin/route_index.h \
	plugin/route_move.c \
	plugin/route_move.h \
	plugin/settings.c \
	plugin/settings.h \
	plugin/srcdest.c \
	plugin/srcdest.h \
	plugin/vty.c \
	plugin/vty.h \
	plugin/vty_fib.c \
	plugin/vty_show.c
