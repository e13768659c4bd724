/** The settings form of Config UI X, and what is done once: logging in to Ring, picking locks, a password, trying Telegram. */
import { useEffect, useState } from 'preact/hooks';
import { asDoorError, useCommand, useHome } from '../house.ts';
import { withDashboardPassword, withSwitchBotLock } from '../settings-block.ts';
import { changeSettings, hideForm, showForm } from '../settings-form.ts';

export function SettingsView() {
  const { status } = useHome();
  useEffect(() => {
    showForm();
    return hideForm;
  }, []);
  return (
    <>
      <p class="hint">
        The settings are in the form below. Save them there, and restart Homebridge for them to take effect.
      </p>
      {!status.running && (
        <p class="banner">
          {status.sentence} Logging in to Ring, picking a lock and a password work all the same; trying Telegram does
          not.
        </p>
      )}
      <SettingsPanels />
    </>
  );
}

/** What can be set up also before the first visit. */
export function SettingsPanels() {
  return (
    <div class="panels">
      <RingLogIn />
      <SwitchBotDevices />
      <DashboardPassword />
      <TelegramTest />
    </div>
  );
}

function RingLogIn() {
  const { door, status } = useHome();
  const [prompt, setPrompt] = useState('');
  const [words, setWords] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target as HTMLFormElement));
    try {
      const answer = (await door.command(prompt ? 'ring-code' : 'ring-login', fields)) as
        | { state: 'done' }
        | { state: 'code'; prompt: string };
      setPrompt(answer.state === 'code' ? answer.prompt : '');
      setWords(answer.state === 'done' ? doneWords(status.running) : '');
    } catch (error) {
      setWords(asDoorError(error).message);
    }
  };
  return (
    <section class="panel" aria-labelledby="ring">
      <h2 id="ring">Ring</h2>
      <form class="stack" onSubmit={submit}>
        {prompt ? (
          <label key="code">
            {prompt}
            <input name="code" required inputMode="numeric" autocomplete="one-time-code" />
          </label>
        ) : (
          <>
            <label>
              E-mail
              <input name="email" type="email" required autocomplete="username" />
            </label>
            <label>
              Password
              <input name="password" type="password" required autocomplete="current-password" />
            </label>
          </>
        )}
        <button type="submit">{prompt ? 'Send the code' : 'Log in'}</button>
        <p role="status">{words}</p>
      </form>
      <p class="hint">
        The password is sent to Ring and not kept; what is kept is a token, in a file only Homebridge can read.
      </p>
    </section>
  );
}

function doneWords(running: boolean): string {
  return running
    ? 'Logged in to Ring. The cameras are watched within a minute.'
    : 'Logged in to Ring. The cameras are watched once Homebridge starts the plugin.';
}

type Device = { id: string; name: string; type: string; usable: boolean; remark: string };
type Account = { token: string; secret: string };

function SwitchBotDevices() {
  const { door } = useHome();
  const [found, setFound] = useState<{ devices: Device[]; account: Account } | null>(null);
  const [problem, setProblem] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    setProblem('');
    setFound(null);
    try {
      const fields = Object.fromEntries(new FormData(event.target as HTMLFormElement));
      const account = { token: String(fields.token).trim(), secret: String(fields.secret).trim() };
      setFound({ devices: (await door.command('switchbot-devices', account)) as Device[], account });
    } catch (error) {
      setProblem(asDoorError(error).message);
    }
  };
  return (
    <section class="panel" aria-labelledby="switchbot">
      <h2 id="switchbot">SwitchBot locks</h2>
      <form class="stack" onSubmit={submit}>
        <label>
          Token
          <input name="token" required autocomplete="off" />
        </label>
        <label>
          Secret
          <input name="secret" type="password" required autocomplete="off" />
        </label>
        <button type="submit">Find devices</button>
        <p role="alert" class="problem">
          {problem}
        </p>
      </form>
      {found && (
        <ul class="plain-list">
          {found.devices.map((device) => (
            <DeviceItem key={device.id} device={device} account={found.account} />
          ))}
          {found.devices.length === 0 && <li>This account has no devices.</li>}
        </ul>
      )}
    </section>
  );
}

function DeviceItem({ device, account }: { device: Device; account: Account }) {
  const run = useCommand();
  const { id, name, type, usable, remark } = device;
  const pick = () =>
    run(
      () => changeSettings((block) => withSwitchBotLock(block, device, account)),
      `${name} is in the settings. Restart Homebridge for it to take effect.`,
    );
  return (
    <li>
      <strong dir="auto">{name}</strong> ({type}): <code>{id}</code>
      {usable ? (
        <p>
          <button type="button" onClick={pick}>
            Use as a lock
          </button>
        </p>
      ) : (
        <p class="hint">{remark}</p>
      )}
    </li>
  );
}

/** The password goes to the page's server, and comes back as a hash: the settings never hold the password itself. */
function DashboardPassword() {
  const { door } = useHome();
  const run = useCommand();
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const { password } = Object.fromEntries(new FormData(form));
    const done = 'The password is set, and the dashboard turned on. Restart Homebridge for it to take effect.';
    if (
      await run(async () => {
        const { hash } = await door.hash(String(password));
        await changeSettings((block) => withDashboardPassword(block, hash));
      }, done)
    )
      form.reset();
  };
  return (
    <section class="panel" aria-labelledby="dashboard">
      <h2 id="dashboard">Dashboard on the network</h2>
      <form class="stack" onSubmit={submit}>
        <label>
          New password
          <input name="password" type="password" required minLength={8} maxLength={200} autocomplete="new-password" />
        </label>
        <button type="submit">Set the password</button>
      </form>
      <p class="hint">The settings keep a hash of it, from which nobody can tell the password.</p>
    </section>
  );
}

function TelegramTest() {
  const { door, status } = useHome();
  const run = useCommand();
  return (
    <section class="panel" aria-labelledby="telegram">
      <h2 id="telegram">Telegram</h2>
      <p>Sends a message to every chat of the settings, to see that alerts arrive.</p>
      <button
        type="button"
        disabled={!status.running}
        onClick={() => run(() => door.command('telegram-test'), 'The message is sent: look at your phone.')}
      >
        Send a test message
      </button>
    </section>
  );
}
