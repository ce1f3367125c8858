/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a TCP socket's slot is: a hash table of addresses in memory that user space maps, a few
 * buckets of eight for each address. It grows by generations of chunks: a socket stays where it was
 * put, and is looked for in the newest generation first.
 */
#ifndef TCPTOP_SLOTS_BPF_H
#define TCPTOP_SLOTS_BPF_H

/* Of buckets, for one address and generation. */
#define SLOT_CHOICES 3

/* All chunks are of one size, so that looking one up takes a few instructions. */
struct slot_chunk_array {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	/* By sizes, not types: see snapshot_array. */
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct slot_chunk));
};

/*
 * Number -> chunk. User space adds chunks, in generations; the kernel side takes and frees their
 * slots. Full: TCPTOP_LOSS_SLOTS_FULL, and user space is woken before. 1.8 MB a chunk of 4,096
 * sockets.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, TCPTOP_SLOT_CHUNKS);
	__type(key, __u32);
	__array(values, struct slot_chunk_array);
} tcptop_slots SEC(".maps");

struct place {
	struct slot_chunk *chunk; /* NULL: none */
	__u32 slot;		  /* in its chunk */
	__u32 number;		  /* of all slots */
};

static __always_inline struct slot_chunk *chunk_at(__u32 number)
{
	__u32 zero = 0;
	void *array = bpf_map_lookup_elem(&tcptop_slots, &number);

	return array ? bpf_map_lookup_elem(array, &zero) : NULL;
}

/*
 * A socket's address as a number. The verifier allows no arithmetic on a pointer but the difference of
 * two, which is a number. What it is taken from says in memory where it is.
 */
static __always_inline __u64 address_of(const void *pointer)
{
	__u64 address = (__u64)pointer;

	if (!shared.self)
		*(void *volatile *)&shared.self = &shared;
	asm volatile("%0 -= %1" : "+r"(address) : "r"(&shared));
	return address + shared.self;
}

static __always_inline __u32 hash_of(__u64 address)
{
	return ((address >> 6) * 0x9E3779B97F4A7C15ULL) >> 32;
}

/* Of the newest generation, the one before it, ...: the chunk that an address has in it. */
static __always_inline __u32 chunk_number(__u32 hash, __u32 newest, __u32 before)
{
	const struct slot_generation *generation = &shared.generations[(newest - before) % TCPTOP_SLOT_GENERATIONS];

	return generation->first_chunk + ((__u64)hash * generation->chunks >> 32);
}

static __always_inline __u32 bucket_of(__u32 hash, int choice)
{
	return (hash >> choice * 8) & settings.bucket_mask & (TCPTOP_CHUNK_BUCKETS - 1);
}

/*
 * In one chunk, the number of the slot that holds a value (an address with its marks), among those that an address
 * may have; -1: none. Functions of their own to the verifier, which goes through them once, not once for each
 * generation and for each place that each caller may find.
 */
__noinline int search_chunk(__u32 number, __u32 hash, __u64 wanted)
{
	struct slot_chunk *chunk = chunk_at(number);

	if (!chunk)
		return -1;
	for (int choice = 0; choice < SLOT_CHOICES; choice++) {
		__u32 bucket = bucket_of(hash, choice);
		volatile __u64 *sockets = chunk->sockets + bucket * TCPTOP_BUCKET_SLOTS;

#pragma unroll
		for (__u32 j = 0; j < TCPTOP_BUCKET_SLOTS; j++)
			if (sockets[j] == wanted)
				return number * TCPTOP_CHUNK_SLOTS + bucket * TCPTOP_BUCKET_SLOTS + j;
	}
	return -1;
}

/* The same in all generations. */
__noinline int search_slots(__u64 address, __u64 wanted)
{
	__u32 hash = hash_of(address);
	__u32 newest = shared.newest_generation;

	for (__u32 i = 0; i < TCPTOP_SLOT_GENERATIONS && i <= newest; i++) {
		int found = search_chunk(chunk_number(hash, newest, i), hash, wanted);

		if (found >= 0)
			return found;
	}
	return -1;
}

/* Beside a slot's number: there is not much left of what its address may have in that generation. */
#define SLOT_LAST_OF_BUCKET (1 << 30)

/* 1 of 0, else 0, without a branch: the verifier would go through each of both. */
static __always_inline __u64 is_zero(__u64 value)
{
	__u64 sign = value | -value;

	/* Else the compiler sees what is meant, and branches. */
	asm volatile("" : "+r"(sign));
	return 1 - (sign >> 63);
}

/* The free slots of a bucket, a bit each. */
static __always_inline __u32 free_of_bucket(const volatile __u64 *sockets)
{
	__u32 free = 0;

#pragma unroll
	for (__u32 i = 0; i < TCPTOP_BUCKET_SLOTS; i++)
		free |= is_zero(sockets[i]) << i;
	return free;
}

static __always_inline __u32 count_bits(__u32 byte)
{
	byte -= byte >> 1 & 0x55;
	byte = (byte & 0x33) + (byte >> 2 & 0x33);
	return (byte + (byte >> 4)) & 0x0F;
}

static __always_inline __u32 lowest_bit(__u32 byte)
{
	return count_bits((byte & -byte) - 1);
}

static __always_inline bool set_place(int number, struct place *place)
{
	place->chunk = number < 0 ? NULL : chunk_at((__u32)number / TCPTOP_CHUNK_SLOTS);
	place->slot = (__u32)number % TCPTOP_CHUNK_SLOTS;
	place->number = number;
	return place->chunk;
}

static __always_inline bool find_slot(__u64 address, struct place *place)
{
	return set_place(search_slots(address, address), place);
}

