/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Datagrams as they pass through functions that only datagrams pass through: TCP pays nothing. On the way out where the
 * finished datagram is handed to IP, corked or not; on the way in where it is about to be put into the socket's queue.
 * A program at the exit of that place would know whether it was, and cost every datagram as much again: the tracepoint
 * of the few that are refused tells, too.
 */
#ifndef TCPTOP_UDP_FUNCTIONS_BPF_H
#define TCPTOP_UDP_FUNCTIONS_BPF_H

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
	struct udp_header udp;

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

/*
 * What a number points to, read directly where the kernel allows it (Linux 6.2): a fraction of the instructions of the
 * read helper. User space says whether it does: to ask by the function's address is more than some verifiers allow.
 */
void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

#define CAST_KERNEL(type, pointer) ((const struct type *)bpf_rdonly_cast(pointer, settings.types.type))

static __always_inline __u32 gso_size_of(const struct sk_buff *skb)
{
	const void *info = skb->head + skb->end;

	if (settings.read_directly)
		return CAST_KERNEL(skb_shared_info, info)->gso_size;
	return BPF_CORE_READ((const struct skb_shared_info *)info, gso_size);
}

static __always_inline void cast_peer(const void *network, const void *transport, bool sent, struct udp_peer *peer)
{
	const struct udphdr *udp = CAST_KERNEL(udphdr, transport);

	peer->port = sent ? udp->dest : udp->source;
	if (peer->af_family == AF_INET) {
		const struct iphdr *ipv4 = CAST_KERNEL(iphdr, network);

		peer->address[0] = sent ? ipv4->daddr : ipv4->saddr;
		return;
	}
	const struct ipv6hdr *ipv6 = CAST_KERNEL(ipv6hdr, network);
	const __be32 *address = sent ? ipv6->daddr.in6_u.u6_addr32 : ipv6->saddr.in6_u.u6_addr32;

	for (int i = 0; i < 4; i++)
		peer->address[i] = address[i];
}

static __always_inline bool read_peer_of(const struct sk_buff *skb, __u16 family, bool sent, struct udp_peer *peer)
{
	const unsigned char *network = skb->head + skb->network_header;
	const unsigned char *transport = skb->head + skb->transport_header;
	struct datagrams seen = {};

	peer->af_family = family;
	if (settings.read_directly) {
		cast_peer(network, transport, sent, peer);
		return true;
	}
	if (!read_ends(skb, &seen, sent))
		return false;
	peer->port = bpf_htons(seen.key.dport);
	peer->af_family = seen.key.af_family;
	__builtin_memcpy(peer->address, seen.key.daddr, TCPTOP_ADDRESS_BYTES);
	return true;
}

static __always_inline const struct net_device *device_of_route(const struct sk_buff *skb)
{
	const struct dst_entry *route = (const struct dst_entry *)(skb->_skb_refdst & ~DST_NOREF);

	return route ? BPF_CORE_READ(route, dev) : NULL;
}

/* The finished datagram from its network header on. Raw packets and TCP's answers to no socket pass ip_send_skb too. */
static __always_inline void pass_outgoing(struct sk_buff *skb, __u16 family)
{
	/* Pointers are followed directly: it costs less, and helpers take a socket that the kernel knows. */
	struct sock *sk = skb->sk;

	if (!sk)
		return;
	struct udp_peer peer = {};
	__u32 slot;
	struct udp_flow *flow = recent_flow(sk, &slot);
	__u32 headers = (__u32)skb->transport_header - skb->network_header + sizeof(struct udp_header);

	if (flow && flow->key.ifindex)
		peer.ifindex = BPF_CORE_READ(device_of_route(skb), ifindex);
	if (flow && read_peer_of(skb, family, true, &peer) && is_with(flow, &peer)) {
		add_sent(&flow->counters, size_of(skb->len - headers, gso_size_of(skb)));
		return;
	}
	if (!is_udp_socket(sk))
		return;
	struct datagrams seen = {};

	seen.key.cookie = bpf_get_socket_cookie(sk);
	seen.size = size_of(skb->len - headers, gso_size_of(skb));
	if (!read_ends(skb, &seen, true)) {
		count_loss(TCPTOP_LOSS_UDP_UNREADABLE);
		return;
	}
	take_device(&seen, skb, device_of_route(skb));
	count_sent(&seen, sk, sk);
}

/*
 * The route, which would tell that a packet from this host itself is of a link and not of loopback (device_of_own), is
 * gone by now. IPv6 keeps the index of the device that the packet is taken to have come by as the first of what it
 * keeps with it (struct inet6_skb_parm).
 */
static __always_inline const struct net_device *device_of_arrival(const struct sock *sk, const struct sk_buff *skb,
								  __u16 family)
{
	const struct net_device *device = BPF_CORE_READ(skb, dev);
	int ifindex = LOOPBACK_IFINDEX;

	if (family == AF_INET6 && BPF_CORE_READ(device, ifindex) == LOOPBACK_IFINDEX)
		bpf_probe_read_kernel(&ifindex, sizeof(ifindex), skb->cb);
	const struct net_device *own = ifindex != LOOPBACK_IFINDEX ? device_by_index(sk, ifindex) : NULL;

	return own ? own : device;
}

/* The UDP header has been taken off: what is left is payload. */
static __always_inline void pass_incoming(struct sock *sk, struct sk_buff *skb)
{
	struct udp_peer peer = {};
	__u32 slot;
	struct udp_flow *flow = recent_flow(sk, &slot);
	struct udp_size size = size_of(skb->len, gso_size_of(skb));
	__u16 family = skb->protocol == bpf_htons(ETH_P_IP) ? AF_INET : AF_INET6;

	if (flow && flow->key.ifindex)
		peer.ifindex = skb->dev->ifindex;
	if (flow && read_peer_of(skb, family, false, &peer) && is_with(flow, &peer)) {
		add_arrived(&flow->counters, size);
		remember_arrival(flow->key.cookie, slot, size);
		return;
	}
	if (!is_udp_socket(sk))
		return;
	struct datagrams seen = {};

	seen.key.cookie = bpf_get_socket_cookie(sk);
	seen.size = size;
	if (!read_ends(skb, &seen, false)) {
		count_loss(TCPTOP_LOSS_UDP_UNREADABLE);
		return;
	}
	take_device(&seen, skb, device_of_arrival(sk, skb, family));
	count_arrived(&seen, sk, sk);
}

#endif
