/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The device of a datagram whose socket has no route, for a filter by device alone. One that is sent passes by in the
 * thread that sends it, where the peer waits for the end of the call. One that is received has its device with it where
 * functions may be hooked (note_source); elsewhere it is kept for the flow from the arrival on.
 */
#ifndef TCPTOP_TRACE_DEVICE_BPF_H
#define TCPTOP_TRACE_DEVICE_BPF_H

/* The first that is told is the datagram's own: what its arrival on this host then sends in answer comes later. */
static __always_inline void note_device(__u64 cookie, __u32 ifindex)
{
	__u64 thread = this_thread();
	struct trace_peer *peer = bpf_map_lookup_elem(&tcptop_trace_peers, &thread);

	if (peer && peer->cookie == cookie && !peer->ifindex)
		peer->ifindex = ifindex;
}

#define ROUTE_NOT_OWNED 1UL /* SKB_DST_NOREF */

static __always_inline void note_route(const struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	struct dst_entry *route = (struct dst_entry *)(skb->_skb_refdst & ~ROUTE_NOT_OWNED);

	if (sk && route && is_udp_socket(sk))
		note_device(bpf_get_socket_cookie(sk), BPF_CORE_READ(route, dev, ifindex));
}

/* NULL: of another protocol, or of no socket. */
static __always_inline struct bpf_sock *udp_socket_of(struct __sk_buff *skb)
{
	struct bpf_sock *common = skb->sk;
	struct bpf_sock *sk = common ? bpf_sk_fullsock(common) : NULL;

	return sk && sk->protocol == IPPROTO_UDP && sk->type == SOCK_DGRAM ? sk : NULL;
}

static __always_inline void note_leaving(struct __sk_buff *skb)
{
	if (udp_socket_of(skb))
		note_device(bpf_get_socket_cookie(skb), skb->ifindex);
}

/* False for what is not read here: IPv6 with headers between its own and UDP's. */
static __always_inline bool read_source(struct __sk_buff *skb, __u16 family_of_socket, struct trace_peer *source)
{
	__u8 first, next;
	__u32 ipv4, header = 40;
	__be16 port;

	if (bpf_skb_load_bytes(skb, 0, &first, sizeof(first)))
		return false;
	if (first >> 4 == 4) {
		header = (first & 0xF) * 4;
		if (bpf_skb_load_bytes(skb, OFFSET_OF_IPV4_SOURCE, &ipv4, sizeof(ipv4)))
			return false;
		set_ipv4(source, family_of_socket, ipv4);
	} else if (bpf_skb_load_bytes(skb, OFFSET_OF_IPV6_NEXT, &next, sizeof(next)) || next != IPPROTO_UDP ||
		   bpf_skb_load_bytes(skb, OFFSET_OF_IPV6_SOURCE, source->address, sizeof(source->address))) {
		return false;
	}
	if (bpf_skb_load_bytes(skb, header, &port, sizeof(port)))
		return false;
	source->port = bpf_ntohs(port);
	return true;
}

static __always_inline void set_flow(struct trace_flow *flow, const struct trace_peer *peer)
{
	flow->cookie = peer->cookie;
	flow->port = peer->port;
	__builtin_memcpy(flow->address, peer->address, sizeof(flow->address));
}

static __always_inline void note_arriving(struct __sk_buff *skb)
{
	struct trace_peer source = {};
	struct trace_flow flow = {};
	__u32 ifindex = skb->ifindex;
	struct bpf_sock *sk = udp_socket_of(skb);

	if (!sk)
		return;
	source.cookie = bpf_get_socket_cookie(skb);
	if (!read_source(skb, sk->family, &source))
		return;
	set_flow(&flow, &source);
	if (bpf_map_update_elem(&tcptop_trace_flows, &flow, &ifindex, BPF_ANY))
		count_loss(TCPTOP_LOSS_TRACE_PEER_UNKNOWN);
}

/* At the end of the call. 0: not known. */
static __always_inline __u32 device_of_datagram(const struct trace_peer *peer, bool sent)
{
	struct trace_flow flow = {};

	if (peer->ifindex || sent || !settings.device_of_flow)
		return peer->ifindex;
	set_flow(&flow, peer);
	__u32 *ifindex = bpf_map_lookup_elem(&tcptop_trace_flows, &flow);

	return ifindex ? *ifindex : 0;
}

#endif
