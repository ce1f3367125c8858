/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The notes of TCP sockets, written as inet_sock_set_state tells of the sockets' lives: before the new state is stored.
 */
#ifndef TCPTOP_SOCKET_NOTES_BPF_H
#define TCPTOP_SOCKET_NOTES_BPF_H

static __always_inline bool is_made_by_kernel(const struct sock *sk)
{
	return bpf_core_field_exists(sk->sk_kern_sock) && BPF_CORE_READ_BITFIELD(sk, sk_kern_sock);
}

/* connect, listen: in the process that calls. A socket may do so again after an earlier connection of its own. */
static __always_inline void opened_here(struct socket_note *note, const struct tcp_sock *tp)
{
	const struct sock *sk = (const struct sock *)tp;

	note->born_ns = bpf_ktime_get_ns();
	note->cgroup_id = follow_to_cgroup(sk);
	note->connected = 1;
	note->first_seq = 0;
	note->holders = 0;
	note->pass = 0;
	if (is_made_by_kernel(sk) && !is_subflow(sk))
		name_kernel(note);
	else
		name_current(note);
}

/*
 * A connection that came in: the socket has just been cloned from the listener, in softirq, where the current task is a
 * stranger. The note is the listener's copy; its owner stays until the owners pass finds who accepted, its cgroup for
 * good: the kernel, too, copies that. The cookie is not asked for here: the kernel sets it only after this.
 */
static __always_inline void came_in(struct socket_note *note, const struct tcp_sock *tp)
{
	note->born_ns = bpf_ktime_get_ns();
	if (!note->cgroup_id)
		note->cgroup_id = follow_to_cgroup((const struct sock *)tp);
	note->connected = 0;
	note->first_seq = 0;
	note->holders = 0;
	note->pass = 0;
	note->opener_pid = 0;
	note->opener_started_ns = 0;
}

static __always_inline void forget_owner(struct socket_note *note)
{
	note->cgroup_id = 0;
	note->owner_started_ns = 0;
	note->owner_pid = note->owner_pid_here = 0;
	__builtin_memset(note->owner_comm, 0, TCPTOP_COMM_BYTES);
}

/*
 * FIN_WAIT1 and LAST_ACK are entered by shutdown and close alone. So is CLOSE out of a
 * connection in use, where close finds data unread or is not to linger, and where connect
 * dissolves a connection; but also by a reset that comes in and by a time-out, which first say
 * so in sk_err. Of a connection that is not established yet, the kernel itself may think better
 * of it: there close alone counts, which shuts both directions down before anything else. A
 * subflow of MPTCP the kernel ends by itself, in whatever process it interrupts.
 */
static __always_inline bool is_closed_by_call(const struct sock *sk, int old_state, int new_state)
{
	if (new_state == TCP_FIN_WAIT1 || new_state == TCP_LAST_ACK)
		return true;
	if (new_state != TCP_CLOSE || sk->sk_err)
		return false;
	bool is_in_use = old_state == TCP_ESTABLISHED || old_state == TCP_CLOSE_WAIT ||
			 (old_state == TCP_SYN_RECV && sk->sk_shutdown == SHUTDOWN_MASK);

	return is_in_use && !is_subflow(sk);
}

/*
 * In the process that calls, as a rule: so a connection too short for an owners pass still gets the worker that served
 * it, not the parent that listened.
 */
static __always_inline void closed_by_holder(struct socket_note *note)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (is_unconfirmed(note) && closes_its_own(task))
		name_current(note);
}

/*
 * The walk may come with the number of a connection whose slot is another's by now, and that number must not be taken
 * for the other's: it is kept with what tells them apart, in one piece. 0: not known.
 */
static __always_inline __u32 first_seq_of(const struct socket_note *note, __u64 cookie)
{
	__u64 kept = *(const volatile __u64 *)&note->first_seq;

	return kept >> 32 == (__u32)(cookie ^ note->born_ns) ? (__u32)kept : 0;
}

static __always_inline void keep_first_seq(struct socket_note *note, __u64 cookie, __u64 born_ns, __u32 first)
{
	*(volatile __u64 *)&note->first_seq = (cookie ^ born_ns) << 32 | first;
}

/* The handshake is over, or has failed: the first number is settled, and the socket is locked. */
static __always_inline void learn_first_seq(struct socket_note *note, const struct tcp_sock *tp, __u64 cookie)
{
	bool sure;
	__u32 first = first_acked_seq(tp);

	/* Not of one that is restored. */
	note->connected = has_sent_syn(tp, note, first, &sure);
	keep_first_seq(note, cookie, note->born_ns, first + note->connected);
}

#endif
