/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a TCP socket to its record: what the kernel counts, how the socket stands, and our note of it. */
#ifndef TCPTOP_RECORDS_BPF_H
#define TCPTOP_RECORDS_BPF_H

/* The kernel's minimum begins as the greatest number there is. */
static __always_inline __u32 min_rtt_of(const struct tcp_sock *tp)
{
	__u32 least = tp->rtt_min.s[0].v;

	return least == ~0U ? 0 : least;
}

static __always_inline void fill_counters(struct tcp_counters *counters, const struct tcp_sock *tp)
{
	/* In this order: were bytes_retrans newer than bytes_sent, sent - retrans would fall short for a moment. */
	counters->bytes_retrans = tp->bytes_retrans;
	counters->bytes_sent = tp->bytes_sent;
	counters->bytes_received = tp->bytes_received;
	counters->segs_out = tp->segs_out;
	counters->segs_in = tp->segs_in;
	counters->total_retrans = tp->total_retrans;
	counters->srtt_us = tp->srtt_us >> 3;
	counters->min_rtt_us = min_rtt_of(tp);
	counters->_pad = 0;
}

/* Processes that the last owners pass has found. */
static __always_inline __u32 holders_of(const struct socket_note *note)
{
	return note->pass == (__u16)shared.owner_pass ? note->holders : 0;
}

/* An owners pass has found another since the record was made, or other holders. */
static __always_inline bool owner_differs(const struct socket_record *record, const struct socket_note *note)
{
	return note->owner_pid != record->owner_pid || note->owner_started_ns != record->owner_started_ns ||
	       holders_of(note) != record->holders;
}

/* Without a note, birth and owner are lost, not the counters. */
static __always_inline void fill_owner(struct socket_record *record, const struct socket_note *note)
{
	if (!note) {
		record->born_ns = record->owner_started_ns = 0;
		record->owner_pid = record->owner_pid_here = record->holders = 0;
		__builtin_memset(record->owner_comm, 0, TCPTOP_COMM_BYTES);
		return;
	}
	record->born_ns = note->born_ns;
	record->owner_started_ns = note->owner_started_ns;
	record->owner_pid = note->owner_pid;
	record->owner_pid_here = settings.pid_namespace ? note->owner_pid_here : note->owner_pid;
	record->holders = holders_of(note);
	__builtin_memcpy(record->owner_comm, note->owner_comm, TCPTOP_COMM_BYTES);
}

/* What stays as it is while a socket lives; the cookie is the caller's to fill in. */
static __always_inline void fill_identity(struct socket_record *record, const struct tcp_sock *tp,
					  const struct socket_note *note, bool follows)
{
	const struct sock *sk = (const struct sock *)tp;
	__u16 family = sk->__sk_common.skc_family;

	if (note && note->cgroup_id)
		record->cgroup_id = note->cgroup_id;
	else
		record->cgroup_id = follows ? follow_to_cgroup(sk) : cgroup_of(sk);
	record->uid = sk->sk_uid.val;
	record->netns_inum = follows ? follow_to_netns(sk) : netns_of(sk);
	record->af_family = family;
	record->sport = local_port_of(sk, tp);
	record->dport = bpf_ntohs(sk->__sk_common.skc_dport);
	record->old_state = 0;
	record->accept_queue = record->accept_limit = 0;
	copy_addresses(sk, family, record->saddr, record->daddr);
}

/* What moves, but for the state. What is read as a copy of a socket has pointers that are not followed as they are. */
static __always_inline void fill_reading(struct socket_record *record, const struct tcp_sock *tp,
					 const struct socket_note *note, __u64 cookie, __u64 now_ns, bool follows)
{
	__u32 first_seq = note ? first_seq_of(note, cookie) : 0;
	bool sure;

	record->sampled_ns = now_ns;
	/* What was handed to IP first, then what has left: that which leaves between them is not taken for failed. */
	fill_counters(&record->tcp, tp);
	fill_gauges(&record->gauges, tp);
	record->bytes_out = payload_sent(tp, first_seq ? first_seq : first_payload_seq(tp, note, &sure));
	name_device_of(tp, record->device, follows);
}

#endif
