/** Plays a seeded schedule of faults over a model of a house, and says what was broken. */
import type { Log } from '../../src/log.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FaultyChat, owner, stranger } from './chat.ts';
import { account, cloudFaults, FaultyCloud } from './cloud.ts';
import { Dice } from './dice.ts';
import { Disk } from './disk.ts';
import { Run, telegramToken } from './run.ts';
import { type FaultyCamera, flaws, type Visitor, visitors } from './sights.ts';

export interface Outcome {
  faults: number;
  visits: number;
  /** Openings for faces, and for taps. */
  opened: { face: number; tap: number };
  runs: number;
  /** One sentence each; none: everything held. */
  violations: string[];
}

interface Message {
  id: number;
  data: string;
  run: Run;
  /** By a clock that nobody sets. */
  sentAt: number;
}

/** A fault, as a weight and what it does. */
type Step = [weight: number, isFault: boolean, act: () => Promise<void> | void];

const lifeMs = 30_000;

class Play {
  readonly #dice: Dice;
  readonly #clock = new VirtualClock();
  readonly #disk = new Disk();
  readonly #chat = new FaultyChat();
  readonly #cloud: FaultyCloud;
  readonly #mode: 'auto' | 'confirm';
  readonly #lines: string[] = [];
  readonly #committed = new Set<number>();
  readonly #messages: Message[] = [];
  /** Decisions to open that no command followed yet. */
  #owed: ('face' | 'tap')[] = [];
  /** Taps that may open, by everything the model knows. */
  #goodTaps = 0;
  readonly #used = new Set<string>();
  /** The run that is opening the lock. */
  #opening: Run | null = null;
  #jumped = 0;
  #run: Run;
  readonly outcome: Outcome = { faults: 0, visits: 0, opened: { face: 0, tap: 0 }, runs: 0, violations: [] };

