// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * grace_period.c - waiting until no XDP program runs that began before, with
 * membarrier(2) and where it is refused, as with nohz_full.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "plugin/base/idpool.h"
#include "plugin/engine/maps.h"

/* Rounds of the program: some milliseconds, as the verifier follows them all. */
#define ROUNDS 60000
#define RUNS 50

/* In a mapped array: the program has begun, and has ended. */
static struct {
	uint32_t begun, ended;
} volatile *progress;
static int program;

static int program_load_slow(int map)
{
	const struct bpf_insn code[] = {
		/* r6 = progress */
		{ BPF_LD | BPF_DW | BPF_IMM, 6, BPF_PSEUDO_MAP_VALUE, 0, map },
		{ 0 },
		/* progress->begun = 1 */
		{ BPF_ST | BPF_MEM | BPF_W, 6, 0, 0, 1 },
		/* for (r7 = 0; r7 != ROUNDS; r7++) bpf_ktime_get_ns() */
		{ BPF_ALU64 | BPF_MOV | BPF_K, 7, 0, 0, 0 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ktime_get_ns },
		{ BPF_ALU64 | BPF_ADD | BPF_K, 7, 0, 0, 1 },
		{ BPF_JMP | BPF_JNE | BPF_K, 7, 0, -3, ROUNDS },
		/* progress->ended = 1 */
		{ BPF_ST | BPF_MEM | BPF_W, 6, 0, 4, 1 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 2 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "slow", "GPL", code,
			     sizeof(code) / sizeof(code[0]), NULL);
}

/* The program and who waits for it need a CPU each. */
static cpu_set_t first, second;

static void cpus_choose(void)
{
	cpu_set_t all;

	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		if (!CPU_COUNT(&first))
			CPU_SET(cpu, &first);
		else if (!CPU_COUNT(&second))
			CPU_SET(cpu, &second);
	}
	assert_int_equal(CPU_COUNT(&second), 1);
	assert_int_equal(sched_setaffinity(0, sizeof(first), &first), 0);
}

static int setup(void **state)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "progress", 4,
				 sizeof(*progress), 1, &options);

	(void)state;
	cpus_choose();
	assert_true(map >= 0);
	progress = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	assert_ptr_not_equal(progress, MAP_FAILED);
	program = program_load_slow(map);
	assert_true(program >= 0);
	return maps_grace_period_prepare();
}

static void *run(void *nothing)
{
	char frame[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
		    .data_size_in = sizeof(frame));

	pthread_setaffinity_np(pthread_self(), sizeof(second), &second);
	return bpf_prog_test_run_opts(program, &options) ? &program : nothing;
}

/* Result: whether the program was still running when the wait began. */
static bool wait_for_program(void)
{
	pthread_t thread;
	bool running;
	void *failed;

	progress->begun = progress->ended = 0;
	assert_int_equal(pthread_create(&thread, NULL, run, NULL), 0);
	while (!progress->begun)
		;
	running = !progress->ended;
	grace_period_wait();
	assert_true(progress->ended);
	pthread_join(thread, &failed);
	assert_null(failed);
	return running;
}

static void wait_for_programs(void)
{
	unsigned int running = 0;

	for (int i = 0; i < RUNS; i++)
		running += wait_for_program();
	assert_true(running > RUNS / 2);
}

static void test_offered(void **state)
{
	(void)state;
	if (!grace_period_offered()) {
		print_message("this kernel refuses membarrier(2)\n");
		skip();
	}
	wait_for_programs();
}

static void refuse_membarrier(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};

	assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter),
			 0);
}

static unsigned int substituted;

static int substitute(void)
{
	substituted++;
	return maps_grace_period();
}

/* From here on this process cannot use it. */
static void test_refused(void **state)
{
	(void)state;
	refuse_membarrier();
	assert_false(grace_period_offered());
	grace_period_substitute(substitute);
	wait_for_programs();
	assert_int_equal(substituted, RUNS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offered),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
