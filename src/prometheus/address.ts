import { BlockList, isIP, isIPv6 } from "node:net";

const forbidden = new BlockList();
forbidden.addSubnet("169.254.0.0", 16);
forbidden.addSubnet("fe80::", 10, "ipv6");
// Metadata services that are not link-local: Amazon's and Google's over IPv6, Alibaba's.
forbidden.addAddress("fd00:ec2::254", "ipv6");
forbidden.addAddress("fd20:ce::254", "ipv6");
forbidden.addAddress("100.100.100.200");

/** Whether an address is one that no Prometheus has: link-local, or a cloud's metadata service. */
export function isForbiddenAddress(address: string): boolean {
  return forbidden.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** Whether a host, as a URL names it, is such an address or a name that is known to lead to one. */
export function isForbiddenHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$|\.$/g, "");
  return bare === "metadata.google.internal" || (isIP(bare) !== 0 && isForbiddenAddress(bare));
}
