// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ports/port_tags.h"

#include "lib/log.h"

#include "plugin/engine/maps.h"

/*
 * Links whose frames come with their tags in generic mode: drivers of hardware,
 * and those that make the frame themselves. What stands on another link, as a
 * bridge or a macvlan, gets it after __netif_receive_skb_core() took the tag off.
 */
static bool kind_shows_tags(const char *kind)
{
	static const char *const kinds[] = {
		"", "tun", "vlan", "vxlan", "geneve", "gretap",
	};

	for (size_t i = 0; i < array_size(kinds); i++)
		if (!strcmp(kind, kinds[i]))
			return true;
	return false;
}

static enum port_tags tags_now(const struct port *port)
{
	if (port->tags.offloaded)
		return PORT_TAGS_HIDDEN;
	if (port->generic)
		return kind_shows_tags(port->link.kind) ? PORT_TAGS_IN_FRAME
							: PORT_TAGS_HIDDEN;
	if (strcmp(port->link.kind, "veth"))
		return PORT_TAGS_IN_FRAME;
	return maps.config.veth.skb ? PORT_TAGS_BESIDE : PORT_TAGS_HIDDEN;
}

const char *port_tags_reason(const struct port *port)
{
	static char text[128];

	if (port->policy.tags != PORT_TAGS_HIDDEN)
		return NULL;
	if (!port->tags.known)
		return "whether its driver offloads VLAN tags is not known";
	if (port->tags.offloaded)
		return "its driver offloads VLAN tags and cannot be told not to";
	if (!port->generic)
		return "this kernel hides the VLAN tags of a veth from XDP (6.3 or later with BTF does not)";
	snprintf(text, sizeof(text),
		 "VLAN tags of a %s are hidden from XDP in generic mode",
		 port->link.kind);
	return text;
}

void port_tags_attached(struct port *port)
{
	port->tags = (struct port_tag_offload){ .offloaded = KERNEL_CTAGS };
	port->policy.tags = tags_now(port);
}

void port_tags_look(const struct port *port)
{
	port_watcher()->show_tags(port->link.ifindex);
}

static void hide(uint32_t ifindex, uint8_t tags)
{
	if (tags)
		port_watcher()->hide_tags(ifindex, tags);
}

void port_tags_release(struct port *port)
{
	hide(port->link.ifindex, port->tags.turned_off);
	port->tags.turned_off = 0;
}

void port_tags_told(uint32_t ifindex, uint8_t offloaded, uint8_t turned_off)
{
	struct port *port = port_get(ifindex);
	struct port_tag_offload before;

	if (!port || port->link_fd < 0) {
		hide(ifindex, turned_off);
		return;
	}
	before = port->tags;
	port->tags = (struct port_tag_offload){
		.known = true,
		.offloaded = offloaded,
		.turned_off = before.turned_off | turned_off,
	};
	if (turned_off)
		zlog_notice(
			"bpf: %s: VLAN offload (rx-vlan-offload) was turned off, so that XDP sees the tags",
			port->link.name);
	if (before.known && before.offloaded == offloaded)
		return;
	port->policy.tags = tags_now(port);
	port_publish(port);
	if (port_tags_reason(port))
		zlog_warn(
			"bpf: %s: %s: the kernel forwards what arrives there, unless 'bpf vlan-offload ignore' is configured",
			port->link.name, port_tags_reason(port));
}
