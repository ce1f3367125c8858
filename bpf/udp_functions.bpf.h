/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Datagrams as they pass through functions that only datagrams pass through: TCP pays nothing. On the way out where the finished datagram
 * is handed to IP, corked or not; on the way in where it is about to be put into the socket's queue. A program at the exit of that place
 * would know whether it was, and cost every datagram as much again: the tracepoint of the few that are refused tells, too.
 */
#ifndef TCPTOP_UDP_FUNCTIONS_BPF_H
#define TCPTOP_UDP_FUNCTIONS_BPF_H

#define DST_NOREF 1UL

/* Headers that lie in a row, as they nearly always do, are read in one go. */
static __always_inline bool read_ends(const struct sk_buff *skb, struct datagrams *seen, bool sent)
{
	const unsigned char *head = skb->head;
	__u32 network = skb->network_header;
	__u32 headers = skb->transport_header - network;
	struct ipv4_datagram ipv4;

	if (headers == IPV4_HEADER_BYTES) {
		if (bpf_probe_read_kernel(&ipv4, sizeof(ipv4), head + network))
			return false;
		seen->key.af_family = AF_INET;
		take_ends(seen, sent, &ipv4.source, &ipv4.destination, sizeof(ipv4.source), &ipv4.udp);
		return true;
	}
	struct ipv6_header ipv6;
	struct udphdr udp;

	/* Whichever it is, the longer header is read: behind it there is payload, or room. */
	if (bpf_probe_read_kernel(&ipv6, sizeof(ipv6), head + network) ||
	    bpf_probe_read_kernel(&udp, sizeof(udp), head + network + headers))
		return false;
	if ((bpf_ntohl(ipv6.version_flow) >> 28) == 6) {
		seen->key.af_family = AF_INET6;
		take_ends(seen, sent, ipv6.source, ipv6.destination, TCPTOP_ADDRESS_BYTES, &udp);
		return true;
	}
	__builtin_memcpy(&ipv4, &ipv6, IPV4_HEADER_BYTES);
	seen->key.af_family = AF_INET;
	take_ends(seen, sent, &ipv4.source, &ipv4.destination, sizeof(ipv4.source), &udp);
	return true;
}

static __always_inline __u32 gso_size_of(const struct sk_buff *skb)
{
	struct skb_shared_info *info = (struct skb_shared_info *)(skb->head + skb->end);

	return BPF_CORE_READ(info, gso_size);
}

/* ip_send_skb is also the way of raw packets and of TCP's answers to nobody's socket. */
static __always_inline void pass_outgoing(struct sk_buff *skb)
{
	/* Pointers are followed directly: it costs less, and the kernel gives a cookie for a socket that it knows, not for a number. */
	struct sock *sk = skb->sk;

	if (!sk || !is_udp_socket(sk))
		return;
	__u32 headers = skb->transport_header - (__u32)(skb->data - skb->head) + sizeof(struct udphdr);
	struct datagrams seen = {};

	seen.key.cookie = bpf_get_socket_cookie(sk);
	seen.route = skb->_skb_refdst & ~DST_NOREF;
	seen.bytes = skb->len - headers;
	seen.packets = packets_in(seen.bytes, gso_size_of(skb));
	if (read_ends(skb, &seen, true))
		count_sent(&seen, sk);
	else
		count_loss(TCPTOP_LOSS_UDP_UNREADABLE);
}

/* The UDP header has been taken off: what is left is payload. */
static __always_inline void pass_incoming(struct sock *sk, struct sk_buff *skb)
{
	if (!is_udp_socket(sk))
		return;
	struct datagrams seen = {};

	seen.key.cookie = bpf_get_socket_cookie(sk);
	seen.ifindex = skb->dev->ifindex;
	seen.bytes = skb->len;
	seen.packets = packets_in(seen.bytes, gso_size_of(skb));
	if (!read_ends(skb, &seen, false)) {
		count_loss(TCPTOP_LOSS_UDP_UNREADABLE);
		return;
	}
	remember_arrival(&seen);
	count_arrived(&seen, sk);
}

#endif
