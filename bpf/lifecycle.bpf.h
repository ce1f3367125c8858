/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Births and deaths. inet_sock_set_state runs a few times in a connection's life, never per packet, and before the new state is stored,
 * with the counters as they will stay.
 */
#ifndef TCPTOP_LIFECYCLE_BPF_H
#define TCPTOP_LIFECYCLE_BPF_H

static __always_inline struct socket_note *find_or_make_note(struct sock *sk)
{
	struct socket_note *note = bpf_sk_storage_get(&tcptop_notes, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);

	if (!note)
		count_loss(TCPTOP_LOSS_STORAGE_FAILED);
	return note;
}

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

static __always_inline bool is_made_by_kernel(const struct sock *sk)
{
	return bpf_core_field_exists(sk->sk_kern_sock) && BPF_CORE_READ_BITFIELD(sk, sk_kern_sock);
}

/* connect, listen: in the process that calls. A socket may do so again after an earlier connection of its own. */
static __always_inline void opened_here(struct sock *sk)
{
	struct socket_note *note = find_or_make_note(sk);

	notice_birth(sk);
	if (!note)
		return;
	note->born_ns = bpf_ktime_get_ns();
	note->cgroup_id = cgroup_of(sk);
	note->ifindex = 0;
	note->holders = 0;
	note->pass = 0;
	if (is_made_by_kernel(sk) && serves_kernel(sk))
		name_kernel(note);
	else
		name_opener(note, bpf_get_current_task_btf());
}

/*
 * A connection that came in: the socket has just been cloned from the listener, in softirq, where the current task is a stranger. The note
 * is the listener's copy; its owner stays until the owners pass finds who accepted, its cgroup for good: the kernel, too, copies that. The
 * cookie is not asked for here: the kernel sets it only after this.
 */
static __always_inline void came_in(struct sock *sk)
{
	struct socket_note *note = find_or_make_note(sk);

	notice_birth(sk);
	if (!note)
		return;
	note->born_ns = bpf_ktime_get_ns();
	if (!note->cgroup_id)
		note->cgroup_id = cgroup_of(sk);
	note->ifindex = 0;
	note->holders = 0;
	note->pass = 0;
	note->opener_pid = 0;
	note->opener_started_ns = 0;
}

/*
 * FIN_WAIT1 and LAST_ACK are entered by shutdown and close alone, in the process that calls: so a connection too short for an owners pass
 * still gets the worker that served it, not the parent that listened.
 */
static __always_inline void closed_by_holder(struct sock *sk)
{
	struct socket_note *note = bpf_sk_storage_get(&tcptop_notes, sk, 0, 0);

	struct task_struct *task = bpf_get_current_task_btf();

	/* A worker of the kernel closes for another. */
	if (note && is_unconfirmed(note) && !(task->flags & PF_KTHREAD))
		name_opener(note, task);
}

/* The final record needs no note: a connection whose storage failed, or that began before us, is counted to the byte too. */
static __always_inline void ended(struct sock *sk, int old_state)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (!tp)
		return;
	struct socket_record *record = bpf_ringbuf_reserve(&tcptop_closed, sizeof(*record), 0);

	if (!record) {
		count_loss(TCPTOP_LOSS_CLOSED_RING_FULL);
		return;
	}
	struct socket_note *note = bpf_sk_storage_get(&tcptop_notes, sk, 0, 0);

	if (note && !note->ifindex)
		note->ifindex = ifindex_at_end_of(sk);
	fill_record(record, sk, tp, note, bpf_ktime_get_ns());
	record->state = TCP_CLOSE;
	record->old_state = old_state;
	record->netns_inum = netns_of(sk);
	/* Not skc_num: it is 0 by now for a socket that bound no port of its own. */
	record->sport = bpf_ntohs(tp->inet_conn.icsk_inet.inet_sport);
	record->flags =
	    sk->__sk_common.skc_flags & (1UL << bpf_core_enum_value(enum sock_flags, SOCK_DONE)) ? TCPTOP_SOCKET_FIN_RECEIVED : 0;
	/* The reader looks once a tick anyway; it is woken early only when the ring fills. */
	bool crowded = bpf_ringbuf_query(&tcptop_closed, BPF_RB_AVAIL_DATA) >= settings.closed_wakeup_bytes;

	bpf_ringbuf_submit(record, crowded ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

static __always_inline void stream_state(const struct sock *sk, int old_state, int new_state)
{
	struct tcptop_event *event = bpf_ringbuf_reserve(&tcptop_trace, sizeof(*event), 0);

	if (!event) {
		count_loss(TCPTOP_LOSS_TRACE_RING_FULL);
		return;
	}
	__u16 family = sk->__sk_common.skc_family;

	__builtin_memset(event, 0, sizeof(*event));
	event->event_type = TCPTOP_EVENT_TCP_STATE;
	event->state.pid = bpf_get_current_pid_tgid() >> 32;
	event->state.af_family = family;
	event->state.sport = sk->__sk_common.skc_num;
	event->state.dport = bpf_ntohs(sk->__sk_common.skc_dport);
	copy_addresses(sk, family, event->state.saddr, event->state.daddr);
	event->state.old_state = old_state;
	event->state.new_state = new_state;
	bpf_ringbuf_submit(event, 0);
}

static __always_inline void changed_state(struct sock *sk, int old_state, int new_state)
{
	if (!is_tcp(sk))
		return;
	if (settings.stream_states)
		stream_state(sk, old_state, new_state);

	if (new_state == TCP_CLOSE) {
		/* A listener's end passes here too, and is no connection's; nor is the end of a socket that never left CLOSE. */
		if (old_state != TCP_LISTEN && old_state != TCP_CLOSE)
			ended(sk, old_state);
	} else if (old_state == TCP_CLOSE) {
		opened_here(sk);
	} else if (old_state == TCP_LISTEN && new_state == TCP_SYN_RECV) {
		came_in(sk);
	} else if (new_state == TCP_FIN_WAIT1 || new_state == TCP_LAST_ACK) {
		closed_by_holder(sk);
	}
}

#endif
