/**
 * GitHub's pages, from the address of its API, without a slash at the end: `https://api.github.com` and
 * `https://api.SUBDOMAIN.ghe.com` drop a label, Enterprise Server's `https://HOST/api/v3` drops its path.
 */
export function webUrlOf(apiUrl: string): string {
  const { protocol, host } = new URL(apiUrl);
  return `${protocol}//${/^api\.(github\.com|[^.]+\.ghe\.com)$/.test(host) ? host.slice("api.".length) : host}`;
}