  constructor(seed: number) {
    this.#dice = new Dice(seed);
    this.#mode = this.#dice.of(['auto', 'auto', 'confirm'] as const);
    this.#cloud = new FaultyCloud(
      this.#clock,
      () => this.#steadyNow,
      () => this.#onUnlock(),
    );
    this.#run = this.#newRun();
  }

  async play(faults: number): Promise<Outcome> {
    await this.#startRun();
    while (this.outcome.faults < faults) await this.#step();
    await this.#settle();
    return this.outcome;
  }

  async #step(): Promise<void> {
    const steps = this.#steps();
    let left = this.#dice.next() * steps.reduce((sum, [weight]) => sum + weight, 0);
    const thrown = steps.find(([weight]) => {
      left -= weight;
      return left < 0;
    });
    const [, isFault, act] = thrown ?? (steps[0] as Step);
    if (isFault) this.outcome.faults++;
    await act();
  }

  #steps(): Step[] {
    const dice = this.#dice;
    const { cameras } = this.#run;
    return [
      [8, false, () => this.#visit([dice.of(cameras)])],
      [2, true, () => this.#visit(cameras)],
      [2, true, () => dice.of(cameras).trigger('ding')],
      [8, true, () => this.#cloud.fail(dice.of(cloudFaults))],
      [4, true, () => this.#jump()],
      [2, true, () => this.#disk.fail(dice.of(['busy', 'full']), dice.whole(1, 3))],
      [2, true, () => this.#chat.fail(dice.whole(1, 3))],
      [2, true, () => this.#kill()],
      [1, true, () => this.#restart()],
      [5, true, () => this.#tap(dice.oneIn(4) ? stranger : owner)],
      [3, true, () => this.#chat.redeliver(dice.whole(0, 999))],
      [2, true, () => this.#cloud.door.turn(dice.of(['locked', 'unlocked'] as const))],
      [1, false, () => this.#arm(dice.oneIn(3))],
      [5, false, () => this.#clock.advance(dice.whole(100, 60_000))],
    ];
  }

  /** Somebody comes to each of the doors; at every second visit some frames are flawed. */
  async #visit(cameras: readonly FaultyCamera[]): Promise<void> {
    const dice = this.#dice;
    const who = cameras.map((): Visitor => (dice.oneIn(2) ? 'kurt' : dice.of(visitors)));
    const flawed = dice.oneIn(2);
    for (const camera of cameras) camera.trigger(dice.of(['ding', 'motion']));
    await this.#clock.advance(0);
    for (let frame = dice.whole(2, 6); frame > 0; frame--) {
      for (const [index, camera] of cameras.entries()) {
        const flaw = flawed && dice.oneIn(3) ? dice.of(flaws) : null;
        if (flaw) this.outcome.faults++;
        camera.show(who[index] as Visitor, flaw);
      }
      await this.#clock.advance(600);
    }
    if (dice.oneIn(2)) await this.#clock.advance(20_000);
    this.outcome.visits += cameras.length;
  }

  #jump(): void {
    const by = this.#dice.of([-3600_000, -20_000, -2000, 2000, 20_000, 3600_000, 86_400_000]);
    this.#jumped += by;
    this.#clock.jump(by);
  }

  get #steadyNow(): number {
    return this.#clock.now() - this.#jumped;
  }

  async #tap(by: typeof owner): Promise<void> {
    // The latest message mostly, and at times any.
    const message = this.#dice.oneIn(3) ? this.#dice.of(this.#messages) : this.#messages.at(-1);
    if (!message) return;
    await this.#tapOn(message, by);
    // Once more when the lock has had the time to open and lock again.
    if (!this.#dice.oneIn(3)) return;
    await this.#clock.advance(14_000);
    await this.#tapOn(message, owner);
  }

  async #tapOn(message: Message, by: typeof owner): Promise<void> {
    const sent = this.#chat.messages[message.id - 1];
    if (!sent) return;
    const young = this.#steadyNow - message.sentAt <= lifeMs + 1;
    if (by === owner && message.run === this.#run && young && !this.#used.has(message.data)) {
      this.#used.add(message.data);
      this.#goodTaps++;
    }
    this.#chat.tap(sent, message.data, by);
    await this.#clock.advance(this.#dice.of([0, 100, 3000]));
  }

  async #arm(armed: boolean): Promise<void> {
    await this.#run.faceUnlock.arm(armed || this.#dice.oneIn(2)).catch(() => undefined);
  }

  async #kill(): Promise<void> {
    this.#run.kill();
    await this.#startRun(this.#newRun());
  }

  async #restart(): Promise<void> {
    await this.#drive(this.#run.stop());
    await this.#startRun(this.#newRun());
  }

  #newRun(): Run {
    // What was decided and not sent by then is never sent.
    this.#owed = [];
    this.#goodTaps = 0;
    const log: Log = {
      debug: (line) => void this.#lines.push(line),
      info: (line) => void this.#lines.push(line),
      warn: (line) => void this.#lines.push(line),
      error: (line) => void this.#lines.push(line),
    };
    const run: Run = new Run({
      clock: this.#clock,
      disk: this.#disk,
      cloud: this.#cloud,
      chat: this.#chat,
      log,
      mode: this.#mode,
      onDecision: (kind, { gates }, opening) => {
        this.#onDecision(run, kind, gates);
        this.#watch(run, opening);
      },
      onMessage: (id, data) => this.#messages.push({ id, data, run, sentAt: this.#steadyNow }),
      onCommitted: (eventId) => this.#committed.add(eventId),
    });
    return run;
  }

  async #startRun(run = this.#run): Promise<void> {
    this.#run = run;
    this.outcome.runs++;
    await this.#drive(run.start());
  }

  /** Time moves on until `promise` settles. */
  async #drive(promise: Promise<unknown>): Promise<void> {
    let done = false;
    const finish = () => {
      done = true;
    };
    promise.then(finish, finish);
    await this.#clock.advance(0);
    for (let seconds = 0; !done; seconds++) {
      if (seconds > 600) throw new Error('It neither starts nor stops.');
      await this.#clock.advance(1000);
    }
    await promise;
  }

  #onDecision(run: Run, kind: 'face' | 'tap', gates: readonly { gate: string; pass: boolean }[]): void {
    if (run !== this.#run) this.#violated('A run that was killed decided to open.');
    const failing = gates.filter(({ pass }) => !pass).map(({ gate }) => gate);
    if (failing.length > 0) this.#violated(`It was decided to open though ${failing.join(', ')} failed.`);
    if (kind === 'face' && this.#mode !== 'auto') this.#violated('A face was to open where an owner is to be asked.');
    if (kind === 'tap' && --this.#goodTaps < 0) this.#violated('It was decided to open for a tap that does not count.');
    this.#owed.push(kind);
  }

  /** While a lock is being opened nobody knows where it stands. */
  #watch(run: Run, opening: Promise<unknown>): void {
    if (this.#opening === run) this.#violated('It was decided to open while the lock was being opened.');
    this.#opening = run;
    opening.finally(() => {
      if (this.#opening === run) this.#opening = null;
    });
  }

  #onUnlock(): void {
    if (!this.#run.started) this.#violated('An unlock was sent at start-up.');
    const kind = this.#owed.shift();
    if (kind) this.outcome.opened[kind]++;
    else this.#violated('An unlock was sent that no decision asked for, or twice.');
  }

  /** Nothing goes wrong any more: the lock must come to be shown as it is, and what was written must be there. */
  async #settle(): Promise<void> {
    this.#cloud.heal();
    this.#disk.heal();
    this.#chat.heal();
    const { lock } = this.#run;
    if (this.#cloud.state === 'jammed') this.#cloud.door.turn('locked');
    for (let minute = 0; minute < 40 && lock.state !== this.#cloud.state; minute++) await this.#clock.advance(60_000);
    if (lock.state !== this.#cloud.state) {
      this.#violated(`The lock is shown ${lock.state}, and is ${this.#cloud.state}.`);
    }
    const lost = [...this.#committed].filter((id) => !this.#disk.events.has(id));
    if (lost.length > 0) this.#violated(`Events ${lost.join(', ')} were written and are gone.`);
    for (const secret of [account.token, account.secret, telegramToken, ...this.#messages.map(({ data }) => data)]) {
      if (this.#lines.some((line) => line.includes(secret))) this.#violated('A secret stands in the log.');
    }
    await this.#drive(this.#run.stop());
  }

  #violated(sentence: string): void {
    this.outcome.violations.push(sentence);
  }
}

/** Plays until so many faults have happened. */
export function play(seed: number, faults: number): Promise<Outcome> {
  return new Play(seed).play(faults);
}
