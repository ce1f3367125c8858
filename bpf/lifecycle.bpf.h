/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Births and deaths. inet_sock_set_state runs a few times in a connection's life, never per packet, and
 * before the new state is stored, with the counters as they will stay. It takes a socket's slot and
 * marks it as ended; tcp_destroy_sock frees it, or where that was skipped, the walk.
 */
#ifndef TCPTOP_LIFECYCLE_BPF_H
#define TCPTOP_LIFECYCLE_BPF_H

/* So that user space looks for owners and for new namespaces when there is something to find. */
static __always_inline void notice_birth(const struct tcp_sock *tp, bool in_process)
{
	__sync_fetch_and_add(&shared.births, 1);
	if (!in_process && !settings.sees_accepts)
		shared.unowned_births = 1;
	if (!settings.watch_namespaces)
		return;
	__u32 inum = follow_to_netns((const struct sock *)tp);

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
		return claim_slot(socket_at(place), address | TCPTOP_SLOT_ENDED, address);
	if (!find_slot(address, place) || !claim_slot(socket_at(place), address, address))
		return false;
	/* Its end was skipped, and its numbers went with it. What user space has a row of, that counts itself. */
	if (!is_read(watch_at(place)))
		count_loss(TCPTOP_LOSS_VANISHED);
	return true;
}

/* connect, listen. */
static __always_inline void opened(struct sock *sk, const struct tcp_sock *tp, int new_state)
{
	__u64 address = address_of(sk);
	struct place place;

	if (!reclaim_place(sk, address, &place) && !take_place(address, TCPTOP_SLOT_BUSY, &place))
		return;
	struct socket_note *note = note_at(&place);

	opened_here(note, tp);
	note->is_listener = new_state == TCP_LISTEN;
	publish_slot(&place, address, bpf_get_socket_cookie(sk));
}

/*
 * The listener that a socket is the clone of. Just copied, it has its listener's place in the list of
 * those bound to the port, and what comes before that place in the list points to the listener, or to
 * what has been put before it meanwhile. Whether it is one, its slot says; so a socket that is looked at
 * later, in the list by itself or in none any more, finds nothing.
 */
#define MOST_BEFORE_LISTENER 3

/* A function of its own, see search_chunk. */
__noinline int search_listener(__u64 link)
{
	for (int i = 0; i < MOST_BEFORE_LISTENER; i++) {
		struct place place;
		__u64 node = 0;

		if (bpf_probe_read_kernel(&node, sizeof(node), (const void *)link) || !node)
			return -1;
		if (find_slot(node - bpf_core_field_offset(struct sock_common, skc_bind_node), &place) &&
		    note_at(&place)->is_listener)
			return place.number;
		/* next comes first in a node. */
		link = node;
	}
	return -1;
}

static __always_inline bool find_listener(const struct sock *sk, struct place *place)
{
	__u64 link = 0;

	/* As a number, which is all that such a function may be given; read directly it is none from Linux 6.17 on. */
	bpf_probe_read_kernel(&link, sizeof(link), &sk->__sk_common.skc_bind_node.pprev);
	return set_place(search_listener(link), place);
}

/* The clone of a listener, with the listener's owner until it is known who accepted. */
static __always_inline void fill_clone(const struct sock *sk, const struct tcp_sock *tp, struct place *place)
{
	struct socket_note *note = note_at(place);
	struct place listener;

	if (find_listener(sk, &listener))
		*note = *note_at(&listener);
	else
		forget_owner(note);
	note->is_listener = 0;
	came_in(note, tp);
}

/* It has no cookie yet. */
static __always_inline void cloned(const struct sock *sk, const struct tcp_sock *tp)
{
	__u64 address = address_of(sk);
	struct place place;

	if (!take_place(address, TCPTOP_SLOT_BUSY, &place))
		return;
	fill_clone(sk, tp, &place);
	publish_slot(&place, address, 0);
}

/*
 * A walk may be at the same socket, see is_anothers: it is not to publish the slot that it has marked. The number of
 * one that it has published before that; -1: none. A function of its own, see search_chunk.
 */
__noinline int withdraw_taken_up(__u64 address)
{
	__u64 marked = address | TCPTOP_SLOT_TAKEN_UP;
	struct place other;

	if (find_marked(address, TCPTOP_SLOT_TAKEN_UP, &other) &&
	    __sync_val_compare_and_swap(socket_at(&other), marked, address | TCPTOP_SLOT_WITHDRAWN) == marked)
		return -1;
	return search_slots(address, address);
}

/*
 * The birth was skipped, or found no room, or came before us. Whether the socket connected, it says itself, as one
 * older than us does; only of one that is not established yet it is sure that it is not. One that ends is counted to
 * the byte without a slot, too; it takes one so that no walk takes it up after that.
 */
