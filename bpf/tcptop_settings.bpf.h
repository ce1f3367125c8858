/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What user space sets before the load: constants to the verifier, which leaves out a branch that is off. */
#ifndef TCPTOP_SETTINGS_BPF_H
#define TCPTOP_SETTINGS_BPF_H

const volatile struct tcptop_settings settings = {.closed_wakeup_bytes = 1 << 20, .udp_flows = TCPTOP_UDP_FLOWS};

/* Of a type that stands in no map directly clang writes a mere name into BTF, or nothing; with this, all of it. */
const struct socket_record *const btf_socket_record = NULL;

#endif
