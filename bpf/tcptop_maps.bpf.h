/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every map: key and value, who writes, when an entry dies, what happens when it is full, what it costs. */
#ifndef TCPTOP_MAPS_BPF_H
#define TCPTOP_MAPS_BPF_H

/*
 * What the kernel does not keep of a connection: its birth and its owner. In the kernel's memory alone; not part of the ABI. What walks
 * read and write comes first, 56 bytes: with the kernel's own pointer before it, one cache line.
 */
struct socket_note {
	__u64 born_ns; /* 0: older than we are */
	__u64 cgroup_id;
	__u64 owner_started_ns; /* the process that is named: the opener as long as it holds the socket */
	__u32 owner_pid;
	__u32 pass;	       /* the last owners pass that found a holder; 0: none yet */
	__u32 holders;	       /* that it found */
	__u32 last_holder_pid; /* within one pass: one process may hold a socket under several descriptors */
	char owner_comm[TCPTOP_COMM_BYTES];

	__u64 opener_started_ns; /* the process that called connect or listen, */
	__u32 opener_pid;	 /* or that was the first to close; 0: unknown yet of a connection that came in */
	__u32 _pad;
};

/*
 * Socket -> note. Written by the lifecycle program, the bootstrap and the owners pass; freed by the kernel with its socket. BPF_F_CLONE: an
 * accepted socket gets a copy of its listener's, which is how it has an owner before anybody has accepted it. Cannot be full; a failed
 * allocation is LOSS_STORAGE_FAILED. About 200 bytes a socket with the kernel's own part, charged to the socket's option memory.
 */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct socket_note);
} tcptop_notes SEC(".maps");

/*
 * Final records. The lifecycle program writes, one reader takes. Full: LOSS_CLOSED_RING_FULL. 4 MiB, 24,966 records: half a second of the
 * fastest churn that one core makes; the reader is woken at a quarter.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} tcptop_closed SEC(".maps");

/* Trace events; made only when they are asked for. Full: LOSS_TRACE_RING_FULL. 4 MiB, 49,932 events. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} tcptop_trace SEC(".maps");

/*
 * Inode of a network namespace that user space walks -> nothing; the namespaces that it does not know yet are the others. User space
 * writes, and takes out those that have gone. Full: namespaces beyond are looked for again and again, at the pace that the search may take.
 * 64 KiB at most; made only where sockets are read namespace by namespace.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u8);
} tcptop_namespaces SEC(".maps");

/*
 * Snapshot rows, mapped into user space. BPF_F_INNER_MAP is what lets user space put an array of another size in the place of this one
 * while the programs run. Full: shared.snapshot_overflow counts, and user space makes a larger one. 160 bytes a row.
 */
struct snapshot_array {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	/* By sizes, not types: on Linux 6.1 a template with BTF is not the equal of the arrays without it that user space makes. */
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct socket_record));
};

/* 0 -> the snapshot array in use. User space writes; the array dies when another takes its place and user space unmaps it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct snapshot_array);
} tcptop_snapshot SEC(".maps");

#endif
