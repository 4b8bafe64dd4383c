# SPDX-License-Identifier: GPL-2.0-or-later
#
# The vtysh extension with its wrapper, and FRR's configuration files.

vtysh_path = /usr/bin/vtysh

pkglib_LTLIBRARIES += frr-conf/frr_bpf_vtysh.la
frr_conf_frr_bpf_vtysh_la_SOURCES = frr-conf/vtysh-extension.c \
	frr-conf/vtysh-interface.c frr-conf/vtysh-interface.h \
	plugin/loader/any_release.h plugin/ui/commands.h
frr_conf_frr_bpf_vtysh_la_CPPFLAGS = $(AM_CPPFLAGS) $(FRR_CPPFLAGS)
# No sanitizers: their runtime would have to be preloaded before this object.
frr_conf_frr_bpf_vtysh_la_CFLAGS = -std=gnu11 $(WARNING_CFLAGS) \
	-fvisibility=hidden
# No -no-undefined: FRR's symbols are found in the vtysh process.
frr_conf_frr_bpf_vtysh_la_LDFLAGS = -module -avoid-version -shared

# vtysh-wrapper is run from the build tree, vtysh-installed installed as vtysh.
frr_conf_scripts = frr-conf/vtysh-wrapper frr-conf/vtysh-installed \
	frr-conf/vtysh-divert
frr_conf_templates = frr-conf/vtysh-wrapper.in frr-conf/vtysh-divert.in
frr_conf_data = frr-conf/daemons.sample frr-conf/frr.conf.sample \
	frr-conf/frr-service.conf
noinst_SCRIPTS = $(frr_conf_scripts)
CLEANFILES += $(frr_conf_scripts)
EXTRA_DIST += $(frr_conf_templates) $(frr_conf_data)

frr_vtysh_extension = $(pkglibdir)/frr_bpf_vtysh.so
frr_conf_substitute = sed \
	-e 's,[@]DYNAMIC_LOADER[@],$(DYNAMIC_LOADER),g' \
	-e 's,[@]EXTENSION[@],$(1),g' -e 's,[@]REAL[@],$(2),g' \
	-e 's,[@]WRAPPER[@],$(pkglibexecdir)/vtysh,g' \
	-e 's,[@]VTYSH[@],$(vtysh_path),g'

frr-conf/vtysh-wrapper: frr-conf/vtysh-wrapper.in Makefile
	$(AM_V_GEN)$(MKDIR_P) frr-conf && \
	$(call frr_conf_substitute,$${FRR_BPF_VTYSH_EXTENSION:-$(frr_vtysh_extension)},$$FRR_BPF_VTYSH_REAL) \
		$(top_srcdir)/frr-conf/vtysh-wrapper.in >$@.tmp && \
	chmod +x $@.tmp && mv $@.tmp $@

frr-conf/vtysh-installed: frr-conf/vtysh-wrapper.in Makefile
	$(AM_V_GEN)$(MKDIR_P) frr-conf && \
	$(call frr_conf_substitute,$(frr_vtysh_extension),) \
		$(top_srcdir)/frr-conf/vtysh-wrapper.in >$@.tmp && \
	chmod +x $@.tmp && mv $@.tmp $@

frr-conf/vtysh-divert: frr-conf/vtysh-divert.in Makefile
	$(AM_V_GEN)$(MKDIR_P) frr-conf && \
	$(call frr_conf_substitute,,) $(top_srcdir)/frr-conf/vtysh-divert.in >$@.tmp && \
	chmod +x $@.tmp && mv $@.tmp $@

examplesdir = $(docdir)/examples
examples_DATA = frr-conf/daemons.sample frr-conf/frr.conf.sample
frrdropindir = $(prefix)/lib/systemd/system/frr.service.d

# Installed under names that differ from those in the tree. The extension is
# preloaded by its path, so nobody needs the .la.
install-exec-hook:
	rm -f $(DESTDIR)$(pkglibdir)/frr_bpf_vtysh.la
	$(MKDIR_P) $(DESTDIR)$(pkglibexecdir)
	$(INSTALL_SCRIPT) frr-conf/vtysh-installed $(DESTDIR)$(pkglibexecdir)/vtysh
	$(INSTALL_SCRIPT) frr-conf/vtysh-divert \
		$(DESTDIR)$(pkglibexecdir)/vtysh-divert
install-data-local:
	$(MKDIR_P) $(DESTDIR)$(frrdropindir)
	$(INSTALL_DATA) $(srcdir)/frr-conf/frr-service.conf \
		$(DESTDIR)$(frrdropindir)/frr-bpf.conf
uninstall-local:
	rm -f $(DESTDIR)$(pkglibdir)/frr_bpf_vtysh.so \
		$(DESTDIR)$(pkglibexecdir)/vtysh \
		$(DESTDIR)$(pkglibexecdir)/vtysh-divert \
		$(DESTDIR)$(frrdropindir)/frr-bpf.conf
