/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The peer of a datagram whose socket has none of its own. The end of a call tells socket, bytes and process, not the
 * datagram: what comes by inside of the call, in the same thread, leaves the peer for it here.
 */
#ifndef TCPTOP_TRACE_PEER_BPF_H
#define TCPTOP_TRACE_PEER_BPF_H

/* The thread by its address, which programs of all types are told. */
static __always_inline __u64 this_thread(void)
{
	return bpf_get_current_task();
}

static __always_inline void keep_peer(const struct trace_peer *peer)
{
	__u64 thread = this_thread();

	if (bpf_map_update_elem(&tcptop_trace_peers, &thread, peer, BPF_ANY))
		count_loss(TCPTOP_LOSS_TRACE_PEER_UNKNOWN);
}

static __always_inline void set_ipv4(struct trace_peer *peer, __u16 family_of_socket, __u32 address)
{
	__u32 *words = (__u32 *)peer->address;

	if (family_of_socket == AF_INET) {
		words[0] = address;
	} else {
		words[2] = bpf_htonl(0xFFFF);
		words[3] = address;
	}
}

/* ---- Where functions may be hooked ---- */

struct sockaddr_any {
	__u16 family;
	__be16 port;
	__u32 ipv4; /* or the flow label */
};

/* The address that the caller gave, which it may give also where the socket is connected. */
static __always_inline void note_destination(const struct sock *sk, const struct msghdr *msg)
{
	void *name = msg->msg_name;
	struct sockaddr_any to;
	struct trace_peer peer = {};

	if (!name)
		return;
	if (bpf_probe_read_kernel(&to, sizeof(to), name))
		goto unknown;
	peer.cookie = bpf_get_socket_cookie((void *)sk);
	peer.port = bpf_ntohs(to.port);
	if (to.family != AF_INET6)
		set_ipv4(&peer, sk->__sk_common.skc_family, to.ipv4);
	else if (bpf_probe_read_kernel(peer.address, sizeof(peer.address), name + sizeof(to)))
		goto unknown;
	keep_peer(&peer);
	return;
unknown:
	count_loss(TCPTOP_LOSS_TRACE_PEER_UNKNOWN);
}

#define OFFSET_OF_IPV4_SOURCE 12
#define OFFSET_OF_IPV6_NEXT   6
#define OFFSET_OF_IPV6_SOURCE 8

/*
 * The datagram that is being received, while its headers are there. Its device is in skb_iif: where dev was, the
 * queue keeps other things.
 */
static __always_inline void note_source(const struct sock *sk, const struct sk_buff *skb)
{
	const unsigned char *network = skb->head + skb->network_header;
	__u32 ipv4;
	__be16 port;
	struct trace_peer peer = {};

	if (sk->__sk_common.skc_dport)
		return;
	if (bpf_probe_read_kernel(&port, sizeof(port), skb->head + skb->transport_header))
		goto unknown;
	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		if (bpf_probe_read_kernel(&ipv4, sizeof(ipv4), network + OFFSET_OF_IPV4_SOURCE))
			goto unknown;
		set_ipv4(&peer, sk->__sk_common.skc_family, ipv4);
	} else if (bpf_probe_read_kernel(peer.address, sizeof(peer.address), network + OFFSET_OF_IPV6_SOURCE)) {
		goto unknown;
	}
	peer.cookie = bpf_get_socket_cookie((void *)sk);
	peer.ifindex = skb->skb_iif;
	peer.port = bpf_ntohs(port);
	keep_peer(&peer);
	return;
unknown:
	count_loss(TCPTOP_LOSS_TRACE_PEER_UNKNOWN);
}

/* ---- Elsewhere, on the root of the cgroup tree: the address that the call gives or, if it asks for it, gets ---- */

static __always_inline void note_address4(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	struct trace_peer peer = {};

	if (!sk)
		return;
	peer.cookie = bpf_get_socket_cookie(ctx);
	peer.port = bpf_ntohs((__u16)ctx->user_port);
	set_ipv4(&peer, sk->family, ctx->user_ip4);
	keep_peer(&peer);
}

static __always_inline void note_address6(struct bpf_sock_addr *ctx)
{
	struct trace_peer peer = {};
	__u32 *words = (__u32 *)peer.address;

	peer.cookie = bpf_get_socket_cookie(ctx);
	peer.port = bpf_ntohs((__u16)ctx->user_port);
	words[0] = ctx->user_ip6[0];
	words[1] = ctx->user_ip6[1];
	words[2] = ctx->user_ip6[2];
	words[3] = ctx->user_ip6[3];
	keep_peer(&peer);
}

/* ---- At the end of the call ---- */

/* False: this call left none. Taken out whatever became of the call, so that no later one takes it for its own. */
static __always_inline bool take_peer(__u64 cookie, struct trace_peer *peer)
{
	__u64 thread = this_thread();
	struct trace_peer *found = bpf_map_lookup_elem(&tcptop_trace_peers, &thread);

	if (!found)
		return false;
	*peer = *found;
	bpf_map_delete_elem(&tcptop_trace_peers, &thread);
	return peer->cookie == cookie;
}

#endif
