# SPDX-License-Identifier: GPL-2.0-or-later
#
# Test programs, with cmocka. unit_tests run anywhere; program_tests load BPF
# programs and need root. A name's sources: tests_NAME_SOURCES for tests/NAME.
# FRR's headers, where a test needs them: $(FRR_CPPFLAGS) in its CPPFLAGS.

unit_tests =
program_tests =

unit_tests += \
	tests/unit_agree \
	tests/unit_bucket \
	tests/unit_departure \
	tests/unit_kernel_audit \
	tests/unit_index \
	tests/unit_lock \
	tests/unit_move \
	tests/unit_neighbour \
	tests/unit_netlink_replay \
	tests/unit_overflow \
	tests/unit_rib_audit \
	tests/unit_route \
	tests/unit_tree

tests_unit_bucket_SOURCES = \
	tests/unit_bucket.c \
	plugin/fib/bucket.c
tests_unit_bucket_LDADD = $(CMOCKA_LIBS)

tests_unit_index_SOURCES = \
	tests/unit_index.c \
	plugin/base/idpool.c
tests_unit_index_LDADD = $(CMOCKA_LIBS)

# The FIB's core with the kernel replaced by fake_kernel.c.
fib_sources = \
	plugin/base/change.c \
	plugin/base/debug.c \
	plugin/base/health.c \
	plugin/base/idpool.c \
	plugin/base/lock.c \
	plugin/base/memory.c \
	plugin/base/repair.c \
	plugin/control/local.c \
	plugin/engine/counters.c \
	plugin/fib/adjacency.c \
	plugin/fib/anyip.c \
	plugin/fib/bucket.c \
	plugin/fib/intent.c \
	plugin/fib/neighbour.c \
	plugin/fib/nexthop.c \
	plugin/fib/nhgroup.c \
	plugin/fib/overflow.c \
	plugin/fib/record.c \
	plugin/fib/record_map.c \
	plugin/fib/record_state.c \
	plugin/fib/route.c \
	plugin/fib/route_move.c \
	plugin/fib/srcdest.c \
	plugin/fib/tables.c \
	plugin/fib/tree.c \
	plugin/fib/tree_node.c \
	plugin/fib/unplaced.c \
	tests/fake_fib.c \
	tests/fake_kernel.c \
	tests/fake_kernel.h \
	tests/fake_route.c \
	tests/fake_route.h
model_sources = tests/route_model.c tests/route_model.h tests/fake_path.c
fib_cppflags = $(AM_CPPFLAGS) $(FRR_CPPFLAGS)
fib_libs = $(CMOCKA_LIBS) $(LIBFRR)
fib_ldflags = $(AM_LDFLAGS) -Wl,-rpath,$(dir $(LIBFRR))

# With the kernel's side of the agreement.
agree_sources = \
	tests/agree_lab.c \
	tests/agree_lab.h \
	tests/rtnetlink_messages.c \
	tests/rtnetlink_messages.h \
	plugin/control/agree.c \
	plugin/control/departure.c \
	plugin/control/nexthop_object.c \
	plugin/control/outcome.c \
	plugin/control/path_list.c \
	plugin/fib/path.c \
	plugin/kernel/netlink_attributes.c \
	plugin/kernel/netlink_parse.c \
	plugin/kernel/netlink_route.c \
	$(fib_sources)
agree_cppflags = $(fib_cppflags) $(LIBMNL_CFLAGS)
agree_libs = $(fib_libs) $(LIBMNL_LIBS)

tests_unit_agree_SOURCES = tests/unit_agree.c $(agree_sources)
tests_unit_agree_CPPFLAGS = $(agree_cppflags)
tests_unit_agree_LDADD = $(agree_libs)
tests_unit_agree_LDFLAGS = $(fib_ldflags)

tests_unit_departure_SOURCES = tests/unit_departure.c $(agree_sources)
tests_unit_departure_CPPFLAGS = $(agree_cppflags)
tests_unit_departure_LDADD = $(agree_libs)
tests_unit_departure_LDFLAGS = $(fib_ldflags)

tests_unit_kernel_audit_SOURCES = \
	tests/unit_kernel_audit.c \
	plugin/control/kernel_audit.c \
	$(agree_sources)
tests_unit_kernel_audit_CPPFLAGS = $(agree_cppflags)
tests_unit_kernel_audit_LDADD = $(agree_libs)
tests_unit_kernel_audit_LDFLAGS = $(fib_ldflags) -Wl,--wrap=repair_prefix

tests_unit_lock_SOURCES = \
	tests/unit_lock.c \
	plugin/base/lock.c
tests_unit_lock_LDADD = $(CMOCKA_LIBS)

