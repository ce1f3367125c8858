/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Births and deaths. inet_sock_set_state runs a few times in a connection's life, never per packet, and
 * before the new state is stored, with the counters as they will stay. It takes a socket's slot and
 * marks it as ended; tcp_destroy_sock frees it.
 */
#ifndef TCPTOP_LIFECYCLE_BPF_H
#define TCPTOP_LIFECYCLE_BPF_H

/* So that user space looks for owners and for new namespaces when there is something to find. */
static __always_inline void notice_birth(const struct sock *sk, bool in_process)
{
	__sync_fetch_and_add(&shared.births, 1);
	if (!in_process && !settings.sees_accepts)
		shared.unowned_births = 1;
	if (!settings.watch_namespaces)
		return;
	__u32 inum = netns_of(sk);

	if (!bpf_map_lookup_elem(&tcptop_namespaces, &inum))
		__sync_fetch_and_add(&shared.stranger_births, 1);
}

static __always_inline bool is_birth(int old_state, int new_state)
{
	return new_state != TCP_CLOSE &&
	       (old_state == TCP_CLOSE || (old_state == TCP_LISTEN && new_state == TCP_SYN_RECV));
}

/* The slot of an earlier connection of the same socket; without a cookie it never had one. */
static __always_inline bool reclaim_place(struct sock *sk, __u64 address, struct place *place)
{
	if (!sk->__sk_common.skc_cookie.counter)
		return false;
	if (find_ended(address, place))
		return claim_slot(socket_at(place), address | TCPTOP_SLOT_ENDED);
	return find_slot(address, place) && claim_slot(socket_at(place), address);
}

/* connect, listen. */
static __always_inline void opened(struct sock *sk, int new_state)
{
	__u64 address = address_of(sk);
	struct place place;

	if (!reclaim_place(sk, address, &place) && !take_place(address, &place))
		return;
	struct socket_note *note = note_at(&place);

	opened_here(note, sk);
	note->is_listener = new_state == TCP_LISTEN;
	publish_slot(&place, address, bpf_get_socket_cookie(sk));
}

/*
 * The listener that a socket is the clone of. Just copied, it has its listener's place in the list of
 * those bound to the port, and what comes before that place in the list points to the listener, or to
 * what has been put before it meanwhile. Whether it is one, its slot says.
 */
#define MOST_BEFORE_LISTENER 3

static __always_inline bool find_listener(const struct sock *sk, struct place *place)
{
	const void *link = sk->__sk_common.skc_bind_node.pprev;

	for (int i = 0; i < MOST_BEFORE_LISTENER; i++) {
		__u64 node = 0;

		if (bpf_probe_read_kernel(&node, sizeof(node), link) || !node)
			return false;
		__u64 address = node - bpf_core_field_offset(struct sock_common, skc_bind_node);

		if (find_slot(address, place) && note_at(place)->is_listener)
			return true;
		/* next comes first in a node. */
		link = (const void *)node;
	}
	return false;
}

/*
 * The clone of a listener, with the listener's owner until it is known who accepted. It has no cookie yet,
 * but where this is told late, its birth having been skipped.
 */
static __always_inline bool cloned(struct sock *sk, __u64 address, __u64 cookie, struct place *place)
{
	struct place listener;

	if (!take_place(address, place))
		return false;
	struct socket_note *note = note_at(place);

	if (find_listener(sk, &listener))
		*note = *note_at(&listener);
	else
		forget_owner(note);
	note->is_listener = 0;
	came_in(note, sk);
	publish_slot(place, address, cookie);
	return true;
}

/*
 * The birth was skipped, or found no room, or came before us. Whether the socket connected, it says itself, as one
 * older than us does; only of one that is not established yet it is sure that it is not.
 */
static __always_inline void born_unseen(struct sock *sk, int old_state, __u64 address, struct place *place)
{
	const struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (!tp || !cloned(sk, address, bpf_get_socket_cookie(sk), place))
		return;
	struct socket_note *note = note_at(place);

	note->connected = has_connected(tp, NULL);
	if (old_state != TCP_SYN_SENT && old_state != TCP_SYN_RECV)
		note->born_ns = 0;
	shared.unowned_births = 1;
}

/*
 * The final record needs no slot: a connection that found none, or that began before us, is counted to
 * the byte, too. The slot is marked before anybody can read the record: else a walk might come by and
 * show the connection again.
 */
