/** Any schedule of faults: an unlock goes out once for each time it was asked for, at most. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../fakes/switchbot.ts';
import { house } from './house.ts';

const faults: Fault[] = [
  { http: 401 },
  { http: 429 },
  { http: 502 },
  { http: 307 },
  { code: 161 },
  { code: 190, message: 'Requests reached the daily limit' },
  { code: 1100 },
  { hang: true },
  { hang: true, moves: true },
  { cut: true },
  { cut: true, moves: true },
  { late: 3_000 },
  { late: 30_000 },
  { empty: true },
  { text: '' },
  { still: true },
  { jams: true },
  { stale: true },
];

const moments = fc.array(fc.option(fc.constantFrom(...faults), { nil: undefined }), { maxLength: 14 });
const wishes = fc.array(fc.constantFrom('unlock', 'lock', 'wait', 'key turned', 'key back'), {
  minLength: 1,
  maxLength: 5,
});

describe('Over any schedule of faults', () => {
  it('an unlock is sent once at most, none is reported that did not happen, and the shown state comes to the true one', async () => {
    await fc.assert(
      fc.asyncProperty(moments, wishes, async (schedule, plan) => {
        const { lock, cloud, front, log, during, passes, close } = await house();
        try {
          const left = [...schedule];
          cloud.decide = () => left.shift();
          await during(lock.start());
          let asked = 0;
          for (const wish of plan) {
            if (wish === 'wait') await passes(20_000);
            else if (wish === 'key turned') front.turn('unlocked');
            else if (wish === 'key back') front.turn('locked');
            else if (wish === 'lock') await during(lock.lock().catch(() => {}));
            else {
              asked++;
              const before = cloud.commands('unlock').length;
              const opened = await during(
                lock.unlock().then(
                  () => true,
                  () => false,
                ),
              );
              expect(cloud.commands('unlock').length - before).toBeLessThanOrEqual(1);
              if (opened) expect(lock.state).toBe('unlocked');
            }
          }
          left.length = 0;
          const truth = front.stateAt(Number.MAX_SAFE_INTEGER);
          for (let minute = 0; minute < 17 && lock.state !== truth; minute++) await passes(60_000);
          expect(cloud.commands('unlock').length).toBeLessThanOrEqual(asked);
          expect(lock.state).toBe(truth);
          expect(log.lines.join().includes(cloud.token) || log.lines.join().includes(cloud.secret)).toBe(false);
        } finally {
          await close();
        }
      }),
      { numRuns: 100 },
    );
  });
});
