/** What became of the recording of a visit. */

/** `shown`: what the event says was seen in it; `empty`: it showed no more; `none`: it was not to be had. */
export type RecordingState = 'shown' | 'empty' | 'none';
