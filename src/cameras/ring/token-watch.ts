/** Looks now and then whether somebody has logged in to Ring anew, on the page or the command line. */
import type { Clock } from '../../clock.ts';
import { type Log, reason } from '../../log.ts';
import type { TokenFile } from './token.ts';

const every = 60_000;

/** Calls `onLogin` for each token that another process put into the file; the returned function ends it. */
export function watchToken(
  tokens: Pick<TokenFile, 'changed'>,
  { clock, log }: { clock: Clock; log: Pick<Log, 'debug'> },
  onLogin: () => void,
): () => void {
  let cancel = () => {};
  const look = () => {
    later();
    try {
      if (tokens.changed()) onLogin();
    } catch (error) {
      log.debug(`Ring: ${reason(error)}`);
    }
  };
  const later = () => {
    cancel = clock.after(every, look);
  };
  later();
  return () => cancel();
}
