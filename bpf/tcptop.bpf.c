// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The kernel side's table of contents, but for trace.bpf.c: the programs and where each is attached. They only adapt
 * arguments. A context's pointer is read once, for the verifier knows of the value that was tested, not of the place it
 * came from.
 */
#include "vmlinux/vmlinux_min.h"
#include <stddef.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#include "tcptop_abi.h"
#include "tcptop_settings.bpf.h"
#include "losses.bpf.h"
#include "tcptop_maps.bpf.h"
#include "owners.bpf.h"
#include "devices.bpf.h"
#include "counters.bpf.h"
#include "gauges.bpf.h"
#include "socket_notes.bpf.h"
#include "records.bpf.h"
#include "slots.bpf.h"
#include "lifecycle.bpf.h"
#include "udp_sockets.bpf.h"
#include "udp_flows.bpf.h"
#include "udp_packet.bpf.h"
#include "udp_cgroup.bpf.h"
#include "udp_functions.bpf.h"
#include "held_sockets.bpf.h"
#include "existing.bpf.h"
#include "socket_memory.bpf.h"
#include "walk.bpf.h"
#include "snapshot.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Attached for as long as we run. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcptop_state, struct sock *sk, int old_state, int new_state)
{
	changed_state(sk, old_state, new_state);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(tcptop_destroyed, struct sock *sk)
{
	destroyed(sk);
	return 0;
}

/* Where functions can be hooked: in the process that accepts. The result comes behind arguments that kernels have
 * different numbers of. */
SEC("fexit/inet_csk_accept")
int tcptop_accepted(void *ctx)
{
	__u64 address = 0;

	if (!bpf_get_func_ret(ctx, &address))
		accepted(address);
	return 0;
}

/* Walked once in each network namespace, at the start. */
SEC("iter/tcp")
int tcptop_existing(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;

	if (skc)
		visit_existing(skc);
	return 0;
}

/* Walked to find owners: all open files of all processes. */
SEC("iter/task_file")
int tcptop_owners(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (task && file)
		visit_file(task, file);
	return 0;
}

/* Run once a tick for each chunk of slots, by the best way that the kernel has. */
SEC("syscall")
int tcptop_walk_cast(struct walk_argument *ctx)
{
	walk_by_cast(ctx->chunk, ctx->owners);
	return 0;
}

SEC("raw_tp/sched_switch")
int tcptop_walk_copy(struct bpf_raw_tracepoint_args *ctx)
{
	walk_by_copy(ctx->args[0], ctx->args[1], ctx->args[2]);
	return 0;
}

/* Walked once a tick in each network namespace, where TIME_WAIT and the like are to be seen. */
SEC("iter/tcp")
int tcptop_mini_rows(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;

	if (skc)
		copy_mini_socket(skc);
	return 0;
}

/*
 * On the root of the cgroup tree: UDP sockets get a port, and close; the datagrams of all sockets. Not when they are
 * made: one that only sends is known by its first datagram, which comes in a call of its process, and every TCP
 * connection would pay.
 */
SEC("cgroup/post_bind4")
int tcptop_udp_bind4(struct bpf_sock *ctx)
{
	if (is_lent_udp_socket(ctx))
		udp_opened_here(address_of_socket(ctx), bpf_get_socket_cookie(ctx));
	return 1;
}

SEC("cgroup/post_bind6")
int tcptop_udp_bind6(struct bpf_sock *ctx)
{
	if (is_lent_udp_socket(ctx))
		udp_opened_here(address_of_socket(ctx), bpf_get_socket_cookie(ctx));
	return 1;
}

SEC("cgroup/sock_release")
int tcptop_udp_close(struct bpf_sock *ctx)
{
	if (is_lent_udp_socket(ctx))
		udp_closed(bpf_get_socket_cookie(ctx));
	return 1;
}

SEC("cgroup/sendmsg4")
int tcptop_udp_names4(struct bpf_sock_addr *ctx)
{
	names_ipv4(ctx);
	return 1;
}

SEC("cgroup/sendmsg6")
int tcptop_udp_names6(struct bpf_sock_addr *ctx)
{
	names_ipv6(ctx);
	return 1;
}

SEC("cgroup_skb/egress")
int tcptop_udp_egress(struct __sk_buff *skb)
{
	pass_packet(skb, true);
	return 1;
}

SEC("cgroup_skb/ingress")
int tcptop_udp_ingress(struct __sk_buff *skb)
{
	pass_packet(skb, false);
	return 1;
}

/* In place of the last two, where the kernel lets functions be hooked. */
SEC("fentry/ip_send_skb")
int BPF_PROG(tcptop_udp_send4, struct net *net, struct sk_buff *skb)
{
	pass_outgoing(skb, AF_INET);
	return 0;
}

SEC("fentry/ip6_send_skb")
int BPF_PROG(tcptop_udp_send6, struct sk_buff *skb)
{
	pass_outgoing(skb, AF_INET6);
	return 0;
}

SEC("fentry/__udp_enqueue_schedule_skb")
int BPF_PROG(tcptop_udp_arrives, struct sock *sk, struct sk_buff *skb)
{
	pass_incoming(sk, skb);
	return 0;
}

/* And in place of the two before: a UDP socket gets a port before anything else, and is destroyed when it closes. */
SEC("fentry/udp_v4_get_port")
int BPF_PROG(tcptop_udp_open4, struct sock *sk)
{
	if (is_udp_socket(sk))
		udp_opened_here(sk, bpf_get_socket_cookie(sk));
	return 0;
}

SEC("fentry/udp_v6_get_port")
int BPF_PROG(tcptop_udp_open6, struct sock *sk)
{
	if (is_udp_socket(sk))
		udp_opened_here(sk, bpf_get_socket_cookie(sk));
	return 0;
}

SEC("fentry/udp_destroy_sock")
int BPF_PROG(tcptop_udp_close4, struct sock *sk)
{
	udp_closed(bpf_get_socket_cookie(sk));
	return 0;
}

SEC("fentry/udpv6_destroy_sock")
int BPF_PROG(tcptop_udp_close6, struct sock *sk)
{
	udp_closed(bpf_get_socket_cookie(sk));
	return 0;
}

/* Right after its arrival, on the same CPU, a datagram finds its socket's buffer full. */
SEC("tp_btf/udp_fail_queue_rcv_skb")
int BPF_PROG(tcptop_udp_drop, int error, struct sock *sk)
{
	count_dropped(bpf_get_socket_cookie(sk));
	return 0;
}
