import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/cameras/camera.ts';
import { Mailbox } from '../../src/cameras/mailbox.ts';

const frame = (takenAt: number): Frame => ({
  picture: { kind: 'encoded', bytes: new Uint8Array() },
  takenAt,
  live: true,
});

describe('the mailbox', () => {
  it('hands over the newest frame and drops the others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer(), { minLength: 1 }), async (times) => {
        const mailbox = new Mailbox();
        for (const time of times) mailbox.put(frame(time));
        mailbox.close();
        const taken: number[] = [];
        for await (const { takenAt } of mailbox) taken.push(takenAt);
        expect(taken).toEqual([Math.max(...times)]);
        expect(mailbox.dropped).toBe(times.length - 1);
      }),
    );
  });

  it('gives back what nobody will take', () => {
    const mailbox = new Mailbox();
    const [first, second, late] = [frame(1), frame(2), frame(0)];
    expect(mailbox.put(first)).toBeUndefined();
    expect(mailbox.put(second)).toBe(first);
    expect(mailbox.put(late)).toBe(late);
  });

  it('has a newer frame for who had to wait with one', async () => {
    const mailbox = new Mailbox();
    mailbox.put(frame(1));
    const { value: taken } = await mailbox[Symbol.asyncIterator]().next();
    expect(taken?.newer?.()).toBeUndefined();
    mailbox.put(frame(2));
    mailbox.put(frame(3));
    expect(taken?.newer?.()?.takenAt).toBe(3);
    expect(taken?.newer?.()).toBeUndefined();
    expect(mailbox.dropped).toBe(2);
  });

  it('wakes who waits, for a frame and for the end', async () => {
    const mailbox = new Mailbox();
    const frames = mailbox[Symbol.asyncIterator]();
    const first = frames.next();
    mailbox.put(frame(1));
    expect((await first).value).toEqual({ ...frame(1), newer: expect.any(Function) });
    const second = frames.next();
    mailbox.close();
    mailbox.put(frame(2));
    expect((await second).done).toBe(true);
  });
});
