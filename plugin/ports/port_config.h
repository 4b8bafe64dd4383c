/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port_config.h - "bpf forwarding" by interface name, whether or not the
 * interface exists. Callers hold the fib lock.
 */
#ifndef FRR_BPF_PORT_CONFIG_H
#define FRR_BPF_PORT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

enum port_mode { PORT_OFF, PORT_AUTO, PORT_NATIVE, PORT_GENERIC };

/* Configured mode of an interface name. */
enum port_mode port_configured(const char *name);

/* Set it; PORT_OFF forgets the name. */
void port_config_set(const char *name, enum port_mode mode);

/* Call each() for every configured name, in order of configuration. */
void port_config_walk(void (*each)(const char *name, enum port_mode mode,
				   void *argument),
		      void *argument);

/*
 * What an operator reads when attaching failed: error is -errno, native means
 * that native mode was insisted on.
 */
void port_explain(int error, bool native, char *text, size_t size);

void port_config_fini(void);

#endif /* FRR_BPF_PORT_CONFIG_H */
