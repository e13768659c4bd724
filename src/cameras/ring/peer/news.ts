/** How the process of a live call tells the plugin what happens. */
import type { PeerNews } from './messages.ts';

export function tell(news: PeerNews): void {
  // Where the parent is gone there is nobody to tell, and `disconnect` ends this process.
  if (process.connected) process.send?.(news, undefined, {}, () => undefined);
}
