/** A sentence in passing: how a command went. */
import { useEffect, useState } from 'preact/hooks';

export interface Said {
  sentence: string;
  kind: 'good' | 'bad';
  at: number;
}

const shownMs = 7000;

export function Saying({ said }: { said: Said | null }) {
  const [shown, setShown] = useState<Said | null>(null);
  useEffect(() => {
    setShown(said);
    const timer = setTimeout(() => setShown(null), shownMs);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <div class="saying" role="status" aria-live="polite">
      {shown && (
        <p class={`said is-${shown.kind}`}>
          {shown.sentence}
          <button type="button" class="plain" aria-label="Close" onClick={() => setShown(null)}>
            ×
          </button>
        </p>
      )}
    </div>
  );
}
