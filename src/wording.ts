/** Words as the beginning of a sentence, and as a whole one. Pure. */

export function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

export function asSentence(words: string): string {
  return `${capital(words)}.`;
}
