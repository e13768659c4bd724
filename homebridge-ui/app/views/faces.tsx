/** The faces of a visit: who they are, and what the owner may say of each. */
import { useState } from 'preact/hooks';
import type { EventDetail, FaceDetail } from '../../../src/dashboard/api-types.ts';
import { useCommand, useHome } from '../house.ts';
import { NameField } from '../parts/name-field.tsx';
import { percent } from '../words.ts';

export function Faces({ event, again }: { event: EventDetail; again(): void }) {
  return (
    <section aria-labelledby="faces">
      <h3 id="faces">{event.faces.length === 1 ? 'The face' : `${event.faces.length} faces`}</h3>
      <ul class="faces">
        {event.faces.map((face) => (
          <FaceItem key={face.id} event={event} face={face} again={again} />
        ))}
      </ul>
    </section>
  );
}

function FaceItem({ event, face, again }: { event: EventDetail; face: FaceDetail; again(): void }) {
  const { choices, door, status, refreshChoices } = useHome();
  const run = useCommand();
  const [name, setName] = useState('');
  const called = choices.people.find(({ person }) => person === face.person)?.personName ?? face.person;
  const identify = (person: string | null, done: string) =>
    run(() => door.command('identify', { event: event.id, face: face.id, person }), done).then(
      (well) => well && again(),
    );
  const enrol = async (submit: Event) => {
    submit.preventDefault();
    const person = name.trim();
    const source = { event: event.id, face: face.id };
    if (!(await run(() => door.command('enrol', { person, source }), `${person} is enrolled from this visit.`))) return;
    setName('');
    refreshChoices();
    again();
  };
  return (
    <li class="face">
      <p>
        <strong dir="auto">{called ?? 'Not known'}</strong>
        {face.similarity !== null && `, ${percent(face.similarity)} alike`}
      </p>
      <dl class="figures">
        <Figure name="Size" value={face.size} digits={0} unit=" px" />
        <Figure name="Sharpness" value={face.sharpness} digits={0} />
        <Figure name="Turned" value={face.yaw} digits={0} unit="°" />
        <Figure name="Live, not a print" value={face.antispoof} digits={2} />
      </dl>
      {face.person && (
        <p class="actions">
          <button
            type="button"
            disabled={!status.running}
            onClick={() => identify(null, `Noted: this is not ${called}.`)}
          >
            This is not {called}
          </button>
        </p>
      )}
      {!face.person && face.enrollable && (
        <form class="enrol" onSubmit={enrol}>
          <NameField
            label="This is"
            name={name}
            onChange={setName}
            placeholder="a name"
            names={choices.people.map(({ person }) => person)}
          />
          <button type="submit" class="strong" disabled={!status.running || name.trim() === ''}>
            Enrol
          </button>
        </form>
      )}
      {!face.person && face.enrollable && event.identity === 'stranger' && !event.ignored && (
        <Ignore event={event} face={face} again={again} />
      )}
      {!status.running && <p class="hint">Faces can be named while the plugin runs. {status.sentence}</p>}
    </li>
  );
}

/** For the postman, a neighbour, a statue. */
function Ignore({ event, face, again }: { event: EventDetail; face: FaceDetail; again(): void }) {
  const { door, status } = useHome();
  const run = useCommand();
  const ignore = () =>
    run(
      () => door.command('ignore', { event: event.id, face: face.id }),
      'This face is ignored from now on. People has the list.',
    ).then((well) => well && again());
  return (
    <details>
      <summary>Ignore this face</summary>
      <p class="hint">
        For somebody you need not hear of, such as the postman or a statue. Visits that show only this face stay in the
        history, and nobody is told of them, unless they ring. It opens no door and changes no other rule.
      </p>
      <button type="button" disabled={!status.running} onClick={ignore}>
        Ignore it
      </button>
    </details>
  );
}

function Figure({
  name,
  value,
  digits,
  unit = '',
}: {
  name: string;
  value: number | null;
  digits: number;
  unit?: string;
}) {
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value.toFixed(digits)}
        {unit}
      </dd>
    </div>
  );
}
