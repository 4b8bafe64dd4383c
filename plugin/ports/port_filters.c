// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ports/port_filters.h"

#include "lib/log.h"

#include "plugin/base/health.h"

/* As told last; before that, they may exist. */
static struct kernel_filter_list lists[KERNEL_FILTERS];
static bool told[KERNEL_FILTERS];
static bool ignored;

static bool list_concerns(const struct kernel_filter_list *list, uint8_t family)
{
	if (list->count > KERNEL_FILTERS_MAX)
		return true;
	for (unsigned int i = 0; i < list->count; i++)
		if (!list->filters[i].family ||
		    list->filters[i].family == family)
			return true;
	return false;
}

static bool concerned(uint8_t family)
{
	for (int kind = 0; kind < KERNEL_FILTERS; kind++)
		if (!told[kind] || list_concerns(&lists[kind], family))
			return true;
	return false;
}

void port_filters_walk(void (*each)(const struct kernel_filter *filter,
				    void *argument),
		       void *argument)
{
	struct kernel_filter more = { 0 };

	for (int kind = 0; kind < KERNEL_FILTERS; kind++) {
		const struct kernel_filter_list *list = &lists[kind];

		for (unsigned int i = 0;
		     i < list->count && i < KERNEL_FILTERS_MAX; i++)
			each(&list->filters[i], argument);
		if (list->count <= KERNEL_FILTERS_MAX)
			continue;
		snprintf(more.text, sizeof(more.text), "and %u more like %s",
			 list->count - KERNEL_FILTERS_MAX,
			 list->filters[0].text);
		each(&more, argument);
	}
}

static void text_first(const struct kernel_filter *filter, void *argument)
{
	const char **first = argument;

	if (!*first)
		*first = filter->text;
}

static void tell(void)
{
	const char *first = NULL;

	port_filters_walk(text_first, &first);
	if (!first || ignored)
		health_clear(HEALTH_FILTERS);
	else
		health_set(
			HEALTH_FILTERS,
			"forwarded packets pass %s: the kernel forwards %s, unless 'bpf netfilter ignore' is configured",
			first,
			!concerned(AF_INET6)  ? "IPv4"
			: !concerned(AF_INET) ? "IPv6"
					      : "IPv4 and IPv6");
}

void port_filters_told(const struct kernel_filter_list *list)
{
	struct kernel_filter_list *known = &lists[list->of];
	const char *first = list->count ? list->filters[0].text : NULL;

	if (told[list->of] && !memcmp(known, list, sizeof(*known)))
		return;
	*known = *list;
	told[list->of] = true;
	port_filters_exist(concerned(AF_INET), concerned(AF_INET6));
	tell();
	if (first && ignored)
		zlog_warn(
			"bpf: XDP forwards packets past %s, as configured (bpf netfilter ignore)",
			first);
}

void port_filters_ignore(bool ignore)
{
	struct port *port;

	if (ignored == ignore)
		return;
	ignored = ignore;
	port_ignore_filters(ignore);
	tell();
	for (port = port_walk(NULL); port; port = port_walk(port))
		if (port->link_fd >= 0)
			port_tell_egress(port);
}

const char *port_filters_in(const struct port *port)
{
	if (port->filters.in[0])
		return port->filters.in;
	return port->programs_in ? "tcx programs" : NULL;
}

const char *port_filters_out(const struct port *port)
{
	if (port->filters.out[0])
		return port->filters.out;
	return port->programs_out ? "tcx programs" : NULL;
}

static void link_log(const struct port *port, const char *what,
		     const char *packets)
{
	if (!what)
		return;
	zlog_warn(
		"bpf: %s: %s: %s: %s", port->link.name, packets, what,
		ignored ? "XDP forwards past that, as configured (bpf netfilter ignore)"
			: "the kernel forwards, unless 'bpf netfilter ignore' is configured");
}

/* Something of it changed; could frames leave before? */
static void link_changed(struct port *port, bool left)
{
	port->policy.filters = port_filters_in(port);
	port_publish(port);
	if (left != !port_filters_out(port))
		port_tell_egress(port);
	link_log(port, port_filters_in(port), "what arrives passes");
	link_log(port, port_filters_out(port), "what leaves passes");
}

void port_link_filters_told(uint32_t ifindex,
			    const struct kernel_link_filters *filters)
{
	struct port *port = port_get(ifindex);
	bool left;

	if (!port || port->link_fd < 0 ||
	    !memcmp(&port->filters, filters, sizeof(*filters)))
		return;
	left = !port_filters_out(port);
	port->filters = *filters;
	link_changed(port, left);
}

void port_link_programs_told(uint32_t ifindex, bool in, bool out)
{
	struct port *port = port_get(ifindex);
	bool left;

	if (!port || port->link_fd < 0 ||
	    (port->programs_in == in && port->programs_out == out))
		return;
	left = !port_filters_out(port);
	port->programs_in = in;
	port->programs_out = out;
	link_changed(port, left);
}

void port_filters_attached(struct port *port)
{
	static const struct kernel_link_filters unknown = {
		.in = "tc (not known yet)",
		.out = "tc (not known yet)",
	};

	port->filters = unknown;
	port->policy.filters = true;
}

void port_filters_look(const struct port *port)
{
	port_watcher()->look_filters(port->link.ifindex);
}

void port_filters_changed(uint32_t ifindex)
{
	struct port *port;

	for (port = port_walk(NULL); port; port = port_walk(port))
		if (port->link_fd >= 0 &&
		    (!ifindex || port->link.ifindex == ifindex))
			port_filters_look(port);
}
