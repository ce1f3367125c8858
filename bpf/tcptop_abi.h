/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All that crosses between the kernel side and user space, and nothing else. The mirrors are in
 * src/Tcptop.Collectors/Ebpf/TcptopAbi.cs, that of tcp_counters in src/Tcptop.Model/TcpCounters.cs; a unit test
 * compares them with the BTF of the built object, field by field.
 *
 * Fixed-width fields, every gap named, sizes asserted. Addresses take 16 bytes, IPv4 in the first four, in network
 * order; ports are in host order. Times are CLOCK_MONOTONIC nanoseconds unless the name says otherwise.
 */
#ifndef TCPTOP_ABI_H
#define TCPTOP_ABI_H

#include <linux/types.h>

#define TCPTOP_COMM_BYTES	 16
#define TCPTOP_ADDRESS_BYTES	 16
#define TCPTOP_DEVICE_NAME_BYTES 16 /* IFNAMSIZ */
#define TCPTOP_CONGESTION_BYTES	 16 /* TCP_CA_NAME_MAX */

/* ---- The trace stream: one event per send, receive and state change, for those who watch events. ---- */

enum tcptop_event_type {
	TCPTOP_EVENT_TCP_SEND = 1,
	TCPTOP_EVENT_TCP_RECV = 2,
	TCPTOP_EVENT_UDP_SEND = 3,
	TCPTOP_EVENT_UDP_RECV = 4,
	TCPTOP_EVENT_TCP_STATE = 5,
};

struct data_event {
	__u32 pid; /* of the process that made the call, in our pid namespace; 0: not in there, or the kernel */
	char comm[TCPTOP_COMM_BYTES];
	__u16 af_family; /* AF_INET 2, AF_INET6 10 */
	__u16 sport;
	__u16 dport;
	__u16 _pad;
	__u8 saddr[TCPTOP_ADDRESS_BYTES];
	__u8 daddr[TCPTOP_ADDRESS_BYTES];
	__u32 bytes;
	__u32 srtt_us; /* microseconds, already divided by the kernel's 8; 0: none measured */
};

struct state_event {
	__u32 pid; /* likewise of the socket's owner, as its note says; 0: unknown, too */
	__u16 af_family;
	__u16 sport;
	__u16 dport;
	__u16 _pad;
	__u8 saddr[TCPTOP_ADDRESS_BYTES];
	__u8 daddr[TCPTOP_ADDRESS_BYTES];
	__u32 old_state;
	__u32 new_state;
	char comm[TCPTOP_COMM_BYTES];
};

/* A port of 0 is one that is not known, or not there yet: of a peer, the address then says nothing either. */
struct tcptop_event {
	__u32 event_type; /* enum tcptop_event_type */
	__u32 _pad;
	union {
		struct data_event data;
		struct state_event state;
	};
	__u32 netns_inum;
	__u64 time_ns;
	__u64 cookie; /* 0: the socket has none yet */
};

_Static_assert(sizeof(struct data_event) == 68, "mirror: DataEventAbi");
_Static_assert(sizeof(struct state_event) == 68, "mirror: StateEventAbi");
_Static_assert(sizeof(struct tcptop_event) == 96, "mirror: TcptopEventAbi");

/* ---- What user space asks of the trace before the load (.rodata of trace.bpf.o, and the trace's maps). ---- */

/* Each kind of condition asks for nothing where its number is 0. */
struct trace_settings {
	__u32 tcp;	      /* 1: events of TCP are wanted */
	__u32 udp;	      /* 1: of UDP */
	__u32 pids;	      /* how many are in tcptop_trace_pids */
	__u32 names;	      /* how many in tcptop_trace_names */
	__u32 devices;	      /* how many in tcptop_trace_devices */
	__u32 ports;	      /* 1: in tcptop_trace_ports there are ports for either end, */
	__u32 local_ports;    /* for ours, */
	__u32 remote_ports;   /* and for the peer's */
	__u32 device_of_flow; /* 1: a received datagram's device is not asked of it: tcptop_trace_flows has it */
	__u32 pid_namespace;  /* as in tcptop_settings */
};

_Static_assert(sizeof(struct trace_settings) == 40, "mirror: TraceSettingsAbi");

/* What a port in tcptop_trace_ports is wanted for. */
#define TCPTOP_TRACE_PORT_EITHER 1
#define TCPTOP_TRACE_PORT_LOCAL	 2
#define TCPTOP_TRACE_PORT_REMOTE 4

