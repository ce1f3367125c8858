/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The walk over one network namespace's table for what has no slot: TIME_WAIT, and SYN_RECV before there is a
 * socket. The kernel may call an iterator program again for the same element; user space takes it twice with a shrug.
 */
#ifndef TCPTOP_SNAPSHOT_BPF_H
#define TCPTOP_SNAPSHOT_BPF_H

/* One reading of the clock serves this many rows: some 30 microseconds, in rates over a tenth of a second or more. */
#define ROWS_PER_CLOCK_READING 64

static __u64 snapshot_now_ns;

/* The next row of the array, which counts once it is given out. */
static __always_inline struct socket_record *next_row(void)
{
	__u32 zero = 0;
	__u32 row = shared.snapshot_rows;

	if (row >= shared.snapshot_capacity) {
		shared.snapshot_overflow++;
		return NULL;
	}
	void *array = bpf_map_lookup_elem(&tcptop_snapshot, &zero);
	struct socket_record *record = array ? bpf_map_lookup_elem(array, &row) : NULL;

	if (!record) {
		count_loss(TCPTOP_LOSS_SNAPSHOT_UNREACHABLE);
		return NULL;
	}
	if (row % ROWS_PER_CLOCK_READING == 0)
		snapshot_now_ns = bpf_ktime_get_ns();
	shared.snapshot_rows = row + 1;
	return record;
}

/* Little more than addresses is left, or is there yet. */
static __always_inline void write_mini_row(struct sock_common *skc)
{
	struct socket_record *record = next_row();

	if (!record)
		return;
	__u16 family = skc->skc_family;

	__builtin_memset(record, 0, sizeof(*record));
	record->cookie = bpf_get_socket_cookie(skc);
	record->sampled_ns = snapshot_now_ns;
	record->state = skc->skc_state == TCP_NEW_SYN_RECV ? TCP_SYN_RECV : skc->skc_state;
	record->flags = TCPTOP_SOCKET_NO_COUNTERS;
	record->netns_inum = skc->skc_net.net->ns.inum;
	if (skc->skc_bound_dev_if)
		read_device_name(record->device, device_by_index((struct sock *)skc, skc->skc_bound_dev_if));
	record->uid = TCPTOP_NO_UID;
	record->af_family = family;
	record->sport = skc->skc_num;
	record->dport = bpf_ntohs(skc->skc_dport);
	copy_addresses((struct sock *)skc, family, record->saddr, record->daddr);
}

static __always_inline void copy_mini_socket(struct sock_common *skc)
{
	if (!bpf_skc_to_tcp_sock(skc))
		write_mini_row(skc);
}

#endif
