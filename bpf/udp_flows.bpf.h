/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * UDP: the kernel counts nothing per socket, so datagrams are counted as they pass, by addition. The programs differ in
 * where they sit, and so in how they come by a datagram; from there on all is the same. Mostly a datagram is of the
 * same flow as the one before: then what tells the peer is compared, two counters are added to, and that is all.
 */
#ifndef TCPTOP_UDP_FLOWS_BPF_H
#define TCPTOP_UDP_FLOWS_BPF_H

#define TCPTOP_NO_SLOT 0xFFFFFFFF
#define DST_NOREF      1UL

/* How much travels as one: datagrams of one flow. */
struct udp_size {
	__u32 bytes;
	__u32 packets;
};

/* A datagram, or several of one flow that travel as one. */
struct datagrams {
	struct udp_flow_key key;
	__u8 saddr[TCPTOP_ADDRESS_BYTES]; /* ours */
	__u16 sport;
	struct udp_size size;
	__u64 device; /* struct net_device *: that it is sent by, or came by */
};

/* As much of a datagram's headers as tells it from one of another flow of its socket. */
struct udp_peer {
	__u32 address[4];
	__be16 port;
	__u16 af_family;
	__u32 ifindex; /* where the flow's address means something on one link alone; see is_of_link */
};

/* Link-local, multicast and limited broadcast: the same address is another machine, or are others, on each link. */
static __always_inline bool is_of_link(const __u8 *address, __u16 family)
{
	if (family == AF_INET6)
		return address[0] == 0xFF || (address[0] == 0xFE && (address[1] & 0xC0) == 0x80);
	return (address[0] & 0xF0) == 224 || (address[0] == 169 && address[1] == 254) ||
	       *(const __u32 *)address == 0xFFFFFFFF;
}

/*
 * What goes to a link's address of this host itself goes by loopback. It is that link's all the same, as it is for the
 * sockets. (So the device that such a packet names is never that of its flow, and it goes the long way each time.)
 */
static __always_inline const struct net_device *device_of_own(const struct sk_buff *skb,
							      const struct net_device *device)
{
	const struct rt6_info *route = (const struct rt6_info *)(BPF_CORE_READ(skb, _skb_refdst) & ~DST_NOREF);
	const struct net_device *own = route ? BPF_CORE_READ(route, rt6i_idev, dev) : NULL;

	return own && BPF_CORE_READ(device, ifindex) == LOOPBACK_IFINDEX ? own : device;
}

/* The last of what a flow's key is made of. */
static __always_inline void take_device(struct datagrams *seen, const struct sk_buff *skb,
					const struct net_device *device)
{
	if (device && is_of_link(seen->key.daddr, seen->key.af_family)) {
		if (seen->key.af_family == AF_INET6)
			device = device_of_own(skb, device);
		seen->key.ifindex = BPF_CORE_READ(device, ifindex);
	}
	seen->device = (__u64)device;
}

static __always_inline struct udp_size size_of(__u32 bytes, __u32 gso_size)
{
	struct udp_size size = {bytes, gso_size ? (bytes + gso_size - 1) / gso_size : 1};

	return size;
}

static __always_inline void add_sent(struct udp_counters *counters, struct udp_size size)
{
	__sync_fetch_and_add(&counters->bytes_out, size.bytes);
	__sync_fetch_and_add(&counters->packets_out, size.packets);
}

static __always_inline void add_arrived(struct udp_counters *counters, struct udp_size size)
{
	__sync_fetch_and_add(&counters->bytes_in, size.bytes);
	__sync_fetch_and_add(&counters->packets_in, size.packets);
}

/* ---- The flow of the datagram before ---- */

static __always_inline struct udp_flow *flow_in(__u32 slot)
{
	return bpf_map_lookup_elem(&tcptop_udp_flows, &slot);
}

/* NULL also for the first of each refresh: it goes the long way, and updates all that the short one leaves out. */
static __always_inline struct udp_flow *recent_flow(void *sk, __u32 *slot)
{
	struct udp_recent *recent = bpf_sk_storage_get(&tcptop_udp_recent, sk, NULL, 0);

	if (!recent)
		return NULL;
	*slot = recent->slot;
	struct udp_flow *flow = flow_in(*slot);

	if (!flow || flow->key.cookie != recent->cookie || flow->last_refresh != shared.refresh)
		return NULL;
	return flow;
}

static __always_inline bool is_with(const struct udp_flow *flow, const struct udp_peer *peer)
{
	const __u32 *address = (const __u32 *)flow->key.daddr;

	if (bpf_htons(flow->key.dport) != peer->port || flow->key.af_family != peer->af_family ||
	    address[0] != peer->address[0])
		return false;
	if (flow->key.ifindex && flow->key.ifindex != peer->ifindex)
		return false;
	return peer->af_family == AF_INET ||
	       (address[1] == peer->address[1] && address[2] == peer->address[2] && address[3] == peer->address[3]);
}

static __always_inline void remember_flow(void *sk, __u64 cookie, __u32 slot)
{
	struct udp_recent fresh = {.cookie = cookie, .slot = slot};
	struct udp_recent *recent = bpf_sk_storage_get(&tcptop_udp_recent, sk, &fresh, BPF_SK_STORAGE_GET_F_CREATE);

	if (recent)
		recent->slot = slot;
}

/* ---- Finding and making flows ---- */

static __always_inline bool take_slot(__u32 *slot)
{
	if (!bpf_map_pop_elem(&tcptop_udp_free, slot))
		return true;
	/* Looked at first: counted up by every datagram that finds no room, it would begin again at 0. */
	if (shared.udp_slots_used >= settings.udp_flows)
		return false;
	*slot = __sync_fetch_and_add(&shared.udp_slots_used, 1);
	return *slot < settings.udp_flows;
}

