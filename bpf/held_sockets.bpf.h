/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sockets that a process has without a descriptor of their own: the subflows of an MPTCP socket, what io_uring keeps in
 * a table of files of its own, and what is on its way in a Unix socket, which belongs to whoever can receive it. The
 * owners pass finds them behind descriptors that it does come to, and follows the kernel's pointers as numbers, with
 * the read helper: they may lead nowhere, never astray. Some functions are not inlined: all that call each other have
 * 512 bytes of stack together.
 */
#ifndef TCPTOP_HELD_SOCKETS_BPF_H
#define TCPTOP_HELD_SOCKETS_BPF_H

/* The kernel makes 8 subflows. Most queues have messages without files. What lies behind is missing: see limits.md. */
#define MAX_SUBFLOWS	    64
#define MAX_RING_FILES	    (1 << 16)
#define MAX_QUEUED_MESSAGES 64
#define MAX_SENT_FILES	    253 /* SCM_MAX_FD */

/* What tells files apart, learned from the first of each kind that a pass comes to. */
static __u64 socket_operations;
static __u64 ring_operations;

static __always_inline void hold_tcp(const struct sock *sk, struct task_struct *task)
{
	__u64 address = (__u64)sk;
	struct place place;

	if (find_slot(address, &place))
		note_other_holder(note_at(&place), task);
}

/* A UDP socket without a cookie has had no datagram yet, and is no flow's. */
static __always_inline void hold_udp(const struct sock *sk, struct task_struct *task)
{
	__u64 cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	struct udp_socket *socket = cookie ? bpf_map_lookup_elem(&tcptop_udp_sockets, &cookie) : NULL;

	if (socket && !socket->closed_ns)
		note_other_holder(&socket->note, task);
}

/* Lists and tables are gone through by bpf_loop (Linux 5.17): the verifier would run a loop of our own to its end. */
static __always_inline bool has_loops(void)
{
	return bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop);
}

/* What a loop goes through: the elements of a list, or of a table. */
struct walk {
	struct task_struct *task;
	const void *at;	 /* the list's next element, or the table */
	const void *end; /* the list's head */
	bool has_nodes;
};

/* ---- MPTCP ---- */

static long hold_subflow(__u32 i, struct walk *walk)
{
	const struct list_head *node = walk->at;

	if (!node || node == walk->end)
		return 1;
	const struct mptcp_subflow_context *subflow =
	    (const void *)node - bpf_core_field_offset(struct mptcp_subflow_context, node);
	const struct sock *tcp = BPF_CORE_READ(subflow, tcp_sock);

	if (tcp)
		hold_tcp(tcp, walk->task);
	walk->at = BPF_CORE_READ(node, next);
	return 0;
}

static __always_inline void hold_subflows(const struct mptcp_sock *mptcp, struct task_struct *task)
{
	if (!bpf_core_type_exists(struct mptcp_sock) || !has_loops())
		return;
	const struct list_head *head = (const void *)mptcp + bpf_core_field_offset(struct mptcp_sock, conn_list);
	struct walk walk = {.task = task, .at = BPF_CORE_READ(head, next), .end = head};

	bpf_loop(MAX_SUBFLOWS, hold_subflow, &walk, 0);
}

/* ---- Files that are held otherwise than by a descriptor ---- */

static __noinline int hold_file(const struct file *file, struct task_struct *task)
{
	if (!file || !socket_operations || (__u64)BPF_CORE_READ(file, f_op) != socket_operations)
		return 0;
	const struct socket *socket = BPF_CORE_READ(file, private_data);
	const struct sock *sk = BPF_CORE_READ(socket, sk);
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	__u16 protocol = BPF_CORE_READ(sk, sk_protocol);

	if (family != AF_INET && family != AF_INET6)
		return 0;
	if (protocol == IPPROTO_TCP)
		hold_tcp(sk, task);
	else if (protocol == IPPROTO_MPTCP)
		hold_subflows((const struct mptcp_sock *)sk, task);
	else if (protocol == IPPROTO_UDP && settings.count_udp)
		hold_udp(sk, task);
	return 0;
}

