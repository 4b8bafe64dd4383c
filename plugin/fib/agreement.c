// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/fib/agreement.h"

#include <stdbool.h>
#include <sys/socket.h>

#include "plugin/fib/path.h"

/* RFC 4291, 2.5.6: routers do not forward to link-local addresses. */
static bool is_link_local(const struct fib_route *intent)
{
	return intent->family == AF_INET6 && intent->prefixlen >= 10 &&
	       intent->addr[0] == 0xfe && (intent->addr[1] & 0xc0) == 0x80;
}

/* zebra wants what only the kernel can do: there is nothing to compare. */
static bool is_beyond(uint32_t word)
{
	return word == fib_word(FIB_PUNT, VERDICT_PUNT_UNSUPPORTED) ||
	       word == fib_word(FIB_PUNT, VERDICT_PUNT_DEGRADED);
}

static enum agreement paths_agree(uint32_t id, uint32_t word)
{
	uint32_t agreed = path_agree(id, word);

	if (agreed == fib_word(FIB_PUNT, VERDICT_PUNT_UNSUPPORTED))
		return AGREEMENT_UNSURE;
	/* Of a reject, path_agree() does not ask whether the kernel has it. */
	if (fib_word_action(word) == FIB_PUNT)
		return path_at(id)->word == word ? AGREEMENT_SAME
						 : AGREEMENT_DIFFERENT;
	return agreed == fib_word(FIB_PUNT, VERDICT_PUNT_DIFFERS)
		       ? AGREEMENT_DIFFERENT
		       : AGREEMENT_SAME;
}

enum agreement agreement_of(const struct fib_route *intent)
{
	bool rib = intent->owners & FIB_OWNER_ZEBRA;
	bool kernel = intent->owners & FIB_OWNER_KERNEL;

	if (is_link_local(intent) || (!rib && !kernel))
		return AGREEMENT_SAME;
	if (!rib)
		return AGREEMENT_KERNEL_ONLY;
	if (!kernel)
		return AGREEMENT_RIB_ONLY;
	if (is_beyond(intent->word))
		return AGREEMENT_SAME;
	return paths_agree(intent->path, intent->word);
}
