/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Datagrams as the cgroup hooks show them: the packet from its network header on, before it is fragmented or after it has been put together
 * again. The egress hook does not run for copies that are looped back to receivers of a multicast on this host, so each counts once. The
 * ingress hook runs before the socket has taken the datagram: what it then has no room for is counted by another program, and subtracted.
 */
#ifndef TCPTOP_UDP_CGROUP_BPF_H
#define TCPTOP_UDP_CGROUP_BPF_H

#define MAX_EXTENSION_HEADERS 4

struct ipv4_datagram {
	__u8 version_ihl;
	__u8 _tos;
	__be16 _length;
	__u32 _fragment;
	__u8 _ttl;
	__u8 _protocol;
	__be16 _check;
	__u32 source;
	__u32 destination;
	struct udphdr udp; /* where there are no options */
};

struct ipv6_header {
	__u32 _flow;
	__be16 _length;
	__u8 next;
	__u8 _hops;
	__u8 source[TCPTOP_ADDRESS_BYTES];
	__u8 destination[TCPTOP_ADDRESS_BYTES];
};

#define IPV4_HEADER_BYTES 20

/* The end of a packet that is ours, and the peer's. */
static __always_inline void take_ends(struct datagrams *seen, bool sent, const void *source, const void *destination, __u32 address_bytes,
				      const struct udphdr *udp)
{
	__builtin_memcpy(seen->saddr, sent ? source : destination, address_bytes);
	__builtin_memcpy(seen->key.daddr, sent ? destination : source, address_bytes);
	seen->sport = bpf_ntohs(sent ? udp->source : udp->dest);
	seen->key.dport = bpf_ntohs(sent ? udp->dest : udp->source);
}

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

/* The hooks see all packets of the host: those of other protocols leave after the two loads that tell. */
static __always_inline void pass_datagram(struct __sk_buff *skb, bool sent)
{
	struct bpf_sock *common = skb->sk;
	struct bpf_sock *socket = common ? bpf_sk_fullsock(common) : NULL;

	if (!socket || socket->protocol != IPPROTO_UDP)
		return;
	struct datagrams seen = {};

	seen.key.cookie = bpf_get_socket_cookie(skb);
	seen.ifindex = skb->ifindex;
	if (!read_packet(skb, &seen, sent)) {
		count_loss(TCPTOP_LOSS_UDP_UNREADABLE);
		return;
	}
	seen.packets = packets_in(seen.bytes, skb->gso_size);
	struct sock *sk = address_of_socket(socket);

	if (sent) {
		count_sent(&seen, sk);
	} else {
		remember_arrival(&seen);
		count_arrived(&seen, sk);
	}
}

#endif
