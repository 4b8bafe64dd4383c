// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ports/port_config.h"

#include <errno.h>
#include <net/if.h>

#include "plugin/base/memory.h"

DEFINE_MTYPE_STATIC(BPF, BPF_PORT_CONFIG, "BPF port configuration");

PREDECL_DLIST(port_configs);

struct port_config {
	struct port_configs_item item;
	char name[IFNAMSIZ];
	enum port_mode mode;
};

DECLARE_DLIST(port_configs, struct port_config, item);

static struct port_configs_head configs = INIT_DLIST(configs);

static struct port_config *config_find(const char *name)
{
	struct port_config *config;

	frr_each (port_configs, &configs, config)
		if (!strcmp(config->name, name))
			return config;
	return NULL;
}

enum port_mode port_configured(const char *name)
{
	const struct port_config *config = config_find(name);

	return config ? config->mode : PORT_OFF;
}

void port_config_set(const char *name, enum port_mode mode)
{
	struct port_config *config = config_find(name);

	if (mode == PORT_OFF) {
		if (config)
			port_configs_del(&configs, config);
		XFREE(MTYPE_BPF_PORT_CONFIG, config);
		return;
	}
	if (!config) {
		config = XCALLOC(MTYPE_BPF_PORT_CONFIG, sizeof(*config));
		strlcpy(config->name, name, sizeof(config->name));
		port_configs_add_tail(&configs, config);
	}
	config->mode = mode;
}

void port_config_walk(void (*each)(const char *name, enum port_mode mode,
				   void *argument),
		      void *argument)
{
	struct port_config *config;

	frr_each (port_configs, &configs, config)
		each(config->name, config->mode, argument);
}

void port_config_fini(void)
{
	struct port_config *config;

	while ((config = port_configs_pop(&configs)))
		XFREE(MTYPE_BPF_PORT_CONFIG, config);
}

void port_explain(int error, bool native, char *text, size_t size)
{
	const char *advice = "";

	if (error == -EBUSY)
		advice =
			": another XDP program is attached (see bpftool net); remove it, we try again";
	else if (error == -EOPNOTSUPP && native)
		advice = ": the driver has no XDP (use bpf forwarding generic)";
	else if (error == -EPERM)
		advice =
			": zebra needs CAP_NET_ADMIN and CAP_SYS_ADMIN or CAP_BPF";
	else if (error == -ENODEV)
		advice =
			": the BPF program is not loaded (see show bpf status)";
	snprintf(text, size, "cannot attach XDP: %s%s", strerror(-error),
		 advice);
}
