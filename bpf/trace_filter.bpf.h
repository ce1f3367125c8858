/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which events are wanted: asked before an event takes room in the ring. Of the conditions of one kind one is to hold,
 * and of every kind that has any, as in user space's ConnectionFilter. What is not known fulfils no condition.
 */
#ifndef TCPTOP_TRACE_FILTER_BPF_H
#define TCPTOP_TRACE_FILTER_BPF_H

/* Whose an event is. */
struct actor {
	__u32 pid;		      /* in our pid namespace; 0: it is not in there, or the kernel itself */
	char comm[TCPTOP_COMM_BYTES]; /* NUL to the end */
	__u32 is_process;	      /* 1: not a worker of the kernel */
};

/* ---- Ports ---- */

static __always_inline __u32 uses_of_port(__u32 port)
{
	__u32 *uses = bpf_map_lookup_elem(&tcptop_trace_ports, &port);

	return uses ? *uses : 0;
}

static __always_inline bool wants_ports(__u16 local, __u16 remote)
{
	if (!settings.ports && !settings.local_ports && !settings.remote_ports)
		return true;
	__u32 of_local = uses_of_port(local);
	__u32 of_remote = uses_of_port(remote);

	if (settings.ports && !((of_local | of_remote) & TCPTOP_TRACE_PORT_EITHER))
		return false;
	if (settings.local_ports && !(of_local & TCPTOP_TRACE_PORT_LOCAL))
		return false;
	return !settings.remote_ports || (of_remote & TCPTOP_TRACE_PORT_REMOTE);
}

/* ---- Processes ---- */

/* Eight bytes at a time, ASCII's letters to lower case: in each byte, the top bit of a sum tells how it compares. */
static __always_inline __u64 to_lower(__u64 text)
{
	const __u64 each = 0x0101010101010101;
	__u64 low_bits = text & 0x7F * each;
	__u64 above_z = low_bits + (0x7F - 'Z') * each;
	__u64 from_a = low_bits + (0x80 - 'A') * each;
	__u64 is_upper = ~text & (from_a ^ above_z) & 0x80 * each;

	return text | is_upper >> 2;
}

/* The part at every place of the name: the name, as a number of 16 bytes, is shifted by a byte at a time. */
static __always_inline bool has_part(__u64 low, __u64 high, const struct trace_name *part)
{
	__u64 text0 = part->text[0], text1 = part->text[1], mask0 = part->mask[0], mask1 = part->mask[1];
	bool found = false;

#pragma unroll
	for (int place = 0; place < TCPTOP_COMM_BYTES - 1; place++) {
		found |= (((low ^ text0) & mask0) | ((high ^ text1) & mask1)) == 0;
		low = low >> 8 | high << 56;
		high >>= 8;
	}
	return found;
}

static __always_inline bool wants_name(const char *comm)
{
	__u64 words[2];

	__builtin_memcpy(words, comm, sizeof(words));
	__u64 low = to_lower(words[0]), high = to_lower(words[1]);

	for (__u32 i = 0; i < TCPTOP_TRACE_NAMES && i < settings.names; i++) {
		__u32 key = i;
		const struct trace_name *part = bpf_map_lookup_elem(&tcptop_trace_names, &key);

		if (part && has_part(low, high, part))
			return true;
	}
	return false;
}

static __always_inline bool wants_actor(const struct actor *actor)
{
	if (settings.pids && !bpf_map_lookup_elem(&tcptop_trace_pids, &actor->pid))
		return false;
	return !settings.names || wants_name(actor->comm);
}

/* ---- Devices ---- */

/*
 * The device that the socket's route uses. A route that it has lost (to the kernel's blackhole,
 * which has no index): the device that it last received by. A datagram of a socket without a
 * route has the device that it itself used, where that is known.
 */
static __always_inline const struct net_device *device_of(const struct sock *sk, __u32 datagrams)
{
	__u32 ifindex = BPF_CORE_READ(sk, __sk_common.skc_bound_dev_if);

	if (!ifindex) {
		struct net_device *device = BPF_CORE_READ(sk, sk_dst_cache, dev);

		if (device && BPF_CORE_READ(device, ifindex))
			return device;
		ifindex = datagrams;
		if (!ifindex && bpf_core_field_exists(sk->sk_rx_dst_ifindex))
			ifindex = BPF_CORE_READ(sk, sk_rx_dst_ifindex);
	}
	return ifindex ? device_by_index(sk, ifindex) : NULL;
}

static __always_inline bool wants_device(const struct sock *sk, __u32 datagrams)
{
	if (!settings.devices)
		return true;
	struct trace_device key = {};
	const struct net_device *device = device_of(sk, datagrams);

	if (!device || bpf_probe_read_kernel_str(key.name, sizeof(key.name), &device->name) < 0)
		return false;
	return bpf_map_lookup_elem(&tcptop_trace_devices, &key);
}

#endif
