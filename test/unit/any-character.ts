import fc from 'fast-check';

/**
 * Any character there is, every other one of ASCII, where what shells and grammars care about lies: the `unit` of an
 * `fc.string`. fast-check's own `binary` takes most of a second of CPU to be ready, in each process.
 */
export const anyCharacter = fc
  .oneof(fc.nat(0x7f), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code));
