/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* UDP sockets: their birth, their owner, their end. */
#ifndef TCPTOP_UDP_SOCKETS_BPF_H
#define TCPTOP_UDP_SOCKETS_BPF_H

static __always_inline bool is_lent_udp_socket(const struct bpf_sock *socket)
{
	return socket->protocol == IPPROTO_UDP && socket->type == SOCK_DGRAM;
}

static __always_inline void fill_udp_socket(struct udp_socket *socket, struct sock *sk)
{
	socket->note.born_ns = bpf_ktime_get_ns();
	socket->note.cgroup_id = cgroup_of(sk);
	socket->uid = BPF_CORE_READ(sk, sk_uid.val);
	socket->netns_inum = netns_of(sk);
	socket->af_family = BPF_CORE_READ(sk, __sk_common.skc_family);
	socket->sport = BPF_CORE_READ(sk, __sk_common.skc_num);
}

/* As is_made_by_kernel, of a socket whose address is a mere number. */
static __always_inline bool is_kernels_udp(struct sock *sk)
{
	return bpf_core_field_exists(sk->sk_kern_sock) && BPF_CORE_READ_BITFIELD_PROBED(sk, sk_kern_sock);
}

/* The owner at birth, or at the first datagram: known in the call of a process alone. */
static __always_inline void name_udp_owner(struct socket_note *note, struct sock *sk, bool in_caller)
{
	if (is_kernels_udp(sk))
		name_kernel(note);
	else if (in_caller)
		name_opener(note, (struct task_struct *)bpf_get_current_task());
}

/* NULL when the table is full. Two CPUs may come at once: the first entry stays. */
static __always_inline struct udp_socket *add_udp_socket(__u64 cookie, struct udp_socket *fresh)
{
	if (!bpf_map_update_elem(&tcptop_udp_sockets, &cookie, fresh, BPF_NOEXIST))
		__sync_fetch_and_add(&shared.udp_sockets_made, 1);
	return bpf_map_lookup_elem(&tcptop_udp_sockets, &cookie);
}

/* socket(), or the call that gives it a port: in the process that calls. */
static __always_inline void udp_opened_here(struct sock *sk, __u64 cookie)
{
	struct udp_socket fresh = {};

	fill_udp_socket(&fresh, sk);
	name_udp_owner(&fresh.note, sk, true);
	/* A lack of room is counted when a datagram is lost by it. */
	if (add_udp_socket(cookie, &fresh))
		__sync_fetch_and_add(&shared.births, 1);
}

/* One that has had no traffic leaves nothing to tell. */
static __always_inline void udp_closed(__u64 cookie)
{
	struct udp_socket *socket = bpf_map_lookup_elem(&tcptop_udp_sockets, &cookie);

	if (!socket)
		return;
	if (socket->has_traffic)
		socket->closed_ns = bpf_ktime_get_ns();
	else
		bpf_map_delete_elem(&tcptop_udp_sockets, &cookie);
}

/* A socket that carries a datagram and has no entry: older than we are, or there was no room for it at its birth. */
static __always_inline struct udp_socket *take_up_udp_socket(struct sock *sk, __u64 cookie, bool in_caller)
{
	struct udp_socket fresh = {};

	fill_udp_socket(&fresh, sk);
	fresh.note.born_ns = 0;
	name_udp_owner(&fresh.note, sk, in_caller);
	return add_udp_socket(cookie, &fresh);
}

/* The owners pass; see note_holder. Not inlined, see held_sockets.bpf.h. */
static __noinline void note_udp_holder(struct sock *sk, struct task_struct *task)
{
	__u64 cookie = bpf_get_socket_cookie(sk);
	struct udp_socket *socket = bpf_map_lookup_elem(&tcptop_udp_sockets, &cookie);

	if (!socket)
		socket = take_up_udp_socket(sk, cookie, false);
	if (socket && !socket->closed_ns)
		note_holder(&socket->note, task);
}

#endif
