/** Whether a host, as a URL names it, is this machine: a plain connection there cannot be overheard. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
