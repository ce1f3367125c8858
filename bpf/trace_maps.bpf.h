/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the trace is asked for, and its maps: as in tcptop_maps.bpf.h. Those for which nothing is asked are not made. */
#ifndef TCPTOP_TRACE_MAPS_BPF_H
#define TCPTOP_TRACE_MAPS_BPF_H

const volatile struct trace_settings settings = {.tcp = 1, .udp = 1};

/* See tcptop_settings.bpf.h. */
const struct tcptop_event *const btf_tcptop_event = NULL;
const struct trace_name *const btf_trace_name = NULL;

/*
 * Events that passed the filter. All trace programs write, one reader takes; it is woken by the first event after it
 * had taken all. Full: LOSS_TRACE_RING_FULL. User space sets the size; 104 bytes an event with the kernel's own part,
 * so 4 MiB hold 40,329.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} tcptop_trace SEC(".maps");

/* Ids of wanted processes -> nothing. User space writes before the programs run, and sets the size. 64 bytes each. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u8);
} tcptop_trace_pids SEC(".maps");

/* Ports that are wanted -> TCPTOP_TRACE_PORT_*, at which end. Likewise. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} tcptop_trace_ports SEC(".maps");

/* Parts of names of processes that are wanted. Likewise. 32 bytes each, TCPTOP_TRACE_NAMES at most. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct trace_name);
} tcptop_trace_names SEC(".maps");

/* Names of devices that are wanted -> nothing. Likewise. 64 bytes each. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct trace_device);
	__type(value, __u8);
} tcptop_trace_devices SEC(".maps");

/* The other end of the datagram that a thread is sending or receiving just now. */
struct trace_peer {
	__u64 cookie; /* of the socket */
	__u32 ifindex;
	__u16 port;
	__u16 _pad;
	__u8 address[TCPTOP_ADDRESS_BYTES]; /* in the form of the socket's family */
};

/*
 * Thread -> peer, from where the peer is seen to the end of the call, where it is taken out again. Written by the peer
 * programs. Those that no end of a call follows (the kernel's own calls, in part) stay until others need their room:
 * the oldest go. 2,048 threads at a time, some 200 KiB.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 2048);
	__type(key, __u64);
	__type(value, struct trace_peer);
} tcptop_trace_peers SEC(".maps");

/* A flow of datagrams, as far as it has a device. */
struct trace_flow {
	__u64 cookie;
	__u32 port;
	__u8 address[TCPTOP_ADDRESS_BYTES]; /* the peer's, in the form of the socket's family */
	__u32 _pad;
};

/*
 * Flow -> index of the device that its last datagram came by; made only for a filter by device, and only where the
 * datagram cannot be asked when it is received. Written as datagrams arrive. Full: the flow that was silent the longest
 * goes; its next datagram to be received may then pass no filter. 4,096 flows, some 400 KiB.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct trace_flow);
	__type(value, __u32);
} tcptop_trace_flows SEC(".maps");

#endif
