# SPDX-License-Identifier: GPL-2.0-or-later
#
# Measurements, built on demand: make bench/NAME.

EXTRA_PROGRAMS = bench/prefix_tree

bench_prefix_tree_SOURCES = \
	bench/prefix_tree.c \
	plugin/base/memory.c \
	plugin/fib/tree.c \
	plugin/fib/tree_node.c
bench_prefix_tree_CPPFLAGS = $(fib_cppflags)
bench_prefix_tree_LDADD = $(LIBFRR)
bench_prefix_tree_LDFLAGS = $(fib_ldflags)
