/** Time limits: no call to a vendor may hang for longer than we let it. */
import type { Clock } from '../clock.ts';

export class LimitError extends Error {}

/**
 * What `promise` resolves to, or a LimitError with `sentence` after `ms`. `late` is given a result that comes after the
 * limit or the abort, so that it can be put away.
 */
export function within<T>(
  clock: Clock,
  ms: number,
  sentence: string,
  promise: Promise<T>,
  options: { signal?: AbortSignal; late?: (value: T) => void } = {},
): Promise<T> {
  const { signal, late } = options;
  return new Promise<T>((resolve, reject) => {
    let over = false;
    const finish = (settle: () => void) => {
      if (over) return;
      over = true;
      cancel();
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const cancel = clock.after(ms, () => finish(() => reject(new LimitError(sentence))));
    const abort = () => finish(() => reject(new LimitError('It was stopped.')));
    promise.then(
      (value) => (over ? late?.(value) : finish(() => resolve(value))),
      (error) => finish(() => reject(error)),
    );
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
