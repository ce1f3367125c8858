/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a TCP socket to its record: the counters that the kernel keeps, and our note of it. */
#ifndef TCPTOP_COUNTERS_BPF_H
#define TCPTOP_COUNTERS_BPF_H

static __always_inline bool is_internet(const struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;

	return family == AF_INET || family == AF_INET6;
}

/* All TCP over IPv4 and IPv6, no other protocol that shares the state machine (MPTCP, SCTP, DCCP). */
static __always_inline bool is_tcp(const struct sock *sk)
{
	return is_internet(sk) && sk->sk_protocol == IPPROTO_TCP;
}

/* A raw socket may have the protocol UDP, too, and sees copies of datagrams that are others'. */
static __always_inline bool is_udp_socket(const struct sock *sk)
{
	return is_internet(sk) && sk->sk_protocol == IPPROTO_UDP && sk->sk_type == SOCK_DGRAM;
}

/*
 * The socket that a cgroup program is lent is not to be added to: its address, read as a number, may be followed with the read helper. The
 * verifier forgets what it was.
 */
static __always_inline struct sock *address_of_socket(void *lent)
{
	struct sock *sk = NULL;

	bpf_probe_read_kernel(&sk, sizeof(sk), &lent);
	return sk;
}

/*
 * Tracepoint programs follow pointers with the read helper, not directly as iterators do: their arguments are trusted, and for each pointer
 * taken from a trusted one the verifier searches all of the kernel's BTF for types with special names. Twelve milliseconds of start-up.
 */
static __always_inline __u32 netns_of(const struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
}

/* The cgroup a socket was made in, which it keeps. Before 5.15 the field shares its place with cgroup v1 tags: not read there. */
static __always_inline __u64 cgroup_of(const struct sock *sk)
{
	if (!bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		return 0;
	return BPF_CORE_READ(sk, sk_cgrp_data.cgroup, kn, id);
}

/* Of a socket that the kernel made itself (sk_kern_sock): not for a process. The subflows of MPTCP, which it makes too, serve one. */
static __always_inline bool serves_kernel(const struct sock *sk)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP || !bpf_core_field_exists(tp->is_mptcp))
		return true;
	return !BPF_CORE_READ(tp, is_mptcp);
}

/* The device that the socket's route uses: the one it is bound to, or that of its route. 0: it has none yet. */
static __always_inline __u32 ifindex_of(const struct sock *sk)
{
	__u32 bound = BPF_CORE_READ(sk, __sk_common.skc_bound_dev_if);

	if (bound)
		return bound;
	struct net_device *device = BPF_CORE_READ(sk, sk_dst_cache, dev);

	if (device)
		return BPF_CORE_READ(device, ifindex);
	return 0;
}

/* For a connection that ends before a walk has come to it: the device that it last received by, one load away, is mostly the same. */
static __always_inline __u32 ifindex_at_end_of(const struct sock *sk)
{
	__u32 received_by = bpf_core_field_exists(sk->sk_rx_dst_ifindex) ? sk->sk_rx_dst_ifindex : 0;

	return received_by ? received_by : ifindex_of(sk);
}

/* A socket that bound no port of its own gives it back a little before it changes to CLOSE, and has it in inet_sport still. */
static __always_inline __u16 local_port_of(const struct sock *sk, const struct tcp_sock *tp)
{
	__u16 port = sk->__sk_common.skc_num;

	return port ? port : bpf_ntohs(tp->inet_conn.icsk_inet.inet_sport);
}

static __always_inline void copy_addresses(const struct sock *sk, __u16 family, __u8 *saddr, __u8 *daddr)
{
	__u32 *source = (__u32 *)saddr;
	__u32 *destination = (__u32 *)daddr;

	if (family == AF_INET6) {
		for (int i = 0; i < 4; i++) {
			source[i] = sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i];
			destination[i] = sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32[i];
		}
	} else {
		source[0] = sk->__sk_common.skc_rcv_saddr;
		destination[0] = sk->__sk_common.skc_daddr;
		for (int i = 1; i < 4; i++)
			source[i] = destination[i] = 0;
	}
}

static __always_inline void fill_counters(struct socket_record *record, const struct tcp_sock *tp)
{
	/* In this order: bytes_retrans must not be newer than bytes_sent, or sent - retrans would fall short for a moment. */
	record->bytes_retrans = tp->bytes_retrans;
	record->bytes_sent = tp->bytes_sent;
	record->bytes_received = tp->bytes_received;
	record->segs_out = tp->segs_out;
	record->segs_in = tp->segs_in;
	record->total_retrans = tp->total_retrans;
	record->srtt_us = tp->srtt_us >> 3;
}

static __always_inline void fill_note(struct socket_record *record, const struct socket_note *note)
{
	record->born_ns = note->born_ns;
	record->cgroup_id = note->cgroup_id;
	record->owner_started_ns = note->owner_started_ns;
	record->owner_pid = note->owner_pid;
	record->holders = note->pass == (__u16)shared.owner_pass ? note->holders : 0;
	record->ifindex = note->ifindex;
	__builtin_memcpy(record->owner_comm, note->owner_comm, TCPTOP_COMM_BYTES);
}

/* A connection without a note has lost its birth and owner, not its counters. */
static __always_inline void fill_no_note(struct socket_record *record, const struct sock *sk)
{
	record->born_ns = 0;
	record->cgroup_id = cgroup_of(sk);
	record->owner_started_ns = 0;
	record->owner_pid = 0;
	record->holders = 0;
	record->ifindex = ifindex_of(sk);
	__builtin_memset(record->owner_comm, 0, TCPTOP_COMM_BYTES);
}

/* All but state, source port, flags and network namespace, for which the living and the dead are asked in different ways. */
static __always_inline void fill_record(struct socket_record *record, struct sock *sk, const struct tcp_sock *tp, struct socket_note *note,
					__u64 now_ns)
{
	__u16 family = sk->__sk_common.skc_family;

	record->cookie = bpf_get_socket_cookie(sk);
	record->sampled_ns = now_ns;
	fill_counters(record, tp);
	if (note)
		fill_note(record, note);
	else
		fill_no_note(record, sk);
	record->uid = sk->sk_uid.val;
	record->af_family = family;
	record->dport = bpf_ntohs(sk->__sk_common.skc_dport);
	record->accept_queue = record->accept_limit = 0;
	copy_addresses(sk, family, record->saddr, record->daddr);
}

#endif
