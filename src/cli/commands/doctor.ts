import type { Command } from '../command';
import { findEditors } from '../editors';

export const doctor: Command = {
  name: 'doctor',
  synopsis: '',
  summary: 'what is missing here, and how to mend it',
  listed: false,
  operands: [],
  options: [],
  output: 'document',
  async run({ core, env, signals }) {
    const [patient, { examine }, editors] = await Promise.all([core(), import('../../core/doctor'), findEditors(env)]);
    return { kind: 'doctor', report: await examine(patient, editors, signals.abort) };
  },
};
