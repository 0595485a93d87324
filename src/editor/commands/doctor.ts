import * as vscode from 'vscode';
import { findProvider } from '../../core/doctor/remote-ssh';
import { providerFor } from '../handoff/providers';
import { longAction } from '../notify/long-action';
import type { Parts } from '../parts';
import { doctorText } from '../rows/doctor-text';
import type { VirtualTexts } from '../virtual-texts';
import type { Registering } from './registry';

/** Doctor: what Berth needs, what is missing, and how to mend it, as a page. */
export function registerDoctor(commands: Registering, parts: Parts, texts: VirtualTexts): void {
  commands.register('berth.doctor', async () => {
    const core = await parts.session.core();
    const { examine } = await import('../../core/doctor');
    const abort = new AbortController();
    const editor = {
      name: vscode.env.appName,
      command: vscode.env.appRoot,
      provider: findProvider(parts.handoff.isInstalled) ?? null,
      suggestedProvider: providerFor(vscode.env.appName, vscode.env.uriScheme).id,
    };
    const report = await longAction({ title: 'Berth: doctor', abort }, () => examine(core, [editor], abort.signal));
    await texts.show('Berth Doctor.md', doctorText(report), 'markdown');
    return report;
  });
}
