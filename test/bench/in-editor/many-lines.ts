/** The number of lines that go into one output channel. */
export const manyLines = 1_000_000;
