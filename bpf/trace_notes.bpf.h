/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the trace keeps the notes of TCP sockets. */
#ifndef TCPTOP_TRACE_NOTES_BPF_H
#define TCPTOP_TRACE_NOTES_BPF_H

/*
 * Socket -> note. Written by the lifecycle program, the bootstrap and the owners pass; freed by the kernel with its
 * socket. BPF_F_CLONE: an accepted socket gets a copy of its listener's, which is how it has an owner before anybody
 * has accepted it. Cannot be full; a failed allocation is LOSS_STORAGE_FAILED. About 200 bytes a socket with the
 * kernel's own part, charged to the socket's option memory.
 */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct socket_note);
} tcptop_notes SEC(".maps");

static __always_inline struct socket_note *find_or_make_note(struct sock *sk)
{
	struct socket_note *note = bpf_sk_storage_get(&tcptop_notes, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);

	if (!note)
		count_loss(TCPTOP_LOSS_STORAGE_FAILED);
	return note;
}

/* Returns the socket's note, if it has one. */
static __always_inline struct socket_note *keep_note(struct sock *sk, const struct tcp_sock *tp, int old_state,
						     int new_state)
{
	bool is_clone = old_state == TCP_LISTEN && new_state == TCP_SYN_RECV;
	bool is_birth = new_state != TCP_CLOSE && (old_state == TCP_CLOSE || is_clone);
	struct socket_note *note = is_birth ? find_or_make_note(sk) : bpf_sk_storage_get(&tcptop_notes, sk, 0, 0);

	if (!note)
		return NULL;
	if (is_clone)
		came_in(note, tp);
	else if (is_birth)
		opened_here(note, tp);
	else if (is_closed_by_call(sk, old_state, new_state))
		closed_by_holder(note);
	return note;
}

#endif