/* The names are gone through one after the other, and the verifier goes through them all, too. */
#define TCPTOP_TRACE_NAMES 256

/* A part of a process's name, in lower case, as the number that its bytes make; the mask has all bits of its bytes. */
struct trace_name {
	__u64 text[2];
	__u64 mask[2];
};

_Static_assert(sizeof(struct trace_name) == 32, "mirror: TraceNameAbi");

struct trace_device {
	char name[TCPTOP_DEVICE_NAME_BYTES]; /* NUL to the end */
};

_Static_assert(sizeof(struct trace_device) == 16, "mirror: TraceDeviceAbi");

/* ---- One TCP socket's counters: the rows of a snapshot, and the final record of a connection that has ended. ---- */

/* The peer's FIN has been taken in, and bytes_received counts it as a byte. */
#define TCPTOP_SOCKET_FIN_RECEIVED 1
/* A listener, or what the kernel keeps in a socket's place (TIME_WAIT, SYN_RECV): the counters say nothing. */
#define TCPTOP_SOCKET_NO_COUNTERS 2

#define TCPTOP_NO_UID 0xFFFFFFFF

/* What the kernel counts, as tcp_sock has it. */
struct tcp_counters {
	__u64 bytes_sent;     /* payload handed to IP: with what was sent again, and with what IP then refused */
	__u64 bytes_retrans;  /* of these, sent again */
	__u64 bytes_received; /* payload in order, and one more for a FIN: see socket_record.flags */
	__u32 segs_out;	      /* wraps */
	__u32 segs_in;	      /* wraps */
	__u32 total_retrans;
	__u32 srtt_us;	  /* microseconds, already divided by the kernel's 8; 0: none measured */
	__u32 min_rtt_us; /* the least of the last minutes; 0: none measured */
	__u32 _pad;
};

_Static_assert(sizeof(struct tcp_counters) == 48, "mirror: TcpCounters of Tcptop.Model");

/* How a TCP socket stands: what goes up and down, as ss -ti shows it. */
struct tcp_gauges {
	__u64 delivery_rate;	 /* bytes a second, as last measured; 0: not yet */
	__u64 pacing_rate;	 /* bytes a second; all bits set: none */
	__u32 busy_ms;		 /* in which data waited to be sent or acknowledged, */
	__u32 rwnd_limited_ms;	 /* of these, held by the peer's window */
	__u32 sndbuf_limited_ms; /* and by the send buffer */
	__u32 rto_us;
	__u32 rttvar_us;
	__u32 rcv_rtt_us;   /* 0: not measured */
	__u32 snd_cwnd;	    /* segments */
	__u32 snd_ssthresh; /* segments */
	__u32 mss;
	__u32 snd_wnd;	     /* bytes, of the peer's window */
	__u32 rcv_wnd;	     /* bytes, of ours as it was last told */
	__u32 unacked_bytes; /* sent, and not acknowledged */
	__u32 unsent_bytes;  /* written by the program, and not sent */
	__u32 unread_bytes;  /* received in order, and not read by the program */
	__u32 lost;	     /* segments in flight that are taken for lost */
	__u32 reordering;    /* segments that may come in between before one is taken for lost */
	__u32 reord_seen;    /* how often reordering was seen */
	__u32 dsack_dups;    /* segments that the peer had twice */
	__u32 data_segs_out;
	__u32 data_segs_in;
	__u32 delivered;   /* segments */
	__u32 rcv_ooopack; /* segments that came out of order */
	__u32 sndbuf;
	__u32 rcvbuf;
	__u8 retransmits; /* time-outs in a row */
	__u8 probes_out;  /* probes in a row without an answer */
	__u16 _pad;
	__u32 _pad2;
	char congestion[TCPTOP_CONGESTION_BYTES];
};

_Static_assert(sizeof(struct tcp_gauges) == 136, "mirror: TcpGauges of Tcptop.Model");

