/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An event for each call that moved data, told by the end of the call, and for each change of a TCP state. A call that
 * failed moved nothing, nor did one that peeked, one that read an error queue, or a read at the end of a stream; a
 * datagram without payload is a datagram.
 */
#ifndef TCPTOP_TRACE_BPF_H
#define TCPTOP_TRACE_BPF_H

/* Both ends as they are in an event. */
struct ends {
	__u8 saddr[TCPTOP_ADDRESS_BYTES];
	__u8 daddr[TCPTOP_ADDRESS_BYTES];
	__u16 family;
	__u16 sport;
	__u16 dport;
	__u16 _pad;
};

/* What any event is made of, before it is known whether it is wanted. */
struct happening {
	struct actor actor;
	struct ends ends;
	__u64 cookie;
	__u32 ifindex; /* of a datagram whose socket has no route */
};

/* An address or a name. All lie at multiples of four, which clang does not know: it would go byte by byte. */
static __always_inline void copy_16_bytes(void *to, const void *from)
{
	__u32 *words = to;
	const __u32 *source = from;

	words[0] = source[0];
	words[1] = source[1];
	words[2] = source[2];
	words[3] = source[3];
}

/* The process that makes the call: its leader's name, as in the table. */
static __always_inline void name_caller(struct actor *actor)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (BPF_CORE_READ(task, flags) & PF_KTHREAD) {
		__builtin_memcpy(actor->comm, "kernel", sizeof("kernel"));
		return;
	}
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	actor->is_process = 1;
	actor->pid = settings.pid_namespace ? pid_here(leader) : bpf_get_current_pid_tgid() >> 32;
	/* To the NUL and no further: behind it there may be the rest of an older name. */
	bpf_probe_read_kernel_str(actor->comm, sizeof(actor->comm), &leader->comm);
}

/* The source port is not skc_num, which is 0 once the socket has given its port back. */
static __always_inline void read_ends(struct ends *ends, const struct sock *sk)
{
	ends->family = sk->__sk_common.skc_family;
	ends->sport = bpf_ntohs(BPF_CORE_READ((const struct inet_sock *)sk, inet_sport));
	ends->dport = bpf_ntohs(sk->__sk_common.skc_dport);
	copy_addresses(sk, ends->family, ends->saddr, ends->daddr);
}

static __always_inline bool is_wanted(const struct sock *sk, const struct happening *happening)
{
	return wants_ports(happening->ends.sport, happening->ends.dport) && wants_actor(&happening->actor) &&
	       wants_device(sk, happening->ifindex);
}

/* NULL when the ring is full. */
static __always_inline struct tcptop_event *new_event(enum tcptop_event_type type, const struct sock *sk, __u64 cookie)
{
	struct tcptop_event *event = bpf_ringbuf_reserve(&tcptop_trace, sizeof(*event), 0);

	if (!event) {
		count_loss(TCPTOP_LOSS_TRACE_RING_FULL);
		return NULL;
	}
	event->event_type = type;
	event->_pad = 0;
	event->netns_inum = netns_of(sk);
	event->time_ns = bpf_ktime_get_ns();
	event->cookie = cookie;
	return event;
}

/* ---- Calls ---- */

static __always_inline void tell_moved(enum tcptop_event_type type, const struct sock *sk,
				       const struct happening *happening, __u32 bytes, __u32 srtt_us)
{
	if (!is_wanted(sk, happening))
		return;
	struct tcptop_event *event = new_event(type, sk, happening->cookie);

	if (!event)
		return;
	event->data.pid = happening->actor.pid;
	copy_16_bytes(event->data.comm, happening->actor.comm);
	event->data.af_family = happening->ends.family;
	event->data.sport = happening->ends.sport;
	event->data.dport = happening->ends.dport;
	event->data._pad = 0;
	copy_16_bytes(event->data.saddr, happening->ends.saddr);
	copy_16_bytes(event->data.daddr, happening->ends.daddr);
	event->data.bytes = bytes;
	event->data.srtt_us = srtt_us;
	bpf_ringbuf_submit(event, 0);
}

/*
 * Who moves data through a connection that came in has it open: the first to be seen so is better known than the
 * listener's owner. But a worker of the kernel may do it for another.
 */
static __always_inline void confirm_owner(struct sock *sk, bool in_process)
{
	struct socket_note *note = bpf_sk_storage_get(&tcptop_notes, sk, 0, 0);

	if (in_process && note && is_unconfirmed(note))
		name_opener(note, (struct task_struct *)bpf_get_current_task());
}

