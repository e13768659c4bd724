/** What the page can have done whether the plugin runs or not: logging in to Ring, and finding SwitchBot's devices. */
import { type Login, type LoginStep, RingLogin } from './cameras/ring/login.ts';
import { ringTokenPath, TokenFile } from './cameras/ring/token.ts';
import type { Clock } from './clock.ts';
import type { Errands, RingLogin as RingStep, SwitchBotDevice } from './dashboard/house.ts';
import { switchBotDevices } from './locksmith.ts';

export interface ErrandOptions {
  /** Latchkey's own in Homebridge's storage. */
  folder: string;
  /** Where SwitchBot's cloud is, asked anew; undefined: where it always is. */
  switchBotUrl(): Promise<string | undefined>;
  clock: Clock;
}

/** Every method rejects with a sentence for the owner. */
export class ErrandRunner implements Errands {
  readonly #options: ErrandOptions;
  readonly #login: Login;

  constructor(options: ErrandOptions) {
    this.#options = options;
    this.#login = new RingLogin(new TokenFile(ringTokenPath(options.folder)));
  }

  async ringLogin(email: string, password: string): Promise<RingStep> {
    return asked(await this.#login.begin(email, password));
  }

  async ringCode(code: string): Promise<RingStep> {
    return asked(await this.#login.code(code));
  }

  async switchbotDevices(token: string, secret: string): Promise<SwitchBotDevice[]> {
    const { switchBotUrl, clock } = this.#options;
    return switchBotDevices({ token: token.trim(), secret: secret.trim(), url: await switchBotUrl() }, clock);
  }
}

/** The page shows a refusal as it shows every failure. */
function asked(step: LoginStep): RingStep {
  if (step.state === 'refused') throw new Error(step.sentence);
  return step.state === 'code' ? { state: 'code', prompt: step.sentence } : { state: 'done' };
}
