/** A house that does as it is told and remembers it. */
import type { EventCard, HouseStatus } from '../../src/dashboard/api-types.ts';
import type { House } from '../../src/dashboard/house.ts';

export class FakeHouse implements House {
  /** Every call but `status` and `onVisit`: the method's name and its arguments. */
  readonly calls: unknown[][] = [];
  readonly listeners = new Set<(visit: EventCard) => void>();
  /** The next call rejects with this. */
  failure: string | null = null;

  async status(): Promise<HouseStatus> {
    return { version: '1.2.3', armed: true, startedAt: '2026-11-22T08:00:00.000Z', parts: [] };
  }

  async enrol(...args: Parameters<House['enrol']>) {
    await this.#called('enrol', args);
    return { person: args[0], personName: args[0], templates: 1, warnings: [] };
  }

  async checkPicture(...args: Parameters<House['checkPicture']>) {
    await this.#called('checkPicture', args);
    return { problem: 'No face was found.' };
  }

  async forget(...args: Parameters<House['forget']>) {
    await this.#called('forget', args);
    return { templates: 3, faces: 12, events: 40 };
  }

  rename = (...args: Parameters<House['rename']>) => this.#called('rename', args);
  identify = (...args: Parameters<House['identify']>) => this.#called('identify', args);
  ignore = (...args: Parameters<House['ignore']>) => this.#called('ignore', args);
  stopIgnoring = (...args: Parameters<House['stopIgnoring']>) => this.#called('stopIgnoring', args);
  markSeen = (...args: Parameters<House['markSeen']>) => this.#called('markSeen', args);
  markAllSeen = (...args: Parameters<House['markAllSeen']>) => this.#called('markAllSeen', args);
  lock = (...args: Parameters<House['lock']>) => this.#called('lock', args);
  arm = (...args: Parameters<House['arm']>) => this.#called('arm', args);
  telegramTest = () => this.#called('telegramTest', []);

  async snapshot(...args: Parameters<House['snapshot']>) {
    await this.#called('snapshot', args);
    return Uint8Array.of(0xff, 0xd8, 0xff);
  }

  async ringLogin(...args: Parameters<House['ringLogin']>) {
    await this.#called('ringLogin', args);
    return { state: 'code' as const, prompt: 'Type the code that Ring sent you.' };
  }

  async ringCode(...args: Parameters<House['ringCode']>) {
    await this.#called('ringCode', args);
    return { state: 'done' as const };
  }

  async switchbotDevices(...args: Parameters<House['switchbotDevices']>) {
    await this.#called('switchbotDevices', args);
    return [{ id: 'C1', name: 'Front door', type: 'Smart Lock', usable: true, remark: 'Put it into the settings.' }];
  }

  onVisit(listener: (visit: EventCard) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  visit(card: Partial<EventCard>): void {
    for (const listener of this.listeners) listener(card as EventCard);
  }

  async #called(name: string, args: unknown[]): Promise<void> {
    this.calls.push([name, ...args]);
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw new Error(failure);
  }
}
