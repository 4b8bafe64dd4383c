/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * push.bpf.c - at a host's egress: every IP packet gets the tag of VLAN 10, as its
 * VLAN interface would give it. The tag stays beside the frame if the link takes it
 * so (tx-vlan-offload). The kernel of the tests need not have 802.1Q.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int push(struct __sk_buff *skb)
{
	if (skb->protocol == bpf_htons(ETH_P_IP) ||
	    skb->protocol == bpf_htons(ETH_P_IPV6))
		bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), 10);
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