static __always_inline void moved_in_stream(struct sock *sk, __u32 bytes, bool sent)
{
	const struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct happening happening = {};

	if (!tp)
		return;
	name_caller(&happening.actor);
	confirm_owner(sk, happening.actor.is_process);
	read_ends(&happening.ends, sk);
	happening.cookie = bpf_get_socket_cookie(sk);
	tell_moved(sent ? TCPTOP_EVENT_TCP_SEND : TCPTOP_EVENT_TCP_RECV, sk, &happening, bytes, tp->srtt_us >> 3);
}

static __always_inline void moved_datagram(struct sock *sk, int result, bool counts, bool sent)
{
	struct happening happening = {};
	struct trace_peer peer;

	happening.cookie = bpf_get_socket_cookie(sk);
	bool has_peer = take_peer(happening.cookie, &peer);

	/* Without a datagram a receiver is told 0 only when its socket was shut down. */
	if (!counts || result < 0 || (!sent && result == 0 && (sk->sk_shutdown & RCV_SHUTDOWN)))
		return;
	name_caller(&happening.actor);
	read_ends(&happening.ends, sk);
	if (has_peer) {
		happening.ifindex = device_of_datagram(&peer, sent);
		happening.ends.dport = peer.port;
		copy_16_bytes(happening.ends.daddr, peer.address);
	}
	tell_moved(sent ? TCPTOP_EVENT_UDP_SEND : TCPTOP_EVENT_UDP_RECV, sk, &happening, result, 0);
}

/* The result of the call is its payload, or an error. A function of its own: many programs end here, and it is long. */
static __noinline int call_ended(struct sock *sk, int result, bool counts, bool sent)
{
	if (settings.tcp && is_tcp(sk)) {
		if (counts && result > 0)
			moved_in_stream(sk, result, sent);
	} else if (settings.udp && is_udp_socket(sk)) {
		moved_datagram(sk, result, counts, sent);
	}
	return 0;
}

static __always_inline void sent(struct sock *sk, int result)
{
	call_ended(sk, result, true, true);
}

static __always_inline void received(struct sock *sk, int result, int flags)
{
	call_ended(sk, result, !(flags & (MSG_PEEK | MSG_ERRQUEUE)), false);
}

/* ---- States ---- */

/* Whose the socket is, not who runs: a change that a packet brings runs in whatever process the packet interrupted. */
static __always_inline void name_owner_of(struct sock *sk, struct actor *actor)
{
	struct socket_note *note = bpf_sk_storage_get(&tcptop_notes, sk, 0, 0);

	if (!note)
		return;
	actor->pid = settings.pid_namespace ? note->owner_pid_here : note->owner_pid;
	copy_16_bytes(actor->comm, note->owner_comm);
}

/*
 * The first change of a connection comes early: one that came in is still its listener's copy, without peer, route or
 * cookie; one that goes out has no route, nor a port, unless it was bound to one.
 */
static __always_inline void tell_state(struct sock *sk, int old_state, int new_state)
{
	struct happening happening = {};
	bool is_copy = old_state == TCP_LISTEN && new_state == TCP_SYN_RECV;

	name_owner_of(sk, &happening.actor);
	read_ends(&happening.ends, sk);
	if (!is_wanted(sk, &happening))
		return;
	struct tcptop_event *event = new_event(TCPTOP_EVENT_TCP_STATE, sk, is_copy ? 0 : bpf_get_socket_cookie(sk));

	if (!event)
		return;
	event->state.pid = happening.actor.pid;
	event->state.af_family = happening.ends.family;
	event->state.sport = happening.ends.sport;
	event->state.dport = happening.ends.dport;
	event->state._pad = 0;
	copy_16_bytes(event->state.saddr, happening.ends.saddr);
	copy_16_bytes(event->state.daddr, happening.ends.daddr);
	event->state.old_state = old_state;
	event->state.new_state = new_state;
	copy_16_bytes(event->state.comm, happening.actor.comm);
	bpf_ringbuf_submit(event, 0);
}

static __always_inline void trace_state(struct sock *sk, int old_state, int new_state)
{
	const struct tcp_sock *tp = tcp_sock_of(sk);

	if (!tp)
		return;
	keep_note(sk, tp, old_state, new_state);
	tell_state(sk, old_state, new_state);
}

/* ---- At the start ---- */

/* Gives the TCP sockets that are older than we are a note with their owner. */
static __always_inline void note_existing(struct task_struct *task, struct file *file)
{
	struct socket *socket = bpf_sock_from_file(file);

	if (!socket)
		return;
	struct sock *sk = socket->sk;

	if (!sk || !is_tcp(sk) || sk->__sk_common.skc_state == TCP_CLOSE)
		return;
	struct socket_note *note = find_or_make_note(sk);

	if (note)
		note_holder(note, task);
}

#endif
