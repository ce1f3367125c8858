/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The walks over what is there already: sockets that are older than us, and who holds which. The kernel
 * may call an iterator program again for the same element, so each is idempotent.
 */
#ifndef TCPTOP_EXISTING_BPF_H
#define TCPTOP_EXISTING_BPF_H

/*
 * The lifecycle program may be at the same socket at this moment, for a walk over files does not lock sockets. Each
 * marks its own slot, then looks for the other's. Until the walk has published its slot, it gives way; after that, the
 * lifecycle program does. So no socket has two.
 */
static __always_inline bool is_anothers(__u64 address)
{
	struct place other;

	return find_marked(address, TCPTOP_SLOT_BUSY, &other) || find_slot(address, &other) ||
	       find_ended(address, &other);
}

/* Gives a socket older than us its slot; the lifecycle program does it for all younger ones. */
static __always_inline struct socket_note *take_up(struct sock *sk)
{
	__u64 address = address_of(sk);
	__u64 cookie = bpf_get_socket_cookie(sk);
	__u8 state = sk->__sk_common.skc_state;
	struct place place;

	if (state == TCP_CLOSE)
		return NULL;
	if (find_slot(address, &place)) {
		/* A clone whose cookie was not there yet, and of which nothing was told since. */
		if (!watch_at(&place)->cookie && state != TCP_SYN_RECV)
			watch_at(&place)->cookie = cookie;
		return note_at(&place);
	}
	if (!take_place(address, TCPTOP_SLOT_TAKEN_UP, &place))
		return NULL;
	struct socket_note *note = note_at(&place);
	__u64 *socket = socket_at(&place);

	__builtin_memset(note, 0, sizeof(*note));
	note->cgroup_id = cgroup_of(sk);
	note->is_listener = state == TCP_LISTEN;
	watch_at(&place)->cookie = cookie;
	forget_reading(watch_at(&place));
	__u64 marked = address | TCPTOP_SLOT_TAKEN_UP;

	if (!is_anothers(address) && ((volatile struct sock *)sk)->__sk_common.skc_state != TCP_CLOSE &&
	    __sync_val_compare_and_swap(socket, marked, address) == marked)
		return note;
	/* Nobody else frees it, not even if it has been withdrawn: it was being written till now. */
	*(volatile __u64 *)socket = 0;
	return NULL;
}

static __always_inline void visit_existing(struct sock_common *skc)
{
	/* NULL for TIME_WAIT and SYN_RECV mini-sockets: they have no counters. */
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(skc);

	if (tp)
		take_up((struct sock *)tp);
}

static __always_inline void visit_socket(struct sock *sk, struct task_struct *task)
{
	if (is_tcp(sk)) {
		struct socket_note *note = take_up(sk);

		if (note)
			note_holder(note, task);
	} else if (is_udp_socket(sk)) {
		if (settings.count_udp)
			note_udp_holder(sk, task);
	} else if (is_internet(sk) && sk->sk_protocol == IPPROTO_MPTCP) {
		hold_subflows((const struct mptcp_sock *)sk, task);
	} else if (sk->__sk_common.skc_family == AF_UNIX && sk->sk_receive_queue.qlen) {
		hold_queued_files(sk, task);
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
	socket_operations = (__u64)file->f_op;
	if (socket->sk)
		visit_socket(socket->sk, task);
}

#endif
