/** The owner's Ring account, for as long as a command runs. */
import { existsSync } from 'node:fs';
import { RingAccount } from '../cameras/ring/account.ts';
import { ringTokenPath, TokenFile } from '../cameras/ring/token.ts';
import { systemClock } from '../clock.ts';
import { stderrLog } from './progress.ts';
import { latchkeyFolder } from './storage.ts';

/** Nobody has logged in to Ring. */
export class NoLoginError extends Error {}

/**
 * Connects, and disconnects after the task. Rejects with a sentence where there is no connection. Ring gives a new token
 * for the one in the file; a Latchkey that runs takes it up within a minute.
 */
export async function withRing<Result>(
  storage: string,
  task: (account: RingAccount) => Promise<Result>,
  { locationIds = [], signal }: { locationIds?: string[]; signal?: AbortSignal } = {},
): Promise<Result> {
  const path = ringTokenPath(latchkeyFolder(storage));
  if (!existsSync(path) || new TokenFile(path).read() === null) {
    throw new NoLoginError('Latchkey is not logged in to Ring: run "latchkey login" for Ring\'s cameras.');
  }
  const log = { ...stderrLog, warn: () => undefined };
  const account = new RingAccount({ tokens: new TokenFile(path), clock: systemClock, log, locationIds, guest: true });
  const stop = () => void account.stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await account.start();
    if (signal?.aborted) throw new Error('It was stopped.');
    const { up, troubles } = account.health();
    if (!up) throw new Error(troubles.join(' '));
    return await task(account);
  } finally {
    signal?.removeEventListener('abort', stop);
    await account.stop();
  }
}