struct socket_record {
	__u64 cookie;
	__u64 born_ns; /* 0: older than we are */
	__u64 sampled_ns;
	__u64 bytes_out; /* payload that has left, each byte once: no SYN, no FIN */
	struct tcp_counters tcp;
	struct tcp_gauges gauges;
	__u64 cgroup_id;	/* cgroup v2 id; 0: the kernel does not say */
	__u64 owner_started_ns; /* boot clock: task_struct.start_boottime of the owner's leader */
	__u32 owner_pid;	/* thread group id in the initial pid namespace; 0: unknown */
	__u32 owner_pid_here;	/* in ours; 0: it is not in there */
	__u32 holders;		/* processes that have it open, at the last owners pass; 0: none counted */
	__u32 uid;		/* TCPTOP_NO_UID: none is kept */
	__u32 netns_inum;
	__u16 af_family;
	__u16 sport;
	__u16 dport;
	__u8 state;	    /* TCP_CLOSE in a final record */
	__u8 old_state;	    /* in a final record, the state it ended from; else 0 */
	__u32 flags;	    /* TCPTOP_SOCKET_* */
	__u32 accept_queue; /* of a listener: connections that wait to be accepted, */
	__u32 accept_limit; /* and how many may */
	__u8 saddr[TCPTOP_ADDRESS_BYTES];
	__u8 daddr[TCPTOP_ADDRESS_BYTES];
	char owner_comm[TCPTOP_COMM_BYTES];
	char device[TCPTOP_DEVICE_NAME_BYTES]; /* that its route uses now; empty: it has none, or it is not known */
};

_Static_assert(sizeof(struct socket_record) == 336, "mirror: SocketRecordAbi");

/* A connection that has ended, as the ring has it. */
struct closed_record {
	struct socket_record socket;
	__u32 slot; /* one more than the number of the one that it had; 0: none */
	__u32 _pad;
};

_Static_assert(sizeof(struct closed_record) == 344, "mirror: ClosedRecordAbi");

/* ---- What the kernel does not keep of a socket: its birth and its owner. ---- */

struct socket_note {
	__u64 born_ns; /* 0: older than we are */
	__u64 cgroup_id;
	__u64 owner_started_ns; /* the process that is named: the opener as long as it holds the socket */
	__u64
	    first_seq; /* of TCP: sequence number of the first byte of payload, and above it whose, see first_seq_of */
	__u32 owner_pid;       /* 0: unknown, or the kernel itself, which owner_comm then says */
	__u32 last_holder_pid; /* within one pass: one process may hold a socket under several descriptors */
	__u16 pass;	       /* the last owners pass that found a holder, modulo 2^16; 0: none yet */
	__u16 holders;	       /* that it found */
	__u8 connected;	       /* 1: its SYN has a number before the payload; where born_ns is known */
	__u8 is_listener;      /* 1: it listens; of TCP */
	__u8 held_otherwise;   /* 1: all holders that the pass has found have it without a descriptor */
	__u8 _pad;
	char owner_comm[TCPTOP_COMM_BYTES];

	__u64 opener_started_ns; /* the process that called connect, listen or socket, */
	__u32 opener_pid;	 /* or that was the first to close; 0: unknown yet of a connection that came in */
	__u32 owner_pid_here;	 /* the owner's in our pid namespace; kept only where that is not the initial one */
};

_Static_assert(sizeof(struct socket_note) == 80, "mirror: SocketNoteAbi");

/* ---- The table of TCP sockets: chunks of slots, found by the socket's address. ---- */

#define TCPTOP_CHUNK_SLOTS	4096
#define TCPTOP_BUCKET_SLOTS	8 /* in a cache line of addresses, and in a byte of each bitmap */
#define TCPTOP_CHUNK_BUCKETS	(TCPTOP_CHUNK_SLOTS / TCPTOP_BUCKET_SLOTS)
#define TCPTOP_SLOT_CHUNKS	1024
#define TCPTOP_SLOT_GENERATIONS 16

/* Lowest bits of a slot's address. */
#define TCPTOP_SLOT_BUSY      1ULL /* being written */
#define TCPTOP_SLOT_ENDED     2ULL /* its end has been told; the socket is still there */
#define TCPTOP_SLOT_TAKEN_UP  5ULL /* being written by a walk over what there is, see take_up; */
#define TCPTOP_SLOT_WITHDRAWN 7ULL /* and that it is not to publish */

/* What the walk compares. */
struct slot_watch {
	__u64 cookie;  /* says whose slot it is; 0: the kernel has given the socket none yet */
	__u32 segs_in; /* at the last reading */
	__u32 segs_out;
};

_Static_assert(sizeof(struct slot_watch) == 16, "mirror: SlotWatchAbi");

