/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A datagram's headers as they are in a packet. */
#ifndef TCPTOP_UDP_PACKET_BPF_H
#define TCPTOP_UDP_PACKET_BPF_H

struct udp_header {
	__be16 source;
	__be16 dest;
	__be16 len;
	__be16 check;
};

struct ipv4_datagram {
	__u8 version_ihl;
	__u8 _tos;
	__be16 _length;
	__u32 _fragment;
	__u8 _ttl;
	__u8 protocol;
	__be16 _check;
	__u32 source;
	__u32 destination;
	struct udp_header udp; /* where there are no options */
};

struct ipv6_header {
	__be32 version_flow;
	__be16 _length;
	__u8 next;
	__u8 _hops;
	__u8 source[TCPTOP_ADDRESS_BYTES];
	__u8 destination[TCPTOP_ADDRESS_BYTES];
};

#define IPV4_HEADER_BYTES 20
#define IPV4_NO_OPTIONS	  0x45

/* The end of a packet that is ours, and the peer's. */
static __always_inline void take_ends(struct datagrams *seen, bool sent, const void *source, const void *destination,
				      __u32 address_bytes, const struct udp_header *udp)
{
	__builtin_memcpy(seen->saddr, sent ? source : destination, address_bytes);
	__builtin_memcpy(seen->key.daddr, sent ? destination : source, address_bytes);
	seen->sport = bpf_ntohs(sent ? udp->source : udp->dest);
	seen->key.dport = bpf_ntohs(sent ? udp->dest : udp->source);
}

#endif
