/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The walk over a chunk, which user space runs: which sockets have moved, and their records. */
#ifndef TCPTOP_WALK_BPF_H
#define TCPTOP_WALK_BPF_H

/* A state change is told just before it is stored; what is older than this has had the time. */
#define SURELY_STORED_NS 1000000000ULL

/* One run by copies lasts no longer than this many buckets: it keeps others from its CPU. */
#define BUCKETS_BY_COPY 64

/* Nothing in it: to go through it is the loop of kernels before bpf_loop (Linux 5.17). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BUCKETS_BY_COPY);
	__type(key, __u32);
	__type(value, __u8);
} tcptop_counting SEC(".maps");

/* ---- Records ---- */

/*
 * Of a connection older than us: the socket may be at work, and is looked at again, the further pointers between. What
 * does not hold still is left to the next walk.
 */
static __always_inline void find_first_seq(struct socket_note *note, __u64 address, __u64 cookie, __u64 born_ns,
					   const struct tcp_sock *tp, bool casts)
{
	__u8 state = ((const struct sock *)tp)->__sk_common.skc_state;

	if (state == TCP_SYN_SENT || state == TCP_SYN_RECV || state == TCP_LISTEN)
		return;
	__u32 acknowledged = tp->snd_una;
	bool sure, still_sure;
	__u32 first = first_payload_seq(tp, note, &sure);

	barrier();
	if (!casts)
		tp = copy_socket(address);
	if (tp && acknowledged == tp->snd_una && first == first_payload_seq(tp, note, &still_sure) && sure &&
	    still_sure)
		keep_first_seq(note, cookie, born_ns, first);
}

/* A living socket's state tells whether the peer's FIN has been taken in; SOCK_DONE would tell, too, a cache line
 * further on. */
static __always_inline bool fin_received(__u8 state)
{
	return state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK || state == TCP_CLOSING;
}

/* It may change without a segment: data wait. Of a listener no counter tells of its queue. */
static __always_inline bool is_to_be_read_again(const struct tcp_sock *tp, __u8 state)
{
	return state == TCP_LISTEN || tp->write_seq != tp->snd_una || tp->rcv_nxt != tp->copied_seq;
}

static __always_inline void set_bit(__u8 *bits, __u32 slot, bool on)
{
	__u8 bit = 1 << slot % TCPTOP_BUCKET_SLOTS;

	if (on)
		bits[slot / TCPTOP_BUCKET_SLOTS] |= bit;
	else
		bits[slot / TCPTOP_BUCKET_SLOTS] &= ~bit;
}

static __always_inline void fill_state(struct socket_record *record, const struct sock *sk)
{
	__u8 state = sk->__sk_common.skc_state;

	record->state = state;
	record->flags = fin_received(state) ? TCPTOP_SOCKET_FIN_RECEIVED : 0;
	if (state != TCP_LISTEN)
		return;
	record->flags = TCPTOP_SOCKET_NO_COUNTERS;
	record->accept_queue = sk->sk_ack_backlog;
	record->accept_limit = sk->sk_max_ack_backlog;
}

static __always_inline bool is_slot_of(const struct slot_chunk *chunk, __u32 slot, __u64 cookie, __u64 born_ns)
{
	return *(volatile __u64 *)&chunk->watches[slot].cookie == cookie &&
	       *(volatile __u64 *)&chunk->notes[slot].born_ns == born_ns;
}

/* A socket that connects is given its port after its first change of state. */
static __always_inline bool lacks_identity(const struct socket_record *record, __u64 cookie)
{
	return record->cookie != cookie || !record->sport;
}

/*
 * What is read of a slot that has become another's meanwhile, or the same socket's next connection's, is nobody's. That
 * takes longer than a processor holds back loads: no more than the compiler is kept from changing their order.
 */
static __always_inline bool write_record(struct slot_chunk *chunk, __u32 slot, __u64 address, __u64 cookie, bool whole,
					 __u64 now_ns, bool casts)
{
	struct socket_record *record = &chunk->records[slot];
	struct socket_note *note = &chunk->notes[slot];
	struct slot_watch *watch = &chunk->watches[slot];
	__u64 born_ns = *(volatile __u64 *)&note->born_ns;

	barrier();
	const struct tcp_sock *tp = read_socket(address, casts);
	const struct sock *sk = (const struct sock *)tp;

	if (!tp)
		return false;
	if (!is_read(watch))
		record->cookie = 0;
	watch->segs_in = tp->segs_in;
	watch->segs_out = tp->segs_out;
	if (!first_seq_of(note, cookie))
		find_first_seq(note, address, cookie, born_ns, tp, casts);
	if (record->cookie != cookie)
		forget_device(record);
	if (whole || lacks_identity(record, cookie))
		fill_identity(record, tp, note, casts);
	fill_reading(record, tp, note, cookie, now_ns, casts);
	fill_owner(record, note);
	fill_state(record, sk);
	set_bit(chunk->waiting, slot, is_to_be_read_again(tp, record->state));
	set_bit(chunk->changed, slot, true);
	barrier();
	bool is_still_its =
	    *(volatile __u64 *)&chunk->sockets[slot] == address && is_slot_of(chunk, slot, cookie, born_ns);

	record->cookie = is_still_its ? cookie : 0;
	/* What was read is another's already: it has not been read yet. */
	if (!is_still_its)
		forget_reading(watch);
	return is_still_its;
}

