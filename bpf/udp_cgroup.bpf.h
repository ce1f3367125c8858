/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Datagrams as the cgroup hooks show them: the packet from its network header on, before it is fragmented or after it
 * has been put together again. The egress hook does not run for copies that are looped back to receivers of a multicast
 * on this host, so each counts once. The ingress hook runs before the socket has taken the datagram: what it then has
 * no room for is counted by another program, and subtracted.
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
	seen->size.bytes = skb->len - header - sizeof(struct udp_header);
	take_ends(seen, sent, &packet.source, &packet.destination, sizeof(packet.source), &packet.udp);
	return true;
}

static __always_inline bool read_ipv6(struct __sk_buff *skb, struct datagrams *seen, bool sent)
{
	struct ipv6_header packet;
	struct udp_header udp;
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
	seen->size.bytes = skb->len - at - sizeof(udp);
	take_ends(seen, sent, packet.source, packet.destination, TCPTOP_ADDRESS_BYTES, &udp);
	return true;
}

static __always_inline bool read_packet(struct __sk_buff *skb, struct datagrams *seen, bool sent)
{
	if (skb->protocol == bpf_htons(ETH_P_IP))
		return read_ipv4(skb, seen, sent);
	return skb->protocol == bpf_htons(ETH_P_IPV6) && read_ipv6(skb, seen, sent);
}

/* The peer of a datagram whose headers lie as nearly always: in one piece, without options. Also tells their length. */
static __always_inline bool read_peer(struct __sk_buff *skb, bool sent, struct udp_peer *peer, __u32 *headers)
{
	const void *data = (const void *)(long)skb->data;
	const void *end = (const void *)(long)skb->data_end;
	const struct ipv4_datagram *ipv4 = data;
	const struct ipv6_header *ipv6 = data;
	const __u32 *address;
	const struct udp_header *udp;

	if (data + sizeof(*ipv4) > end)
		return false;
	if (ipv4->version_ihl == IPV4_NO_OPTIONS) {
		peer->af_family = AF_INET;
		*headers = sizeof(*ipv4);
		peer->address[0] = sent ? ipv4->destination : ipv4->source;
		udp = &ipv4->udp;
	} else {
		*headers = sizeof(*ipv6) + sizeof(*udp);
		if (data + sizeof(*ipv6) + sizeof(*udp) > end || skb->protocol != bpf_htons(ETH_P_IPV6) ||
		    ipv6->next != IPPROTO_UDP)
			return false;
		peer->af_family = AF_INET6;
		address = (const __u32 *)(sent ? ipv6->destination : ipv6->source);
		for (int i = 0; i < 4; i++)
			peer->address[i] = address[i];
		udp = data + sizeof(*ipv6);
	}
	peer->port = sent ? udp->dest : udp->source;
	return true;
}

/* Volatile, or the compiler makes one read at a computed place of the two, which the verifier prohibits. */
static __always_inline void set_connected_peer(struct udp_peer *peer, const volatile struct bpf_sock *socket)
{
	peer->port = socket->dst_port;
	if (peer->af_family == AF_INET) {
		peer->address[0] = socket->dst_ip4;
		return;
	}
	for (int i = 0; i < 4; i++)
		peer->address[i] = socket->dst_ip6[i];
}

static __always_inline bool is_same_peer(const struct udp_peer *one, const struct udp_peer *other)
{
	return one->port == other->port && one->address[0] == other->address[0] &&
	       one->address[1] == other->address[1] && one->address[2] == other->address[2] &&
	       one->address[3] == other->address[3];
}

/* The context is a packet, or what a call names. */
static __always_inline struct udp_destination_key call_of(void *ctx)
{
	struct udp_destination_key call = {.cookie = bpf_get_socket_cookie(ctx), .thread = bpf_get_current_task()};

	return call;
}

static __always_inline bool is_for_connected(const struct udp_peer *peer, struct bpf_sock *socket)
{
	struct udp_peer connected = {.af_family = peer->af_family};

	set_connected_peer(&connected, socket);
	return is_same_peer(peer, &connected);
}

/*
 * A packet may name another than the socket's peer, for two reasons: the call did, which
 * tcptop_udp_destinations then tells; or the peer has been translated, for the hooks are on the
 * wire's side of that, and the socket is on ours. What comes in is from the socket's peer. NULL:
 * it is for the socket's peer.
 */
static __always_inline struct udp_destination *find_named(struct __sk_buff *skb, struct bpf_sock *socket, bool sent,
							  const struct udp_peer *peer, struct udp_destination_key *call)
{
	if (!sent || is_for_connected(peer, socket))
		return NULL;
	*call = call_of(skb);
	return bpf_map_lookup_elem(&tcptop_udp_destinations, call);
}

/* 0.0.0.0 or ::, for which the kernel puts an address of this host: the packet has it. */
static __always_inline bool is_unspecified(const struct udp_destination *named)
{
	const __u32 *words = (const __u32 *)named->address;

	return !(words[0] | words[1] | words[2] | words[3]);
}

/* As the socket has them; if the call named a destination, maybe of the other family, our address is the packet's. */
static __always_inline void take_connected_ends(struct __sk_buff *skb, struct datagrams *seen, struct bpf_sock *socket,
						bool sent)
{
	__u32 *source = (__u32 *)seen->saddr;
	struct udp_peer peer = {.port = bpf_htons(seen->key.dport), .af_family = seen->key.af_family};

	__builtin_memcpy(peer.address, seen->key.daddr, TCPTOP_ADDRESS_BYTES);
	seen->sport = socket->src_port;
	struct udp_destination_key call;
	struct udp_destination *named = find_named(skb, socket, sent, &peer, &call);

	if (named) {
		if (!is_unspecified(named))
			__builtin_memcpy(seen->key.daddr, named->address, TCPTOP_ADDRESS_BYTES);
		seen->key.dport = bpf_ntohs(named->port);
		bpf_map_delete_elem(&tcptop_udp_destinations, &call);
		return;
	}
	set_connected_peer(&peer, socket);
	__builtin_memcpy(seen->key.daddr, peer.address, TCPTOP_ADDRESS_BYTES);
	seen->key.dport = bpf_ntohs(peer.port);
	if (seen->key.af_family == AF_INET) {
		source[0] = socket->src_ip4;
		return;
	}
	for (int i = 0; i < 4; i++)
		source[i] = socket->src_ip6[i];
}

