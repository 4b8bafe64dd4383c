// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ports/port_redirects.h"

#include "lib/log.h"
#include "lib/monotime.h"

/* ip_rt_gc_timeout: seconds that the kernel keeps an IPv4 redirect for. */
#define KEEP4 300
/* IPv6: as long as there are packets. */
#define KEEP6 INT32_MAX

/* At the last look, and when redirects came last. */
static struct kernel_redirects redirects = { .all4 = true };
static time_t last4, last6;

/* IN_DEV_RX_REDIRECTS() */
static bool accepts4(const struct port *port)
{
	return port->link.forwarding4 ? redirects.all4 && port->link.redirects4
				      : redirects.all4 || port->link.redirects4;
}

static bool update(struct port_redirects *is, bool accepts, time_t last,
		   time_t keep)
{
	bool before = is->in_force;
	time_t now = monotime(NULL);

	/* What came while they were accepted is kept. */
	if (is->accepts && !accepts && last >= is->since)
		is->until = now + keep;
	if (!is->accepts && accepts)
		is->since = now;
	is->accepts = accepts;
	is->in_force = accepts || now < is->until;
	return is->in_force != before;
}

static void port_update(struct port *port)
{
	bool changed4 = update(&port->redirects4, accepts4(port), last4, KEEP4);
	bool changed6 =
		update(&port->redirects6, port->link.redirects6, last6, KEEP6);

	if (port->link_fd < 0 || !(changed4 || changed6))
		return;
	if (changed4 && port->redirects4.in_force)
		zlog_warn(
			"bpf: %s accepts ICMP redirects: the kernel forwards what leaves to IPv4 gateways there (sysctl net.ipv4.conf.all.accept_redirects=0)",
			port->link.name);
	if (changed6 && port->redirects6.in_force)
		zlog_warn(
			"bpf: %s accepts ICMP redirects: the kernel forwards what leaves to IPv6 gateways there (sysctl net.ipv6.conf.%s.accept_redirects=0)",
			port->link.name, port->link.name);
	port_tell_egress(port);
}

void port_redirects_heard(const struct kernel_redirects *now)
{
	struct port *port;

	if (now->heard4 != redirects.heard4)
		last4 = monotime(NULL);
	if (now->heard6 != redirects.heard6)
		last6 = monotime(NULL);
	redirects = *now;
	for (port = port_walk(NULL); port; port = port_walk(port))
		port_update(port);
}

void port_redirects_refresh(uint32_t ifindex)
{
	struct port *port = port_get(ifindex);

	if (port)
		port_update(port);
}
