import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { Core } from '../../core/index';
import type { TemplateEntry } from '../../core/templates/types';
import type { WindowFolder } from '../window/window-project';
import { pickStep, runSteps, textStep } from './input-flow';
import type { Answer, Step, StepPlace } from './input-flow';
import { parentsFor, placesFor } from './new-template-picks';
import type { ParentItem, Place } from './new-template-picks';
import { aptPackages, fileName, isProjectFile, nameProblem, parentReference, starterTemplate } from './starter';

const { Error: wrong, Info: info } = vscode.InputBoxValidationSeverity;

/** Step by step to a new template: where it goes, what it extends, its name, its packages. */
export class NewTemplate {
  #place: Place | undefined;
  #parent: ParentItem | undefined;
  #entries: readonly TemplateEntry[] = [];
  #name: string | undefined;
  #apt = '';

  /** `from`: the parent, where that is settled already. */
  constructor(
    private readonly core: Core,
    private readonly folders: readonly WindowFolder[],
    private readonly from?: TemplateEntry,
  ) {}

  /** Asks, writes the file and opens it with the cursor where the next word goes. @returns undefined when the user left */
  async run(): Promise<vscode.TextEditor | undefined> {
    const steps: Step[] = [
      (at) => this.#askPlace(at),
      ...(this.from === undefined ? [this.#unlessThere((at, place) => this.#askParent(at, place))] : []),
      this.#unlessThere((at, place) => this.#askName(at, place)),
      this.#unlessThere((at) => this.#askPackages(at)),
    ];
    const answered = await runSteps(
      this.from === undefined ? 'New template' : `New template from ${this.from.name}`,
      steps,
    );
    const place = this.#place;
    if (!answered || place === undefined) return undefined;
    if (place.exists) return vscode.window.showTextDocument(vscode.Uri.file(this.#file(place)));
    const parent = this.#parent?.entry ?? this.from;
    const reference = parent === undefined ? null : parentReference(place.kindOf, parent);
    if (this.#name === undefined || reference === null) return undefined;
    const { text, line, character } = starterTemplate(this.#name, reference, aptPackages(this.#apt).names);
    const file = this.#file(place);
    await write(file, text);
    const cursor = new vscode.Position(line, character);
    return vscode.window.showTextDocument(vscode.Uri.file(file), {
      selection: new vscode.Range(cursor, cursor),
      preview: false,
    });
  }

  /** A folder's own template that is there already has nothing more to ask. */
  #unlessThere(step: (at: StepPlace, place: Place) => Promise<Answer<unknown>>): Step {
    return (at) =>
      this.#place === undefined || this.#place.exists
        ? Promise.resolve({ kind: 'answer', value: undefined })
        : step(at, this.#place);
  }

  async #askPlace(at: StepPlace): Promise<Answer<unknown>> {
    const items = await placesFor(this.core, this.folders, this.from);
    const active = items.find(({ label }) => label === this.#place?.label);
    const answer = await pickStep(at, { placeholder: 'Where does it belong?', items, active });
    if (answer.kind === 'answer') {
      // What was answered for one place may not fit another.
      if (answer.value.label !== this.#place?.label) [this.#parent, this.#name] = [undefined, undefined];
      this.#place = answer.value;
      this.#entries = await this.core.templates.list(answer.value.folder?.path);
    }
    return answer;
  }

  async #askParent(at: StepPlace, place: Place): Promise<Answer<unknown>> {
    const { items, first } = await parentsFor(this.core, place, this.#entries);
    const active = items.find(({ label }) => label === this.#parent?.label) ?? first;
    const answer = await pickStep(at, { placeholder: 'Which template does it extend?', items, active });
    if (answer.kind === 'answer') {
      if (answer.value.label !== this.#parent?.label) this.#name = undefined;
      this.#parent = answer.value;
    }
    return answer;
  }

  async #askName(at: StepPlace, place: Place): Promise<Answer<unknown>> {
    const isProject = place.kindOf === 'project';
    const named = this.#entries.filter((entry) => !isProjectFile(entry));
    const taken = new Set(isProject ? [] : named.filter(({ origin }) => origin === place.kindOf).map(fileName));
    const validate = (text: string): vscode.InputBoxValidationMessage | undefined => {
      const problem = nameProblem(text, taken);
      if (problem !== null) return { message: problem, severity: wrong };
      const other = isProject ? undefined : named.find((entry) => fileName(entry) === text);
      if (other === undefined) return undefined;
      const whose = other.origin === 'user' ? 'your' : `the ${other.origin}`;
      return { message: `It will be found before ${whose} template ${text}.`, severity: info };
    };
    const value = this.#name ?? (await this.#proposedName(place, taken));
    const answer = await textStep(at, { prompt: 'Its name', placeholder: 'data-lab', value, validate });
    if (answer.kind === 'answer') this.#name = answer.value;
    return answer;
  }

  async #askPackages(at: StepPlace): Promise<Answer<unknown>> {
    const validate = (text: string): vscode.InputBoxValidationMessage | undefined => {
      const { wrong: word } = aptPackages(text);
      return word === null ? undefined : { message: `"${word}" is no apt package.`, severity: wrong };
    };
    const prompt = 'Packages that apt installs, apart by spaces; Enter for none';
    const options = { prompt, placeholder: 'libpq-dev postgresql-client', value: this.#apt, validate };
    const answer = await textStep(at, options);
    if (answer.kind === 'answer') this.#apt = answer.value;
    return answer;
  }

  async #proposedName({ kindOf, folder }: Place, taken: ReadonlySet<string>): Promise<string> {
    if (kindOf === 'project' && folder !== undefined) return (await this.core.projects.identify(folder.path)).name;
    const parent = this.#parent?.entry ?? this.from;
    if (parent === undefined) return '';
    const name = `my-${isProjectFile(parent) ? parent.name : fileName(parent)}`;
    return nameProblem(name, taken) === null ? name : '';
  }

  #file({ kindOf, folder }: Place): string {
    const name = this.#name ?? '';
    if (folder === undefined) return join(this.core.home.userTemplatesDir, `${name}.yaml`);
    return join(folder.path, kindOf === 'project' ? 'berth.yaml' : `${name}.berth.yaml`);
  }
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new BerthError('file_failed', `${file} came to be meanwhile, and was left as it is.`, { cause: error });
  }
}
