// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The programs of tcptop trace, and where each is attached; loaded for it alone. They only adapt arguments. Which of
 * those that tell the same are loaded, user space decides by what the kernel has (TracePlan).
 */
#include "vmlinux/vmlinux_min.h"
#include <stddef.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#include "tcptop_abi.h"
#include "losses.bpf.h"
#include "trace_maps.bpf.h"
#include "owners.bpf.h"
#include "devices.bpf.h"
#include "counters.bpf.h"
#include "socket_notes.bpf.h"
#include "trace_notes.bpf.h"
#include "trace_filter.bpf.h"
#include "trace_peer.bpf.h"
#include "trace_device.bpf.h"
#include "trace.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Walked once, at the start. */
SEC("iter/task_file")
int tcptop_tr_owner(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (task && file)
		note_existing(task, file);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcptop_tr_state, struct sock *sk, int old_state, int new_state)
{
	trace_state(sk, old_state, new_state);
	return 0;
}

/* The ends of all calls: read, write and the like, io_uring, the kernel's own. */
SEC("tp_btf/sock_send_length")
int BPF_PROG(tcptop_tr_send, struct sock *sk, int result, int flags)
{
	sent(sk, result);
	return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(tcptop_tr_recv, struct sock *sk, int result, int flags)
{
	received(sk, result, flags);
	return 0;
}

/* The same where there are no such tracepoints: the functions whose results they tell. */
SEC("fexit/inet_sendmsg")
int BPF_PROG(tcptop_tr_send4, struct socket *socket, struct msghdr *msg, __u64 size, int result)
{
	sent(socket->sk, result);
	return 0;
}

SEC("fexit/inet6_sendmsg")
int BPF_PROG(tcptop_tr_send6, struct socket *socket, struct msghdr *msg, __u64 size, int result)
{
	sent(socket->sk, result);
	return 0;
}

/* How sendfile and splice send, where a kernel has it: the others send by the functions above. */
SEC("fexit/inet_sendpage")
int BPF_PROG(tcptop_tr_page, struct socket *socket, void *page, int offset, __u64 size, int flags, long result)
{
	sent(socket->sk, result);
	return 0;
}

SEC("fexit/inet_recvmsg")
int BPF_PROG(tcptop_tr_recv4, struct socket *socket, struct msghdr *msg, __u64 size, int flags, int result)
{
	received(socket->sk, result, flags);
	return 0;
}

SEC("fexit/inet6_recvmsg")
int BPF_PROG(tcptop_tr_recv6, struct socket *socket, struct msghdr *msg, __u64 size, int flags, int result)
{
	received(socket->sk, result, flags);
	return 0;
}

/* splice from a TCP socket passes by all of these. */
SEC("fexit/tcp_splice_read")
int BPF_PROG(tcptop_tr_splice, struct socket *socket, void *offset, void *pipe, __u64 size, unsigned int flags,
	     long result)
{
	received(socket->sk, result, 0);
	return 0;
}

/* The peers of datagrams, inside of the calls. */
SEC("fentry/udp_sendmsg")
int BPF_PROG(tcptop_tr_to4, struct sock *sk, struct msghdr *msg)
{
	note_destination(sk, msg);
	return 0;
}

SEC("fentry/udpv6_sendmsg")
int BPF_PROG(tcptop_tr_to6, struct sock *sk, struct msghdr *msg)
{
	note_destination(sk, msg);
	return 0;
}

SEC("fentry/skb_consume_udp")
int BPF_PROG(tcptop_tr_from, struct sock *sk, struct sk_buff *skb)
{
	note_source(sk, skb);
	return 0;
}

SEC("cgroup/sendmsg4")
int tcptop_tr_cto4(struct bpf_sock_addr *ctx)
{
	note_address4(ctx);
	return 1;
}

SEC("cgroup/sendmsg6")
int tcptop_tr_cto6(struct bpf_sock_addr *ctx)
{
	note_address6(ctx);
	return 1;
}

SEC("cgroup/recvmsg4")
int tcptop_tr_cfr4(struct bpf_sock_addr *ctx)
{
	note_address4(ctx);
	return 1;
}

SEC("cgroup/recvmsg6")
int tcptop_tr_cfr6(struct bpf_sock_addr *ctx)
{
	note_address6(ctx);
	return 1;
}

/* Their devices, for a filter by device. */
SEC("fentry/ip_send_skb")
int BPF_PROG(tcptop_tr_dev4, struct net *net, struct sk_buff *skb)
{
	note_route(skb);
	return 0;
}

SEC("fentry/ip6_send_skb")
int BPF_PROG(tcptop_tr_dev6, struct sk_buff *skb)
{
	note_route(skb);
	return 0;
}

SEC("cgroup_skb/egress")
int tcptop_tr_leave(struct __sk_buff *skb)
{
	note_leaving(skb);
	return 1;
}

SEC("cgroup_skb/ingress")
int tcptop_tr_arrive(struct __sk_buff *skb)
{
	note_arriving(skb);
	return 1;
}
