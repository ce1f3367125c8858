/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What user space sets before the load (constants to the verifier: a branch that is off is not in the program), and what both sides map. */
#ifndef TCPTOP_SETTINGS_BPF_H
#define TCPTOP_SETTINGS_BPF_H

const volatile struct tcptop_settings settings = {.closed_wakeup_bytes = 1 << 20};

/* Types that stand in no map directly are mere names in the object's BTF, or not there at all; these make clang write them whole. */
const struct socket_record *const btf_socket_record = NULL;
const struct tcptop_event *const btf_tcptop_event = NULL;

struct tcptop_shared shared = {};

/* Kernel counters only grow; several CPUs may add at once. */
static __always_inline void count_loss(enum tcptop_loss kind)
{
	__sync_fetch_and_add(&shared.losses[kind], 1);
}

#endif