/* All but the cookie, which comes last: until then user space does not see the flow. */
static __always_inline void fill_flow(struct udp_flow *flow, const struct datagrams *seen)
{
	struct udp_flow fresh = {.born_ns = bpf_ktime_get_ns()};

	__builtin_memcpy(&fresh.key, &seen->key, sizeof(fresh.key));
	fresh.key.cookie = 0;
	*flow = fresh;
}

static __always_inline void update_flow(struct udp_flow *flow, const struct datagrams *seen)
{
	if (seen->device)
		read_device_name(flow->device, (const struct net_device *)seen->device);
	flow->sport = seen->sport;
	__builtin_memcpy(flow->saddr, seen->saddr, TCPTOP_ADDRESS_BYTES);
	flow->last_refresh = shared.refresh;
}

/* The first datagram of a flow. TCPTOP_NO_SLOT: there is no room. Two CPUs may come at once: the first entry stays. */
static __always_inline __u32 make_flow(const struct datagrams *seen)
{
	__u32 slot = 0;
	struct udp_flow *flow;

	if (!take_slot(&slot))
		return TCPTOP_NO_SLOT;
	flow = flow_in(slot);
	if (!flow)
		return TCPTOP_NO_SLOT;
	fill_flow(flow, seen);
	update_flow(flow, seen);
	if (!bpf_map_update_elem(&tcptop_udp_slots, &seen->key, &slot, BPF_NOEXIST)) {
		flow->key.cookie = seen->key.cookie;
		__sync_fetch_and_add(&shared.udp_flows_made, 1);
		return slot;
	}
	/*
	 * There is room for every slot; one that did not get back for a lock that is taken would be missing until we
	 * end, and nothing else.
	 */
	bpf_map_push_elem(&tcptop_udp_free, &slot, BPF_ANY);
	__u32 *others = bpf_map_lookup_elem(&tcptop_udp_slots, &seen->key);

	return others ? *others : TCPTOP_NO_SLOT;
}

/* The counters of a datagram whose flow has no room: its socket's rest; NULL where that has none either. */
static __always_inline struct udp_counters *rest_of(struct udp_socket *socket, __u16 sport)
{
	count_loss(TCPTOP_LOSS_UDP_FLOWS_FULL);
	if (!socket)
		return NULL;
	/* Two CPUs may come at once, and a birth is a part of the row's identity. */
	if (!socket->rest_born_ns)
		__sync_val_compare_and_swap(&socket->rest_born_ns, 0, bpf_ktime_get_ns());
	/* At its birth it had none. */
	socket->sport = sport;
	return &socket->rest;
}

/*
 * The counters that a datagram belongs to, and where they are. `lent` is the socket as helpers take it, `sk` as its
 * fields may be read.
 */
static __always_inline struct udp_counters *counters_of(const struct datagrams *seen, struct sock *sk, void *lent,
							bool in_caller, __u32 *slot)
{
	__u64 cookie = seen->key.cookie;
	__u32 *known = bpf_map_lookup_elem(&tcptop_udp_slots, &seen->key);
	struct udp_socket *socket = NULL;

	if (known) {
		*slot = *known;
		remember_flow(lent, cookie, *slot);
	} else {
		socket = bpf_map_lookup_elem(&tcptop_udp_sockets, &cookie);
		if (!socket)
			socket = take_up_udp_socket(sk, cookie, in_caller);
		if (socket)
			socket->has_traffic = 1;
		else
			count_loss(TCPTOP_LOSS_UDP_SOCKETS_FULL);
		*slot = make_flow(seen);
	}
	struct udp_flow *flow = flow_in(*slot);

	if (!flow)
		return rest_of(socket, seen->sport);
	update_flow(flow, seen);
	return &flow->counters;
}

static __noinline int count_sent(const struct datagrams *seen, struct sock *sk, void *lent)
{
	__u32 slot;
	struct udp_counters *counters = counters_of(seen, sk, lent, true, &slot);

	if (counters)
		add_sent(counters, seen->size);
	return 0;
}

/* ---- Arrivals, which may be dropped right after ---- */

static __always_inline void remember_arrival(__u64 cookie, __u32 slot, struct udp_size size)
{
	__u32 zero = 0;
	struct udp_arrival *arrival = bpf_map_lookup_elem(&tcptop_arrival, &zero);

	if (!arrival)
		return;
	arrival->cookie = cookie;
	arrival->slot = slot;
	arrival->bytes = size.bytes;
	arrival->packets = size.packets;
}

static __noinline int count_arrived(const struct datagrams *seen, struct sock *sk, void *lent)
{
	__u32 slot;
	struct udp_counters *counters = counters_of(seen, sk, lent, false, &slot);

	if (counters)
		add_arrived(counters, seen->size);
	remember_arrival(seen->key.cookie, slot, seen->size);
	return 0;
}

static __always_inline void book_drop(struct udp_counters *counters, const struct udp_arrival *arrival)
{
	__sync_fetch_and_add(&counters->bytes_dropped, arrival->bytes);
	__sync_fetch_and_add(&counters->packets_dropped, arrival->packets);
}

/* What has just arrived on this CPU found no room in its socket's buffer. */
static __always_inline void count_dropped(__u64 cookie)
{
	__u32 zero = 0;
	struct udp_arrival *arrival = bpf_map_lookup_elem(&tcptop_arrival, &zero);

	if (!arrival || arrival->cookie != cookie)
		return;
	struct udp_flow *flow = flow_in(arrival->slot);

	if (flow) {
		book_drop(&flow->counters, arrival);
		return;
	}
	struct udp_socket *socket = bpf_map_lookup_elem(&tcptop_udp_sockets, &cookie);

	if (socket)
		book_drop(&socket->rest, arrival);
}

#endif
