/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The memory that both sides map, and in it the losses. */
#ifndef TCPTOP_LOSSES_BPF_H
#define TCPTOP_LOSSES_BPF_H

struct tcptop_shared shared = {};

/* Kernel counters only grow; several CPUs may add at once. */
static __always_inline void count_loss(enum tcptop_loss kind)
{
	__sync_fetch_and_add(&shared.losses[kind], 1);
}

#endif
