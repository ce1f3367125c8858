/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The maps: key and value, who writes, when an entry dies, what happens when it is full, what it costs. The notes of
 * sockets are in slots.bpf.h, the maps of the trace in trace_maps.bpf.h.
 */
#ifndef TCPTOP_MAPS_BPF_H
#define TCPTOP_MAPS_BPF_H

/*
 * Final records. The lifecycle program writes, one reader takes. Full: LOSS_CLOSED_RING_FULL. 2
 * MiB, 5,957 records: a quarter of a second of 25,000 connections a second; the reader is woken at a
 * quarter.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 2 << 20);
} tcptop_closed SEC(".maps");

/*
 * Inode of a network namespace that user space walks -> nothing; the namespaces that it does not know yet are the
 * others. User space writes, and takes out those that have gone. Full: namespaces beyond are looked for again and
 * again, at the pace that the search may take. 64 KiB at most; made only where namespaces are walked at each refresh.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u8);
} tcptop_namespaces SEC(".maps");

/*
 * Slot -> flow of UDP, mapped into user space. The datagram programs write counters; which slots are whose,
 * tcptop_udp_slots says. User space ends flows that are idle or whose socket has closed, and of an array that fills,
 * the oldest: it takes the key out of tcptop_udp_slots and out of here, lets one refresh pass, by when no program can
 * be adding to it, reads the last counts, and puts the slot back on tcptop_udp_free. An array and not a hash table's
 * values, so that a socket can remember where its flow is. 8 MiB.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, TCPTOP_UDP_FLOWS);
	__type(key, __u32);
	__type(value, struct udp_flow);
} tcptop_udp_flows SEC(".maps");

/*
 * Flow's key -> slot. The datagram programs put in, user space takes out. Full, as when there is no slot:
 * LOSS_UDP_FLOWS_FULL, and the datagram is counted in its socket's rest. Not an LRU table, which would drop flows with
 * counts in them that nobody has read. 88 bytes a flow with the kernel's own part, 6 MiB at most.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, TCPTOP_UDP_FLOWS);
	__type(key, struct udp_flow_key);
	__type(value, __u32);
} tcptop_udp_slots SEC(".maps");

/* Slots that are free again; those never in use are counted by shared.udp_slots_used. Cannot be full. 256 KiB. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, TCPTOP_UDP_FLOWS);
	__uint(value_size, sizeof(__u32));
} tcptop_udp_free SEC(".maps");

/* Where the flow of a socket's last datagram is. A hint: what the slot holds says whose it is. */
struct udp_recent {
	__u64 cookie;
	__u32 slot;
	__u32 _pad;
};

/*
 * UDP socket -> where its last datagram was counted: the next one is mostly of the same flow, and spares the look-up in
 * tcptop_udp_slots. Made at a flow's second datagram, so that a socket that lives for one pays nothing; freed by the
 * kernel with its socket. An allocation that fails costs the look-up, nothing else. About 100 bytes a socket.
 */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct udp_recent);
} tcptop_udp_recent SEC(".maps");

/*
 * Cookie -> UDP socket. Made at its birth, at its first datagram or by the owners pass,
 * whichever comes first; taken out by the kernel side when it closes without traffic, else by
 * user space when it has read that it closed. In a table, not in socket storage: it must outlive
 * its socket by a refresh, and be read where iterators over storage are refused. Full:
 * LOSS_UDP_SOCKETS_FULL. 224 bytes a socket, 14 MiB at most.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, TCPTOP_UDP_SOCKETS);
	__type(key, __u64);
	__type(value, struct udp_socket);
} tcptop_udp_sockets SEC(".maps");

/* A call that sends a datagram. */
struct udp_destination_key {
	__u64 cookie;
	__u64 thread; /* by its address */
};

struct udp_destination {
	__u8 address[TCPTOP_ADDRESS_BYTES];
	__be16 port;
	__u16 _pad;
};

/*
 * Call -> the destination that it names on a connected socket, and is not the socket's peer, at
 * the cgroup hooks. Written as the call begins, taken out by its packet. Full: the one unused
 * for longest goes, nearly always of a call that failed; of one that waits for room to send, its
 * datagram is then the connected peer's. 1,024 calls at a time, some 100 KiB.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct udp_destination_key);
	__type(value, struct udp_destination);
} tcptop_udp_destinations SEC(".maps");

/* A datagram that arrived, and where it was counted. */
struct udp_arrival {
	__u64 cookie;
	__u32 slot; /* TCPTOP_NO_SLOT: in its socket's rest */
	__u32 bytes;
	__u32 packets;
	__u32 _pad;
};

/*
 * The datagram that arrives on this CPU just now, so that what happens to it next can be booked to its flow: nothing
 * comes between on one CPU. Written by the datagram programs. 24 bytes a CPU.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct udp_arrival);
} tcptop_arrival SEC(".maps");

/*
 * Rows of what has no slot, mapped into user space. BPF_F_INNER_MAP is what lets user space put an array of
 * another size in the place of this one while the programs run. Full: shared.snapshot_overflow
 * counts, and user space makes a larger one. 336 bytes a row.
 */
struct snapshot_array {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	/* By sizes, not types: on Linux 6.1 a template with BTF is no equal of user space's arrays, which have none. */
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct socket_record));
};

/* 0 -> the snapshot array in use. User space writes; an array dies when it is replaced and user space unmaps it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct snapshot_array);
} tcptop_snapshot SEC(".maps");

#endif