/* Whether memory has the ended socket still, and its record is filled from it. */
static __always_inline bool fill_end(struct socket_record *final, const struct socket_note *note, __u64 address,
				     __u64 cookie, __u64 now_ns, bool casts)
{
	const struct tcp_sock *tp = read_socket(address, casts);
	const struct sock *sk = (const struct sock *)tp;

	if (!tp)
		return false;
	forget_device(final);
	fill_identity(final, tp, note, casts);
	fill_reading(final, tp, note, cookie, now_ns, casts);
	fill_owner(final, note);
	final->flags = sk->__sk_common.skc_flags & (1UL << bpf_core_enum_value(enum sock_flags, SOCK_DONE))
			   ? TCPTOP_SOCKET_FIN_RECEIVED
			   : 0;
	barrier();
	struct glance after = glance_at(address, casts);

	return after.cookie == cookie && after.state == TCP_CLOSE;
}

/* By what memory says of the socket, if that is its own still, else by its last record. */
static __always_inline void tell_end(struct slot_chunk *chunk, __u32 number, __u64 address, __u64 cookie, __u64 now_ns,
				     bool casts)
{
	__u32 slot = number % TCPTOP_CHUNK_SLOTS;
	const struct socket_record *last = &chunk->records[slot];
	bool has_last = is_read(&chunk->watches[slot]) && last->cookie == cookie;
	struct closed_record *closed = bpf_ringbuf_reserve(&tcptop_closed, sizeof(*closed), 0);

	if (!closed) {
		count_loss(TCPTOP_LOSS_CLOSED_RING_FULL);
		return;
	}
	struct socket_record *final = &closed->socket;

	if (!fill_end(final, &chunk->notes[slot], address, cookie, now_ns, casts)) {
		count_loss(TCPTOP_LOSS_VANISHED);
		if (!has_last) {
			bpf_ringbuf_discard(closed, BPF_RB_NO_WAKEUP);
			return;
		}
		*final = *last;
	}
	final->cookie = cookie;
	final->old_state = has_last ? last->state : 0;
	final->state = TCP_CLOSE;
	closed->slot = number + 1;
	closed->_pad = 0;
	bpf_ringbuf_submit(closed, BPF_RB_NO_WAKEUP);
}

/* An end that nobody has told. What was claimed may have become another's before: that goes on as it was. */
static __always_inline void end_unseen(struct slot_chunk *chunk, __u32 number, __u64 address, __u64 cookie,
				       __u64 born_ns, __u64 now_ns, bool casts)
{
	__u32 slot = number % TCPTOP_CHUNK_SLOTS;
	__u64 *socket = &chunk->sockets[slot];
	__u64 becomes = 0;

	if (!is_slot_of(chunk, slot, cookie, born_ns) || !claim_slot(socket, address, address))
		return;
	if (!is_slot_of(chunk, slot, cookie, born_ns))
		becomes = address;
	else if (cookie && !chunk->notes[slot].is_listener)
		tell_end(chunk, number, address, cookie, now_ns, casts);
	__sync_val_compare_and_swap(socket, address | TCPTOP_SLOT_BUSY, becomes);
}

/* What has become of a slot: it has a record, none, or the one that it had. */
enum { SLOT_GONE, SLOT_READ, SLOT_AS_IT_WAS };

/*
 * A slot that has moved, or is not as it says. A clone has no cookie at first; it is given one as it is established, or
 * sooner, where its program is let at it before (TCP Fast Open). The slot's cookie is read first: a clone's is written
 * after the socket's.
 */
static __always_inline int look_closer(__u32 number, __u64 address, __u64 now_ns, bool whole, bool casts)
{
	struct slot_chunk *chunk = chunk_at(number / TCPTOP_CHUNK_SLOTS);
	__u32 slot = number % TCPTOP_CHUNK_SLOTS;

	if (!chunk)
		return SLOT_GONE;
	struct slot_watch *watch = &chunk->watches[slot];
	__u64 cookie = *(volatile __u64 *)&watch->cookie;
	__u64 born_ns = *(volatile __u64 *)&chunk->notes[slot].born_ns;

	barrier();
	struct glance now = glance_at(address, casts);

	if (cookie && now.cookie == cookie && now.state == TCP_LISTEN && !settings.all_sockets)
		return SLOT_GONE;
	if (cookie && now.cookie == cookie && now.state != TCP_CLOSE)
		return write_record(chunk, slot, address, cookie, whole, now_ns, casts) ? SLOT_READ : SLOT_GONE;
	if (!cookie && now.state != TCP_CLOSE) {
		__sync_val_compare_and_swap(&watch->cookie, 0, now.cookie);
		return SLOT_GONE;
	}
	/* It may have been born since. */
	if (now_ns < born_ns + SURELY_STORED_NS)
		return SLOT_AS_IT_WAS;
	end_unseen(chunk, number, address, cookie, born_ns, now_ns, casts);
	return SLOT_GONE;
}

