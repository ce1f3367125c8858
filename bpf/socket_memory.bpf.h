/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A TCP socket read by its address alone. It may have ended meanwhile: the memory stays readable
 * (SLAB_TYPESAFE_BY_RCU), and before it is read its cookie and state tell. So it takes no lock and no reference.
 */
#ifndef TCPTOP_SOCKET_MEMORY_BPF_H
#define TCPTOP_SOCKET_MEMORY_BPF_H

/* The most of a tcp_sock that is copied, and what it is copied into: 0 -> the socket in hand. 4 KiB a CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 4096);
} tcptop_socket_copy SEC(".maps");

/* By loads that cannot fault. */
static __always_inline const struct tcp_sock *cast_socket(__u64 address)
{
	return CAST_KERNEL(tcp_sock, (const void *)address);
}

/* Elsewhere a socket is copied. The state comes last again, see payload_sent. */
static __always_inline const struct tcp_sock *copy_socket(__u64 address)
{
	__u32 zero = 0, bytes = bpf_core_type_size(struct tcp_sock);
	__u32 state = bpf_core_field_offset(struct sock_common, skc_state);
	__u8 *copy = bpf_map_lookup_elem(&tcptop_socket_copy, &zero);

	if (!copy || bytes > 4096 || state > 4095 || bpf_probe_read_kernel(copy, bytes, (const void *)address))
		return NULL;
	bpf_probe_read_kernel(copy + state, 1, (const void *)(address + state));
	return (const struct tcp_sock *)copy;
}

static __always_inline const struct tcp_sock *read_socket(__u64 address, bool casts)
{
	return casts ? cast_socket(address) : copy_socket(address);
}

/* What tells whose memory it is. */
struct glance {
	__u64 cookie;
	__u8 state;
};

static __always_inline struct glance glance_at(__u64 address, bool casts)
{
	const struct sock *sk = casts ? (const struct sock *)cast_socket(address) : (const struct sock *)address;
	struct glance glance = {};

	if (casts) {
		glance.cookie = sk->__sk_common.skc_cookie.counter;
		glance.state = sk->__sk_common.skc_state;
	} else {
		glance.cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
		glance.state = BPF_CORE_READ(sk, __sk_common.skc_state);
	}
	return glance;
}

/*
 * Whether no segment has passed: two cache lines of a socket's thirty-six. Its state does not change without one, but
 * at its end, which is told; should that have been skipped, its chunk's turn finds it.
 */
static __always_inline bool is_at_rest(__u64 address, const struct slot_watch *watch, bool casts)
{
	const struct tcp_sock *tp = casts ? cast_socket(address) : (const struct tcp_sock *)address;

	if (casts)
		return tp->segs_in == watch->segs_in && tp->segs_out == watch->segs_out;
	return BPF_CORE_READ(tp, segs_in) == watch->segs_in && BPF_CORE_READ(tp, segs_out) == watch->segs_out;
}

#endif
