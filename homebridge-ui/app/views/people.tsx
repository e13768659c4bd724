/** Who is enrolled, and from what; enrolling from a photograph, and forgetting. */
import { useState } from 'preact/hooks';
import type { EnrolledPerson } from '../../../src/dashboard/api-types.ts';
import { asDoorError, useAnswer, useCommand, useHome, useNewest } from '../house.ts';
import { NameField } from '../parts/name-field.tsx';
import { Notice } from '../parts/notice.tsx';
import { shrinkPhoto } from '../parts/photo.ts';
import { Picture } from '../parts/picture.tsx';
import { linkTo } from '../route.ts';
import { momentOf, percent, plural } from '../words.ts';
import { IgnoredFaces } from './ignored-faces.tsx';

export function PeopleView() {
  const { status, refreshChoices } = useHome();
  const [asked, again] = useAnswer('people');
  const changed = () => {
    again();
    refreshChoices();
  };
  const people = asked.answer;
  return (
    <>
      {!status.running && (
        <p class="banner" role="note">
          People can be changed while the plugin runs. {status.sentence}
        </p>
      )}
      {asked.state === 'failed' && <p class="problem">{asked.error.message}</p>}
      {people?.length === 0 && (
        <Notice title="Nobody is enrolled yet">
          <p>Open a visit of somebody you know and give the face a name, or choose a photograph below.</p>
        </Notice>
      )}
      <ul class="people">
        {people?.map((person) => (
          <PersonCard key={person.person} person={person} onChange={changed} />
        ))}
      </ul>
      {people && <EnrolForm onDone={changed} />}
      <IgnoredFaces />
    </>
  );
}

function EnrolForm({ onDone }: { onDone(): void }) {
  const { door, status } = useHome();
  const run = useCommand();
  const [name, setName] = useState('');
  const [photo, setPhoto] = useState<{ picture: string; url: string } | null>(null);
  const [problem, setProblem] = useState('');
  const choice = useNewest();
  const choose = async (file: File | undefined) => {
    const isNewest = choice();
    setPhoto(null);
    setProblem('');
    if (!file) return;
    try {
      const shrunk = await shrinkPhoto(file);
      if (!isNewest()) return;
      setPhoto(shrunk);
      const { problem: found } = (await door.command('check-picture', { picture: shrunk.picture })) as {
        problem: string | null;
      };
      if (isNewest()) setProblem(found ?? '');
    } catch (error) {
      if (isNewest()) setProblem(asDoorError(error).message);
    }
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const person = name.trim();
    if (
      !photo ||
      !(await run(
        () => door.command('enrol', { person, source: { picture: photo.picture } }),
        `${person} is enrolled.`,
      ))
    )
      return;
    setName('');
    setPhoto(null);
    (event.target as HTMLFormElement).reset();
    onDone();
  };
  return (
    <section class="panel" aria-labelledby="enrol">
      <h2 id="enrol">Enrol somebody from a photograph</h2>
      <form class="enrol-form" onSubmit={submit}>
        <NameField label="Name" name={name} onChange={setName} />
        <label>
          Photograph of the face, from the front, in good light
          <input
            type="file"
            accept="image/jpeg,image/png"
            required
            disabled={!status.running}
            onChange={(event) => choose(event.currentTarget.files?.[0])}
          />
        </label>
        {photo && <img class="photo" src={photo.url} alt="The photograph chosen" />}
        <p role="alert" class="problem">
          {problem}
        </p>
        <button
          type="submit"
          class="strong"
          disabled={!status.running || !photo || problem !== '' || name.trim() === ''}
        >
          Enrol
        </button>
      </form>
      <p class="hint">
        Five pictures on different days make a good template. Pictures from your own door are the best.
      </p>
    </section>
  );
}

function PersonCard({ person, onChange }: { person: EnrolledPerson; onChange(): void }) {
  const { timeZone } = useHome();
  const { thumbnail, templates, lookAlikes } = person;
  return (
    <li class="person">
      <Picture
        event={{ thumbnail: thumbnail?.path ?? null, frame: null, sentence: '', detections: [], faces: [] }}
        boxes="hover"
      />
      <div class="person-words">
        <h2 dir="auto">{person.personName}</h2>
        <p>
          <a href={linkTo('history', { person: [person.person] })}>{plural(person.visits, 'visit')}</a>
          {person.lastSeen && `, last ${momentOf(person.lastSeen, timeZone)}`}
        </p>
        {lookAlikes.map((other) => (
          <p key={other.person} class="banner">
            Looks much like {other.personName} ({percent(other.similarity)}): the margin between the two may keep the
            door shut for both. Enrol more pictures of each.
          </p>
        ))}
        <details>
          <summary>{plural(templates.length, 'picture')} enrolled</summary>
          <ul class="plain-list">
            {templates.map(({ id, source, event, createdAt }) => (
              <li key={id}>
                {event === null ? <span dir="auto">{source}</span> : <a href={linkTo('event', {}, event)}>A visit</a>},{' '}
                {momentOf(createdAt, timeZone)}
              </li>
            ))}
          </ul>
        </details>
        <Rename person={person} onChange={onChange} />
        <Forget person={person} onChange={onChange} />
      </div>
    </li>
  );
}

function Rename({ person, onChange }: { person: EnrolledPerson; onChange(): void }) {
  const { door, status } = useHome();
  const run = useCommand();
  const [name, setName] = useState(person.personName);
  const submit = async (event: Event) => {
    event.preventDefault();
    const personName = name.trim();
    if (
      await run(
        () => door.command('rename', { person: person.person, personName }),
        `Called ${personName} from now on.`,
      )
    )
      onChange();
  };
  return (
    <details>
      <summary>Rename</summary>
      <form class="inline" onSubmit={submit}>
        <NameField label="New name" name={name} onChange={setName} />
        <button type="submit" disabled={!status.running || name.trim() === person.personName}>
          Rename
        </button>
      </form>
    </details>
  );
}

/** Asked twice, in the page: Config UI X lets no page open a dialogue. */
function Forget({ person, onChange }: { person: EnrolledPerson; onChange(): void }) {
  const { door, status } = useHome();
  const run = useCommand();
  const forget = async () => {
    if (await run(() => door.command('forget', { person: person.person }), `${person.personName} is forgotten.`))
      onChange();
  };
  return (
    <details>
      <summary>Forget</summary>
      <p>
        Erases the {plural(person.templates.length, 'template')} of {person.personName} and the face data of their
        visits. The door no longer opens for them. The visits stay in the history under the name, as the record of who
        was let in; their pictures go when the history's days are over.
      </p>
      <button type="button" class="danger" disabled={!status.running} onClick={forget}>
        Forget {person.personName}
      </button>
    </details>
  );
}
