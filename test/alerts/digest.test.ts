/** The week in one message: when it comes, what it says. */
import { afterEach, describe, expect, it } from 'vitest';
import { digestText } from '../../src/alerts/digest.ts';
import { annasChat, Home } from './home.ts';

const chats = [{ id: annasChat, name: 'Anna', role: 'owner' }];
const hours = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
const week = {
  visits: 31,
  strangers: 4,
  unlocks: 12,
  people: [
    { name: 'Ben', visits: 2 },
    { name: 'Anna\n/unlock', visits: 9 },
    { name: 'Cleo', visits: 1 },
  ],
  hours: hours.map((row, day) => row.map((_, hour) => (day === 4 && hour === 17 ? 6 : 0))),
};

describe('the digest', () => {
  it('says how many came, who, and when most did', () => {
    expect(digestText(week)).toBe(
      [
        'The week at the door: 31 visits, 4 strangers, opened for a face 12 times.',
        'Anna /unlock: 9 times',
        'Ben: twice',
        'Cleo: once',
        'Most came on Friday between 17:00 and 18:00.',
      ].join('\n'),
    );
  });

  it('says that nobody came', () => {
    expect(digestText({ visits: 0, strangers: 0, unlocks: 0, people: [], hours })).toBe(
      'The week at the door: nobody came.',
    );
  });

  it('names ten people, and counts the others', () => {
    const people = Array.from({ length: 13 }, (_, i) => ({ name: `Person ${i}`, visits: 20 - i }));
    expect(
      digestText({ ...week, people })
        .split('\n')
        .slice(-2),
    ).toEqual(['and 3 more people', 'Most came on Friday between 17:00 and 18:00.']);
  });
});

describe('the weekly message', () => {
  let home: Home;
  afterEach(() => home.close());
  const hour = 3600_000;

  /** The clock starts on Sunday, 22 November 2026, 09:00 in Berlin. */
  async function open(): Promise<void> {
    home = await Home.open({ chats, digest: { day: 'sunday', hour: 18 }, started: false });
    home.house.figures = week;
  }

  it('comes at its hour with its picture, over the week before', async () => {
    await open();
    await home.startUp();
    await home.clock.advance(9 * hour - 1);
    expect(home.house.asked).toBeNull();
    const told = home.fake.nextMessage(annasChat);
    await home.clock.advance(1);
    const message = await told;
    expect(message.text).toMatch(/^The week at the door: 31 visits/);
    expect(Buffer.from(message.photo ?? []).toString('latin1')).toMatch(/heatmap$/);
    const sunday = Date.UTC(2026, 10, 22, 17, 0);
    expect(home.house.asked).toEqual([sunday - 7 * 24 * hour, sunday]);
  });

  it('comes once, whatever is restarted', async () => {
    await open();
    await home.startUp();
    const told = home.fake.nextMessage(annasChat);
    await home.clock.advance(9 * hour);
    await told;
    await home.clock.pause();
    await home.restart();
    await home.clock.advance(2 * hour);
    expect(home.fake.messages).toHaveLength(1);
  });

  it('that was missed while the machine was off comes at the start, unless that is long ago', async () => {
    await open();
    home.state.values.set('telegram.digest', Date.UTC(2026, 10, 15, 17, 0));
    await home.clock.advance(20 * hour);
    const told = home.fake.nextMessage(annasChat);
    await home.startUp();
    await home.clock.advance(0);
    expect((await told).text).toMatch(/^The week at the door/);
    await home.clock.pause();
    await home.telegram.stop();
    home.state.values.set('telegram.digest', Date.UTC(2026, 10, 15, 17, 0));
    await home.clock.advance(48 * hour);
    await home.startUp();
    await home.clock.advance(hour);
    expect(home.fake.messages).toHaveLength(1);
  });

  it('comes in words where its picture cannot be drawn, and not at all where the figures cannot be read', async () => {
    await open();
    home.pictures.heatmap = () => Promise.reject(new Error('no room'));
    await home.startUp();
    const told = home.fake.nextMessage(annasChat);
    await home.clock.advance(9 * hour);
    expect((await told).photo).toBeNull();
    home.house.digest = () => Promise.reject(new Error('The history is busy.'));
    await home.clock.advance(7 * 24 * hour);
    await home.log.said('The weekly digest could not be made: The history is busy.');
  });
});