/* ---- io_uring ---- */

#define RING_FILE_FLAGS 7UL /* FFS_MASK: in the lowest bits of a file's address */

static long hold_ring_file(__u32 i, struct walk *walk)
{
	unsigned long file = 0;

	if (walk->has_nodes) {
		const struct io_rsrc_node *node = NULL;

		bpf_probe_read_kernel(&node, sizeof(node), walk->at + i * sizeof(node));
		if (node)
			file = BPF_CORE_READ(node, file_ptr);
	} else {
		bpf_probe_read_kernel(&file, sizeof(file), walk->at + i * sizeof(file));
	}
	if (file & ~RING_FILE_FLAGS)
		hold_file((const struct file *)(file & ~RING_FILE_FLAGS), walk->task);
	return 0;
}

static __always_inline void hold_ring_files(const void *ring, struct task_struct *task)
{
	const struct io_ring_ctx *ctx = ring;
	const struct io_ring_ctx___of_files *former = ring;
	struct walk walk = {.task = task};
	__u32 count = 0;

	if (!has_loops())
		return;
	if (bpf_core_field_exists(ctx->file_table.data.nodes)) {
		walk.has_nodes = true;
		walk.at = BPF_CORE_READ(ctx, file_table.data.nodes);
		count = BPF_CORE_READ(ctx, file_table.data.nr);
	} else if (bpf_core_field_exists(former->file_table.files)) {
		walk.at = BPF_CORE_READ(former, file_table.files);
		count = BPF_CORE_READ(former, nr_user_files);
	}
	if (count > MAX_RING_FILES)
		count_loss(TCPTOP_LOSS_HELD_FULL);
	if (walk.at && count)
		bpf_loop(count < MAX_RING_FILES ? count : MAX_RING_FILES, hold_ring_file, &walk, 0);
}

#define RING_NAME "[io_uring]"

/* Only a file without an inode of its own may be a ring, and that by its name. */
static __always_inline bool is_ring(const struct file *file)
{
	char name[sizeof(RING_NAME)] = {};

	if (ring_operations)
		return (__u64)file->f_op == ring_operations;
	if (file->f_inode->i_sb->s_magic != ANON_INODE_FS_MAGIC)
		return false;
	bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	for (__u32 i = 0; i < sizeof(RING_NAME); i++)
		if (name[i] != RING_NAME[i])
			return false;
	ring_operations = (__u64)file->f_op;
	return true;
}

/* ---- Unix sockets ---- */

static long hold_sent_file(__u32 i, struct walk *walk)
{
	const struct file *file = NULL;

	bpf_probe_read_kernel(&file, sizeof(file), walk->at + i * sizeof(file));
	hold_file(file, walk->task);
	return 0;
}

static long hold_sent_files(__u32 i, struct walk *walk)
{
	const struct sk_buff *message = walk->at;

	if (!message || message == walk->end)
		return 1;
	const struct unix_skb_parms *parameters = (const void *)message + bpf_core_field_offset(struct sk_buff, cb);
	const struct scm_fp_list *list = BPF_CORE_READ(parameters, fp);
	struct walk files = {.task = walk->task,
			     .at = (const void *)list + bpf_core_field_offset(struct scm_fp_list, fp)};
	__u32 count = list ? BPF_CORE_READ(list, count) : 0;

	if (count)
		bpf_loop(count < MAX_SENT_FILES ? count : MAX_SENT_FILES, hold_sent_file, &files, 0);
	walk->at = BPF_CORE_READ(message, next);
	return 0;
}

static __always_inline void hold_queued_files(const struct sock *sk, struct task_struct *task)
{
	const void *head = (const void *)sk + bpf_core_field_offset(struct sock, sk_receive_queue);
	struct walk walk = {.task = task, .at = BPF_CORE_READ(sk, sk_receive_queue.next), .end = head};

	if (has_loops())
		bpf_loop(MAX_QUEUED_MESSAGES, hold_sent_files, &walk, 0);
}

#endif
