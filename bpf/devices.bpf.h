/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Network devices, by their names as they are now, in whatever network namespace: nothing to be looked up beforehand,
 * to go stale, or to be mixed up with a namespace that had the same number.
 */
#ifndef TCPTOP_DEVICES_BPF_H
#define TCPTOP_DEVICES_BPF_H

#define LOOPBACK_IFINDEX      1
#define DEVICE_INDEX_HEADS    256 /* NETDEV_HASHENTRIES */
#define MAX_DEVICES_ON_A_HEAD 32

static __always_inline const struct net_device *device_by_index(const struct sock *sk, __u32 ifindex)
{
	struct net *net = BPF_CORE_READ(sk, __sk_common.skc_net.net);

	if (!bpf_core_field_exists(net->dev_index_head))
		return NULL;
	struct hlist_head *heads = BPF_CORE_READ(net, dev_index_head);
	struct hlist_node *node = BPF_CORE_READ(&heads[ifindex % DEVICE_INDEX_HEADS], first);

	for (int i = 0; i < MAX_DEVICES_ON_A_HEAD && node; i++) {
		const struct net_device *device = (void *)node - bpf_core_field_offset(struct net_device, index_hlist);

		if (BPF_CORE_READ(device, ifindex) == (int)ifindex)
			return device;
		node = BPF_CORE_READ(node, next);
	}
	return NULL;
}

/* By the helper: the device may be a mere number. */
static __always_inline void read_device_name(char *name, const struct net_device *device)
{
	if (!device || bpf_probe_read_kernel(name, TCPTOP_DEVICE_NAME_BYTES, &device->name))
		__builtin_memset(name, 0, TCPTOP_DEVICE_NAME_BYTES);
}

/* The same of a device that the verifier knows. */
static __always_inline void copy_device_name(char *name, const struct net_device *device)
{
	const __u32 *source = (const __u32 *)device->name;
	__u32 *words = (__u32 *)name;

	for (int i = 0; i < TCPTOP_DEVICE_NAME_BYTES / 4; i++)
		words[i] = source[i];
}

/* Whether a socket that is bound to a device, or to none, has its packets go by this one. */
static __always_inline bool is_routed_by(int device_index, __u32 bound_index)
{
	return device_index && (!bound_index || device_index == (int)bound_index);
}

static __always_inline void forget_device(struct socket_record *record)
{
	__builtin_memset(record->device, 0, TCPTOP_DEVICE_NAME_BYTES);
}

/*
 * The device that a TCP socket's route uses, which may change under a living connection: the one
 * that it is bound to; that of its route; or where it has lost that for a moment, the one that
 * it last received by. A route that is lost while the socket keeps it leads to the kernel's
 * blackhole, which has no index. Where there is none at all, the name stays as it was. Whose socket may be
 * a copy, follows its pointers with the read helper.
 */
static __always_inline void name_device_of(const struct tcp_sock *tp, char *name, bool follows)
{
	const struct sock *sk = (const struct sock *)tp;
	__u32 ifindex = sk->__sk_common.skc_bound_dev_if;
	const struct dst_entry *route = sk->sk_dst_cache;

	if (follows) {
		const struct net_device *device = route ? route->dev : NULL;

		if (device && is_routed_by(device->ifindex, ifindex)) {
			copy_device_name(name, device);
			return;
		}
	} else {
		const struct net_device *device = route ? BPF_CORE_READ(route, dev) : NULL;

		if (device && is_routed_by(BPF_CORE_READ(device, ifindex), ifindex)) {
			read_device_name(name, device);
			return;
		}
	}
	if (!ifindex && bpf_core_field_exists(sk->sk_rx_dst_ifindex))
		ifindex = sk->sk_rx_dst_ifindex;
	const struct net_device *device = ifindex ? device_by_index(sk, ifindex) : NULL;

	if (device)
		read_device_name(name, device);
}

#endif