static __always_inline void born_unseen(struct sock *sk, const struct tcp_sock *tp, int old_state, int new_state,
					__u64 address, struct place *place)
{
	bool has_place = try_place(address, TCPTOP_SLOT_BUSY, place);
	int taken_up = withdraw_taken_up(address);

	if (taken_up >= 0) {
		if (has_place)
			*socket_at(place) = 0;
		set_place(taken_up, place);
		return;
	}
	if (!has_place) {
		if (new_state != TCP_CLOSE)
			found_no_slot();
		return;
	}
	struct socket_note *note = note_at(place);

	fill_clone(sk, tp, place);
	note->connected = has_connected(tp, NULL);
	if (old_state != TCP_SYN_SENT && old_state != TCP_SYN_RECV)
		note->born_ns = 0;
	publish_slot(place, address, bpf_get_socket_cookie(sk));
	if (new_state != TCP_CLOSE)
		shared.unowned_births = 1;
}

/*
 * The final record needs no slot: a connection that found none is counted to the byte, too. The slot is marked before
 * anybody can read the record: else a walk might come by and show the connection again.
 */
static __always_inline void ended(struct sock *sk, const struct tcp_sock *tp, int old_state, __u64 address,
				  const struct place *place)
{
	struct closed_record *closed = bpf_ringbuf_reserve(&tcptop_closed, sizeof(*closed), 0);

	if (closed) {
		struct socket_record *record = &closed->socket;
		struct socket_note *note = place->chunk ? note_at(place) : NULL;

		record->cookie = bpf_get_socket_cookie(sk);
		forget_device(record);
		fill_identity(record, tp, note, true);
		fill_reading(record, tp, note, record->cookie, bpf_ktime_get_ns(), true);
		fill_owner(record, note);
		record->state = TCP_CLOSE;
		record->old_state = old_state;
		record->flags = sk->__sk_common.skc_flags & (1UL << bpf_core_enum_value(enum sock_flags, SOCK_DONE))
				    ? TCPTOP_SOCKET_FIN_RECEIVED
				    : 0;
		closed->slot = place->chunk ? place->number + 1 : 0;
		closed->_pad = 0;
		barrier();
	} else {
		count_loss(TCPTOP_LOSS_CLOSED_RING_FULL);
	}
	if (place->chunk) {
		/* A clone may have had none. */
		if (closed)
			watch_at(place)->cookie = closed->socket.cookie;
		/* Whatever the walk does with it at this moment. */
		__sync_lock_test_and_set(socket_at(place), address | TCPTOP_SLOT_ENDED);
	}
	if (!closed)
		return;
	/* The reader looks once a tick anyway; it is woken early only when the ring fills. */
	bool crowded = bpf_ringbuf_query(&tcptop_closed, BPF_RB_AVAIL_DATA) >= settings.closed_wakeup_bytes;

	bpf_ringbuf_submit(closed, crowded ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

static __always_inline void went_on(struct sock *sk, const struct tcp_sock *tp, int old_state, int new_state)
{
	__u64 address = address_of(sk);
	struct place place;

	/* A listener's end passes here, too, and is no connection's. The walk may have the slot in its hand. */
	if (!find_slot(address, &place) && !find_marked(address, TCPTOP_SLOT_BUSY, &place) && old_state != TCP_LISTEN)
		born_unseen(sk, tp, old_state, new_state, address, &place);
	if (place.chunk) {
		struct socket_note *note = note_at(&place);

		if (old_state == TCP_SYN_RECV && new_state != TCP_CLOSE)
			watch_at(&place)->cookie = bpf_get_socket_cookie(sk);
		if (old_state == TCP_SYN_SENT || old_state == TCP_SYN_RECV)
			learn_first_seq(note, tp, watch_at(&place)->cookie);
		if (is_closed_by_call(sk, old_state, new_state))
			closed_by_holder(note);
	}
	if (new_state != TCP_CLOSE)
		return;
	if (old_state != TCP_LISTEN)
		ended(sk, tp, old_state, address, &place);
	else if (place.chunk)
		free_slot(socket_at(&place), address);
}

/* The peer's doing, in the middle of a life: the next change tells as much. */
static __always_inline bool says_nothing_new(int new_state)
{
	return new_state == TCP_CLOSE_WAIT || new_state == TCP_FIN_WAIT2 || new_state == TCP_CLOSING;
}

static __always_inline void changed_state(struct sock *sk, int old_state, int new_state)
{
	const struct tcp_sock *tp = tcp_sock_of(sk);

	if (!tp || (old_state == TCP_CLOSE && new_state == TCP_CLOSE))
		return;
	if (settings.states_skipped && bpf_get_prandom_u32() % settings.states_skipped == 0)
		return;
	if (!is_birth(old_state, new_state)) {
		if (!says_nothing_new(new_state))
			went_on(sk, tp, old_state, new_state);
		return;
	}
	if (old_state == TCP_CLOSE)
		opened(sk, tp, new_state);
	else
		cloned(sk, tp);
	notice_birth(tp, old_state == TCP_CLOSE);
}

/* By the process that calls, who is the owner from here on; 0: nothing was accepted. */
static __always_inline void accepted(__u64 address)
{
	struct place place;

	if (address && find_slot(address, &place))
		name_current(note_at(&place));
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
	if (!find_slot(address, &place) || !claim_slot(socket_at(&place), address, address))
		return;
	const struct tcp_sock *tp = tcp_sock_of(sk);

	if (tp && !note_at(&place)->is_listener)
		ended(sk, tp, 0, address, &place);
	*socket_at(&place) = 0;
}

#endif