static __always_inline bool find_marked(__u64 address, __u64 mark, struct place *place)
{
	return set_place(search_slots(address, address | mark), place);
}

/* Of a socket whose end has been told. */
static __always_inline bool find_ended(__u64 address, struct place *place)
{
	return find_marked(address, TCPTOP_SLOT_ENDED, place);
}

static __always_inline __u64 *socket_at(const struct place *place)
{
	return &place->chunk->sockets[place->slot % TCPTOP_CHUNK_SLOTS];
}

static __always_inline struct slot_watch *watch_at(const struct place *place)
{
	return &place->chunk->watches[place->slot % TCPTOP_CHUNK_SLOTS];
}

static __always_inline struct socket_note *note_at(const struct place *place)
{
	return &place->chunk->notes[place->slot % TCPTOP_CHUNK_SLOTS];
}

/* Wakes user space: another generation is needed. Once for each, if it is not refused. A record of this size is none.
 */
static __always_inline void ask_for_chunks(void)
{
	__u32 newest = shared.newest_generation;

	if (__sync_val_compare_and_swap(&shared.generations_asked, newest, newest + 1) == newest)
		bpf_ringbuf_output(&tcptop_closed, &newest, sizeof(newest), BPF_RB_FORCE_WAKEUP);
}

/* Of a bucket that has one of these free, it is taken without a look at the others. */
#define SLOTS_TAKEN_AT_ONCE 4

/*
 * In one chunk, a free slot for an address; -1: none. It is one of the first in the first of the address's buckets,
 * else it is in the one with most room: so the first find none when five sixths of the chunk are in use, where with the
 * first bucket that has any room it is two thirds.
 */
static __always_inline int find_room(const struct slot_chunk *chunk, __u32 hash)
{
	const volatile __u64 *sockets = chunk->sockets;
	__u32 first = bucket_of(hash, 0) * TCPTOP_BUCKET_SLOTS;
	__u32 most = 0, found = 0;

	for (__u32 i = 0; i < SLOTS_TAKEN_AT_ONCE; i++)
		if (!sockets[first + i])
			return first + i;
#pragma unroll
	for (int choice = 0; choice < SLOT_CHOICES; choice++) {
		__u32 bucket = bucket_of(hash, choice);
		__u32 free = free_of_bucket(sockets + bucket * TCPTOP_BUCKET_SLOTS);

		if (count_bits(free) > most) {
			most = count_bits(free);
			found = bucket * TCPTOP_BUCKET_SLOTS + lowest_bit(free);
		}
	}
	if (!most)
		return -1;
	return found | (most == 1 ? SLOT_LAST_OF_BUCKET : 0);
}

/*
 * In one chunk, the number of a slot that was free, and is marked as being written now; -1: there is none. Another CPU
 * may be quicker: then another slot. A function of its own, see search_chunk.
 */
__noinline int reserve_in_chunk(__u32 number, __u32 hash, __u64 marked)
{
	struct slot_chunk *chunk = chunk_at(number);

	if (!chunk)
		return -1;
	for (int tries = 0; tries < 3; tries++) {
		int found = find_room(chunk, hash);
		__u32 slot = (__u32)found % TCPTOP_CHUNK_SLOTS;

		if (found < 0)
			return -1;
		if (__sync_val_compare_and_swap(&chunk->sockets[slot], 0, marked))
			continue;
		if (found & SLOT_LAST_OF_BUCKET)
			ask_for_chunks();
		return number * TCPTOP_CHUNK_SLOTS + slot;
	}
	return -1;
}

/* The same in the newest generation that has one. */
__noinline int reserve_slot(__u64 address, __u64 mark)
{
	__u32 hash = hash_of(address);
	__u32 newest = shared.newest_generation;

	for (__u32 i = 0; i < TCPTOP_SLOT_GENERATIONS && i <= newest; i++) {
		int found = reserve_in_chunk(chunk_number(hash, newest, i), hash, address | mark);

		if (found >= 0)
			return found;
	}
	return -1;
}

static __always_inline bool try_place(__u64 address, __u64 mark, struct place *place)
{
	return set_place(reserve_slot(address, mark), place);
}

static __always_inline void found_no_slot(void)
{
	count_loss(TCPTOP_LOSS_SLOTS_FULL);
	ask_for_chunks();
}

static __always_inline bool take_place(__u64 address, __u64 mark, struct place *place)
{
	if (try_place(address, mark, place))
		return true;
	found_no_slot();
	return false;
}

/* Else the slot's record is that of another, or of what this very socket was before. */
static __always_inline bool is_read(const struct slot_watch *watch)
{
	return watch->segs_in != ~0U || watch->segs_out != ~0U;
}

static __always_inline void forget_reading(struct slot_watch *watch)
{
	watch->segs_in = watch->segs_out = ~0;
}

/* Cookie 0: the kernel has given it none yet. */
static __always_inline void publish_slot(const struct place *place, __u64 address, __u64 cookie)
{
	struct slot_watch *watch = watch_at(place);

	watch->cookie = cookie;
	forget_reading(watch);
	/* After all that is written before, on every processor. */
	__sync_lock_test_and_set(socket_at(place), address);
}

/* Who claims a slot tells of the socket's end, or makes it that of its next connection. */
static __always_inline bool claim_slot(__u64 *socket, __u64 value, __u64 address)
{
	return __sync_val_compare_and_swap(socket, value, address | TCPTOP_SLOT_BUSY) == value;
}

/* If the slot has that still: it may be another's by now. */
static __always_inline void free_slot(__u64 *socket, __u64 value)
{
	__sync_val_compare_and_swap(socket, value, 0);
}

#endif
