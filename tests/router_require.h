/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * router_require.h - a condition the tests cannot go on without.
 */
#ifndef FRR_BPF_TESTS_ROUTER_REQUIRE_H
#define FRR_BPF_TESTS_ROUTER_REQUIRE_H

/* cmocka.h needs the others first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Fails the running cmocka test with the message. */
#define require(condition, ...)                                                \
	do {                                                                   \
		if (!(condition)) {                                            \
			print_error("%s:%d: ", __FILE__, __LINE__);            \
			print_error(__VA_ARGS__);                              \
			print_error("\n");                                     \
			fail();                                                \
		}                                                              \
	} while (0)

#endif /* FRR_BPF_TESTS_ROUTER_REQUIRE_H */
