/** Whether a request comes from the dashboard's own page, and not from another site open in the same browser. Pure. */
import { isIP } from 'node:net';

export interface Asked {
  method: string;
  host: string | undefined;
  origin: string | undefined;
  /** `Sec-Fetch-Site`, which newer browsers send. */
  site: string | undefined;
  /** A WebSocket is a GET, and is not held to the same origin by the browser. */
  upgrade: boolean;
}

/**
 * Names a browser on this network can have for this machine. Any other means that a foreign name was made to point here
 * (DNS rebinding), so that a foreign page counts as ours.
 */
export function isOwnHost(host: string | undefined, named: readonly string[]): boolean {
  const name = hostName(host);
  if (name === null) return false;
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.local') || named.includes(name);
}

export function isSameOrigin({ method, host, origin, site, upgrade }: Asked): boolean {
  const harmless = (method === 'GET' || method === 'HEAD') && !upgrade;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  try {
    const from = new URL(origin);
    return from.host === host;
  } catch {
    // `null` is what a sandboxed frame sends.
    return harmless && origin === host;
  }
}

function hostName(host: string | undefined): string | null {
  try {
    const { hostname } = new URL(`http://${host}`);
    return hostname.replace(/^\[|\]$/g, '').toLowerCase();
  } catch {
    return null;
  }
}
