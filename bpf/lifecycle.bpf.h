/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Births and deaths. inet_sock_set_state runs a few times in a connection's life, never per packet, and before the new
 * state is stored, with the counters as they will stay.
 */
#ifndef TCPTOP_LIFECYCLE_BPF_H
#define TCPTOP_LIFECYCLE_BPF_H

/* So that user space looks for owners and for new namespaces when there is something to find. */
static __always_inline void notice_birth(const struct sock *sk)
{
	__sync_fetch_and_add(&shared.births, 1);
	if (!settings.watch_namespaces)
		return;
	__u32 inum = netns_of(sk);

	if (!bpf_map_lookup_elem(&tcptop_namespaces, &inum))
		__sync_fetch_and_add(&shared.stranger_births, 1);
}

/* The final record needs no note: one whose storage failed, or that began before us, is counted to the byte too. */
static __always_inline void ended(struct sock *sk, struct socket_note *note, int old_state)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (!tp)
		return;
	struct socket_record *record = bpf_ringbuf_reserve(&tcptop_closed, sizeof(*record), 0);

	if (!record) {
		count_loss(TCPTOP_LOSS_CLOSED_RING_FULL);
		return;
	}
	fill_record(record, sk, tp, note, bpf_ktime_get_ns());
	record->state = TCP_CLOSE;
	record->old_state = old_state;
	record->netns_inum = tp->inet_conn.icsk_inet.sk.__sk_common.skc_net.net->ns.inum;
	record->sport = local_port_of(sk, tp);
	record->flags = sk->__sk_common.skc_flags & (1UL << bpf_core_enum_value(enum sock_flags, SOCK_DONE))
			    ? TCPTOP_SOCKET_FIN_RECEIVED
			    : 0;
	/* The reader looks once a tick anyway; it is woken early only when the ring fills. */
	bool crowded = bpf_ringbuf_query(&tcptop_closed, BPF_RB_AVAIL_DATA) >= settings.closed_wakeup_bytes;

	bpf_ringbuf_submit(record, crowded ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

/* A listener's end passes here too, and is no connection's; nor is the end of a socket that never left CLOSE. */
static __always_inline bool is_end(int old_state, int new_state)
{
	return new_state == TCP_CLOSE && old_state != TCP_LISTEN && old_state != TCP_CLOSE;
}

static __always_inline void changed_state(struct sock *sk, int old_state, int new_state)
{
	struct socket_note *note = keep_note(sk, old_state, new_state);

	if (is_birth(old_state, new_state))
		notice_birth(sk);
	if (is_end(old_state, new_state))
		ended(sk, note, old_state);
}

/*
 * An interrupt may change the state of another socket while the program runs for one in a process, and the kernel then
 * skips the program: so two are at the tracepoint, and the second does the work where the first was skipped. Whether it
 * was, a mark on this CPU says; where an interrupt has come between the two and the mark is gone, the socket's note.
 * Without a note all but a birth is taken for seen: better missed, and counted by the kernel, than told twice. (A birth
 * that found no memory for a note, and whose mark is gone, is then counted as made up for without having been skipped.)
 */
static __always_inline struct state_mark *mark_of_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&tcptop_state_mark, &zero);
}

static __always_inline void changed_state_first(struct sock *sk, int old_state, int new_state)
{
	if (!is_tcp(sk))
		return;
	if (settings.states_skipped && bpf_get_prandom_u32() % settings.states_skipped == 0)
		return;
	volatile struct state_mark *mark = mark_of_cpu();

	if (mark) {
		mark->socket = (__u64)sk;
		mark->state = new_state;
	}
	changed_state(sk, old_state, new_state);
}

static __always_inline bool is_noted(struct sock *sk, int old_state, int new_state)
{
	struct socket_note *note = bpf_sk_storage_get(&tcptop_notes, sk, 0, 0);

	return note ? note->last_state == (__u32)new_state : !is_birth(old_state, new_state);
}

static __always_inline void changed_state_skipped(struct sock *sk, int old_state, int new_state)
{
	if (!is_tcp(sk))
		return;
	volatile struct state_mark *mark = mark_of_cpu();

	if (!mark)
		return;
	if (mark->socket == (__u64)sk && mark->state == (__u64)new_state) {
		mark->socket = 0;
		return;
	}
	if (is_noted(sk, old_state, new_state))
		return;
	__sync_fetch_and_add(&shared.states_made_up, 1);
	changed_state(sk, old_state, new_state);
}

#endif
