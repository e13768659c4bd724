/** The settings form of Config UI X, and what is done once: logging in to Ring, finding locks, trying Telegram. */
import { useEffect, useState } from 'preact/hooks';
import { homebridge } from '../door-homebridge.ts';
import { asDoorError, useCommand, useHome } from '../house.ts';

export function SettingsView() {
  const { status } = useHome();
  useEffect(() => {
    homebridge?.showSchemaForm();
    return () => homebridge?.hideSchemaForm();
  }, []);
  return (
    <>
      <p class="hint">
        The settings are in the form below. Save them there, and restart Homebridge for them to take effect.
      </p>
      {!status.running && <p class="banner">What follows needs the running plugin. {status.sentence}</p>}
      <div class="panels">
        <RingLogIn />
        <SwitchBotDevices />
        <TelegramTest />
      </div>
    </>
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
      setWords(answer.state === 'done' ? 'Logged in to Ring. The cameras are watched from now on.' : '');
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
        <button type="submit" disabled={!status.running}>
          {prompt ? 'Send the code' : 'Log in'}
        </button>
        <p role="status">{words}</p>
      </form>
      <p class="hint">
        The password is sent to Ring and not kept; what is kept is a token, in a file only Homebridge can read.
      </p>
    </section>
  );
}

function SwitchBotDevices() {
  const { door, status } = useHome();
  const [devices, setDevices] = useState<{ id: string; name: string; type: string }[] | null>(null);
  const [problem, setProblem] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    setProblem('');
    try {
      const fields = Object.fromEntries(new FormData(event.target as HTMLFormElement));
      setDevices((await door.command('switchbot-devices', fields)) as typeof devices);
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
        <button type="submit" disabled={!status.running}>
          Find devices
        </button>
        <p role="alert" class="problem">
          {problem}
        </p>
      </form>
      {devices && (
        <ul class="plain-list">
          {devices.map(({ id, name, type }) => (
            <li key={id}>
              <strong dir="auto">{name}</strong> ({type}): <code>{id}</code>
            </li>
          ))}
          {devices.length === 0 && <li>This account has no devices.</li>}
        </ul>
      )}
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
