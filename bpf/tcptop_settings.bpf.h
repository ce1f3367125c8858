/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What user space sets before the load: constants to the verifier, which leaves out a branch that is off. */
#ifndef TCPTOP_SETTINGS_BPF_H
#define TCPTOP_SETTINGS_BPF_H

const volatile struct tcptop_settings settings = {
    .closed_wakeup_bytes = 512 << 10, .udp_flows = TCPTOP_UDP_FLOWS, .bucket_mask = TCPTOP_CHUNK_BUCKETS - 1};

/* A type that stands in no map directly is a mere name in the object's BTF, or not there at all; this makes clang write
 * it whole. */
const struct slot_chunk *const btf_slot_chunk = NULL;
const struct closed_record *const btf_closed_record = NULL;

#endif
