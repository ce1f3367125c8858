/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Datagrams as the cgroup hooks show them: the packet from its network header on, before it is fragmented or after it has been put together
 * again. The egress hook does not run for copies that are looped back to receivers of a multicast on this host, so each counts once. The
 * ingress hook runs before the socket has taken the datagram: what it then has no room for is counted by another program, and subtracted.
 */
#ifndef TCPTOP_UDP_CGROUP_BPF_H
#define TCPTOP_UDP_CGROUP_BPF_H

#define MAX_EXTENSION_HEADERS 4

static __always_inline bool read_ipv4(struct __sk_buff *skb, struct datagrams *seen, bool sent)
{
	struct ipv4_datagram packet;

	if (bpf_skb_load_bytes(skb, 0, &packet, sizeof(packet)))
		return false;
	__u32 header = (packet.version_ihl & 0xF) * 4;

	if (header != IPV4_HEADER_BYTES && bpf_skb_load_bytes(skb, header, &packet.udp, sizeof(packet.udp)))
		return false;
	seen->key.af_family = AF_INET;
	seen->bytes = skb->len - header - sizeof(struct udphdr);
	take_ends(seen, sent, &packet.source, &packet.destination, sizeof(packet.source), &packet.udp);
	return true;
}

static __always_inline bool read_ipv6(struct __sk_buff *skb, struct datagrams *seen, bool sent)
{
	struct ipv6_header packet;
	struct udphdr udp;
	__u32 at = sizeof(packet);

	if (bpf_skb_load_bytes(skb, 0, &packet, sizeof(packet)))
		return false;
	__u8 next = packet.next;

	for (int i = 0; i < MAX_EXTENSION_HEADERS && next != IPPROTO_UDP; i++) {
		__u8 extension[2]; /* what comes next, and the length in units of 8 bytes beyond the first */

		if (bpf_skb_load_bytes(skb, at, extension, sizeof(extension)))
			return false;
		next = extension[0];
		at += 8 + extension[1] * 8;
	}
	if (next != IPPROTO_UDP || bpf_skb_load_bytes(skb, at, &udp, sizeof(udp)))
		return false;
	seen->key.af_family = AF_INET6;
	seen->bytes = skb->len - at - sizeof(udp);
	take_ends(seen, sent, packet.source, packet.destination, TCPTOP_ADDRESS_BYTES, &udp);
	return true;
}

static __always_inline bool read_packet(struct __sk_buff *skb, struct datagrams *seen, bool sent)
{
	if (skb->protocol == bpf_htons(ETH_P_IP))
		return read_ipv4(skb, seen, sent);
	return skb->protocol == bpf_htons(ETH_P_IPV6) && read_ipv6(skb, seen, sent);
}

/* The hooks are on the wire's side of address translation, a connected socket's own ends are on ours. */
static __always_inline void take_connected_ends(struct datagrams *seen, const struct bpf_sock *socket)
{
	__u32 *source = (__u32 *)seen->saddr;
	__u32 *destination = (__u32 *)seen->key.daddr;

	seen->sport = socket->src_port;
	seen->key.dport = bpf_ntohs(socket->dst_port);
	if (seen->key.af_family == AF_INET) {
		source[0] = socket->src_ip4;
		destination[0] = socket->dst_ip4;
		return;
	}
	for (int i = 0; i < 4; i++) {
		source[i] = socket->src_ip6[i];
		destination[i] = socket->dst_ip6[i];
	}
}

static __noinline int count_packet(struct __sk_buff *skb, bool sent)
{
	struct bpf_sock *common = skb->sk;
	struct bpf_sock *socket = common ? bpf_sk_fullsock(common) : NULL;

	if (!socket || !is_lent_udp_socket(socket))
		return 0;
	struct datagrams seen = {};

	seen.key.cookie = bpf_get_socket_cookie(skb);
	seen.ifindex = skb->ifindex;
	if (!read_packet(skb, &seen, sent)) {
		count_loss(TCPTOP_LOSS_UDP_UNREADABLE);
		return 0;
	}
	if (socket->dst_port)
		take_connected_ends(&seen, socket);
	seen.packets = packets_in(seen.bytes, skb->gso_size);
	struct sock *sk = address_of_socket(socket);

	if (sent) {
		count_sent(&seen, sk);
	} else {
		remember_arrival(&seen);
		count_arrived(&seen, sk);
	}
	return 0;
}

/*
 * The hooks see all packets of the host, and TCP's are to leave after as few instructions as possible: by the byte of the header that says
 * the protocol, in the packet itself. What comes after that is no part of this function, and so needs no room on its stack.
 */
static __always_inline void pass_packet(struct __sk_buff *skb, bool sent)
{
	const __u8 *header = (const __u8 *)(long)skb->data;

	if (header + IPV4_HEADER_BYTES <= (const __u8 *)(long)skb->data_end) {
		__u8 protocol =
		    header[0] >> 4 == 4 ? header[offsetof(struct ipv4_datagram, protocol)] : header[offsetof(struct ipv6_header, next)];

		if (protocol == IPPROTO_TCP)
			return;
	}
	count_packet(skb, sent);
}

#endif
