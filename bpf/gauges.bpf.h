/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How a TCP socket stands, as tcp_get_info has it. */
#ifndef TCPTOP_GAUGES_BPF_H
#define TCPTOP_GAUGES_BPF_H

/* enum tcp_chrono, of which the first is none. */
#define CHRONOS		      3
#define CHRONO_RWND_LIMITED   1
#define CHRONO_SNDBUF_LIMITED 2

static __always_inline __u32 milliseconds_of(__u32 ticks)
{
	__u64 milliseconds = (__u64)ticks * settings.tick_ns / 1000000;

	return milliseconds < ~0U ? milliseconds : ~0U;
}

/* The one that runs has not been added to its sum yet. */
static __always_inline void fill_chronos(struct tcp_gauges *gauges, const struct tcp_sock *tp)
{
	__u32 running = BPF_CORE_READ_BITFIELD(tp, chrono_type);
	__u32 begun = tp->chrono_start;
	__u32 since = (__u32)bpf_jiffies64() - begun;
	__u32 ticks[CHRONOS];

	for (int i = 0; i < CHRONOS; i++)
		ticks[i] = tp->chrono_stat[i] + (running == (__u32)i + 1 ? since : 0);
	gauges->busy_ms = milliseconds_of(ticks[0] + ticks[CHRONO_RWND_LIMITED] + ticks[CHRONO_SNDBUF_LIMITED]);
	gauges->rwnd_limited_ms = milliseconds_of(ticks[CHRONO_RWND_LIMITED]);
	gauges->sndbuf_limited_ms = milliseconds_of(ticks[CHRONO_SNDBUF_LIMITED]);
}

static __always_inline void fill_rates(struct tcp_gauges *gauges, const struct tcp_sock *tp)
{
	__u64 delivered = tp->rate_delivered;
	__u32 interval_us = tp->rate_interval_us;

	gauges->delivery_rate = delivered && interval_us ? delivered * tp->mss_cache * 1000000 / interval_us : 0;
	gauges->pacing_rate = ((const struct sock *)tp)->sk_pacing_rate;
}

/* Numbers of sequences may be read while they move. */
static __always_inline __u32 bytes_between(__u32 first, __u32 last)
{
	__s32 bytes = last - first;

	return bytes > 0 ? bytes : 0;
}

static __always_inline void fill_queues(struct tcp_gauges *gauges, const struct tcp_sock *tp)
{
	__u32 next = tp->snd_nxt;

	gauges->unacked_bytes = bytes_between(tp->snd_una, next);
	gauges->unsent_bytes = bytes_between(next, tp->write_seq);
	gauges->unread_bytes = bytes_between(tp->copied_seq, tp->rcv_nxt);
	gauges->snd_wnd = tp->snd_wnd;
	gauges->rcv_wnd = tp->rcv_wnd;
	gauges->sndbuf = ((const struct sock *)tp)->sk_sndbuf;
	gauges->rcvbuf = ((const struct sock *)tp)->sk_rcvbuf;
}

static __always_inline void fill_losses(struct tcp_gauges *gauges, const struct tcp_sock *tp)
{
	gauges->lost = tp->lost_out;
	gauges->reordering = tp->reordering;
	gauges->reord_seen = tp->reord_seen;
	gauges->dsack_dups = tp->dsack_dups;
	gauges->data_segs_out = tp->data_segs_out;
	gauges->data_segs_in = tp->data_segs_in;
	gauges->delivered = tp->delivered;
	gauges->rcv_ooopack = tp->rcv_ooopack;
	gauges->retransmits = tp->inet_conn.icsk_retransmits;
	gauges->probes_out = tp->inet_conn.icsk_probes_out;
}

static __always_inline void fill_gauges(struct tcp_gauges *gauges, const struct tcp_sock *tp)
{
	const struct tcp_congestion_ops *congestion = tp->inet_conn.icsk_ca_ops;

	fill_rates(gauges, tp);
	fill_chronos(gauges, tp);
	fill_queues(gauges, tp);
	fill_losses(gauges, tp);
	gauges->rto_us = (__u64)tp->inet_conn.icsk_rto * settings.tick_ns / 1000;
	gauges->rttvar_us = tp->mdev_us >> 2;
	gauges->rcv_rtt_us = tp->rcv_rtt_est.rtt_us >> 3;
	gauges->snd_cwnd = tp->snd_cwnd;
	gauges->snd_ssthresh = tp->snd_ssthresh;
	gauges->mss = tp->mss_cache;
	gauges->_pad = gauges->_pad2 = 0;
	/* By the helper: of a copied socket it is a mere number. */
	if (!congestion || bpf_probe_read_kernel(gauges->congestion, TCPTOP_CONGESTION_BYTES, &congestion->name))
		__builtin_memset(gauges->congestion, 0, TCPTOP_CONGESTION_BYTES);
}

#endif
