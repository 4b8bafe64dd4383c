// SPDX-License-Identifier: GPL-2.0-or-later
#include <zebra.h>

#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "command.h"
#include "vector.h"
#include "vty.h"

#include "frr-conf/vtysh-interface.h"
#include "plugin/loader/any_release.h"

#define ELEMENT_COUNT 3

static const struct {
	enum node_type node;
	const char *string;
} elements[ELEMENT_COUNT] = {
	{ CONFIG_NODE, "interface IFNAME [vrf NAME]" },
	{ INTERFACE_NODE, "exit" },
	{ INTERFACE_NODE, "quit" },
};

static struct cmd_element copies[ELEMENT_COUNT];
static bool taken;

static const struct cmd_element *element_find(enum node_type node,
					      const char *string)
{
	const struct cmd_node *found = vector_lookup(cmdvec, node);
	const struct cmd_element *element;
	unsigned int i;

	for (i = 0; found && i < vector_active(found->cmd_vector); i++) {
		element = vector_slot(found->cmd_vector, i);
		if (element && !strcmp(element->string, string))
			return element;
	}
	return NULL;
}

void vtysh_interface_take(void)
{
	const struct cmd_element *found[ELEMENT_COUNT];
	unsigned int i;

	for (i = 0; i < ELEMENT_COUNT; i++) {
		found[i] = element_find(elements[i].node, elements[i].string);
		if (!found[i] || found[i]->daemon & DAEMON_ZEBRA)
			return;
	}
	for (i = 0; i < ELEMENT_COUNT; i++) {
		copies[i] = *found[i];
		uninstall_element(elements[i].node, found[i]);
		_install_element(elements[i].node, &copies[i]);
	}
	taken = true;
}

/*
 * The answer's last byte, after three zero bytes, is the command's result
 * (lib/vty.c, vtysh_flush() and its callers).
 */
static bool answer_is_success(int fd)
{
	unsigned char buffer[4096], tail[4] = { 1, 1, 1, 1 };
	ssize_t count, i;

	for (;;) {
		count = recv(fd, buffer, sizeof(buffer), 0);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		for (i = 0; i < count; i++) {
			memmove(tail, tail + 1, 3);
			tail[3] = buffer[i];
			if (!tail[0] && !tail[1] && !tail[2])
				return tail[3] == CMD_SUCCESS;
		}
	}
}

/* Whether the zebra at an address has our commands. Waits as long as vtysh does. */
static bool zebra_has_module(int (*real)(int fd, __CONST_SOCKADDR_ARG address,
					 socklen_t length),
			     const struct sockaddr_un *address,
			     socklen_t length)
{
	static const char question[] = "show bpf status";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool has;

	if (fd < 0)
		return false;
	has = !real(fd, (const struct sockaddr *)address, length) &&
	      send(fd, question, sizeof(question), MSG_NOSIGNAL) ==
		      (ssize_t)sizeof(question) &&
	      answer_is_success(fd);
	close(fd);
	return has;
}

static bool ends_with(const char *path, const char *end)
{
	size_t length = strlen(path), end_length = strlen(end);

	return length >= end_length && !strcmp(path + length - end_length, end);
}

/*
 * connect() - libc's function of this name, for vtysh, whose connections are
 * those to the daemons. A zebra is asked first, on a connection of its own,
 * so that also a vtysh that connects anew knows whom it talks to.
 */
__attribute__((visibility("default"))) int
connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length)
{
	int (*real)(int fd, __CONST_SOCKADDR_ARG address, socklen_t length);
	const struct sockaddr *plain = address.__sockaddr__;
	struct sockaddr_un zebra = {};
	unsigned int i;
	bool has;

	*(void **)&real = dlsym(RTLD_NEXT, "connect");
	if (taken && plain->sa_family == AF_UNIX && length <= sizeof(zebra)) {
		memcpy(&zebra, plain, length);
		/* The kernel takes a full sun_path without a final zero. */
		zebra.sun_path[sizeof(zebra.sun_path) - 1] = '\0';
		if (ends_with(zebra.sun_path, "/zebra.vty")) {
			has = zebra_has_module(real, &zebra, length);
			for (i = 0; i < ELEMENT_COUNT; i++) {
				copies[i].daemon &= ~DAEMON_ZEBRA;
				if (has)
					copies[i].daemon |= DAEMON_ZEBRA;
			}
		}
	}
	return real(fd, address, length);
}