static __always_inline void ended(struct sock *sk, int old_state, __u64 address, const struct place *place)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct closed_record *closed = tp ? bpf_ringbuf_reserve(&tcptop_closed, sizeof(*closed), 0) : NULL;

	if (closed) {
		struct socket_record *record = &closed->socket;
		struct socket_note *note = place->chunk ? note_at(place) : NULL;

		record->cookie = bpf_get_socket_cookie(sk);
		forget_device(record);
		fill_identity(record, sk, tp, note);
		fill_reading(record, tp, note, bpf_ktime_get_ns(), true);
		fill_owner(record, note);
		record->state = TCP_CLOSE;
		record->old_state = old_state;
		record->flags = sk->__sk_common.skc_flags & (1UL << bpf_core_enum_value(enum sock_flags, SOCK_DONE))
				    ? TCPTOP_SOCKET_FIN_RECEIVED
				    : 0;
		closed->slot = place->chunk ? place->number + 1 : 0;
		closed->_pad = 0;
		barrier();
	} else if (tp) {
		count_loss(TCPTOP_LOSS_CLOSED_RING_FULL);
	}
	if (place->chunk) {
		/* A clone may have had none. */
		if (closed)
			watch_at(place)->cookie = closed->socket.cookie;
		__sync_val_compare_and_swap(socket_at(place), address, address | TCPTOP_SLOT_ENDED);
	}
	if (!closed)
		return;
	/* The reader looks once a tick anyway; it is woken early only when the ring fills. */
	bool crowded = bpf_ringbuf_query(&tcptop_closed, BPF_RB_AVAIL_DATA) >= settings.closed_wakeup_bytes;

	bpf_ringbuf_submit(closed, crowded ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

static __always_inline void went_on(struct sock *sk, int old_state, int new_state)
{
	__u64 address = address_of(sk);
	struct place place;

	if (!find_slot(address, &place) && new_state != TCP_CLOSE)
		born_unseen(sk, old_state, address, &place);
	if (place.chunk) {
		struct socket_note *note = note_at(&place);

		if (old_state == TCP_SYN_RECV && new_state != TCP_CLOSE)
			watch_at(&place)->cookie = bpf_get_socket_cookie(sk);
		if (old_state == TCP_SYN_SENT || old_state == TCP_SYN_RECV)
			learn_first_seq(note, sk);
		if (is_closed_by_call(sk, old_state, new_state))
			closed_by_holder(note);
	}
	if (new_state != TCP_CLOSE)
		return;
	/* A listener's end passes here, too, and is no connection's. */
	if (old_state != TCP_LISTEN)
		ended(sk, old_state, address, &place);
	else if (place.chunk)
		free_slot(socket_at(&place), address);
}

static __always_inline void changed_state(struct sock *sk, int old_state, int new_state)
{
	struct place place;

	if (!is_tcp(sk) || (old_state == TCP_CLOSE && new_state == TCP_CLOSE))
		return;
	if (settings.states_skipped && bpf_get_prandom_u32() % settings.states_skipped == 0)
		return;
	if (!is_birth(old_state, new_state)) {
		went_on(sk, old_state, new_state);
		return;
	}
	if (old_state == TCP_CLOSE)
		opened(sk, new_state);
	else
		cloned(sk, address_of(sk), 0, &place);
	notice_birth(sk, old_state == TCP_CLOSE);
}

/* By the process that calls, who is the owner from here on; 0: nothing was accepted. */
static __always_inline void accepted(__u64 address)
{
	struct place place;

	if (address && find_slot(address, &place))
		name_opener(note_at(&place), bpf_get_current_task_btf());
}

/*
 * The kernel skips a program that an interrupt finds running on its CPU: changed_state may not have been
 * told of an end. Then it is told here, or by the walk, whichever comes first.
 */
static __always_inline void destroyed(struct sock *sk)
{
	__u64 address = address_of(sk);
	struct place place;

	if (find_ended(address, &place)) {
		free_slot(socket_at(&place), address | TCPTOP_SLOT_ENDED);
		return;
	}
	if (!find_slot(address, &place) || !claim_slot(socket_at(&place), address))
		return;
	if (!note_at(&place)->is_listener)
		ended(sk, 0, address, &place);
	*socket_at(&place) = 0;
}

#endif
