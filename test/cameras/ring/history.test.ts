import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RingAccount } from '../../../src/cameras/ring/account.ts';
import { pastEvents } from '../../../src/cameras/ring/history.ts';
import { TokenFile } from '../../../src/cameras/ring/token.ts';
import { VirtualClock } from '../../fakes/clock.ts';
import { FakeLog } from '../../fakes/log.ts';
import { FakeRing } from '../../fakes/ring/cloud.ts';
import { redirect } from '../../fakes/ring/redirect.ts';

describe("Ring's history of a camera", () => {
  let ring: FakeRing;
  let undo: () => Promise<void>;
  let folder: string;
  let account: RingAccount;

  beforeAll(async () => {
    ring = await FakeRing.start();
    undo = await redirect(ring.address);
    folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
    const tokens = new TokenFile(join(folder, 'ring.json'));
    tokens.replace(ring.oauth.issue());
    account = new RingAccount({ tokens, log: new FakeLog(), clock: new VirtualClock(), guest: true });
    await account.start();
  });
  afterAll(async () => {
    await account.stop();
    await undo();
    await ring.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    ring.events = [];
    ring.faults = [];
    ring.requests.length = 0;
  });

  const minute = 60_000;
  const now = Date.UTC(2026, 10, 22, 8);

  async function ids(since = 0): Promise<string[]> {
    const found: string[] = [];
    const { signal } = new AbortController();
    for await (const { recordingId } of pastEvents(account, { device: '1001', name: 'Front', since }, signal)) {
      found.push(recordingId);
    }
    return found;
  }

  const pages = () => ring.requests.filter((line) => /events/.test(line)).length;
  const answers = (body: unknown) => {
    ring.faults = [{ match: /events/, does: { status: 200, body } }];
  };

  it('is told page by page, newest first, each event once', async () => {
    ring.events = Array.from({ length: 120 }, (_, index) => ({
      id: String(index),
      device: 1001,
      kind: index % 3 === 0 ? ('ding' as const) : ('motion' as const),
      at: now - index * minute,
    }));
    expect(await ids()).toEqual(ring.events.map(({ id }) => id));
    expect(pages()).toBe(3);
  });

  it('is asked for no further back than is wanted', async () => {
    ring.events = Array.from({ length: 120 }, (_, index) => ({
      id: String(index),
      device: 1001,
      kind: 'ding' as const,
      at: now - index * minute,
    }));
    expect(await ids(now - 9 * minute)).toHaveLength(10);
    expect(pages()).toBe(1);
  });

  it('leaves out what is neither a press nor motion, and what cannot be read', async () => {
    const event = { ding_id_str: '5', created_at: new Date(now).toISOString(), kind: 'motion' };
    answers({
      events: [null, 'x', { ...event, kind: 'on_demand' }, { ...event, created_at: 'soon' }, event],
      meta: null,
    });
    expect(await ids()).toEqual(['5']);
  });

  it('ends where Ring names the same page again, or an empty one', async () => {
    const event = { ding_id_str: '5', created_at: new Date(now).toISOString(), kind: 'motion' };
    answers({ events: [event], meta: { pagination_key: 'again' } });
    expect(await ids()).toEqual(['5', '5']);
    answers({ events: [], meta: { pagination_key: 'more' } });
    expect(await ids()).toEqual([]);
  });

  it('says so where it is of no form that is known', async () => {
    answers('<html>');
    await expect(ids()).rejects.toThrow(
      "Ring's history of Front cannot be read: it is of no form that Latchkey knows.",
    );
  });
});
