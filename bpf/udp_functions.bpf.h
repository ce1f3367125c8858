/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Datagrams as they pass through functions that only datagrams pass through: TCP pays nothing. On the way out where the finished datagram
 * is handed to IP, corked or not; on the way in around the one place that puts it into the socket's queue or refuses it. After that place
 * it may be another's already, so it is read before and counted after, on the same CPU, with nothing between.
 */
#ifndef TCPTOP_UDP_FUNCTIONS_BPF_H
#define TCPTOP_UDP_FUNCTIONS_BPF_H

#define DST_NOREF 1UL

static __always_inline bool read_ends(const struct sk_buff *skb, struct datagrams *seen, bool sent)
{
	const unsigned char *head = BPF_CORE_READ(skb, head);
	const unsigned char *network = head + BPF_CORE_READ(skb, network_header);
	struct ipv4_datagram ipv4;
	struct ipv6_header ipv6;
	struct udphdr udp;

	if (bpf_probe_read_kernel(&udp, sizeof(udp), head + BPF_CORE_READ(skb, transport_header)) ||
	    bpf_probe_read_kernel(&ipv4, IPV4_HEADER_BYTES, network))
		return false;
	if (ipv4.version_ihl >> 4 == 4) {
		seen->key.af_family = AF_INET;
		take_ends(seen, sent, &ipv4.source, &ipv4.destination, sizeof(ipv4.source), &udp);
		return true;
	}
	if (bpf_probe_read_kernel(&ipv6, sizeof(ipv6), network))
		return false;
	seen->key.af_family = AF_INET6;
	take_ends(seen, sent, ipv6.source, ipv6.destination, TCPTOP_ADDRESS_BYTES, &udp);
	return true;
}

static __always_inline __u32 gso_size_of(const struct sk_buff *skb)
{
	struct skb_shared_info *info = (struct skb_shared_info *)(BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, end));

	return BPF_CORE_READ(info, gso_size);
}

/* ip_send_skb is also the way of raw packets and of TCP's answers to nobody's socket. */
static __always_inline void pass_outgoing(struct sk_buff *skb)
{
	/* Followed directly: the kernel gives a cookie for a pointer that it knows, not for a number. */
	struct sock *sk = skb->sk;

	if (!sk || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_UDP)
		return;
	struct dst_entry *dst = (struct dst_entry *)(BPF_CORE_READ(skb, _skb_refdst) & ~DST_NOREF);
	__u32 headers =
	    BPF_CORE_READ(skb, transport_header) - (__u32)(BPF_CORE_READ(skb, data) - BPF_CORE_READ(skb, head)) + sizeof(struct udphdr);
	struct datagrams seen = {};

	seen.key.cookie = bpf_get_socket_cookie(sk);
	seen.ifindex = BPF_CORE_READ(dst, dev, ifindex);
	seen.bytes = BPF_CORE_READ(skb, len) - headers;
	seen.packets = packets_in(seen.bytes, gso_size_of(skb));
	seen.now_ns = bpf_ktime_get_ns();
	if (read_ends(skb, &seen, true))
		count_sent(&seen, sk);
	else
		count_loss(TCPTOP_LOSS_UDP_UNREADABLE);
}

/* The UDP header has been taken off: what is left is payload. */
static __always_inline void arrives(struct sock *sk, struct sk_buff *skb)
{
	__u32 zero = 0;
	struct datagrams *arrival = bpf_map_lookup_elem(&tcptop_arrival, &zero);

	if (!arrival)
		return;
	struct datagrams seen = {};

	seen.key.cookie = bpf_get_socket_cookie(sk);
	seen.ifindex = BPF_CORE_READ(skb, dev, ifindex);
	seen.bytes = BPF_CORE_READ(skb, len);
	seen.packets = packets_in(seen.bytes, gso_size_of(skb));
	seen.now_ns = bpf_ktime_get_ns();
	if (!read_ends(skb, &seen, false)) {
		count_loss(TCPTOP_LOSS_UDP_UNREADABLE);
		seen.key.cookie = 0;
	}
	*arrival = seen;
}

static __always_inline void has_arrived(struct sock *sk, int error)
{
	__u32 zero = 0;
	struct datagrams *arrival = bpf_map_lookup_elem(&tcptop_arrival, &zero);
	__u64 cookie = bpf_get_socket_cookie(sk);

	if (!arrival || arrival->key.cookie != cookie)
		return;
	count_arrived(arrival, sk);
	if (error)
		count_dropped(cookie);
}

#endif
