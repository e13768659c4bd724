/** Whose picture the Home app is shown after the bell rang. */
import { describe, expect, it } from 'vitest';
import { LatestPictures } from '../../src/accessories/latest-pictures.ts';
import { VirtualClock } from '../fakes/clock.ts';

const [before, now] = [new Uint8Array([1]), new Uint8Array([2])];

describe('the latest picture of a camera', () => {
  it('is the last one it showed', async () => {
    const pictures = new LatestPictures(new VirtualClock());
    expect(await pictures.get('door')).toBeNull();
    pictures.set('door', before);
    expect(await pictures.get('door')).toBe(before);
  });

  it('is, once somebody rang, that of whoever rang, however long ago the visitor before came', async () => {
    const pictures = new LatestPictures(new VirtualClock());
    pictures.set('door', before);
    pictures.expect('door');
    const asked = pictures.get('door');
    pictures.set('door', now);
    expect(await asked).toBe(now);
  });

  it('is the one before where no new one comes within three seconds', async () => {
    const clock = new VirtualClock();
    const pictures = new LatestPictures(clock);
    pictures.set('door', before);
    pictures.expect('door');
    const asked = pictures.get('door');
    await clock.advance(3000);
    expect(await asked).toBe(before);
    expect(clock.waiting).toBe(0);
  });

  it('is not waited for any more once the visit ended without one', async () => {
    const pictures = new LatestPictures(new VirtualClock());
    pictures.expect('door');
    const asked = pictures.get('door');
    pictures.arrived('door');
    expect(await asked).toBeNull();
  });
});
