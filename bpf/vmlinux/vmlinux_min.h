/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See README.md beside this file. */
#ifndef TCPTOP_VMLINUX_MIN_H
#define TCPTOP_VMLINUX_MIN_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>

#define AF_UNIX	      1
#define AF_INET	      2
#define AF_INET6      10
#define IPPROTO_TCP   6
#define IPPROTO_UDP   17
#define IPPROTO_MPTCP 262
#define SOCK_DGRAM    2

#define SHUTDOWN_MASK 3

#define MSG_PEEK     0x2
#define MSG_ERRQUEUE 0x2000
#define RCV_SHUTDOWN 1

#define ANON_INODE_FS_MAGIC 0x09041934

#define ETH_P_IP   0x0800
#define ETH_P_IPV6 0x86DD

#define PF_EXITING   0x00000004
#define PF_IO_WORKER 0x00000010
#define PF_KTHREAD   0x00200000

/* The numbers of read(2), where they are not those of 32-bit processes: these have this bit in their state. */
#define X86_NR_READ	 0
#define ARM64_NR_READ	 63
#define ARM64_PSR_MODE32 0x10

/* include/net/tcp_states.h */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
	TCP_NEW_SYN_RECV,
};

enum sock_flags {
	SOCK_DONE = 1,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

struct hlist_node {
	struct hlist_node *next;
	struct hlist_node **pprev;
};

struct list_head {
	struct list_head *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct net {
	struct ns_common ns;
	struct hlist_head *dev_index_head;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct in6_addr {
	union {
		__be32 u6_addr32[4];
	} in6_u;
};

struct iphdr {
	__be32 saddr;
	__be32 daddr;
};

struct ipv6hdr {
	struct in6_addr saddr;
	struct in6_addr daddr;
};

struct udphdr {
	__be16 source;
	__be16 dest;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

typedef struct {
	__s64 counter;
} atomic64_t;

typedef struct {
	__u32 val;
} kuid_t;

struct pid_namespace {
	struct ns_common ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	struct hlist_node skc_bind_node;
	atomic64_t skc_cookie;
	unsigned long skc_flags;
	int skc_bound_dev_if;
};

struct net_device {
	int ifindex;
	char name[16];
	struct hlist_node index_hlist;
};

struct dst_entry {
	struct net_device *dev;
};

struct inet6_dev {
	struct net_device *dev;
};

struct rt6_info {
	struct dst_entry dst;
	struct inet6_dev *rt6i_idev;
};

struct sk_buff;

struct sk_buff_head {
	struct sk_buff *next;
	__u32 qlen;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_protocol;
	__u16 sk_type;
	kuid_t sk_uid;
	struct sock_cgroup_data sk_cgrp_data;
	struct dst_entry *sk_dst_cache;
	int sk_rx_dst_ifindex;
	int sk_err;
	__u8 sk_shutdown;
	struct sk_buff_head sk_receive_queue;
	int sk_sndbuf;
	int sk_rcvbuf;
	unsigned long sk_pacing_rate;
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
	__u8 sk_kern_sock : 1;
};

struct skb_shared_info {
	unsigned short gso_size;
};

struct sk_buff {
	struct sk_buff *next;
	struct sock *sk;
	struct net_device *dev;
	unsigned long _skb_refdst;
	char cb[48];
	unsigned int len;
	int skb_iif;
	__be16 protocol;
	__u16 transport_header;
	__u16 network_header;
	unsigned int end;
	unsigned char *head;
	unsigned char *data;
};

struct ipv6_pinfo {
	int mcast_oif;
};

struct inet_sock {
	struct sock sk;
	struct ipv6_pinfo *pinet6;
	__be16 inet_sport;
	int mc_index;
};

struct tcp_congestion_ops {
	char name[16];
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	__u32 icsk_rto; /* in jiffies */
	const struct tcp_congestion_ops *icsk_ca_ops;
	__u8 icsk_retransmits;
	__u8 icsk_probes_out;
};

struct minmax_sample {
	__u32 v;
};

struct minmax {
	struct minmax_sample s[3];
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u64 bytes_acked;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 bytes_received;
	__u32 snd_una;
	__u32 snd_nxt;
	__u32 write_seq;
	__u32 rcv_nxt;
	__u32 copied_seq;
	__u32 segs_out;
	__u32 segs_in;
	__u32 total_retrans;
	__u32 srtt_us; /* in eighths of a microsecond */
	struct minmax rtt_min;
	__u32 mdev_us; /* in quarters of a microsecond */
	__u32 snd_cwnd;
	__u32 snd_ssthresh;
	__u32 snd_wnd;
	__u32 rcv_wnd;
	__u32 mss_cache;
	__u32 rate_delivered;
	__u32 rate_interval_us;
	__u32 chrono_start;
	__u32 chrono_stat[3];
	__u8 chrono_type : 2;
	__u32 lost_out;
	__u32 reordering;
	__u32 reord_seen;
	__u32 dsack_dups;
	__u32 data_segs_out;
	__u32 data_segs_in;
	__u32 delivered;
	__u32 rcv_ooopack;
	struct {
		__u32 rtt_us; /* in eighths of a microsecond */
	} rcv_rtt_est;
	bool is_mptcp;
};

struct socket {
	struct sock *sk;
};

struct super_block {
	unsigned long s_magic;
};

struct inode {
	struct super_block *i_sb;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct qstr d_name;
};

struct path {
	struct dentry *dentry;
};

struct file {
	const void *f_op;
	struct inode *f_inode;
	void *private_data;
	struct path f_path;
};

/* ---- Sockets that no descriptor leads to directly: MPTCP's subflows, files of io_uring and in Unix queues ---- */

struct mptcp_sock {
	struct list_head conn_list;
};

struct mptcp_subflow_context {
	struct list_head node;
	struct sock *tcp_sock;
};

struct io_rsrc_node {
	unsigned long file_ptr; /* and flags in the lowest bits */
};

struct io_rsrc_data {
	unsigned int nr;
	struct io_rsrc_node **nodes;
};

struct io_file_table {
	struct io_rsrc_data data;
};

struct io_ring_ctx {
	struct io_file_table file_table;
};

/* Before Linux 6.13. */
struct io_fixed_file {
	unsigned long file_ptr; /* likewise */
};

struct io_file_table___of_files {
	struct io_fixed_file *files;
};

struct io_ring_ctx___of_files {
	struct io_file_table___of_files file_table;
	unsigned int nr_user_files;
};

struct scm_fp_list {
	short count;
	struct file *fp[1];
};

struct unix_skb_parms {
	struct scm_fp_list *fp;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
};

struct task_struct {
	unsigned int flags;
	int pid;
	int tgid;
	__u64 start_boottime;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	char comm[16];
};

/* struct pt_regs, which each architecture has as its own: where the number of the system call is. */
struct pt_regs___with_orig_ax {
	unsigned long orig_ax;
};

struct pt_regs___with_syscallno {
	__u64 pstate;
	int syscallno;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
	__u32 uid;
};

struct bpf_iter__bpf_sk_storage_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	struct sock *sk;
	void *value;
};

#pragma clang attribute pop

#endif
