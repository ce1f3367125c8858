/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a TCP socket says of itself, and what follows from it. */
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

/* The same of a tracepoint's socket, as what its pointers may be followed from, see netns_of; NULL: no TCP. */
static __always_inline const struct tcp_sock *tcp_sock_of(struct sock *sk)
{
	return is_internet(sk) ? bpf_skc_to_tcp_sock(sk) : NULL;
}

/* A raw socket may have the protocol UDP, too, and sees copies of datagrams that are others'. */
static __always_inline bool is_udp_socket(const struct sock *sk)
{
	return is_internet(sk) && sk->sk_protocol == IPPROTO_UDP && sk->sk_type == SOCK_DGRAM;
}

/*
 * The socket that a cgroup program is lent is not to be added to: its address, read as a number, may be followed with
 * the read helper. The verifier forgets what it was.
 */
static __always_inline struct sock *address_of_socket(void *lent)
{
	struct sock *sk = NULL;

	bpf_probe_read_kernel(&sk, sizeof(sk), &lent);
	return sk;
}

/*
 * Pointers are followed with the read helper where the socket may be a copy or a mere number, and where it is a
 * tracepoint's argument: that is trusted, and for each pointer taken from a trusted one the verifier searches all of
 * the kernel's BTF for types with special names, twelve milliseconds of start-up. What bpf_skc_to_tcp_sock gives is
 * not, and is followed directly, for a tenth of the instructions.
 */
static __always_inline __u32 netns_of(const struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
}

static __always_inline __u32 follow_to_netns(const struct sock *sk)
{
	return sk->__sk_common.skc_net.net->ns.inum;
}

/* The cgroup a socket was made in, which it keeps. Not read before 5.15, where cgroup v1 tags share its place. */
static __always_inline __u64 cgroup_of(const struct sock *sk)
{
	if (!bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		return 0;
	return BPF_CORE_READ(sk, sk_cgrp_data.cgroup, kn, id);
}

static __always_inline __u64 follow_to_cgroup(const struct sock *sk)
{
	if (!bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		return 0;
	return sk->sk_cgrp_data.cgroup->kn->id;
}

/* One of MPTCP's: the kernel made it, as it makes sockets of its own (sk_kern_sock), but for a process. */
static __always_inline bool is_subflow(const struct sock *sk)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP || !bpf_core_field_exists(tp->is_mptcp))
		return false;
	return BPF_CORE_READ(tp, is_mptcp);
}

/* A socket that bound no port of its own gives it back just before it changes to CLOSE: inet_sport has it still. */
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

/*
 * Whether the socket called connect: then its SYN is among what was acknowledged. The note says so of a connection
 * whose birth was seen. An older one that came in has the device of its first segment where others have the one that
 * multicasts are to use, which the kernel lets nobody set of a stream.
 */
static __always_inline bool has_connected(const struct tcp_sock *tp, const struct socket_note *note)
{
	const struct inet_sock *inet = &tp->inet_conn.icsk_inet;
	const struct ipv6_pinfo *ipv6 = inet->pinet6;

	if (note && note->born_ns)
		return note->connected;
	return !inet->mc_index && !(ipv6 && BPF_CORE_READ(ipv6, mcast_oif));
}

/*
 * Whether a SYN of ours is among what was acknowledged. A socket at rest tells: of the numbers
 * that it has used, those beyond the payload that it handed to IP are the SYN's and the FIN's.
 * They are fewer where sending has failed (by one byte, that hides the SYN), and none is a SYN's
 * where the socket was restored (CRIU), even if its queue was. One that is at work, or where
 * sending has failed, is asked whether it has connected; while it contradicts its numbers, that
 * is not sure.
 */
static __always_inline bool has_sent_syn(const struct tcp_sock *tp, const struct socket_note *note, __u32 first,
					 bool *sure)
{
	__u32 next = tp->snd_nxt;
	bool at_rest = next == tp->snd_una && next == tp->write_seq;
	__u32 handed_over = (__u32)tp->bytes_sent - (__u32)tp->bytes_retrans;

	/* The state comes last: a FIN that is sent meanwhile is not taken for a SYN. */
	barrier();
	__u8 state = ((const struct sock *)tp)->__sk_common.skc_state;
	__s32 besides = next - first - handed_over - (state == TCP_FIN_WAIT2);

	*sure = true;
	if (next == first || state == TCP_SYN_SENT)
		return next != first;
	if (at_rest && besides >= 0 && state != TCP_FIN_WAIT1 && state != TCP_CLOSING && state != TCP_LAST_ACK &&
	    state != TCP_CLOSE)
		return besides == 1;
	/* An end that was told late: one number may be a FIN's as well. */
	if (state == TCP_CLOSE && besides != 1)
		return besides > 1;
	bool connected = has_connected(tp, note);

	*sure = besides < 0 || besides == connected;
	return connected;
}

/* The first number that counts as acknowledged: our SYN's, if one was sent, else the payload's. */
static __always_inline __u32 first_acked_seq(const struct tcp_sock *tp)
{
	return tp->snd_una - (__u32)tp->bytes_acked;
}

/*
 * The sequence number of the first byte of payload, which does not change: with it the newest number that was sent says
 * how many were, in one reading. bytes_acked and snd_una are written one after the other, and read together only while
 * the socket is locked or quiet.
 */
static __always_inline __u32 first_payload_seq(const struct tcp_sock *tp, const struct socket_note *note, bool *sure)
{
	__u32 first = first_acked_seq(tp);

	return first + has_sent_syn(tp, note, first, sure);
}

/* In these states our FIN has a sequence number, and may have been sent. */
static __always_inline bool has_fin(__u8 state)
{
	return state == TCP_FIN_WAIT1 || state == TCP_FIN_WAIT2 || state == TCP_CLOSING || state == TCP_LAST_ACK;
}

/*
 * Whether our FIN is among the numbers that have been used. Of a socket whose end was told late, the state does not say
 * any more: there it is the one number beyond the payload that was handed to IP, if all of that has left.
 */
static __always_inline bool counts_fin(const struct tcp_sock *tp, __u32 sent)
{
	__u8 state = ((const struct sock *)tp)->__sk_common.skc_state;

	return has_fin(state) || (state == TCP_CLOSE && sent - ((__u32)tp->bytes_sent - (__u32)tp->bytes_retrans) == 1);
}

/*
 * Payload that has left, each byte once. Not bytes_sent, which the kernel counts before it hands a segment to IP: one
 * that is refused here (by a full queue, a firewall, for want of a route) stays the first to be sent, and is counted
 * again each time it is tried.
 */
static __always_inline __u64 payload_sent(const struct tcp_sock *tp, __u32 first_seq)
{
	__u64 acked = tp->bytes_acked;
	__u32 next = tp->snd_nxt;
	bool all_sent = next == tp->write_seq;
	__u32 sent = next - first_seq;

	/* The state comes last: a FIN that is sent meanwhile is not taken for payload. */
	barrier();
	if (all_sent && sent && counts_fin(tp, sent))
		sent--;
	/* The number wraps; what was acknowledged, one SYN more or less, is never further behind than a window. */
	return acked + (__s32)(sent - (__u32)acked);
}

#endif
