const segmenter = new Intl.Segmenter();
const wide = /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}/u;

/** How many cells of a terminal a character (as a reader counts them) takes. */
function cells(character: string): number {
  return wide.test(character) ? 2 : 1;
}

/** How many cells of a terminal a text takes. */
export function width(text: string): number {
  let sum = 0;
  for (const { segment } of segmenter.segment(text)) sum += cells(segment);
  return sum;
}

/** As much of the beginning of a text as has room in so many cells. */
export function fit(text: string, room: number): string {
  let sum = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    sum += cells(segment);
    if (sum > room) return text.slice(0, index);
  }
  return text;
}
