/** A house with one of each part, to be looked at: what the page asks of it is remembered, and nothing else. */
import type { HouseStatus } from '../../../src/dashboard/api-types.ts';
import { FakeHouse } from '../../dashboard/fake-house.ts';

export class ShownHouse extends FakeHouse {
  override async status(): Promise<HouseStatus> {
    return {
      version: '0.1.0',
      armed: true,
      startedAt: '2026-11-22T08:00:00.000Z',
      parts: [
        {
          kind: 'camera',
          id: 'front-door',
          name: 'Front door',
          state: 'ok',
          sentence: 'It is watched. Battery 62 %.',
          moments: [
            { what: 'Last motion or ring', at: '2026-11-22T08:30:00.000Z' },
            { what: 'Last picture', at: null },
          ],
        },
        {
          kind: 'lock',
          id: 'front',
          name: 'Front door lock',
          state: 'ok',
          sentence: 'Locked. Battery 82 %.',
          moments: [],
        },
        {
          kind: 'vision',
          id: 'vision',
          name: 'Recognition',
          state: 'ok',
          sentence: 'A picture takes about 95 ms.',
          moments: [],
        },
        {
          kind: 'telegram',
          id: 'telegram',
          name: 'Telegram',
          state: 'trouble',
          sentence: 'The last message could not be sent; it is tried again.',
          moments: [],
        },
      ],
    };
  }
}