struct slot_chunk {
	__u64 sockets[TCPTOP_CHUNK_SLOTS];  /* address, and TCPTOP_SLOT_*; 0: free */
	__u8 changed[TCPTOP_CHUNK_BUCKETS]; /* records that the walk has written; user space clears */
	__u8 waiting[TCPTOP_CHUNK_BUCKETS]; /* to be read next time though no segment may have passed: data wait */
	__u8 wanted[TCPTOP_CHUNK_BUCKETS];  /* to be read whole, as user space asks; the walk clears */
	__u8 live[TCPTOP_CHUNK_BUCKETS];    /* those that the last walk has found to have a record; user space clears */
	struct slot_watch watches[TCPTOP_CHUNK_SLOTS];
	struct socket_record records[TCPTOP_CHUNK_SLOTS]; /* as the walk has read it; that of a socket that is live, or
							     was at its last reading */
	struct socket_note notes[TCPTOP_CHUNK_SLOTS];	  /* last, for user space does not map it */
};

_Static_assert(sizeof(struct slot_chunk) == 4096 * (8 + 16 + 80 + 336) + 4 * 512, "mirror: SlotChunk");

/* What user space runs the walk with. */
struct walk_argument {
	__u64 chunk;	    /* its number */
	__u64 first_bucket; /* by copies, which go through 64 of them in a run; else the run is the whole chunk */
	__u64 owners;	    /* 1: those whose note has another owner than their record, or other holders, are read */
};

_Static_assert(sizeof(struct walk_argument) == 24, "mirror: WalkArgumentAbi");

/* Chunks that were added together. */
struct slot_generation {
	__u32 first_chunk;
	__u32 chunks;
};

_Static_assert(sizeof(struct slot_generation) == 8, "mirror: SlotGenerationAbi");

/* ---- UDP, which the kernel does not count: flows, and the sockets that they belong to. ---- */

#define TCPTOP_UDP_FLOWS   65536
#define TCPTOP_UDP_SOCKETS 65536

/* Payload, and datagrams. Sums of segments that travel as one (GSO, GRO) count as the datagrams they carry. */
struct udp_counters {
	__u64 bytes_out;
	__u64 packets_out;
	__u64 bytes_in; /* that arrived at the socket, */
	__u64 packets_in;
	__u64 bytes_dropped; /* and of these, what it had no room for */
	__u64 packets_dropped;
};

_Static_assert(sizeof(struct udp_counters) == 48, "mirror: UdpCountersAbi");

struct udp_flow_key {
	__u64 cookie;
	__u8 daddr[TCPTOP_ADDRESS_BYTES]; /* the peer's */
	__u16 dport;
	__u16 af_family; /* of the packets: an AF_INET6 socket may have IPv4 peers */
	__u32 ifindex;	 /* of an address that means another machine on each link (link-local, multicast); else 0 */
};

_Static_assert(sizeof(struct udp_flow_key) == 32, "mirror: UdpFlowKeyAbi");

/* One slot of the flows' array. */
struct udp_flow {
	struct udp_flow_key key; /* cookie 0: the slot is free, or its flow has ended */
	struct udp_counters counters;
	__u64 born_ns;
	__u32 last_refresh; /* shared.refresh at the last datagram */
	__u16 sport;
	__u16 _pad;
	/* As in the first datagram of its last refresh: our address, and the device that it used. */
	__u8 saddr[TCPTOP_ADDRESS_BYTES];
	char device[TCPTOP_DEVICE_NAME_BYTES];
};

_Static_assert(sizeof(struct udp_flow) == 128, "mirror: UdpFlowAbi, two cache lines");

struct udp_socket {
	struct socket_note note;
	struct udp_counters rest; /* with peers for whose flows there was no room */
	__u64 rest_born_ns;	  /* 0: there has been room for all */
	__u64 closed_ns;	  /* 0: open */
	__u32 uid;
	__u32 netns_inum;
	__u16 sport;
	__u16 af_family; /* of the socket */
	__u32 has_traffic;
};

_Static_assert(sizeof(struct udp_socket) == 160, "mirror: UdpSocketAbi");

/* ---- What can be lost. A name for each; user space shows those that are not zero. ---- */

