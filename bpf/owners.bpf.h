/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who holds a socket. A pass over all open files visits each socket once per descriptor, process after process.
 * Lifecycle programs may write the same note on another CPU meanwhile: the worst of it is a name that the next pass
 * corrects.
 */
#ifndef TCPTOP_OWNERS_BPF_H
#define TCPTOP_OWNERS_BPF_H

#define MAX_PID_NAMESPACE_LEVEL 32 /* MAX_PID_NS_LEVEL */

/*
 * The id that a process has in our pid namespace, where that is not the initial one; 0: it is not in there. A function
 * of its own, see search_chunk, which may be given numbers alone: of the process's leader, its address.
 */
__noinline __u32 search_pid_here(__u64 leader)
{
	const struct pid *pid = BPF_CORE_READ((struct task_struct *)leader, thread_pid);
	const struct upid *ids = (const void *)pid + bpf_core_field_offset(struct pid, numbers);
	__u32 level = pid ? BPF_CORE_READ(pid, level) : 0;

	for (__u32 i = 1; i <= MAX_PID_NAMESPACE_LEVEL && i <= level; i++) {
		const struct upid *id = (const void *)ids + i * bpf_core_type_size(struct upid);

		if (BPF_CORE_READ(id, ns, ns.inum) == settings.pid_namespace)
			return BPF_CORE_READ(id, nr);
	}
	return 0;
}

/* A leader leads itself. Read with the helper, for the address as a number. */
static __always_inline __u32 pid_here(struct task_struct *leader)
{
	return search_pid_here((__u64)BPF_CORE_READ(leader, group_leader));
}

/* Sockets that the kernel made for itself (NFS and the like) have no process, though one may have set it to work. */
static __always_inline void name_kernel(struct socket_note *note)
{
	note->owner_pid = note->opener_pid = note->owner_pid_here = 0;
	note->owner_started_ns = note->opener_started_ns = 0;
	__builtin_memcpy(note->owner_comm, "kernel\0\0\0\0\0\0\0\0\0", TCPTOP_COMM_BYTES);
}

/* The owner at birth: the process that called connect, listen or socket. Read with the helper, see netns_of. */
static __always_inline void name_opener(struct socket_note *note, struct task_struct *task)
{
	if (BPF_CORE_READ(task, flags) & PF_KTHREAD) {
		name_kernel(note);
		return;
	}
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	note->owner_pid = note->opener_pid = BPF_CORE_READ(task, tgid);
	note->owner_started_ns = note->opener_started_ns = BPF_CORE_READ(leader, start_boottime);
	BPF_CORE_READ_INTO(&note->owner_comm, leader, comm);
	if (settings.pid_namespace)
		note->owner_pid_here = pid_here(leader);
}

/* The process that runs: mostly by its first thread, whose members a program that may follow it reads directly. */
static __always_inline void name_current(struct socket_note *note)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->flags & PF_KTHREAD || task->pid != task->tgid) {
		name_opener(note, task);
		return;
	}
	note->owner_pid = note->opener_pid = task->tgid;
	note->owner_started_ns = note->opener_started_ns = task->start_boottime;
	__builtin_memcpy(note->owner_comm, task->comm, TCPTOP_COMM_BYTES);
	if (settings.pid_namespace)
		note->owner_pid_here = pid_here(task);
}

/* Nobody was seen to open or hold it: the owner, if any, is the listener's, copied when the connection came in. */
static __always_inline bool is_unconfirmed(const struct socket_note *note)
{
	return note->pass == 0 && note->opener_pid == 0;
}

/* Linux 5.15 has the helper that tells; before it nobody is taken for one who walks past. */
static __always_inline bool is_in_read(struct task_struct *task)
{
	if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return false;
	void *registers = (void *)bpf_task_pt_regs(task);
	struct pt_regs___with_orig_ax *x86 = registers;
	struct pt_regs___with_syscallno *arm64 = registers;

	if (bpf_core_field_exists(x86->orig_ax))
		return BPF_CORE_READ(x86, orig_ax) == X86_NR_READ;
	if (bpf_core_field_exists(arm64->syscallno))
		return BPF_CORE_READ(arm64, syscallno) == ARM64_NR_READ &&
		       !(BPF_CORE_READ(arm64, pstate) & ARM64_PSR_MODE32);
	return false;
}

/*
 * Whether a process closes a socket that is its own. A worker of the kernel closes for another. So does who walks all
 * open files, as another tcptop and bpftool do: the walk holds the file that it is at, and if the holder lets go
 * meanwhile, the walk's process is the last to have it, and closes it on its way out of read(2), where hardly any
 * process closes what is its own: one that is killed there, and a worker of io_uring, which has the registers of its
 * maker. Who does so all the same (its thread read what another closed) leaves the connection with its listener's
 * owner.
 */
static __always_inline bool closes_its_own(struct task_struct *task)
{
	if (task->flags & PF_KTHREAD)
		return false;
	return task->flags & (PF_EXITING | PF_IO_WORKER) || !is_in_read(task);
}

static __always_inline void name_owner(struct socket_note *note, struct task_struct *leader, __u32 pid)
{
	note->owner_pid = pid;
	note->owner_started_ns = leader->start_boottime;
	__builtin_memcpy(note->owner_comm, leader->comm, TCPTOP_COMM_BYTES);
	if (settings.pid_namespace)
		note->owner_pid_here = pid_here(leader);
}

/*
 * One process seen with the socket open. Of several, the opener is the owner while it is among them, else the one that
 * has lived longest: of a parent and the children that it handed the socket to, the parent.
 */
static __always_inline void note_holder(struct socket_note *note, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	__u32 pid = task->tgid;
	__u64 started_ns = leader->start_boottime;

	__u16 pass = shared.owner_pass;

	if (note->pass != pass || note->held_otherwise) {
		note->pass = pass;
		note->holders = 1;
		note->held_otherwise = 0;
		name_owner(note, leader, pid);
	} else if (note->last_holder_pid != pid) {
		bool is_opener = note->opener_pid == pid && note->opener_started_ns == started_ns;
		bool opener_is_owner =
		    note->opener_pid == note->owner_pid && note->opener_started_ns == note->owner_started_ns;

		if (note->holders != 0xFFFF)
			note->holders++;
		if (is_opener || (!opener_is_owner && started_ns < note->owner_started_ns))
			name_owner(note, leader, pid);
	}
	note->last_holder_pid = pid;
}

/* One that has it, but not by a descriptor, which says more. */
static __always_inline void note_other_holder(struct socket_note *note, struct task_struct *task)
{
	bool is_first = note->pass != (__u16)shared.owner_pass;

	if (!is_first && !note->held_otherwise)
		return;
	note->held_otherwise = 0;
	note_holder(note, task);
	note->held_otherwise = 1;
}

#endif
