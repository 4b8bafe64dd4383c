# SPDX-License-Identifier: GPL-2.0-or-later
#
# bpf_headers: every header the forwarder includes; a change of one rebuilds it.

bpf_sources = bpf/forwarder.bpf.c
bpf_headers = \
	bpf/abi.h \
	bpf/check4.h \
	bpf/check6.h \
	bpf/count.h \
	bpf/lookup.h \
	bpf/maps.h \
	bpf/parse.h \
	bpf/rewrite.h \
	bpf/rpf.h \
	bpf/select.h
