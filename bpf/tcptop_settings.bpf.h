/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What user space sets before the load: constants to the verifier, so that a branch that is off is not in the program.
 */
#ifndef TCPTOP_SETTINGS_BPF_H
#define TCPTOP_SETTINGS_BPF_H

const volatile struct tcptop_settings settings = {.closed_wakeup_bytes = 1 << 20, .udp_flows = TCPTOP_UDP_FLOWS};

/* A type that stands in no map directly is a mere name in the object's BTF, or not there at all; this makes clang write
 * it whole. */
const struct socket_record *const btf_socket_record = NULL;

#endif
