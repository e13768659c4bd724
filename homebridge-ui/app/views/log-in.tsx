/** The local dashboard's door. */
import { useState } from 'preact/hooks';
import type { DashboardDoor } from '../door-dashboard.ts';
import { asDoorError } from '../house.ts';

export function LogIn({ door, onDone }: { door: DashboardDoor; onDone(): void }) {
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await door.logIn(password);
      onDone();
    } catch (error) {
      setProblem(asDoorError(error).message);
    }
  };
  return (
    <main class="log-in">
      <form onSubmit={submit}>
        <h1>Latchkey</h1>
        <label>
          Password
          <input
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="strong">
          Log in
        </button>
        <p role="alert" class="problem">
          {problem}
        </p>
      </form>
    </main>
  );
}