/*
 * A call on a connected socket names a destination of its own; of all others the packet or the
 * socket tells. Kept from here to the packet, which passes in the same thread. Where it never
 * passes, because the call fails, it stays for the thread's next packet on this socket that has
 * another destination than the socket's peer: should that be by translation, it is taken for the
 * one that was named. A call that names the peer itself needs none, and takes out what has
 * stayed.
 */
static __always_inline void keep_destination(struct bpf_sock_addr *ctx, const struct udp_destination *named,
					     bool is_peer)
{
	struct udp_destination_key key = call_of(ctx);

	if (is_peer)
		bpf_map_delete_elem(&tcptop_udp_destinations, &key);
	else if (bpf_map_update_elem(&tcptop_udp_destinations, &key, named, BPF_ANY))
		count_loss(TCPTOP_LOSS_UDP_PEER_UNKNOWN);
}

static __always_inline void names_ipv4(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *socket = ctx->sk;
	struct udp_destination named = {};

	if (!socket || !socket->dst_port)
		return;
	named.port = (__be16)ctx->user_port;
	*(__u32 *)named.address = ctx->user_ip4;
	keep_destination(ctx, &named, named.port == socket->dst_port && ctx->user_ip4 == socket->dst_ip4);
}

static __always_inline void names_ipv6(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *socket = ctx->sk;
	struct udp_destination named = {};
	__u32 *words = (__u32 *)named.address;

	if (!socket || !socket->dst_port)
		return;
	named.port = (__be16)ctx->user_port;
	words[0] = ctx->user_ip6[0];
	words[1] = ctx->user_ip6[1];
	words[2] = ctx->user_ip6[2];
	words[3] = ctx->user_ip6[3];
	keep_destination(ctx, &named,
			 named.port == socket->dst_port && words[0] == socket->dst_ip6[0] &&
			     words[1] == socket->dst_ip6[1] && words[2] == socket->dst_ip6[2] &&
			     words[3] == socket->dst_ip6[3]);
}

/* Whether it was one more datagram of the flow of the one before, and has been counted. */
static __always_inline bool count_next_packet(struct __sk_buff *skb, struct bpf_sock *socket, bool sent)
{
	struct udp_peer peer = {};
	__u32 headers, slot;
	struct udp_flow *flow = recent_flow(socket, &slot);

	if (!flow || !read_peer(skb, sent, &peer, &headers))
		return false;
	peer.ifindex = skb->ifindex;
	if (socket->dst_port) {
		struct udp_destination_key call;

		if (find_named(skb, socket, sent, &peer, &call))
			return false;
		set_connected_peer(&peer, socket);
	}
	if (!is_with(flow, &peer))
		return false;
	struct udp_size size = size_of(skb->len - headers, skb->gso_size);

	if (sent) {
		add_sent(&flow->counters, size);
	} else {
		add_arrived(&flow->counters, size);
		remember_arrival(flow->key.cookie, slot, size);
	}
	return true;
}

/* The packet as the kernel has it: the lent one's address, read as a number. */
static __always_inline const struct sk_buff *packet_of_lent(struct __sk_buff *lent)
{
	const struct sk_buff *skb = NULL;

	bpf_probe_read_kernel(&skb, sizeof(skb), &lent);
	return skb;
}

static __noinline int count_packet(struct __sk_buff *skb, bool sent)
{
	struct bpf_sock *common = skb->sk;
	struct bpf_sock *socket = common ? bpf_sk_fullsock(common) : NULL;

	if (!socket || !is_lent_udp_socket(socket) || count_next_packet(skb, socket, sent))
		return 0;
	struct datagrams seen = {};

	seen.key.cookie = bpf_get_socket_cookie(skb);
	if (!read_packet(skb, &seen, sent)) {
		count_loss(TCPTOP_LOSS_UDP_UNREADABLE);
		return 0;
	}
	if (socket->dst_port)
		take_connected_ends(skb, &seen, socket, sent);
	const struct sk_buff *packet = packet_of_lent(skb);

	take_device(&seen, packet, BPF_CORE_READ(packet, dev));
	seen.size = size_of(seen.size.bytes, skb->gso_size);
	struct sock *sk = address_of_socket(socket);

	if (sent)
		count_sent(&seen, sk, socket);
	else
		count_arrived(&seen, sk, socket);
	return 0;
}

/*
 * The hooks see all packets of the host, and TCP's are to leave after as few instructions as possible: by the byte of
 * the header that says the protocol, in the packet itself. What comes after that is no part of this function, and so
 * needs no room on its stack.
 */
static __always_inline void pass_packet(struct __sk_buff *skb, bool sent)
{
	const __u8 *header = (const __u8 *)(long)skb->data;

	if (header + IPV4_HEADER_BYTES <= (const __u8 *)(long)skb->data_end) {
		__u8 protocol = header[0] >> 4 == 4 ? header[offsetof(struct ipv4_datagram, protocol)]
						    : header[offsetof(struct ipv6_header, next)];

		if (protocol == IPPROTO_TCP)
			return;
	}
	count_packet(skb, sent);
}

#endif
