import type { Range } from 'vscode-languageserver-types';

/** One place in a Dockerfile that names an image. */
interface Named {
  /** With the variables of the build filled in. */
  readonly image: string;
  /** Offsets in the text. */
  readonly from: number;
  readonly to: number;
}

/**
 * The images that a Dockerfile is built on, in its order, each once: what FROM, `COPY --from` and `# syntax=` name besides
 * its own stages and `scratch`. What depends on a variable without a value is left out.
 * @param args build arguments, which go before the Dockerfile's own defaults
 */
export async function basesOf(text: string, args: Readonly<Record<string, string>>): Promise<string[]> {
  return [...new Set((await namedImages(text, args)).map(({ image }) => image))];
}

/** The same Dockerfile with some of its images named otherwise, such as by their digest. */
export async function withBases(
  text: string,
  args: Readonly<Record<string, string>>,
  names: ReadonlyMap<string, string>,
): Promise<string> {
  let result = text;
  for (const { image, from, to } of (await namedImages(text, args)).reverse()) {
    const other = names.get(image);
    if (other !== undefined) result = result.slice(0, from) + other + result.slice(to);
  }
  return result;
}

/** Whether anything of a Dockerfile reads the build's context: else nothing of the folder matters to what it makes. */
export async function usesContext(text: string): Promise<boolean> {
  const { DockerfileParser } = await import('dockerfile-ast');
  const file = DockerfileParser.parse(text);
  if (file.getCOPYs().some((copy) => copy.getFromFlag() === null)) return true;
  return file.getInstructions().some((instruction) => {
    const keyword = instruction.getKeyword();
    // A mount without a type is a bind of the context.
    return (
      keyword === 'ADD' ||
      keyword === 'ONBUILD' ||
      (keyword === 'RUN' && /--mount=(?!type=(?!bind))/.test(instruction.getTextContent()))
    );
  });
}

async function namedImages(text: string, args: Readonly<Record<string, string>>): Promise<Named[]> {
  const { DockerfileParser } = await import('dockerfile-ast');
  const file = DockerfileParser.parse(text);
  const variables = new Map<string, string>();
  for (const arg of file.getInitialARGs()) {
    const property = arg.getProperty();
    if (property === null) continue;
    const value = args[property.getName()] ?? property.getValue();
    if (value !== null) variables.set(property.getName(), expand(value, variables) ?? value);
  }
  const starts = lineStarts(text);
  const offset = ({ line, character }: Range['start']) => (starts[line] ?? 0) + character;
  const found: Named[] = [];
  // The image that reads the Dockerfile itself: an engine without a session fetches it no more than any other.
  for (const directive of file.getDirectives()) {
    const range = directive.getValueRange();
    if (directive.getName().toLowerCase() !== 'syntax') continue;
    found.push({ image: directive.getValue(), from: offset(range.start), to: offset(range.end) });
  }
  const stages = new Set<string>();
  const add = (written: string | null, range: Range | null) => {
    const image = written === null ? undefined : expand(written, variables);
    if (image === undefined || range === null || image === 'scratch' || stages.has(image.toLowerCase())) return;
    found.push({ image, from: offset(range.start), to: offset(range.end) });
  };
  for (const from of file.getFROMs()) {
    add(from.getImage(), from.getImageRange());
    const stage = from.getBuildStage();
    if (stage !== null) stages.add(stage.toLowerCase());
  }
  for (const copy of file.getCOPYs()) {
    const flag = copy.getFromFlag();
    const stage = flag?.getValue() ?? null;
    if (stage !== null && !/^\d+$/.test(stage)) add(stage, flag?.getValueRange() ?? null);
  }
  return found.sort((a, b) => a.from - b.from);
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`; undefined where a name has no value. */
function expand(text: string, variables: ReadonlyMap<string, string>): string | undefined {
  let missing = 0;
  const filled = text.replace(
    /\$(?:\{([A-Za-z_]\w*)(?::-([^}]*))?\}|([A-Za-z_]\w*))/g,
    (_match, braced: string | undefined, otherwise: string | undefined, plain: string | undefined) => {
      const value = variables.get(braced ?? plain ?? '') ?? otherwise;
      if (value === undefined) missing += 1;
      return value ?? '';
    },
  );
  return missing === 0 && filled !== '' && !filled.includes('$') ? filled : undefined;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