/* Functions of their own to the verifier, see search_chunk. */
__noinline int look_closer_cast(__u32 number, __u64 address, __u64 now_ns, __u32 whole)
{
	return look_closer(number, address, now_ns, whole, true);
}

__noinline int look_closer_copy(__u32 number, __u64 address, __u64 now_ns, __u32 whole)
{
	return look_closer(number, address, now_ns, whole, false);
}

/* ---- The walk ---- */

struct chunk_walk {
	struct slot_chunk *chunk;
	__u64 now_ns;
	__u32 number; /* of the chunk */
	__u32 first;  /* bucket */
	__u32 owners;
};

/* The program that frees a slot may have been skipped: its socket's memory is another's then, sooner or later. */
static __always_inline void free_forgotten(struct slot_chunk *chunk, __u32 slot, __u64 address, bool is_others)
{
	if (is_others)
		__sync_val_compare_and_swap(&chunk->sockets[slot], address, 0);
}

static __always_inline int visit_slot(struct chunk_walk *walk, __u32 slot, bool is_wanted, bool is_waiting, bool casts)
{
	struct slot_chunk *chunk = walk->chunk;
	__u64 address = *(volatile __u64 *)&chunk->sockets[slot];
	struct slot_watch *watch = &chunk->watches[slot];

	if (!address || address & TCPTOP_SLOT_BUSY)
		return SLOT_GONE;
	__u64 cookie = *(volatile __u64 *)&watch->cookie;

	if (address & TCPTOP_SLOT_ENDED) {
		free_forgotten(chunk, slot, address, glance_at(address & ~TCPTOP_SLOT_ENDED, casts).cookie != cookie);
		return SLOT_GONE;
	}
	bool again = is_wanted || is_waiting;

	if (walk->owners && owner_differs(&chunk->records[slot], &chunk->notes[slot]))
		again = true;

	if (cookie && !again && is_at_rest(address, watch, casts))
		return SLOT_AS_IT_WAS;
	__u32 number = walk->number * TCPTOP_CHUNK_SLOTS + slot;

	return casts ? look_closer_cast(number, address, walk->now_ns, is_wanted)
		     : look_closer_copy(number, address, walk->now_ns, is_wanted);
}

static __always_inline void visit_bucket(struct chunk_walk *walk, __u32 bucket, bool casts)
{
	struct slot_chunk *chunk = walk->chunk;
	__u8 wanted = chunk->wanted[bucket % TCPTOP_CHUNK_BUCKETS];
	__u8 waiting = chunk->waiting[bucket % TCPTOP_CHUNK_BUCKETS];
	__u8 before = chunk->live[bucket % TCPTOP_CHUNK_BUCKETS];
	__u8 live = 0;

/* Not a loop: kernels like 6.1 refuse one whose end comes right after a call. */
#pragma unroll
	for (__u32 i = 0; i < TCPTOP_BUCKET_SLOTS; i++) {
		__u32 slot = (bucket * TCPTOP_BUCKET_SLOTS + i) % TCPTOP_CHUNK_SLOTS;
		int became = visit_slot(walk, slot, wanted >> i & 1, waiting >> i & 1, casts);

		live |= (became == SLOT_READ || (became == SLOT_AS_IT_WAS && before >> i & 1)) << i;
	}
	if (live != before)
		chunk->live[bucket % TCPTOP_CHUNK_BUCKETS] = live;
	if (wanted)
		chunk->wanted[bucket % TCPTOP_CHUNK_BUCKETS] = 0;
}

static __always_inline bool begin_walk(struct chunk_walk *walk, __u32 number, __u32 first, bool owners)
{
	walk->chunk = chunk_at(number);
	walk->now_ns = bpf_ktime_get_ns();
	walk->number = number;
	walk->first = first;
	walk->owners = owners;
	return walk->chunk;
}

static long visit_bucket_cast(__u32 bucket, struct chunk_walk *walk)
{
	visit_bucket(walk, bucket, true);
	return 0;
}

static long visit_bucket_copy(void *map, __u32 *bucket, void *value, struct chunk_walk *walk)
{
	visit_bucket(walk, walk->first + *bucket, false);
	return 0;
}

static __always_inline void walk_by_cast(__u32 number, bool owners)
{
	struct chunk_walk walk;

	if (!begin_walk(&walk, number, 0, owners))
		return;
	bpf_loop(TCPTOP_CHUNK_BUCKETS, visit_bucket_cast, &walk, 0);
}

static __always_inline void walk_by_copy(__u32 number, __u32 first, bool owners)
{
	struct chunk_walk walk;

	if (!begin_walk(&walk, number, first, owners))
		return;
	bpf_for_each_map_elem(&tcptop_counting, visit_bucket_copy, &walk, 0);
}

#endif
