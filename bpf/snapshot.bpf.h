/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The walks that user space starts: take up sockets that were there before us, find holders, copy counters. The kernel
 * may call an iterator program again for the same element, so each is idempotent but for the row counter, and user
 * space takes the same socket twice with a shrug.
 */
#ifndef TCPTOP_SNAPSHOT_BPF_H
#define TCPTOP_SNAPSHOT_BPF_H

/*
 * Of a connection older than us: the socket may be at work, and is looked at again, the further pointers between. What
 * does not hold still is left to the next walk.
 */
static __always_inline void find_first_seq(struct socket_note *note, const struct tcp_sock *tp)
{
	__u8 state = ((const struct sock *)tp)->__sk_common.skc_state;

	if (state == TCP_SYN_SENT || state == TCP_SYN_RECV || state == TCP_LISTEN)
		return;
	__u32 acknowledged = tp->snd_una;
	bool sure, still_sure;
	__u32 first = first_payload_seq(tp, note, &sure);

	barrier();
	if (acknowledged == tp->snd_una && first == first_payload_seq(tp, note, &still_sure) && sure && still_sure)
		note->first_seq = first;
}

/* Gives a socket older than us its note; the lifecycle program does it for all younger ones. */
static __always_inline struct socket_note *take_up(struct sock *sk)
{
	struct socket_note *note = find_or_make_note(sk);

	if (note && !note->cgroup_id)
		note->cgroup_id = cgroup_of(sk);
	return note;
}

static __always_inline void visit_existing(struct sock_common *skc)
{
	/* NULL for TIME_WAIT and SYN_RECV mini-sockets: they have no counters. */
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(skc);

	if (tp && skc->skc_state != TCP_CLOSE)
		take_up((struct sock *)tp);
}

static __always_inline void visit_unnoted(struct sock *sk, struct task_struct *task)
{
	if (is_tcp(sk)) {
		struct socket_note *note = sk->__sk_common.skc_state != TCP_CLOSE ? take_up(sk) : NULL;

		if (note)
			note_holder(note, task);
	} else if (is_udp_socket(sk)) {
		if (settings.count_udp)
			note_udp_holder(sk, task);
	} else if (sk->sk_protocol == IPPROTO_MPTCP) {
		hold_subflows((const struct mptcp_sock *)sk, task);
	}
}

static __always_inline void visit_file(struct task_struct *task, struct file *file)
{
	struct socket *socket = bpf_sock_from_file(file);

	if (!socket) {
		if (is_ring(file))
			hold_ring_files(file->private_data, task);
		return;
	}
	struct sock *sk = socket->sk;

	socket_operations = (__u64)file->f_op;
	if (!sk)
		return;
	if (!is_internet(sk)) {
		if (sk->__sk_common.skc_family == AF_UNIX && sk->sk_receive_queue.qlen)
			hold_queued_files(sk, task);
		return;
	}
	struct socket_note *note = bpf_sk_storage_get(&tcptop_notes, sk, 0, 0);

	/* Only TCP sockets have notes: the protocol, a cache line further on, is asked for only where there is none. */
	if (note)
		note_holder(note, task);
	else
		visit_unnoted(sk, task);
}

/*
 * Rows are for connections: not for listeners, sockets that have ended (their final record is out), or clones that are
 * not yet whole, which have no cookie and whose own state change is still to come.
 */
static __always_inline bool has_row(const struct sock *sk)
{
	__u8 state = sk->__sk_common.skc_state;

	if (state == TCP_CLOSE || state == TCP_LISTEN)
		return false;
	return state != TCP_SYN_RECV || sk->__sk_common.skc_cookie.counter != 0;
}

/* A living socket's state tells whether the peer's FIN was taken in; so would SOCK_DONE, a cache line further on. */
static __always_inline bool fin_received(__u8 state)
{
	return state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK || state == TCP_CLOSING;
}

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

static __always_inline void write_row(struct sock *sk, const struct tcp_sock *tp, struct socket_note *note)
{
	struct socket_record *record = next_row();

	if (!record)
		return;
	if (note && !note->first_seq)
		find_first_seq(note, tp);
	if (note)
		take_holders(sk, note);
	fill_record(record, sk, tp, note, snapshot_now_ns);
	__u8 state = sk->__sk_common.skc_state;

	record->state = state;
	record->old_state = 0;
	record->netns_inum = sk->__sk_common.skc_net.net->ns.inum;
	record->sport = local_port_of(sk, tp);
	record->flags = fin_received(state) ? TCPTOP_SOCKET_FIN_RECEIVED : 0;
	if (state == TCP_LISTEN) {
		record->flags = TCPTOP_SOCKET_NO_COUNTERS;
		record->accept_queue = sk->sk_ack_backlog;
		record->accept_limit = sk->sk_max_ack_backlog;
	}
}

/* TIME_WAIT, and SYN_RECV before there is a socket: little more than addresses is left, or is there yet. */
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

/* A listener without a row has an owner all the same, for connections to have from it. */
static __always_inline bool is_owned_alone(const struct sock *sk)
{
	return sk->__sk_common.skc_state == TCP_LISTEN && shared.held_sockets;
}

static __always_inline void copy_noted_socket(struct sock *sk, struct socket_note *note)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (!tp)
		return;
	if (has_row(sk))
		write_row(sk, tp, note);
	else if (is_owned_alone(sk))
		take_holders(sk, note);
}

/* A walk over the kernel's sockets, not over our notes, may come to one that has none yet. */
static __always_inline void copy_listed_socket(struct sock_common *skc)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(skc);
	struct sock *sk = (struct sock *)tp;

	if (!tp) {
		if (settings.all_sockets)
			write_mini_row(skc);
	} else if ((settings.rows_by_namespace && has_row(sk)) ||
		   (settings.all_sockets && skc->skc_state == TCP_LISTEN)) {
		write_row(sk, tp, take_up(sk));
	} else if (settings.rows_by_namespace && is_owned_alone(sk)) {
		struct socket_note *note = take_up(sk);

		if (note)
			take_holders(sk, note);
	}
}

#endif