tests_unit_neighbour_SOURCES = \
	tests/unit_neighbour.c \
	tests/fake_path.c \
	$(fib_sources)
tests_unit_neighbour_CPPFLAGS = $(fib_cppflags)
tests_unit_neighbour_LDADD = $(fib_libs)
tests_unit_neighbour_LDFLAGS = $(fib_ldflags)

tests_unit_netlink_replay_SOURCES = \
	tests/unit_netlink_replay.c \
	plugin/base/lock.c \
	plugin/base/memory.c \
	plugin/kernel/netlink_replay.c
tests_unit_netlink_replay_CPPFLAGS = $(agree_cppflags)
tests_unit_netlink_replay_LDADD = $(agree_libs)
tests_unit_netlink_replay_LDFLAGS = $(fib_ldflags)

tests_unit_move_SOURCES = tests/unit_move.c $(model_sources) $(fib_sources)
tests_unit_move_CPPFLAGS = $(fib_cppflags)
tests_unit_move_LDADD = $(fib_libs)
tests_unit_move_LDFLAGS = $(fib_ldflags)

tests_unit_overflow_SOURCES = \
	tests/unit_overflow.c \
	$(model_sources) \
	$(fib_sources)
tests_unit_overflow_CPPFLAGS = $(fib_cppflags)
tests_unit_overflow_LDADD = $(fib_libs)
tests_unit_overflow_LDFLAGS = $(fib_ldflags)

tests_unit_rib_audit_SOURCES = \
	tests/unit_rib_audit.c \
	tests/fake_path.c \
	plugin/zebra/rib_audit.c \
	$(fib_sources)
tests_unit_rib_audit_CPPFLAGS = $(fib_cppflags)
tests_unit_rib_audit_LDADD = $(fib_libs)
tests_unit_rib_audit_LDFLAGS = $(fib_ldflags) \
	-Wl,--wrap=fib_lock_pause -Wl,--wrap=repair_prefix

tests_unit_route_SOURCES = \
	tests/unit_route.c \
	tests/fake_path.c \
	$(fib_sources)
tests_unit_route_CPPFLAGS = $(fib_cppflags)
tests_unit_route_LDADD = $(fib_libs)
tests_unit_route_LDFLAGS = $(fib_ldflags)

tests_unit_tree_SOURCES = \
	tests/unit_tree.c \
	tests/frame.c \
	tests/frame.h \
	tests/prefix_list.c \
	tests/prefix_list.h \
	plugin/base/memory.c \
	plugin/fib/tables.c \
	plugin/fib/tree.c \
	plugin/fib/tree_node.c
tests_unit_tree_CPPFLAGS = $(fib_cppflags)
tests_unit_tree_LDADD = $(fib_libs)
tests_unit_tree_LDFLAGS = $(fib_ldflags)

# A router with the forwarder loaded, and frames to send through it.

router_sources = \
	tests/frame.c \
	tests/frame.h \
	tests/prefix_list.c \
	tests/prefix_list.h \
	tests/router.c \
	tests/router.h \
	tests/router_fib.c \
	tests/router_require.h \
	tests/router_run.c \
	tests/router_standard.c \
	tests/router_standard.h
router_libs = $(CMOCKA_LIBS) $(LIBBPF_LIBS) $(LIBELF_LIBS) $(ZLIB_LIBS)

program_tests += \
	tests/forwarder_counters \
	tests/forwarder_ecmp \
	tests/forwarder_lpm \
	tests/forwarder_rewrite \
	tests/forwarder_verdicts \
	tests/grace_period

tests_grace_period_SOURCES = \
	tests/grace_period.c \
	plugin/base/idpool.c \
	plugin/engine/maps.c
tests_grace_period_CPPFLAGS = $(AM_CPPFLAGS) $(FRR_CPPFLAGS)
tests_grace_period_LDADD = $(router_libs)
tests_forwarder_counters_SOURCES = tests/forwarder_counters.c $(router_sources)
tests_forwarder_counters_LDADD = $(router_libs)
tests_forwarder_ecmp_SOURCES = tests/forwarder_ecmp.c $(router_sources)
tests_forwarder_ecmp_LDADD = $(router_libs)
tests_forwarder_lpm_SOURCES = tests/forwarder_lpm.c $(router_sources)
tests_forwarder_lpm_LDADD = $(router_libs)
tests_forwarder_rewrite_SOURCES = tests/forwarder_rewrite.c $(router_sources)
tests_forwarder_rewrite_LDADD = $(router_libs)
tests_forwarder_verdicts_SOURCES = \
	tests/forwarder_verdicts.c \
	tests/forwarder_cases.h \
	$(router_sources)
tests_forwarder_verdicts_LDADD = $(router_libs)
