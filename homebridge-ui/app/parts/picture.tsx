/** A thumbnail with boxes laid over what was seen in it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { EventCard, SeenDetection, SeenFace } from '../../../src/dashboard/api-types.ts';
import { useHome } from '../house.ts';
import { capital, percent } from '../words.ts';

type Pictured = Pick<EventCard, 'thumbnail' | 'frame' | 'sentence'> & {
  detections: SeenDetection[];
  faces: SeenFace[];
};

interface PictureProps {
  event: Pictured;
  /** Boxes at all times, or under the pointer and the keyboard's focus. */
  boxes: 'always' | 'hover';
  /** Words for what is not seen; empty where they stand beside the picture. */
  alt?: string;
}

export function Picture({ event, boxes, alt = '' }: PictureProps) {
  const { url, frame } = usePicture(event.thumbnail);
  const { width, height } = event.frame ?? { width: 16, height: 9 };
  return (
    <div class={`picture boxes-${boxes}`} ref={frame} style={{ aspectRatio: `${width} / ${height}` }}>
      {url ? (
        <img src={url} alt={alt} decoding="async" />
      ) : (
        <Placeholder gone={event.thumbnail === null || url === null} />
      )}
      {event.frame && url && <Boxes event={event} large={boxes === 'hover'} />}
    </div>
  );
}

/** The address of a picture once it comes near the screen; null for one that is gone, undefined while it is awaited. */
export function usePicture(thumbnail: string | null) {
  const { door } = useHome();
  const frame = useRef<HTMLDivElement>(null);
  const [found, setFound] = useState<{ thumbnail: string; url: string | null } | null>(null);
  useEffect(() => {
    if (thumbnail === null || !frame.current) return;
    let current = true;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        watch.disconnect();
        door.picture(thumbnail).then((url) => current && setFound({ thumbnail, url }));
      },
      { rootMargin: '300px' },
    );
    watch.observe(frame.current);
    return () => {
      current = false;
      watch.disconnect();
    };
  }, [door, thumbnail]);
  // The picture of another visit is none of this one's boxes.
  const url = found?.thumbnail === thumbnail ? found?.url : undefined;
  return { url: thumbnail === null ? null : url, frame };
}

/** `large` letters are for small pictures. */
function Boxes({ event, large }: { event: Pictured; large: boolean }) {
  const { width, height } = event.frame ?? { width: 1, height: 1 };
  const size = Math.max(width, height) / (large ? 26 : 60);
  return (
    <svg class="boxes" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {event.detections.map(({ label, confidence, box }, index) => (
        <Box key={`d${index}`} box={box} size={size} kind="thing" words={`${capital(label)} ${percent(confidence)}`} />
      ))}
      {event.faces.map(({ id, person, similarity, box }) => (
        <Box
          key={`f${id}`}
          box={box}
          size={size}
          kind={person ? 'known' : 'face'}
          words={person ? `${person} ${percent(similarity)}` : 'Not known'}
        />
      ))}
    </svg>
  );
}

function Box({
  box: [x1, y1, x2, y2],
  size,
  kind,
  words,
}: {
  box: SeenDetection['box'];
  size: number;
  kind: string;
  words: string;
}) {
  const text = words.slice(0, 40);
  return (
    <g class={`box is-${kind}`}>
      <rect
        x={x1}
        y={y1}
        width={Math.max(0, x2 - x1)}
        height={Math.max(0, y2 - y1)}
        rx={size / 3}
        stroke-width={size / 5}
      />
      <rect
        class="tag"
        x={x1}
        y={Math.max(0, y1 - size * 1.7)}
        width={text.length * size * 0.62 + size}
        height={size * 1.7}
        rx={size / 4}
      />
      <text x={x1 + size / 2} y={Math.max(0, y1 - size * 1.7) + size * 1.2} font-size={size * 1.05}>
        {text}
      </text>
    </g>
  );
}

function Placeholder({ gone }: { gone: boolean }) {
  return <span class={gone ? 'no-picture' : 'no-picture is-waiting'}>{gone && 'No picture'}</span>;
}
