/** Characters that are a cell each; most texts have nothing else, and a segmenter costs milliseconds to make. */
const plain = /^[ -~]*$/;
const wide = /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}/u;
let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as a reader counts them. */
function characters(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

/** How many cells of a terminal a character (as a reader counts them) takes. */
function cells(character: string): number {
  return wide.test(character) ? 2 : 1;
}

/** How many cells of a terminal a text takes. */
export function width(text: string): number {
  if (plain.test(text)) return text.length;
  let sum = 0;
  for (const { segment } of characters(text)) sum += cells(segment);
  return sum;
}

/** As much of the beginning of a text as has room in so many cells. */
export function fit(text: string, room: number): string {
  if (plain.test(text)) return text.slice(0, Math.max(room, 0));
  let sum = 0;
  for (const { segment, index } of characters(text)) {
    sum += cells(segment);
    if (sum > room) return text.slice(0, index);
  }
  return text;
}