enum tcptop_loss {
	TCPTOP_LOSS_CLOSED_RING_FULL, /* a final record found no room in the ring */
	TCPTOP_LOSS_TRACE_RING_FULL,  /* an event found no room in the ring */
	TCPTOP_LOSS_STORAGE_FAILED,   /* no memory for a socket's storage: the trace does not know its owner */
	TCPTOP_LOSS_SLOTS_FULL, /* a socket found no slot: no row until user space has made room and looked again */
	TCPTOP_LOSS_VANISHED,	/* a socket was found to have ended, its last counters gone */
	TCPTOP_LOSS_SNAPSHOT_UNREACHABLE, /* the snapshot's array could not be looked up */
	TCPTOP_LOSS_HELD_FULL,	      /* no room for who holds a socket that no descriptor leads to: its owner stays */
	TCPTOP_LOSS_UDP_FLOWS_FULL,   /* a datagram had no room for a flow of its own: it is in its socket's rest */
	TCPTOP_LOSS_UDP_SOCKETS_FULL, /* no room for a UDP socket: a flow has no owner, or no row */
	TCPTOP_LOSS_UDP_UNREADABLE,   /* a datagram whose headers could not be read */
	TCPTOP_LOSS_UDP_PEER_UNKNOWN, /* a datagram that a call sent past its socket's peer may be counted for it */
	TCPTOP_LOSS_TRACE_PEER_UNKNOWN, /* a datagram's peer could not be read or kept: its event has none */
	TCPTOP_LOSS_KINDS,
};

/* ---- Memory that both sides map (.bss) ---- */

struct tcptop_shared {
	__u64 losses[TCPTOP_LOSS_KINDS];			     /* kernel adds, user space reads */
	__u64 self;						     /* kernel writes: its address of this */
	struct slot_generation generations[TCPTOP_SLOT_GENERATIONS]; /* user space adds: of chunks of slots */
	__u32 newest_generation;
	__u32 generations_asked; /* kernel sets to the number of the one that is needed next, and wakes user space */
	__u32 snapshot_capacity; /* user space sets before a walk by namespace: rows in the array */
	__u32 snapshot_rows;	 /* user space sets to 0 before it, kernel counts the rows it wrote */
	__u32 snapshot_overflow; /* likewise: rows without room; user space makes a larger array and walks again */
	__u32 owner_pass;	 /* user space counts up before each owners walk */
	__u32 births;		 /* kernel adds, wraps: sockets whose owners an owners walk has yet to confirm */
	__u32 unowned_births;  /* kernel sets to 1, user space to 0: some have the owner of their listener till then */
	__u32 stranger_births; /* likewise: connections born in a network namespace that user space does not know yet */
	__u32 udp_sockets_made; /* likewise: entries of the UDP tables, so that user space reads them when there is */
	__u32 udp_flows_made;	/* something to read */
	__u32 refresh;		/* user space counts up at each: the time of a datagram, cheaper than a clock */
	__u32 udp_slots_used; /* kernel adds: slots of the flows' array that have ever been in use, the first of it; may
				 go past its end */
	__u32 _pad;
};

_Static_assert(sizeof(struct tcptop_shared) == 12 * 8 + 8 + 16 * 8 + 14 * 4, "mirror: SharedAbi");

/* ---- Set by user space before the load (.rodata) ---- */

/* The kernel's numbers (BTF) of the types that are read by bpf_rdonly_cast: libbpf is given no more than an excerpt of
 * the kernel's types, where they have others. */
struct kernel_types {
	__u32 tcp_sock;
	__u32 skb_shared_info;
	__u32 udphdr;
	__u32 iphdr;
	__u32 ipv6hdr;
};

_Static_assert(sizeof(struct kernel_types) == 20, "mirror: KernelTypesAbi");

struct tcptop_settings {
	__u32 closed_wakeup_bytes; /* wake the reader of final records when this much waits: costs nobody till then */
	__u32 watch_namespaces; /* 1: namespaces are walked at each refresh, and births in unknown ones are counted */
	__u32 all_sockets;	/* 1: listeners have rows, and so has what stands in a socket's place */
	__u32 count_udp;
	__u32 read_directly;  /* 1: the kernel has bpf_rdonly_cast */
	__u32 udp_flows;      /* slots of the flows' array */
	__u32 states_skipped; /* for tests: one change of state in so many is left alone, as if the kernel had skipped
				 the program; 0: none */
	__u32 pid_namespace;  /* inode of ours; 0: it is the initial one, and a process has one id for all */
	__u32 sees_accepts;   /* 1: who accepts is told */
	__u32 bucket_mask;    /* how many buckets of a chunk are in use, less one: all but in tests */
	__u32 tick_ns;	      /* the length of a jiffy */
	struct kernel_types types;
};

_Static_assert(sizeof(struct tcptop_settings) == 64, "mirror: SettingsAbi");

#endif
