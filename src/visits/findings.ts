/** What a visit's frames have shown so far: tracks, labels, the best frame, and how long each stage took. */
import type { Frame } from '../cameras/camera.ts';
import { type IgnoredFace, showsOnlyIgnored } from '../people/ignored.ts';
import type { Gallery } from '../people/people.ts';
import { windowSeconds } from '../policy/seen-gates.ts';
import { isUsable, type Quality } from '../policy/sighting.ts';
import type { Candidate } from '../policy/unlock-input.ts';
import type { Analysis, Detection } from '../vision/analysis.ts';
import { candidateOf, extendTracks, sight, type Track, type TrackedFace } from './track.ts';
import type { Identity, VisitFace, VisitTimes } from './visit.ts';

export interface Recognition {
  /** Least cosine similarity at which a face gets a name in the history, alerts and sensors; never opens a door. */
  threshold: number;
  quality: Quality;
}

/** A frame, and what was seen in it. */
export interface Look {
  frame: Frame;
  analysis: Analysis;
  faces: TrackedFace[];
}

export class Findings {
  readonly #gallery: Gallery;
  readonly #recognition: Recognition;
  #tracks: Track[] = [];
  #labels = new Map<string, Detection>();
  #best: { look: Look; worth: number } | null = null;
  #frames = 0;
  readonly #ms = { decode: 0, objects: 0, faces: 0, embeddings: 0 };

  constructor(gallery: Gallery, recognition: Recognition) {
    this.#gallery = gallery;
    this.#recognition = recognition;
  }

  get frames(): number {
    return this.#frames;
  }

  get bestFrame(): Look | null {
    return this.#best?.look ?? null;
  }

  get times(): Omit<VisitTimes, 'decision' | 'unlock'> {
    return this.#ms;
  }

  add(frame: Frame, analysis: Analysis): void {
    const faces = sight(analysis, frame, this.#gallery);
    this.#frames++;
    this.#tracks = extendTracks(this.#tracks, faces);
    for (const stage of ['decode', 'objects', 'faces', 'embeddings'] as const) this.#ms[stage] += analysis.ms[stage];
    for (const object of analysis.objects) {
      const known = this.#labels.get(object.label);
      if (!known || known.confidence < object.confidence) this.#labels.set(object.label, object);
    }
    const worth = this.#worth(analysis, faces);
    if (!this.#best || worth > this.#best.worth) this.#best = { look: { frame, analysis, faces }, worth };
  }

  /** The track the door is decided on: the one with most usable faces, the largest of equals. */
  get mainTrack(): Track {
    const usable = (track: Track) => track.filter((face) => this.#usable(face)).length;
    const largest = (track: Track) => Math.max(...track.map((face) => face.size));
    return [...this.#tracks].sort((a, b) => usable(b) - usable(a) || largest(b) - largest(a))[0] ?? [];
  }

  /** Whom the main track's recent usable live faces are taken for; whom any of its faces are nearest to where none is. */
  candidate(now: number): Candidate | null {
    const track = this.mainTrack;
    const recent = track.filter(
      (face) => face.live && this.#usable(face) && now - face.takenAt <= windowSeconds * 1000,
    );
    return candidateOf(recent.length > 0 ? recent : track, this.#gallery, this.#recognition.threshold);
  }

  /** Usable faces of the main track that are like nobody enrolled. */
  get strangerFrames(): number {
    if (this.#nameOf(this.mainTrack)) return 0;
    return this.mainTrack.filter((face) => this.#usable(face)).length;
  }

  /** Votes over the frames of each track: the main track's person first, then any other's, then `stranger`. */
  get identity(): Identity {
    const rest = this.#tracks.filter((track) => track !== this.mainTrack);
    for (const track of [this.mainTrack, ...rest]) {
      const named = this.#nameOf(track);
      if (named) return { kind: 'person', personId: named.personId, name: named.name, similarity: named.similarity };
    }
    const seen = this.#tracks.some((track) => track.some((face) => this.#usable(face)));
    return seen ? { kind: 'stranger' } : { kind: 'nobody' };
  }

  /** Whether it is a stranger's visit whose usable faces are all ignored. */
  isIgnored(ignored: readonly IgnoredFace[]): boolean {
    if (this.identity.kind !== 'stranger') return false;
    const usable = this.#tracks.map((track) =>
      track.filter((face) => this.#usable(face)).map(({ face }) => face.embedding),
    );
    return showsOnlyIgnored(usable, ignored, this.#gallery, this.#recognition.threshold);
  }

  /** Of the best frame, and every label that only other frames showed. */
  get detections(): Detection[] {
    const best = this.bestFrame?.analysis.objects ?? [];
    const missing = [...this.#labels.values()].filter(({ label }) => !best.some((object) => object.label === label));
    return [...best, ...missing];
  }

  /** The faces of the best frame. */
  get faces(): VisitFace[] {
    return (this.bestFrame?.faces ?? []).map(({ face, personId, similarity }) => {
      const named = personId !== null && similarity >= this.#recognition.threshold;
      return {
        face,
        personId: named ? personId : null,
        personName: named ? (this.#gallery.nearest(face.embedding)?.person.displayName ?? null) : null,
        similarity: personId === null ? null : similarity,
      };
    });
  }

  /** The person at least half of a track's usable faces agree on. */
  #nameOf(track: Track): Candidate | null {
    const usable = track.filter((face) => this.#usable(face));
    const candidate = candidateOf(usable, this.#gallery, this.#recognition.threshold);
    if (!candidate || candidate.similarity < this.#recognition.threshold) return null;
    const agreeing = usable.filter(
      (face) => face.personId === candidate.personId && face.similarity >= this.#recognition.threshold,
    );
    return agreeing.length * 2 >= usable.length ? candidate : null;
  }

  #usable(face: TrackedFace): boolean {
    return isUsable(face, this.#recognition.quality);
  }

  /** How well a frame shows the visit: usable faces over any face over a person over anything else. */
  #worth(analysis: Analysis, faces: readonly TrackedFace[]): number {
    const usable = faces.filter((face) => this.#usable(face));
    if (usable.length > 0) return 3e6 + Math.max(...usable.map((face) => face.size * Math.sqrt(face.sharpness)));
    if (faces.length > 0) return 2e6 + Math.max(...faces.map((face) => face.size));
    const people = analysis.objects.filter((object) => object.label === 'person');
    if (people.length > 0) return 1e6 + Math.max(...people.map((person) => person.confidence));
    return Math.max(0, ...analysis.objects.map((object) => object.confidence));
  }
}
