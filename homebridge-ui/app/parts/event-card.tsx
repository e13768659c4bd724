/** A visit in the timeline: picture, who, when, and what the door did. */
import type { EventCard as Card } from '../../../src/dashboard/api-types.ts';
import { useHome } from '../house.ts';
import { linkTo } from '../route.ts';
import { decisionWords, timeOf, triggerWords, whoCame } from '../words.ts';
import { Picture } from './picture.tsx';

export function EventCard({ event, back }: { event: Card; back?: string }) {
  const { timeZone } = useHome();
  return (
    <a
      class={`card${event.seen ? '' : ' is-unseen'}`}
      href={linkTo('event', back ? { back } : {}, event.id)}
      data-event={event.id}
    >
      <Picture event={event} boxes="hover" />
      <span class="card-words">
        <span class="card-head">
          <strong class={`who is-${event.identity}`} dir="auto">
            {whoCame(event)}
          </strong>
          <time dateTime={event.at}>{timeOf(event.at, timeZone)}</time>
        </span>
        <span class="card-foot">
          <span dir="auto" class="camera-name">
            {event.cameraName}
          </span>
          {event.trigger === 'ding' && <span class="badge">{triggerWords.ding}</span>}
          {event.decision !== 'none' && (
            <span class={`badge is-${event.decision}`}>{decisionWords[event.decision]}</span>
          )}
          {event.ignored && <span class="badge">Ignored</span>}
          {!event.seen && <span class="badge is-new">New</span>}
        </span>
      </span>
    </a>
  );
}
